/** Deliveries and fulfilments against each other: by example, and from any state that either side may be in. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { deliverTo, openDelivery } from "../testing/model-deliveries.ts";
import { line, sampleOrder } from "../testing/orders.ts";
import type { FulfilmentWrite } from "../ports/shop.ts";
import type { ErpDelivery } from "./erp-documents.ts";
import { isUnsent, undoneFulfilments, untoldFulfilments } from "./fulfilment.ts";
import type { OrderFulfilment, OrderRefund, ShopOrder } from "./shop-order.ts";

const XID = "stockbridge.shop-eu_order_1054";

/** Units by line id. */
type Given = Readonly<Record<string, string>>;

function order(ordered: Given, given: Partial<ShopOrder> = {}): ShopOrder {
  const lines = Object.entries(ordered).map(([id, quantity]) => line({ id, quantity }));
  return sampleOrder({ lines, fulfilments: [], refunds: [], ...given });
}

function sent(id: number, units: Given, more: Partial<ErpDelivery> = {}): ErpDelivery {
  const lines = Object.entries(units).map(([lineId, done]) => ({
    externalId: `${XID}_l${lineId}`,
    productId: 101,
    demand: done,
    done,
  }));
  return { ...openDelivery(id, lines), state: "done", doneAt: `2026-11-21T1${id}:00:00Z`, ...more };
}

function open(id: number, units: Given): ErpDelivery {
  const lines = Object.entries(units).map(([lineId, demand]) => ({
    externalId: `${XID}_l${lineId}`,
    productId: 101,
    demand,
    done: "0",
  }));
  return openDelivery(id, lines);
}

function fulfilment(id: string, units: Given, more: Partial<OrderFulfilment> = {}): OrderFulfilment {
  const lines = Object.entries(units).map(([lineId, quantity]) => ({ lineId, quantity }));
  const createdAt = "2026-11-21T12:00:00.000Z";
  return { id, status: "done", createdAt, locationId: null, carrier: "", trackingNumbers: [], lines, ...more };
}

function refund(lineId: string, quantity: string): OrderRefund {
  const own = { lineId, name: "", quantity, untaxed: "1.00", taxes: [], restock: true, locationId: null };
  return { id: "r", createdAt: "2026-11-21T12:00:00.000Z", reason: "", lines: [own], total: "1.00", payments: [] };
}

function told(writes: readonly FulfilmentWrite[]): readonly (readonly [string, string, Given])[] {
  return writes.map(({ picking, trackingNumber, lines }) => [
    picking,
    trackingNumber,
    Object.fromEntries(lines.map(({ lineId, quantity }) => [lineId, quantity])),
  ]);
}

describe("what Odoo sent and the shop does not know", () => {
  const tell = (from: ShopOrder, deliveries: readonly ErpDelivery[]) => told(untoldFulfilments(from, XID, deliveries));

  test("each delivery is one fulfilment with its carrier and tracking; what is open is not told", () => {
    const parcel = { carrier: "Post", trackingNumber: "P1", trackingUrl: "https://post.example.test/P1" };
    const deliveries = [sent(1, { a: "1", b: "2" }, parcel), sent(2, { a: "1" }), open(3, { a: "1" })];
    const writes = untoldFulfilments(order({ a: "3", b: "2" }), XID, deliveries);
    assert.deepEqual(told(writes), [
      ["WH/OUT/00001", "P1", { a: "1", b: "2" }],
      ["WH/OUT/00002", "", { a: "1" }],
    ]);
    assert.deepEqual([writes[0]?.carrier, writes[0]?.trackingUrl], [parcel.carrier, parcel.trackingUrl]);
    assert.equal(isUnsent(deliveries), true);
    assert.equal(isUnsent(deliveries.slice(0, 2)), false);
  });

  test("a tracking number says which delivery the shop knows; without one it is the oldest", () => {
    const deliveries = [sent(1, { a: "1" }, { trackingNumber: "P1" }), sent(2, { a: "1" }, { trackingNumber: "P2" })];
    const second = fulfilment("f", { a: "1" }, { trackingNumbers: ["P2"] });
    assert.deepEqual(tell(order({ a: "2" }, { fulfilments: [second] }), deliveries), [
      ["WH/OUT/00001", "P1", { a: "1" }],
    ]);
    const several = [
      { ...deliveries[0]!, trackingNumber: "P1" },
      { ...deliveries[1]!, trackingNumber: "P10, P2" },
    ];
    assert.deepEqual(tell(order({ a: "2" }, { fulfilments: [second] }), several), [["WH/OUT/00001", "P1", { a: "1" }]]);
    const unnamed = fulfilment("f", { a: "1" });
    assert.deepEqual(tell(order({ a: "2" }, { fulfilments: [unnamed] }), deliveries), [
      ["WH/OUT/00002", "P2", { a: "1" }],
    ]);
  });

  test("what the shop fulfilled by itself counts, a cancelled fulfilment does not", () => {
    const own = fulfilment("f", { a: "2" });
    assert.deepEqual(tell(order({ a: "2" }, { fulfilments: [own] }), [sent(1, { a: "2" })]), []);
    const cancelled = fulfilment("f", { a: "2" }, { status: "cancelled" });
    assert.deepEqual(tell(order({ a: "2" }, { fulfilments: [cancelled] }), [sent(1, { a: "2" })]), [
      ["WH/OUT/00001", "", { a: "2" }],
    ]);
  });

  test("never more than was ordered, or than is left after a refund; what came back stays sent", () => {
    const back = { ...sent(2, { a: "2" }), direction: "back" as const };
    assert.deepEqual(tell(order({ a: "2" }), [sent(1, { a: "3" }), back]), [["WH/OUT/00001", "", { a: "2" }]]);
    assert.deepEqual(tell(order({ a: "2" }, { refunds: [refund("a", "1")] }), [sent(1, { a: "2" })]), [
      ["WH/OUT/00001", "", { a: "1" }],
    ]);
    const returned = { fulfilments: [fulfilment("f", { a: "1" })], refunds: [refund("a", "1")] };
    assert.deepEqual(tell(order({ a: "2" }, returned), [sent(1, { a: "1" }), sent(2, { a: "1" })]), [
      ["WH/OUT/00002", "", { a: "1" }],
    ]);
  });

  test("halves of a unit are told as one, with the transfer that completes it; strange lines are left out", () => {
    const foreign = { externalId: null, productId: 9, demand: "4", done: "4" };
    const first = sent(1, { a: "0.5" });
    const deliveries = [{ ...first, lines: [...first.lines, foreign] }, sent(2, { a: "0.5", z: "1" })];
    assert.deepEqual(tell(order({ a: "2" }), deliveries), [["WH/OUT/00002", "", { a: "1" }]]);
  });
});

describe("what the shop sent and Odoo has not done", () => {
  const undone = (from: ShopOrder, deliveries: readonly ErpDelivery[]) => undoneFulfilments(from, XID, deliveries);

  test("all of what is open is validated as a whole, with the numbers that Odoo does not know", () => {
    const fulfilments = [
      fulfilment("1", { a: "2" }, { trackingNumbers: ["P1"] }),
      fulfilment("2", { b: "1" }, { trackingNumbers: ["P2", "P3"] }),
    ];
    const deliveries = [sent(1, { a: "1" }, { trackingNumber: "P1" }), open(2, { a: "1", b: "1" })];
    assert.deepEqual(undone(order({ a: "2", b: "1" }, { fulfilments }), deliveries), {
      lines: null,
      tracking: "P2, P3",
    });
  });

  test("a number is not known because a longer one begins with it, nor unknown because it stands beside another", () => {
    const parcels = ["P1", "P2"].map((number) => fulfilment(number, { a: "1" }, { trackingNumbers: [number] }));
    const tracking = (number: string) =>
      undone(order({ a: "2" }, { fulfilments: parcels }), [
        sent(1, { a: "1" }, { trackingNumber: number }),
        open(2, { a: "1" }),
      ])?.tracking;
    assert.deepEqual([tracking("P10"), tracking("P10, P1"), tracking("P1;P2")], ["P1, P2", "P2", ""]);
  });

  test("a part is a target for each line: units done in all", () => {
    const fulfilments = [fulfilment("1", { a: "2" }), fulfilment("2", { a: "1" }, { status: "cancelled" })];
    const deliveries = [sent(1, { a: "1" }), open(2, { a: "3", b: "1" })];
    assert.deepEqual(undone(order({ a: "4", b: "1" }, { fulfilments }), deliveries), {
      lines: [{ externalId: `${XID}_la`, quantity: "2" }],
      tracking: "",
    });
  });

  test("nothing is to be done where Odoo is as far, or has nothing open", () => {
    const fulfilments = [fulfilment("1", { a: "2" })];
    assert.equal(undone(order({ a: "2" }, { fulfilments }), [sent(1, { a: "2" })]), null);
    assert.equal(undone(order({ a: "2" }, { fulfilments }), []), null);
    assert.equal(undone(order({ a: "3" }, { fulfilments }), [sent(1, { a: "2" }), open(2, { a: "1" })]), null);
    const returned = { ...sent(2, { a: "2" }), direction: "back" as const };
    assert.equal(undone(order({ a: "2" }, { fulfilments }), [sent(1, { a: "2" }), returned]), null);
  });
});

const LINES = ["a", "b", "c"] as const;
const units = fc.record({ a: fc.nat(4), b: fc.nat(4), c: fc.nat(4) });
const numbers = fc.constantFrom("", "P1", "P2", "P3");
const states = fc.record({
  ordered: fc.record({ a: fc.integer({ min: 1, max: 6 }), b: fc.integer({ min: 1, max: 6 }), c: fc.nat(6) }),
  pickings: fc.array(fc.record({ units, number: numbers, kind: fc.constantFrom("done", "done", "open", "back") }), {
    maxLength: 5,
  }),
  fulfilments: fc.array(fc.record({ units, number: numbers, done: fc.boolean() }), { maxLength: 4 }),
  refunded: fc.option(fc.record({ id: fc.constantFrom(...LINES), units: fc.integer({ min: 1, max: 3 }) })),
});
type Drawn = typeof states extends fc.Arbitrary<infer T> ? T : never;

function texts(given: Readonly<Record<string, number>>): Given {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, each]) => each > 0)
      .map(([id, each]) => [id, String(each)]),
  );
}

function sum(id: string, all: readonly Given[]): number {
  return all.reduce((total, each) => total + Number(each[id] ?? 0), 0);
}

/** The shop as it is left by any history: it never holds more fulfilled units of a line than were ordered. */
function drawnOrder({ ordered, fulfilments, refunded }: Drawn): ShopOrder {
  const left: Record<string, number> = { ...ordered };
  const own = fulfilments.map((each, index) => {
    const taken = LINES.map((id) => {
      const now = Math.min(each.units[id], each.done ? (left[id] ?? 0) : each.units[id]);
      if (each.done) left[id] = (left[id] ?? 0) - now;
      return [id, now] as const;
    });
    return fulfilment(String(index), texts(Object.fromEntries(taken)), {
      status: each.done ? "done" : "cancelled",
      trackingNumbers: each.number === "" ? [] : [each.number],
    });
  });
  const refunds = refunded === null ? [] : [refund(refunded.id, String(refunded.units))];
  return order(texts(ordered), { fulfilments: own, refunds });
}

function drawnDeliveries({ pickings }: Drawn): readonly ErpDelivery[] {
  return pickings.map((each, index) => {
    if (each.kind === "open") return open(index + 1, texts(each.units));
    const done = sent(index + 1, texts(each.units), { trackingNumber: each.number });
    return each.kind === "back" ? { ...done, direction: "back" } : done;
  });
}

function fulfilledOf(from: ShopOrder): readonly Given[] {
  return from.fulfilments
    .filter(({ status }) => status === "done")
    .map(({ lines }) => Object.fromEntries(lines.map(({ lineId, quantity }) => [lineId, quantity])));
}

function withWrites(from: ShopOrder, writes: readonly FulfilmentWrite[]): ShopOrder {
  const made = writes.map((write, index) =>
    fulfilment(`w${from.fulfilments.length + index}`, told([write])[0]![2], {
      createdAt: "2026-11-21T13:00:00.000Z",
      trackingNumbers: write.trackingNumber === "" ? [] : [write.trackingNumber],
    }),
  );
  return { ...from, fulfilments: [...from.fulfilments, ...made] };
}

describe("from any state", () => {
  test("the shop comes to know all that was sent and nothing else, however often a run is cut off", () => {
    fc.assert(
      fc.property(states, fc.array(fc.nat(2), { maxLength: 6 }), (drawn, cuts) => {
        const deliveries = drawnDeliveries(drawn);
        const sentUnits = deliveries
          .filter(({ direction }) => direction === "out")
          .map(({ lines }) => Object.fromEntries(lines.map((each) => [each.externalId!.slice(-1), each.done])));
        const before = drawnOrder(drawn);
        let now = before;
        for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
          const writes = untoldFulfilments(now, XID, deliveries);
          for (const write of writes) {
            const source = deliveries.find(({ name }) => name === write.picking);
            for (const { lineId, quantity } of write.lines) {
              const done = source?.lines.find(({ externalId }) => externalId === `${XID}_l${lineId}`)?.done ?? "0";
              assert.ok(Number(quantity) > 0 && Number(quantity) <= Number(done), "no more than the transfer holds");
            }
          }
          now = withWrites(now, writes.slice(0, cut));
        }
        assert.deepEqual(untoldFulfilments(now, XID, deliveries), [], "it comes to rest");
        for (const id of LINES) {
          const ordered = sum(id, [texts(drawn.ordered)]);
          const [was, is] = [sum(id, fulfilledOf(before)), sum(id, fulfilledOf(now))];
          const refunded = drawn.refunded?.id === id ? drawn.refunded.units : 0;
          const calledOff = Math.max(0, refunded - was);
          const due = Math.min(sum(id, sentUnits) - was, ordered - was - calledOff);
          assert.equal(is - was, Math.max(0, due), `line ${id}`);
          assert.ok(is <= ordered);
        }
      }),
    );
  });

  test("Odoo comes to have done all that the shop sent and nothing else", () => {
    fc.assert(
      fc.property(states, (drawn) => {
        const shop = drawnOrder(drawn);
        const lines = LINES.filter((id) => drawn.ordered[id] > 0);
        let deliveries: readonly ErpDelivery[] = [open(1, texts(drawn.ordered))];
        const half = shop.fulfilments.slice(0, Math.ceil(shop.fulfilments.length / 2));
        for (const from of [{ ...shop, fulfilments: half }, shop, shop]) {
          const next = undoneFulfilments(from, XID, deliveries);
          if (next === null) continue;
          deliveries = deliverTo(deliveries, next.lines, next.tracking);
          assert.deepEqual(deliverTo(deliveries, next.lines, next.tracking), deliveries, "twice is once");
          assert.equal(undoneFulfilments(from, XID, deliveries), null);
        }
        for (const id of lines) {
          const own = deliveries.flatMap(({ lines: all }) => all).filter((each) => each.externalId === `${XID}_l${id}`);
          const done = own.reduce((total, each) => total + Number(each.done), 0);
          assert.equal(done, sum(id, fulfilledOf(shop)), `line ${id}`);
          assert.equal(
            own.reduce((total, each) => total + Number(each.demand), 0),
            drawn.ordered[id],
          );
        }
        assert.deepEqual(untoldFulfilments(shop, XID, deliveries), [], "both ways agree");
      }),
    );
  });
});
