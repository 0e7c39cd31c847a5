/** Every limit of the connector, with its unit. WooCommerce itself answers 400 or 413 beyond the first three. */
export const PAGE_ITEMS_MAX = 100;
export const BATCH_ITEMS_MAX = 100;
export const INCLUDE_IDS_MAX = 100;
/** SKUs asked for in one `?sku=` list, and their length when encoded: servers commonly refuse a request line over 8 KB. */
export const SKU_LIST_ITEMS_MAX = 100;
export const SKU_LIST_CHARS_MAX = 4_000;
/** Pages that one listing may have before it counts as endless: a million orders or products. */
export const PAGES_MAX = 10_000;
/** Webhooks of a shop: far more than any has. */
export const WEBHOOK_PAGES_MAX = 10;
/** WooCommerce caps a variable product's variations far below this. */
export const VARIATION_PAGES_MAX = 50;
export const SEARCH_PAGES_MAX = 5;
/** Of one order: an order is refunded a few times. */
export const REFUND_PAGES_MAX = 5;
/** Tax rates of a shop: one for each place and class, some thousands at most; a page of payment methods holds all. */
export const TAX_RATE_PAGES_MAX = 100;
export const PAYMENT_METHOD_PAGES_MAX = 1;

export const READ_TIMEOUT_MS = 60_000;
/** A batch of 100 takes 3 to 6 s on one core, up to 17 s when the shop is busy. */
export const WRITE_TIMEOUT_MS = 90_000;

/** Quantities beyond this are refused before they are sent: nobody stocks them, and the shop's database rounds them. */
export const STOCK_QUANTITY_MAX = 999_999_999;

/** What of the shop's own words goes into a sentence. */
export const MESSAGE_CHARS_MAX = 300;
export const EXCERPT_CHARS_MAX = 120;
/** Lists longer than this are recorded as ids only. */
export const RECORDED_ITEMS_MAX = 3;
export const MARK_SENTENCE_CHARS_MAX = 500;
