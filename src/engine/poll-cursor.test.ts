import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { afterSeeing, LOOKS, readCursor, SEEN_MAX, unknownOf, type Change, type PollCursor } from "./poll-cursor.ts";

const OVERLAP_MS = 10 * 60_000;
const START = "2030-01-01T00:00:00.000Z";

function at(id: string, minute: number): Change {
  return { id, modifiedAt: `2030-01-01T00:${String(minute).padStart(2, "0")}:00.000Z` };
}

/** One poll: what it would hint at, and the cursor it leaves, through the store's text. */
function poll(
  cursor: PollCursor,
  changes: readonly Change[],
): { readonly hinted: readonly string[]; readonly next: PollCursor } {
  const hinted = unknownOf(cursor, changes).map(({ id }) => id);
  return { hinted, next: readCursor(JSON.stringify(afterSeeing(cursor, changes, OVERLAP_MS)), START) };
}

describe("the cursor of a poll", () => {
  test("the last orders of a quiet shop are hinted at twice and then left alone", () => {
    const changes = [at("1", 5), at("2", 6)];
    let cursor = readCursor(null, START);
    const hinted: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const polled = poll(cursor, changes);
      hinted.push(polled.hinted.length);
      cursor = polled.next;
    }
    assert.deepEqual(hinted, [2, 2, 0, 0]);
    assert.equal(LOOKS, 2);
  });

  test("a new date of a known order is a new change", () => {
    const first = poll(readCursor(null, START), [at("1", 5)]);
    const second = poll(first.next, [at("1", 5)]);
    assert.deepEqual(poll(second.next, [at("1", 7)]).hinted, ["1"]);
  });

  test("a change that was committed late, with an older date, is still hinted at", () => {
    const first = poll(readCursor(null, START), [at("1", 9)]);
    const second = poll(first.next, [at("2", 3), at("1", 9)]);
    assert.ok(second.hinted.includes("2"));
    assert.equal(second.next.newest, at("1", 9).modifiedAt);
  });

  test("what is older than the overlap is forgotten; what has no date is not", () => {
    const first = poll(readCursor(null, START), [at("1", 5), { id: "bent", modifiedAt: "" }]);
    const second = poll(first.next, [at("2", 40)]);
    assert.deepEqual(Object.keys(second.next.seen).toSorted(), ["2", "bent"]);
  });

  test("a flood is remembered up to a limit, the newest part", () => {
    const flood = Array.from({ length: SEEN_MAX + 10 }, (_, id) => at(`order ${id}`, 5));
    const { next } = poll(readCursor(null, START), flood);
    assert.equal(Object.keys(next.seen).length, SEEN_MAX);
    assert.ok(next.seen[`order ${SEEN_MAX + 9}`] !== undefined);
  });
});
