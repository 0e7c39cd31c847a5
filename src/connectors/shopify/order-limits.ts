/** Every limit of reading, marking and fulfilling orders, with its unit. */

/**
 * Orders of one page or batch, and lines that are read with each, to begin with. The shop charges a query for all that it might have to
 * answer: each time it finds one too expensive the orders are halved, down to one, and then the lines.
 */
export const ORDER_PAGE_ITEMS_START = 25;
export const ORDER_LINES_START = 8;
/** Items of one list of one order that are read on at once, halved likewise. */
export const READ_ON_ITEMS_START = 50;
/** Fulfilment orders come with 50 lines each. */
export const READ_ON_FULFILMENT_ORDERS_START = 5;
/** Pages that one listing may have before it counts as endless: a million orders in the smallest pages. */
export const ORDER_PAGES_MAX = 1_000_000;
/** Orders that carry the number looked for, prefixes and suffixes of it included. */
export const NUMBER_SEARCH_ITEMS_MAX = 5;
/** Pages of one list of one order (lines, a refund's lines …): even one by one, more than Shopify lets an order have. */
export const READ_ON_PAGES_MAX = 2_000;
/** `metafieldsSet` refuses more. */
export const METAFIELDS_PER_CALL_MAX = 25;
/** Far longer than any sentence of the hub; Shopify itself takes 64 KB. */
export const MARK_SENTENCE_CHARS_MAX = 10_000;
/** Custom attributes of an order that go into its note. */
export const NOTE_ATTRIBUTES_MAX = 20;
export const NOTE_CHARS_MAX = 5_000;
