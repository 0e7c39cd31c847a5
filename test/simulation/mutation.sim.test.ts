/** The invariants can fail: with one protection of the hub switched off, a small range of seeds violates one. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ErpAction, ErpPort } from "../../src/core/ports/erp.ts";
import type { HubStore } from "../../src/core/ports/store.ts";
import type { Spoil } from "./hub-process.ts";
import { openBench, runWorld, type Bench } from "./world.ts";

const SEEDS_MAX = 40;

/** The first seed in the range that violates anything, with what it violates. */
async function firstViolation(
  bench: Bench,
  spoilOf: () => Spoil,
): Promise<{ seed: number; violations: readonly string[] } | null> {
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { violations } = await runWorld({ seed, bench, spoil: spoilOf() });
    if (violations.length > 0) return { seed, violations };
  }
  return null;
}

describe("with a protection switched off, the simulation notices", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.store.close());

  test("external ids that differ from one try to the next", async () => {
    const found = await firstViolation(bench, () => ({ erp: forgetful(1) }));
    assert.ok(found !== null, `no violation in ${SEEDS_MAX} seeds`);
    assert.match(
      found.violations.join("\n"),
      /orders in Odoo|payments in Odoo|no confirmed order|customers in Odoo|no payment|refers to/,
    );
  });

  test("a worker that never asks whether it still holds its lease", async () => {
    const found = await firstViolation(bench, () => ({ store: carefree }));
    assert.ok(found !== null, `no violation in ${SEEDS_MAX} seeds`);
    assert.match(found.violations.join("\n"), /which .* had claimed since/);
  });

  test("a database that does not look at the fence", async () => {
    const found = await firstViolation(bench, () => ({ database: unfenced(), store: carefree }));
    assert.ok(found !== null, `no violation in ${SEEDS_MAX} seeds`);
    assert.match(found.violations.join("\n"), /which .* had claimed since/);
  });

  test("marks of a webhook or poll that are lost", async () => {
    const found = await firstViolation(bench, () => ({ store: deaf }));
    assert.ok(found !== null, `no violation in ${SEEDS_MAX} seeds`);
    assert.match(found.violations.join("\n"), /never settled/);
  });
});

/** Each try gives the order another name in Odoo. */
function forgetful(first: number): (port: ErpPort) => ErpPort {
  let tries = first;
  const renamed = (action: ErpAction): ErpAction => {
    tries += 1;
    if (action.kind !== "order.create") return action;
    const externalId = `${action.document.externalId}x${tries}`;
    const lines = action.document.lines.map((line) => ({ ...line, externalId: `${line.externalId}x${tries}` }));
    return { ...action, document: { ...action.document, externalId, lines } };
  };
  return (port) => ({
    ...port,
    apply: (actions, call) => port.apply(actions.map(renamed), call),
    // And it is not found by what people call it either.
    observeOrders: (queries, call) =>
      port.observeOrders(
        queries.map((query) => ({ ...query, reference: `${query.reference}?`, knownOrderId: null })),
        call,
      ),
  });
}

const DAY_MS = 24 * 60 * 60_000;

function carefree(store: HubStore): HubStore {
  return wrap(store, {
    holdsLease: () => Promise.resolve(true),
    beat: () => Promise.resolve(true),
    claim: async (lanes, limits, leaseMs) => {
      const claim = await store.claim(lanes, limits, leaseMs);
      return claim === null ? null : { ...claim, leaseUntilMs: claim.leaseUntilMs + DAY_MS };
    },
  });
}

/** Every run writes with the fence of the newest claim. */
function unfenced(): (store: HubStore) => HubStore {
  return (store) => {
    const newest = new Map<string, bigint>();
    return wrap(store, {
      claim: async (lanes, limits, leaseMs) => {
        const claim = await store.claim(lanes, limits, leaseMs);
        for (const { id } of claim?.keys ?? []) newest.set(`${claim?.flow ?? ""}/${id}`, claim?.fence ?? 0n);
        return claim;
      },
      commit: (claim, results) => {
        const [first] = results;
        return store.commit(
          { ...claim, fence: newest.get(`${claim.flow}/${first?.id ?? ""}`) ?? claim.fence },
          results,
        );
      },
    });
  };
}

function deaf(store: HubStore): HubStore {
  return wrap(store, {
    advance: (cursor, _marks, holds) => store.advance(cursor, [], holds),
    receive: (entry, _marks, holds) => store.receive(entry, [], holds),
  });
}

function wrap(store: HubStore, changed: Partial<HubStore>): HubStore {
  return new Proxy(store, {
    get: (target, name) => (Reflect.get(changed, name) ?? Reflect.get(target, name)) as unknown,
  });
}
