/** The loop on a world of counters: stages, isolation of failures, dry runs and the end of rounds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../core/failures.ts";
import { LeaseLostError, type CallContext } from "../core/ports/call.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { converge, ROUNDS_MAX } from "./converge.ts";
import type { Flow } from "./flow.ts";

/** A world of counters: the wanted value is reached one step a round, in two stages. */
interface Seen {
  readonly id: string;
  readonly value: number;
}
type Step = { readonly kind: "even" | "odd" | "report"; readonly id: string; readonly text?: string };

const REFUSED = failure("ODOO_REJECTED", { what: "a step", message: "no" });
const CALL: CallContext = { deadlineMs: () => Infinity, beforeWrite: () => Promise.resolve(), record: () => undefined };
const OPTIONS = { connection: "shop-eu", dryRun: false, nowMs: () => 0 };

function counterFlow(world: Map<string, number>, wanted: number, more: Partial<Flow<Seen, Step>> = {}) {
  const log: string[] = [];
  const flow: Flow<Seen, Step> = {
    name: "order",
    connection: "shop-eu",
    stages: ["odd", "even", "report"],
    observe: (ids) =>
      Promise.resolve(new Map(ids.map((id): [string, Result<Seen>] => [id, ok({ id, value: world.get(id) ?? 0 })]))),
    plan: ({ id, value }) => ({
      actions: value >= wanted ? [] : [{ kind: value % 2 === 0 ? "even" : "odd", id }],
      blockers: [],
      state: { name: "synced", sentence: `${id} is ${value}` },
      diff: value >= wanted ? [] : [{ what: id, before: String(value), after: String(value + 1) }],
    }),
    apply(actions) {
      log.push(actions.map(({ kind, id, text }) => `${kind} ${id}${text ?? ""}`).join(", "));
      for (const { kind, id } of actions) if (kind !== "report") world.set(id, (world.get(id) ?? 0) + 1);
      return Promise.resolve(actions.map(() => ok(undefined)));
    },
    keep: ({ id, value }) => ({ links: [], erpIds: { [id]: value } }),
    report: ({ id }, { code }) => [{ kind: "report", id, text: ` ${code}` }],
    doubt: () => undefined,
    ...more,
  };
  return { flow, log };
}

test("a batch converges stage by stage, and the last observation is what is kept", async () => {
  const world = new Map([["b", 1]]);
  const { flow, log } = counterFlow(world, 2);
  const settled = await converge(flow, ["a", "b", "c"], CALL, OPTIONS);
  assert.deepEqual(log, ["odd b", "even a, even c", "odd a, odd c"]);
  assert.deepEqual(
    settled.map(({ id, failure: found, state, wrote }) => [id, found, state.sentence, wrote]),
    [
      ["a", null, "a is 2", true],
      ["b", null, "b is 2", true],
      ["c", null, "c is 2", true],
    ],
  );
  assert.deepEqual(settled[0]?.keepsake.erpIds, { a: 2 });
  assert.deepEqual(
    settled[0]?.diff.map(({ after }) => after),
    ["1", "2"],
  );
});

test("what is in step is neither written nor changed", async () => {
  const { flow, log } = counterFlow(new Map([["a", 5]]), 2);
  const [settled] = await converge(flow, ["a"], CALL, OPTIONS);
  assert.deepEqual([settled?.wrote, settled?.diff, log], [false, [], []]);
});

test("one refused action fails its key alone, is reported, and ends that key's later stages", async () => {
  const world = new Map<string, number>();
  const { flow, log } = counterFlow(world, 1);
  const apply = flow.apply.bind(flow);
  const refusing: typeof flow = {
    ...flow,
    apply: async (actions, call) => {
      const outcomes = await apply(actions, call);
      return actions.map(({ kind, id }, index) =>
        id === "bad" && kind !== "report" ? fail(REFUSED) : outcomes[index]!,
      );
    },
  };
  const settled = await converge(refusing, ["good", "bad"], CALL, OPTIONS);
  assert.deepEqual(
    settled.map(({ id, failure: found }) => [id, found?.code ?? null]),
    [
      ["good", null],
      ["bad", "ODOO_REJECTED"],
    ],
  );
  assert.deepEqual(log, ["even good, even bad", "report bad ODOO_REJECTED"]);
});

test("a report that fails changes nothing of the failure itself", async () => {
  const { flow } = counterFlow(new Map(), 1);
  const broken: typeof flow = {
    ...flow,
    apply: (actions) =>
      actions[0]?.kind === "report"
        ? Promise.reject(new Error("shop is away"))
        : Promise.resolve(actions.map(() => fail(REFUSED))),
  };
  const [settled] = await converge(broken, ["a"], CALL, OPTIONS);
  assert.equal(settled?.failure?.code, "ODOO_REJECTED");
});

test("a lost lease is no outcome: it ends the run", async () => {
  const { flow } = counterFlow(new Map(), 1, { apply: () => Promise.reject(new LeaseLostError("gone")) });
  await assert.rejects(converge(flow, ["a"], CALL, OPTIONS), LeaseLostError);
});

test("a dry run observes and plans, and writes nothing", async () => {
  const world = new Map<string, number>();
  const { flow, log } = counterFlow(world, 3);
  const [settled] = await converge(flow, ["a"], CALL, { ...OPTIONS, dryRun: true });
  assert.deepEqual([log, world.size, settled?.wrote], [[], 0, false]);
  assert.deepEqual(settled?.diff, [{ what: "a", before: "0", after: "1" }]);
});

test("a plan that never empties ends after the named number of rounds", async () => {
  const { flow, log } = counterFlow(new Map(), Infinity);
  const [settled] = await converge(flow, ["a"], CALL, OPTIONS);
  assert.equal(settled?.failure?.code, "INTERNAL_ERROR");
  assert.equal(log.length, ROUNDS_MAX - 1);
});

test("a key that observe leaves out is named, not lost", async () => {
  const { flow } = counterFlow(new Map(), 1, { observe: () => Promise.resolve(new Map()) });
  const [settled] = await converge(flow, ["a"], CALL, OPTIONS);
  assert.equal(settled?.failure?.code, "INTERNAL_ERROR");
  assert.match(settled?.failure?.params["message"] ?? "", /left it out/);
});

test("blockers are the outcome, and reports planned beside them are still sent", async () => {
  const world = new Map<string, number>();
  const { flow, log } = counterFlow(world, 1, {
    plan: ({ id }, applied) => ({
      actions: applied.length > 0 ? [] : [{ kind: "report", id }],
      blockers: [REFUSED],
      state: { name: "failed", sentence: "" },
      diff: [],
    }),
  });
  const [settled] = await converge(flow, ["a"], CALL, OPTIONS);
  assert.deepEqual([settled?.failure?.code, log], ["ODOO_REJECTED", ["report a"]]);
});
