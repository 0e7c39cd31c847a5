/** Every limit of reading, marking and fulfilling orders, with its unit. */

/** Orders of one page or batch to begin with; halved each time the shop finds the query too expensive, down to one. */
export const ORDER_PAGE_ITEMS_START = 10;
/** Pages that one listing may have before it counts as endless: a million orders in the smallest pages. */
export const ORDER_PAGES_MAX = 1_000_000;
/** Orders that carry the number looked for, prefixes and suffixes of it included. */
export const NUMBER_SEARCH_ITEMS_MAX = 10;
/** What is read on of one list of one order (lines, a refund's lines …): 250 pages of 50, more than Shopify lets an order have. */
export const READ_ON_PAGES_MAX = 250;
/** `metafieldsSet` refuses more. */
export const METAFIELDS_PER_CALL_MAX = 25;
/** Far longer than any sentence of the hub; Shopify itself takes 64 KB. */
export const MARK_SENTENCE_CHARS_MAX = 10_000;
/** Pages of fulfilment orders, and of the lines of one, when goods are told as sent. */
export const FULFILMENT_ORDER_PAGES_MAX = 50;
/** Custom attributes of an order that go into its note. */
export const NOTE_ATTRIBUTES_MAX = 20;
export const NOTE_CHARS_MAX = 5_000;
