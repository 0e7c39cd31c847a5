/** Every limit of the connector's transport, with its unit. */

/** Shopify answers a query that may cost more with MAX_COST_EXCEEDED. */
export const QUERY_COST_POINTS_MAX = 1_000;
/** What an operation is taken to cost before the shop has said what it does cost. */
export const COST_UNKNOWN_POINTS = 50;
/** The bucket of the smallest plan, before the shop has told of its own. */
export const BUCKET_UNKNOWN_POINTS = 1_000;
export const RESTORE_UNKNOWN_POINTS_PER_SECOND = 50;

export const READ_TIMEOUT_MS = 60_000;
export const WRITE_TIMEOUT_MS = 90_000;
export const TOKEN_TIMEOUT_MS = 30_000;
/** A request is sent only when this much of the deadline is left for its answer. */
export const ANSWER_TIME_MS_MIN = 2_000;

/** Throttled answers to one request before it gives up, whatever the deadline. */
export const THROTTLED_ANSWERS_MAX = 20;
/** Waits of one request for its place in the bucket: each is woken with more points there. */
export const PACE_WAITS_MAX = 1_000;
/** Between two looks at a bucket that should have room; also the least wait after a throttled answer. */
export const THROTTLE_WAIT_MS_MIN = 100;
/** A remote must not be able to park a request: longer waits go back to the queue. */
export const THROTTLE_WAIT_MS_MAX = 60_000;
/** Where a throttled answer does not say how long. */
export const THROTTLE_WAIT_UNKNOWN_MS = 2_000;

/** A token is renewed this long before it ends. */
export const TOKEN_RENEWAL_MS = 5 * 60_000;
/** Of a token whose answer does not say: Shopify's own are good for 24 hours. */
export const TOKEN_LIFE_UNKNOWN_MS = 60 * 60_000;

/** Errors of one answer that go into a sentence. */
export const ERRORS_SHOWN_MAX = 3;
export const MESSAGE_CHARS_MAX = 300;
export const EXCERPT_CHARS_MAX = 120;
/** Lists longer than this are recorded by their length and ids only. */
export const RECORDED_ITEMS_MAX = 3;
/** How deep an answer is recorded, and how many fields in all: the rest would only fill the store. */
export const RECORDED_DEPTH_MAX = 12;
