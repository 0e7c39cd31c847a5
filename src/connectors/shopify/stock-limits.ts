/** Every limit of reading and writing variants, stock, webhooks and the catalog, with its unit. */

/** Shopify's own: ids of one `nodes`, items of one page, entries of one list of input. */
export const PAGE_ITEMS_MAX = 250;
export const SET_ENTRIES_MAX = 250;
/** Of what it was, when the shop finds a page too expensive: a rejected query costs nothing but the time. */
export const PAGE_SHRINK = 0.7;

/** Levels asked for with each variant: as many as the shop has locations, up to this. The others are read item by item. */
export const LEVELS_WITH_VARIANT_MAX = 50;
export const LEVELS_PAGE_ITEMS = 50;
/** Shopify allows 1,000 locations at most. */
export const LEVEL_PAGES_MAX = 20;

/** SKUs of one search, and the length of its text. */
export const SEARCH_SKUS_MAX = 50;
export const SEARCH_CHARS_MAX = 2_000;
/** The search may find more than was meant; beyond this it means nothing. */
export const SEARCH_PAGES_MAX = 20;
/** Shopify's own for a SKU. */
export const SKU_CHARS_MAX = 255;

/** Shopify's own. */
export const QUANTITY_MAX = 1_000_000_000;
/** Times that the entries of one call are sent again without those that were refused. */
export const SET_ROUNDS_MAX = 8;
/** Keys of one call: after a failed attempt Shopify wants another. */
export const SET_KEYS_MAX = 3;

/** A catalog up to this is read page by page; a larger one as a bulk operation. */
export const PAGED_VARIANTS_MAX = 1_000;
/** Shopify lets nobody page through more than 25,000 items of one listing; the next begins behind the last id. */
export const LISTING_ITEMS_MAX = 20_000;
/** Between two looks at a running bulk operation: the least, the most, and in between a share of how long it has run. */
export const BULK_LOOK_MS_MIN = 3_000;
export const BULK_LOOK_MS_MAX = 60_000;
export const BULK_LOOK_SHARE = 0.1;
/** A bulk operation that runs longer is given up for pages. */
export const BULK_RUN_MS_MAX = 2 * 60 * 60_000;
/** How long another bulk operation of the app may stand in the way before pages are read instead. */
export const BULK_START_WAIT_MS_MAX = 10 * 60_000;
/** Read of the bulk operation's file at once: about 2,000 variants at two locations. */
export const BULK_PART_BYTES = 2 * 1024 * 1024;
export const BULK_PART_TIMEOUT_MS = 60_000;

export const WEBHOOK_PAGES_MAX = 10;
/** Shopify's own limit of variants of one product is 2,048. */
export const DELIVERY_KEYS_MAX = 2_048;
/** A product's delivery tells all of its variants; those that changed have the product's own time, give or take this. */
export const VARIANT_CHANGE_MS = 60_000;

export const LOCATION_PAGES_MAX = 5;
/** Orders that are looked at for the taxes and gateways in use. */
export const ORDERS_IN_USE_MAX = 100;
export const SHIPPING_LINES_IN_USE_MAX = 5;
export const TRANSACTIONS_IN_USE_MAX = 5;
