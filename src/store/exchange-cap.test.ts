/** The cap on what is kept of requests and answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Exchange } from "../core/ports/call.ts";
import { ACTIVITY_EXCHANGES_BYTES_MAX, BODY_START_CHARS, capExchanges } from "./exchange-cap.ts";

function exchange(call: string, response: unknown, write = false): Exchange {
  return { connection: "odoo", call, write, request: null, response, status: 200, durationMs: 5 };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

test("what is small enough is kept as it is", () => {
  const exchanges = [exchange("a", "x".repeat(1_000))];
  assert.equal(capExchanges(exchanges), exchanges);
});

test("the largest body is cut first, and says how large it was", () => {
  const small = exchange("small", { ok: true });
  const large = exchange("large", "x".repeat(ACTIVITY_EXCHANGES_BYTES_MAX));
  const [first, second] = capExchanges([small, large]);
  assert.deepEqual(first, small);
  assert.deepEqual(second, {
    ...large,
    response: { truncated: true, bytes: ACTIVITY_EXCHANGES_BYTES_MAX + 2, start: "x".repeat(BODY_START_CHARS) },
  });
});

test("when bodies are not enough, exchanges of the middle are left out and counted", () => {
  const many = Array.from({ length: 2_000 }, (_, index) => exchange(`call ${index}`, "y".repeat(100), index === 1_000));
  const kept = capExchanges(many);
  assert.ok(bytesOf(kept) <= ACTIVITY_EXCHANGES_BYTES_MAX);
  assert.deepEqual(kept[0], many[0]);
  assert.deepEqual(kept.at(-1), many.at(-1));
  const [line, ...others] = kept.filter(({ status }) => status === "left out");
  assert.equal(others.length, 0);
  assert.match(line?.call ?? "", new RegExp(`^${many.length - kept.length + 1} exchanges left out`));
  assert.equal(line?.write, true);
});

test("nothing is ever larger than the cap, and small caps lose no honesty", () => {
  const bodies = fc.oneof(fc.string({ maxLength: 3_000 }), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(bodies, { maxLength: 40 }), fc.integer({ min: 2_000, max: 20_000 }), (responses, bytesMax) => {
      const exchanges = responses.map((response, index) => exchange(String(index), response));
      const kept = capExchanges(exchanges, bytesMax);
      assert.ok(bytesOf(kept) <= bytesMax, `${bytesOf(kept)} > ${bytesMax}`);
      const leftOut = kept.find(({ status }) => status === "left out");
      const missing = exchanges.length - kept.filter((one) => one !== leftOut).length;
      assert.equal(leftOut === undefined ? 0 : Number.parseInt(leftOut.call, 10), missing);
    }),
  );
});
