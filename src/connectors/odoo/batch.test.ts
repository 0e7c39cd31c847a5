/** One bad document spoils only itself, in few calls; trouble of the connection is everybody's, at once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure } from "../../core/failures.ts";
import { fail, ok } from "../../core/result.ts";
import { divide, loadAll } from "./batch.ts";
import { Reply, scripted } from "./testing/scripted-odoo.ts";

const refused = failure("ODOO_REJECTED", { what: "x", message: "no" });
const down = failure("OUTCOME_UNKNOWN", { connection: "odoo", what: "x", reason: "reset" }, { connection: "odoo" });

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe("dividing", () => {
  test("finds the bad ones, tries every good one exactly once with success", async () => {
    for (const bad of [[], [0], [9], [3, 4], [0, 5, 9], numbers(10)]) {
      const done: number[] = [];
      let calls = 0;
      const outcomes = await divide(numbers(10), (items) => {
        calls += 1;
        if (items.some((item) => bad.includes(item))) return Promise.resolve(fail(refused));
        done.push(...items);
        return Promise.resolve(ok(undefined));
      });
      assert.deepEqual(
        done.toSorted((a, b) => a - b),
        numbers(10).filter((item) => !bad.includes(item)),
      );
      assert.deepEqual(
        [...outcomes]
          .filter(([, outcome]) => !outcome.ok)
          .map(([item]) => item)
          .toSorted((a, b) => a - b),
        bad,
      );
      assert.ok(calls <= 2 * 10 - 1);
    }
  });

  test("stops at trouble that is not the documents'", async () => {
    let calls = 0;
    const outcomes = await divide(numbers(8), (items) => {
      calls += 1;
      return Promise.resolve(fail(items.length > 4 ? refused : down));
    });
    assert.equal(calls, 2);
    assert.ok([...outcomes.values()].every((outcome) => !outcome.ok && outcome.failure.code === "OUTCOME_UNKNOWN"));
    assert.equal(outcomes.size, 8);
  });

  test("nothing to do is no call", async () => {
    const outcomes = await divide([], () => Promise.reject(new Error("called")));
    assert.equal(outcomes.size, 0);
  });
});

describe("loading", () => {
  const table = {
    model: "sale.order",
    fields: ["id", "x"],
    rowsOf: (item: number) => [
      [`stockbridge.o_${item}`, "1"],
      ["", "2"],
    ],
  };
  const message = (record: number | undefined, text: string) => ({
    type: "error",
    message: text,
    ...(record === undefined ? {} : { record, rows: { from: 0, to: 1 } }),
  });

  test("documents that the messages name are left out, the others are loaded in one more call", async () => {
    const sizes: number[] = [];
    const { session, call } = scripted(({ body }) => {
      const data = body["data"] as string[][];
      sizes.push(data.length / 2);
      const at = data.findIndex(([id]) => id === "stockbridge.o_2") / 2;
      if (at >= 0) return { ids: false, messages: [message(at, "The product is archived.")], nextrow: 0 };
      return { ids: data.filter(([id]) => id !== "").map((_, index) => 100 + index), messages: [], nextrow: 0 };
    });
    const { outcomes, ids } = await loadAll(session, table, numbers(5), call);
    assert.deepEqual(sizes, [5, 4]);
    assert.deepEqual(
      [...outcomes].map(([item, outcome]) => [item, outcome.ok]),
      [
        [0, true],
        [1, true],
        [2, false],
        [3, true],
        [4, true],
      ],
    );
    assert.deepEqual(
      [...ids],
      [
        [0, 100],
        [1, 101],
        [3, 102],
        [4, 103],
      ],
    );
  });

  test("a message that names nobody divides; a conflict is everybody's who was in it", async () => {
    const { session, call } = scripted(({ body }) => {
      const data = body["data"] as string[][];
      const conflict = data.flatMap(([id], index) =>
        id === "" ? [] : [message(index / 2, "could not serialize access due to concurrent update\n")],
      );
      return data.length > 4
        ? { ids: false, messages: [message(undefined, "Something")], nextrow: 0 }
        : { ids: false, messages: conflict, nextrow: 0 };
    });
    const { outcomes } = await loadAll(session, table, numbers(4), call);
    assert.ok([...outcomes.values()].every((outcome) => !outcome.ok && outcome.failure.code === "ODOO_CONCURRENT"));
  });

  test("warnings alone are no failure; an answer of another shape is", async () => {
    const warned = scripted(() => ({ ids: [1], messages: [{ type: "warning", message: "slow" }], nextrow: 0 }));
    assert.ok((await loadAll(warned.session, table, [1], warned.call)).outcomes.get(1)?.ok);
    const broken = scripted(() => new Reply(200, "[1]"));
    const outcome = (await loadAll(broken.session, table, [1], broken.call)).outcomes.get(1);
    assert.equal(outcome?.ok === false && outcome.failure.code, "CONNECTION_BROKEN_ANSWER");
  });
});
