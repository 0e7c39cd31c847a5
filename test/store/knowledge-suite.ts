/** What the store promises about everything it knows beside the list of work, on any store. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "../../src/core/ports/call.ts";
import type { OrderHold } from "../../src/core/ports/shop.ts";
import type { Claim, HubStore, KeyResult, Link } from "../../src/core/ports/store.ts";
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import { activityOf, claimSome, delivery, finishAll, idsOf, LANES, LEASE_MS, LIMITS } from "./fixtures.ts";
import { live, order, resultsOf, SHOP, stock } from "./fixtures.ts";
import type { Stores } from "./opened-stores.ts";

export function knowledgeSuite(stores: Stores): void {
  describe(`knowledge on ${stores.kind}`, () => {
    intakeTests(stores);
    linkTests(stores);
    holdTests(stores);
    activityTests(stores);
    stateTests(stores);
    bodyTests(stores);
    documentTests(stores);
    retentionTests(stores);
  });
}

async function runWith(store: HubStore, key = order("1"), more: Partial<KeyResult> = {}): Promise<Claim> {
  await store.mark([live(key)]);
  const claim = await claimSome(store);
  assert.deepEqual(await store.commit(claim, resultsOf(claim, { kind: "done" }, more)), []);
  return claim;
}

function hold(orderId: string, variantId: string, quantity = "1", locationId: string | null = null): OrderHold {
  return { orderId, orderNumber: `#${orderId}`, variantId, quantity, locationId };
}

function variantLink(shopId: string, erpId: number, label = `SKU-${shopId}`): Link {
  return { connection: SHOP, kind: "variant", shopId, erpId, label, parentId: "77", itemId: `i-${shopId}` };
}

function intakeTests({ fresh }: Stores): void {
  test("a delivery is taken once: its row, marks and holds together, or nothing", async () => {
    const { store } = await fresh();
    const entry = delivery("d1");
    assert.equal(await store.receive(entry, [live(order("1"))], { orderId: "1", lines: [hold("1", "v1")] }), true);
    assert.equal(await store.receive(entry, [live(order("2"))], { orderId: "1", lines: [] }), false);
    assert.deepEqual(
      (await store.work({}, 10)).map(({ key, gen }) => [key.id, gen]),
      [["1", 1]],
    );
    assert.equal((await store.holds(SHOP, ["v1"])).length, 1);
    const [stored, ...others] = await store.inbox(SHOP, 10);
    assert.deepEqual(stored, entry);
    assert.equal(others.length, 0);
    assert.equal(await store.receive({ ...entry, connection: "shop-us" }, [], null), true, "ids are each shop's own");
  });

  test("eight equal deliveries at the same time are one", async () => {
    const { store } = await fresh();
    const takes = await Promise.all(
      Array.from({ length: 8 }, () => store.receive(delivery("d1"), [live(order("1"))], null)),
    );
    assert.equal(takes.filter((taken) => taken).length, 1);
    assert.equal((await store.work({}, 10))[0]?.gen, 1);
  });

  test("a poll moves its cursor with its marks and holds", async () => {
    const { store } = await fresh();
    assert.equal(await store.cursor("orders/shop-eu"), null);
    const held = [
      { connection: SHOP, orderId: "1", lines: [hold("1", "v1", "2.5")] },
      { connection: SHOP, orderId: "2", lines: [] },
    ];
    await store.advance(
      { name: "orders/shop-eu", value: "2026-01-05T08:00:00Z" },
      [live(order("1")), live(order("2"))],
      held,
    );
    await store.advance({ name: "orders/shop-eu", value: "2026-01-05T08:05:00Z" }, [], []);
    assert.equal(await store.cursor("orders/shop-eu"), "2026-01-05T08:05:00Z");
    assert.equal((await store.work({}, 10)).length, 2);
    assert.deepEqual(await store.holds(SHOP, ["v1", "v2"]), [{ ...hold("1", "v1", "2.5"), erpOrderId: null }]);
  });
}

function linkTests({ fresh }: Stores): void {
  test("links are found from both sides, replaced and paged", async () => {
    const { store } = await fresh();
    await runWith(store, order("1"), {
      links: [variantLink("b", 2), variantLink("a", 1), variantLink("c", 1), variantLink("a", 9)],
    });
    assert.deepEqual(await store.links(SHOP, "variant", ["a", "b", "x"]), [variantLink("a", 9), variantLink("b", 2)]);
    assert.deepEqual(await store.linksByErp("variant", [1, 9]), [variantLink("a", 9), variantLink("c", 1)]);
    assert.deepEqual(await store.links(SHOP, "order", ["a"]), []);
    assert.deepEqual(await store.links("shop-us", "variant", ["a"]), []);
    const first = await store.variantLinks(SHOP, null, 2);
    assert.deepEqual(
      first.map(({ shopId }) => shopId),
      ["a", "b"],
    );
    assert.deepEqual(
      (await store.variantLinks(SHOP, "b", 2)).map(({ shopId }) => shopId),
      ["c"],
    );
    assert.deepEqual(await store.linksByItem(SHOP, ["i-a", "i-c", "i-x"]), [variantLink("a", 9), variantLink("c", 1)]);
    assert.deepEqual(await store.linksByItem("shop-us", ["i-a"]), []);
    assert.deepEqual(await store.linksByItem(SHOP, []), []);
    await runWith(store, order("1"), { links: [{ ...variantLink("c", 1), itemId: null }] });
    assert.deepEqual(await store.linksByItem(SHOP, ["i-c"]), []);
  });
}

function holdTests({ fresh }: Stores): void {
  test("holds tell where the shop takes them, by variant and by order; those of before locations tell none", async () => {
    const { store } = await fresh();
    const lines = [hold("1", "v1", "2", "loc-1"), hold("1", "v1", "1", "loc-2")];
    await store.receive(delivery("d1"), [], { orderId: "1", lines });
    assert.deepEqual(await store.holdsOfOrders(SHOP, ["1", "2"]), lines);
    assert.deepEqual(await store.holdsOfOrders("shop-us", ["1"]), []);
    assert.deepEqual(await store.holdsOfOrders(SHOP, []), []);
    const { locationId: _, ...before } = hold("3", "v1", "4");
    await store.receive(delivery("d2"), [], { orderId: "3", lines: [before as OrderHold] });
    assert.deepEqual(await store.holdsOfOrders(SHOP, ["3"]), [hold("3", "v1", "4")]);
    assert.deepEqual(
      (await store.holds(SHOP, ["v1"])).map(({ locationId }) => locationId),
      ["loc-1", "loc-2", null],
    );
  });

  test("what a result makes worth a look is marked with it, and not when its fence is gone", async () => {
    const { store, clock } = await fresh();
    const marks = [live({ ...stock("v9"), connection: "shop-us" })];
    await runWith(store, order("1"), { marks });
    const work = await store.work({ connection: "shop-us" }, 10);
    assert.deepEqual(
      work.map(({ key, gen }) => [key.id, gen]),
      [["v9", 1]],
    );
    await store.mark([live(order("2"))]);
    const claim = await claimSome(store);
    clock.advance(LEASE_MS + 1);
    await claimSome(store);
    assert.deepEqual(await store.commit(claim, resultsOf(claim, { kind: "done" }, { marks })), ["2"]);
    assert.equal((await store.work({ connection: "shop-us" }, 10))[0]?.gen, 1);
  });

  test("an order's holds are replaced as a whole, and tell the order's id in the ERP once it is linked", async () => {
    const { store } = await fresh();
    const lines = [hold("1", "v1"), hold("1", "v1", "3"), hold("1", "v2")];
    await store.receive(delivery("d1"), [], { orderId: "1", lines });
    await store.receive(delivery("d2"), [], { orderId: "2", lines: [hold("2", "v2", "7")] });
    assert.deepEqual(await store.holds(SHOP, ["v1"]), [
      { ...hold("1", "v1"), erpOrderId: null },
      { ...hold("1", "v1", "3"), erpOrderId: null },
    ]);
    const links: Link[] = [
      { connection: SHOP, kind: "order", shopId: "1", erpId: 41, label: "S00041", parentId: null, itemId: null },
    ];
    await runWith(store, order("1"), { links, holds: { orderId: "1", lines: [hold("1", "v2", "5")] } });
    assert.deepEqual(await store.holds(SHOP, ["v1", "v2"]), [
      { ...hold("1", "v2", "5"), erpOrderId: 41 },
      { ...hold("2", "v2", "7"), erpOrderId: null },
    ]);
    await runWith(store, order("1"), { holds: { orderId: "1", lines: [] } });
    await runWith(store, order("2"));
    assert.deepEqual(
      (await store.holds(SHOP, ["v2"])).map(({ orderId }) => orderId),
      ["2"],
      "undefined leaves them",
    );
    assert.deepEqual(await store.holds("shop-us", ["v2"]), []);
  });
}

function exchange(call: string, response: unknown): Exchange {
  return { connection: SHOP, call, write: false, request: { page: 1 }, response, status: 200, durationMs: 12 };
}

function activityTests({ fresh }: Stores): void {
  test("activities come newest first, by key, connection and status, with the exchanges of their batch", async () => {
    const { store } = await fresh();
    await store.mark([live(order("1")), live(order("2"))]);
    const claim = await claimSome(store);
    const exchanges = [exchange("GET /orders", [{ id: 1 }]), exchange("sale.order search_read", { total: "10.00" })];
    const results = resultsOf(claim, { kind: "done" }).map((result) => ({
      ...result,
      activity: activityOf(order(result.id), {
        exchanges,
        erpIds: { order: 41, name: "S00041" },
        diff: [{ what: "sale.order state", before: "draft", after: "sale" }],
        startedAtMs: 1_700_000_000_123,
        durationMs: 45,
      }),
    }));
    assert.deepEqual(await store.commit(claim, results), []);
    await runWith(store, stock("9"));
    const all = await store.activities({}, 10);
    assert.deepEqual(
      all.map(({ key }) => [key.flow, key.id]),
      [
        ["stock", "9"],
        ["order", "2"],
        ["order", "1"],
      ],
    );
    const [{ activityId, ...activity } = assert.fail("none")] = await store.activities({ key: order("1") }, 10);
    assert.match(activityId, /^\d+$/);
    assert.deepEqual(activity, results[0]?.activity);
    assert.equal(
      (await store.query("select 1 from stockbridge.exchanges")).rows.length,
      1,
      "stored once for the batch",
    );
    assert.equal((await store.activities({ connection: SHOP, status: "success" }, 2)).length, 2);
    assert.equal((await store.activities({ connection: "shop-us" }, 10)).length, 0);
    assert.equal((await store.activities({ status: "failed" }, 10)).length, 0);
  });

  test("what a shop answers can always be recorded: NUL, half surrogates, quotes", async () => {
    const { store } = await fresh();
    const nasty = "a\0b\u{D800}c\\u0000 \" ' \\ 😀";
    const clean = "a\u{FFFD}b\u{FFFD}c\\u0000 \" ' \\ 😀";
    await store.mark([live(order("1"))]);
    const claim = await claimSome(store);
    const activity = activityOf(order("1"), { sentence: nasty, exchanges: [exchange(nasty, { [nasty]: nasty })] });
    assert.deepEqual(await store.commit(claim, resultsOf(claim, { kind: "done" }, { activity })), []);
    const [stored] = await store.activities({}, 1);
    assert.equal(stored?.sentence, clean);
    assert.deepEqual(stored?.exchanges, [exchange(clean, { [clean]: clean })]);
    assert.equal((await store.keyState(order("1")))?.sentence, clean);
  });
}

function stateTests({ fresh }: Stores): void {
  test("where keys stand is listed by flow, connection and state", async () => {
    const { store, clock } = await fresh();
    await runWith(store, order("1"));
    clock.advance(10);
    await store.mark([live(order("2"))]);
    await finishAll(store, await claimSome(store), { kind: "park" });
    assert.deepEqual(
      (await store.keyStates({}, 10)).map(({ key, state, code }) => [key.id, state, code]),
      [
        ["2", "failed", "SKU_NOT_FOUND"],
        ["1", "synced", null],
      ],
    );
    assert.deepEqual(
      (await store.keyStates({ states: ["synced", "linked"], flow: "order" }, 10)).map(({ key }) => key.id),
      ["1"],
    );
    assert.equal((await store.keyStates({ connection: "shop-us" }, 10)).length, 0);
    assert.equal((await store.keyState(order("2")))?.updatedAtMs, clock.nowMs());
    assert.equal(await store.keyState(stock("2")), null);
  });
}

function bodyTests({ fresh }: Stores): void {
  test("proofs are kept and counted; explanations come newest first", async () => {
    const { store, clock } = await fresh();
    await runWith(store, order("1"), { proof: { equal: false, body: { total: { shop: "10.00", odoo: "10.01" } } } });
    await runWith(store, order("1"), { proof: { equal: true, body: { total: "10.00" } } });
    await runWith(store, order("2"), { proof: { equal: false, body: [1, "x", null] } });
    assert.deepEqual(await store.proof(SHOP, "1"), {
      equal: true,
      body: { total: "10.00" },
      provedAtMs: clock.nowMs(),
    });
    assert.equal(await store.proof("shop-us", "1"), null);
    assert.deepEqual(await store.proofCounts(), { equal: 1, different: 1 });

    await runWith(store, stock("v1"), {
      explanations: [{ locationId: WHOLE_SHOP, quantity: 5, wrote: true, body: { free: "6", safety: "1" } }],
    });
    await runWith(store, stock("v1"), {
      explanations: [{ locationId: WHOLE_SHOP, quantity: -2, wrote: false, body: {} }],
    });
    assert.deepEqual(await store.explanations(SHOP, "v1", 10), [
      { locationId: WHOLE_SHOP, quantity: -2, wrote: false, body: {}, atMs: clock.nowMs() },
      { locationId: WHOLE_SHOP, quantity: 5, wrote: true, body: { free: "6", safety: "1" }, atMs: clock.nowMs() },
    ]);
    assert.equal((await store.explanations(SHOP, "v1", 1)).length, 1);
  });

  test("each location of a variant has its own number and its own history", async () => {
    const { store } = await fresh();
    const at = (locationId: string, quantity: number) => ({ locationId, quantity, wrote: true, body: {} });
    await runWith(store, stock("v1"), { explanations: [at("1", 5), at("2", 7)] });
    await runWith(store, stock("v1"), { explanations: [at("1", 6)] });
    await runWith(store, stock("v2"), { explanations: [] });
    const published = await store.published(SHOP, ["v1", "v2"]);
    assert.deepEqual(
      published.get("v1"),
      new Map([
        ["1", 6],
        ["2", 7],
      ]),
    );
    assert.equal(published.get("v2"), undefined);
    assert.deepEqual(
      (await store.explanations(SHOP, "v1", 10)).map(({ locationId, quantity }) => [locationId, quantity]),
      [
        ["1", 6],
        ["2", 7],
        ["1", 5],
      ],
    );
  });
}

function documentTests({ fresh }: Stores): void {
  test("documents hold any JSON and are replaced", async () => {
    const { store, clock } = await fresh();
    assert.equal(await store.readDocument("capabilities/odoo"), null);
    for (const body of [{ a: [1, 2.5, "x", null, true] }, [], "text", 0, null, false] as const) {
      clock.advance(1);
      await store.writeDocument("capabilities/odoo", body);
      assert.deepEqual(await store.readDocument("capabilities/odoo"), { body, updatedAtMs: clock.nowMs() });
    }
  });

  test("an unknown connection runs; a success is written down", async () => {
    const { store, clock } = await fresh();
    const state = await store.connectionState(SHOP);
    assert.deepEqual([state.pausedUntilMs, state.probing, state.lastSuccessMs], [null, false, null]);
    const firstMs = clock.nowMs();
    await store.resume(SHOP);
    clock.advance(500);
    await store.resume(SHOP);
    assert.equal((await store.connectionState(SHOP)).lastSuccessMs, firstMs, "not written more often than needed");
    clock.advance(5_000);
    await store.resume(SHOP);
    assert.equal((await store.connectionState(SHOP)).lastSuccessMs, clock.nowMs());
  });
}

function retentionTests({ fresh }: Stores): void {
  test("what is old goes, but never a variant's newest explanation nor anything of the work", async () => {
    const { store, clock } = await fresh();
    const old = activityOf(order("1"), { startedAtMs: clock.nowMs(), exchanges: [exchange("GET /orders", "old")] });
    await store.receive(delivery("d1", { receivedAtMs: clock.nowMs() }), [], null);
    await runWith(store, order("1"), { activity: old });
    // Of another location it is the newest, and stays.
    await runWith(store, stock("v1"), { explanations: [{ locationId: "2", quantity: 9, wrote: true, body: {} }] });
    for (const quantity of [1, 2])
      await runWith(store, stock("v1"), {
        explanations: [{ locationId: WHOLE_SHOP, quantity, wrote: true, body: {} }],
      });
    clock.advance(1_000);
    const limitMs = clock.nowMs();
    await runWith(store, stock("v2"), {
      explanations: [{ locationId: WHOLE_SHOP, quantity: 3, wrote: true, body: {} }],
      activity: activityOf(stock("v2"), { startedAtMs: limitMs }),
    });
    await store.receive(delivery("d2", { receivedAtMs: limitMs }), [live(order("8"))], null);
    const gone = await store.expire({ activities: limitMs, inbox: limitMs, explanations: limitMs });
    // Four activities, the list of exchanges of one of them, a delivery, and the first of two explanations of one place.
    assert.equal(gone, 7);
    assert.deepEqual(
      (await store.activities({}, 10)).map(({ key }) => key.id),
      ["v2"],
    );
    assert.deepEqual(
      (await store.inbox(SHOP, 10)).map(({ deliveryId }) => deliveryId),
      ["d2"],
    );
    assert.deepEqual(
      (await store.explanations(SHOP, "v1", 10)).map(({ quantity }) => quantity),
      [2, 9],
    );
    assert.deepEqual(idsOf(await store.claim(LANES, LIMITS, LEASE_MS)), ["8"]);
    assert.equal(await store.expire({ activities: limitMs, inbox: limitMs, explanations: limitMs }), 0);
  });
}
