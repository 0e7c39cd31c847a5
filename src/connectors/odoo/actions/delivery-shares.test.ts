/** Which open moves bring what is missing of a line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allot, type PartMove, type WantedLine } from "./delivery-shares.ts";

const SHIRT = 11;
const LINE = 1;

function move(id: number, given: Partial<PartMove> = {}): PartMove {
  return {
    id,
    productId: SHIRT,
    lineId: LINE,
    pickingId: 100 + id,
    state: "assigned",
    demand: 5,
    reserved: 5,
    filled: 0,
    picked: false,
    isFinal: true,
    before: [],
    after: [],
    lines: [],
    ...given,
  };
}

function wanted(units: number, given: Partial<WantedLine> = {}): WantedLine {
  return { lineId: LINE, productId: SHIRT, ordered: 5, units, ...given };
}

function shares(lines: readonly WantedLine[], moves: readonly PartMove[]): Record<number, number> {
  return Object.fromEntries(allot(lines, moves));
}

describe("what a part is brought by", () => {
  test("what is missing beyond what is done, also more than is reserved, never more than is asked", () => {
    assert.deepEqual(shares([wanted(2)], [move(1)]), { 1: 2 });
    assert.deepEqual(shares([wanted(4)], [move(1, { reserved: 0, state: "confirmed" })]), { 1: 4 });
    const done = move(1, { state: "done", demand: 2, filled: 2 });
    assert.deepEqual(shares([wanted(3)], [done, move(2, { demand: 3 })]), { 2: 1 });
    assert.deepEqual(shares([wanted(2)], [done, move(2, { demand: 3 })]), {});
    assert.deepEqual(shares([wanted(9)], [done, move(2, { demand: 3 })]), { 2: 3 });
    assert.deepEqual(shares([wanted(2)], [move(1, { lineId: 7 }), move(2, { state: "draft" })]), {});
  });

  test("a chain made at once is filled from the customer backwards: what has come up is not picked again", () => {
    const chain = (shipped: Partial<PartMove>, picked: Partial<PartMove> = {}) => [
      move(1, { before: [2], ...shipped }),
      move(2, { isFinal: false, lineId: null, after: [1], ...picked }),
    ];
    assert.deepEqual(shares([wanted(2)], chain({ state: "waiting", reserved: 0 })), { 2: 2 });
    const arrived = chain({ state: "partially_available", reserved: 2 }, { demand: 3 });
    assert.deepEqual(shares([wanted(2)], arrived), { 1: 2 });
    assert.deepEqual(shares([wanted(3)], arrived), { 1: 2, 2: 1 });
  });

  test("a chain made step by step", () => {
    const first = [move(1, { isFinal: false, lineId: LINE })];
    assert.deepEqual(shares([wanted(2)], first), { 1: 2 });
    const picked = [
      move(1, { isFinal: false, state: "done", demand: 2, filled: 2 }),
      move(2, { isFinal: false, demand: 3 }),
      move(3, { before: [1], demand: 2, reserved: 2 }),
    ];
    assert.deepEqual(shares([wanted(2)], picked), { 3: 2 });
    assert.deepEqual(shares([wanted(4)], picked), { 2: 2, 3: 2 });
  });

  test("one move that picks for two lines gets the units of both", () => {
    const moves = [
      move(1, { state: "waiting", reserved: 0, before: [3] }),
      move(2, { state: "waiting", reserved: 0, before: [3], lineId: 2, demand: 4 }),
      move(3, { isFinal: false, lineId: null, after: [1, 2], demand: 9 }),
    ];
    assert.deepEqual(shares([wanted(2), wanted(3, { lineId: 2, ordered: 4 })], moves), { 3: 5 });
  });

  test("the parts of a kit go in proportion", () => {
    const kit = wanted(2, { productId: 99 });
    const parts = [move(1, { productId: 21, demand: 5 }), move(2, { productId: 22, demand: 15 })];
    assert.deepEqual(shares([kit], parts), { 1: 2, 2: 6 });
    const half = [
      move(1, { productId: 21, demand: 2, filled: 2, state: "done" }),
      move(2, { productId: 21, demand: 3 }),
      move(3, { productId: 22, demand: 15 }),
    ];
    assert.deepEqual(shares([kit], half), { 3: 6 });
  });
});
