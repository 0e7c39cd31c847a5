/** The store beside the model, step by step, over random histories of hints, runs, deaths, pauses and people. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { Claim, ConnectionLimit, Finish, Lane } from "../../src/core/ports/store.ts";
import { DOWN, order, resultsOf, SHOP } from "./fixtures.ts";
import type { Stores, TestStore } from "./opened-stores.ts";
import { BATCH_MAX, LEASE_MS, RUNS_MAX, WorkModel, type ModelRun } from "./work-model.ts";

const LANES: readonly Lane[] = [{ flow: "order", connection: SHOP, touches: [SHOP], batchMax: BATCH_MAX }];
const LIMITS: readonly ConnectionLimit[] = [{ connection: SHOP, runsMax: RUNS_MAX }];

type Step =
  | { readonly do: "mark"; readonly ids: readonly string[]; readonly priority: number; readonly laterMs: number }
  | { readonly do: "claim" }
  | { readonly do: "beat"; readonly run: number }
  | { readonly do: "commit"; readonly run: number; readonly finish: "done" | "recheck" | "retry" | "park" | "release" }
  | { readonly do: "skip"; readonly id: string }
  | { readonly do: "pause" }
  | { readonly do: "resume" }
  | { readonly do: "wait"; readonly ms: number };

const id = fc.constantFrom("1", "2", "3", "4", "5");
const run = fc.nat({ max: 3 });
const finish = fc.constantFrom("done", "done", "recheck", "retry", "park", "release");
const priority = fc.constantFrom(0, 0, 10, 50, 90);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 3 });
const laterMs = fc.constantFrom(0, 0, 0, 700, 6_000);
const ms = fc.constantFrom(1, 400, 2_100, LEASE_MS, LEASE_MS + 1, 5_000, 70_000);
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("mark" as const), ids, priority, laterMs }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("claim" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("beat" as const), run }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("commit" as const), run, finish }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("skip" as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resume" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms }) },
);

export function modelSuite({ kind, fresh }: Stores, numRuns: number): void {
  describe(`the list of work on ${kind} beside its model`, () => {
    test(`${numRuns} histories`, { timeout: 150_000 }, async () => {
      const property = fc.asyncProperty(
        fc.array(steps, { minLength: 20, maxLength: 60, size: "max" }),
        async (history) => {
          const pair = new Pair(await fresh());
          for (const step of history) await pair.take(step);
        },
      );
      await fc.assert(property, { numRuns, endOnFailure: false });
    });
  });
}

/** The store and the model; both take each step and must agree on its answer and on every row afterwards. */
class Pair {
  readonly #test: TestStore;
  readonly #model: WorkModel;
  /** Newest first. */
  readonly #runs: { readonly claim: Claim; readonly run: ModelRun }[] = [];

  constructor(given: TestStore) {
    this.#test = given;
    this.#model = new WorkModel(given.clock.nowMs());
  }

  async take(step: Step): Promise<void> {
    await this.#step(step);
    const items = await this.#test.store.work({}, 100);
    const rows = items.map(({ key, gen, attempts, priority, trigger, nextAtMs, leaseUntilMs, parkedCode }) => {
      return { id: key.id, gen, attempts, priority, trigger, nextAtMs, leaseUntilMs, parked: parkedCode };
    });
    const expected = [...this.#model.rows.values()].map(
      ({ id, gen, attempts, priority, trigger, nextAtMs, leaseUntilMs, parked }) => {
        return { id, gen, attempts, priority, trigger, nextAtMs, leaseUntilMs, parked };
      },
    );
    assert.deepEqual(rows.toSorted(byId), expected.toSorted(byId));
  }

  async #step(step: Step): Promise<void> {
    const { store, clock } = this.#test;
    if (step.do === "mark") await this.#mark(step);
    else if (step.do === "claim") await this.#claim();
    else if (step.do === "beat") {
      const known = this.#runs[step.run];
      if (known !== undefined) assert.equal(await store.beat(known.claim, LEASE_MS), this.#model.beat(known.run));
    } else if (step.do === "commit") await this.#commit(step.run, step.finish);
    else if (step.do === "skip") assert.equal(await store.skip(order(step.id), "test"), this.#model.skip(step.id));
    else if (step.do === "pause") {
      await store.pause(SHOP, DOWN, clock.nowMs() + 1_500);
      this.#model.pause(clock.nowMs() + 1_500);
    } else if (step.do === "resume") {
      await store.resume(SHOP);
      this.#model.resume();
    } else {
      clock.advance(step.ms);
      this.#model.nowMs = clock.nowMs();
    }
  }

  async #mark({ ids, priority, laterMs }: Extract<Step, { do: "mark" }>): Promise<void> {
    const at = laterMs === 0 ? {} : { atMs: this.#model.nowMs + laterMs };
    const marks = ids.map((one) => ({ key: order(one), priority, trigger: "webhook" as const, ...at }));
    await this.#test.store.mark(marks);
    for (const mark of marks) this.#model.mark(mark);
  }

  async #claim(): Promise<void> {
    const claim = await this.#test.store.claim(LANES, LIMITS, LEASE_MS);
    const expected = this.#model.claim();
    assert.deepEqual(claim?.keys ?? null, expected?.keys ?? null);
    if (claim !== null && expected !== null) this.#runs.unshift({ claim, run: expected });
  }

  async #commit(index: number, kind: Extract<Step, { do: "commit" }>["finish"]): Promise<void> {
    const known = this.#runs[index];
    if (known === undefined) return;
    const ends: Record<typeof kind, Finish> = {
      done: { kind: "done" },
      recheck: { kind: "done", recheckAtMs: this.#model.nowMs + 3_000 },
      retry: { kind: "retry", runAtMs: this.#model.nowMs + 2_000 },
      park: { kind: "park" },
      release: { kind: "release" },
    };
    const lost = await this.#test.store.commit(known.claim, resultsOf(known.claim, ends[kind]));
    assert.deepEqual(lost, this.#model.commit(known.run, ends[kind]));
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
