/** Every limit of the connector's transport, with its unit. */

/** What an operation is taken to cost before the shop has said what it does cost. */
export const COST_UNKNOWN_POINTS = 50;
/** The bucket of the smallest plan, before the shop has told of its own. */
export const BUCKET_UNKNOWN_POINTS = 1_000;
export const RESTORE_UNKNOWN_POINTS_PER_SECOND = 50;
/** Costs that are remembered, one for each operation and page size. */
export const COSTS_KEPT_MAX = 1_000;
/** Times that one waiting request looks at the bucket again: each answer to another request wakes it. */
export const PACE_WAITS_MAX = 1_000;

export const READ_TIMEOUT_MS = 60_000;
export const WRITE_TIMEOUT_MS = 90_000;
export const TOKEN_TIMEOUT_MS = 30_000;
/** A request does not wait for its place beyond this before the deadline: its answer needs the time. */
export const ANSWER_TIME_MS = 2_000;

/** Throttled answers to one request before it gives up, whatever the deadline. */
export const THROTTLED_ANSWERS_MAX = 10;
/** The least wait after a throttled answer, times how often it was throttled: another program may empty the bucket too. */
export const THROTTLE_WAIT_MS_MIN = 250;
/** Where a 429 does not say how long. */
export const THROTTLE_WAIT_UNKNOWN_MS = 2_000;
/** A remote must not be able to park a connection for longer at once. */
export const THROTTLE_WAIT_MS_MAX = 10 * 60_000;

/** A token is renewed this long before it ends. */
export const TOKEN_RENEWAL_MS = 5 * 60_000;
/** Of a token whose answer does not say: Shopify's own are good for 24 hours. */
export const TOKEN_LIFE_UNKNOWN_MS = 60 * 60_000;

/** Errors of one answer that go into a sentence. */
export const ERRORS_SHOWN_MAX = 3;
export const MESSAGE_CHARS_MAX = 300;
export const EXCERPT_CHARS_MAX = 120;
/** Longer lists are recorded by their ids only: a page of a catalog would fill the store. */
export const RECORDED_ITEMS_MAX = 3;
export const RECORDED_DEPTH_MAX = 12;
