/** What becomes of a key after a failure, for every reaction of the table. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURES, type Failure, type FailureCode } from "./failures.ts";
import { ATTEMPTS_MAX, nextStep, OBSERVE_AGAIN_DELAYS_MS, PAUSE_MS_MAX, pauseMs, RETRY_AFTER_MS_MAX } from "./retry.ts";

const MINUTE_MS = 60_000;
const NOW_MS = 1_000_000;
const of = (code: FailureCode, more: Partial<Failure> = {}): Failure => ({ code, params: {}, ...more });
const waits = (failure: Failure, attempts: number) =>
  Array.from({ length: attempts }, (_, index) => {
    const step = nextStep(failure, { attempt: index + 1, nowMs: NOW_MS });
    return step.kind === "retry" ? step.runAtMs - NOW_MS : step.kind;
  });

test("data and configuration failures: at once, after 1, 5 and 15 minutes, then parked", () => {
  for (const code of ["SKU_NOT_FOUND", "TAX_NOT_MAPPED"] as const) {
    assert.deepEqual(waits(of(code), ATTEMPTS_MAX), [1 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, "park"]);
  }
});

test("what only a person can change parks at once", () => {
  assert.deepEqual(waits(of("DOCUMENT_DELETED"), 1), ["park"]);
});

test("every failure that pauses is a connection's, and names it when it happens", () => {
  for (const [code, { reaction, class: whose }] of Object.entries(FAILURES))
    if (reaction === "pause") assert.equal(whose, "connection", code);
  assert.deepEqual(nextStep(of("CONNECTION_DOWN", { connection: "odoo" }), { attempt: 9, nowMs: NOW_MS }), {
    kind: "pause",
    connection: "odoo",
    retryAfterMs: 0,
  });
});

test("an unknown outcome is looked at soon, then ever more slowly, and never parks", () => {
  const last = OBSERVE_AGAIN_DELAYS_MS.at(-1);
  assert.deepEqual(waits(of("OUTCOME_UNKNOWN"), 7), [...OBSERVE_AGAIN_DELAYS_MS, last, last]);
});

test("a record that is always being changed by somebody ends like any other failure", () => {
  assert.deepEqual(waits(of("ODOO_CONCURRENT"), 6), [...OBSERVE_AGAIN_DELAYS_MS, "park"]);
});

test("Retry-After is a floor, but a remote cannot park the queue with it", () => {
  assert.deepEqual(waits(of("SHOP_REJECTED", { retryAfterMs: 120_000 }), 1), [120_000]);
  assert.deepEqual(waits(of("SHOP_REJECTED", { retryAfterMs: 10 ** 9 }), 1), [RETRY_AFTER_MS_MAX]);
});

test("a pause doubles to a minute, or lasts as long as the remote asked", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 50].map((probes) => pauseMs(probes, 0)),
    [5_000, 10_000, 20_000, 40_000, PAUSE_MS_MAX, PAUSE_MS_MAX],
  );
  assert.equal(pauseMs(0, 90_000), 90_000);
});
