/** Kits in transfers: a kit has gone when the last of its parts has. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kitsOf } from "./deliveries.ts";

const part = (productId: number, demand: number, done = demand) => ({ productId, demand, done });

function sent(kits: number, transfers: readonly (readonly ReturnType<typeof part>[])[]): readonly number[] {
  return kitsOf(transfers, kits, transfers.flat(), (move) => move.done);
}

describe("kits in transfers", () => {
  test("count with the transfer that completes them, whole ones only", () => {
    assert.deepEqual(sent(4, [[part(1, 4), part(2, 12)]]), [4]);
    assert.deepEqual(sent(4, [[part(1, 4)], [part(2, 12)]]), [0, 4]);
    assert.deepEqual(sent(4, [[part(1, 2), part(2, 5)], [part(1, 2), part(2, 4)], [part(2, 3)]]), [1, 2, 1]);
  });

  test("what is open or was given up does not count", () => {
    assert.deepEqual(
      sent(4, [
        [part(1, 2), part(2, 6)],
        [part(1, 2, 0), part(2, 6, 0)],
      ]),
      [2, 0],
    );
    assert.deepEqual(sent(0, []), []);
    assert.deepEqual(sent(3, [[part(1, 0)]]), [0]);
  });
});
