/** Which refunded goods are called off, which come back, and which are gone: by what was sent when the refund was made. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { line, RULES, sampleOrder } from "../testing/orders.ts";
import type { ErpDelivery } from "./erp-documents.ts";
import { calledOffUnits, reductions, returns } from "./refund-stock.ts";
import type { OrderFulfilment, OrderRefund, ShopOrder } from "./shop-order.ts";

const XID = "stockbridge.shop-eu_order_1054";
const DAY = (day: number) => `2026-11-${day}T10:00:00.000Z`;

function refunded(id: string, day: number, units: string, restock: boolean): OrderRefund {
  const taken = { lineId: "1", name: "Mug", quantity: units, untaxed: "9.00", taxes: [], restock, locationId: null };
  return { id, createdAt: DAY(day), reason: "", lines: [taken], total: "9.00", payments: [] };
}

function delivery(id: number, direction: ErpDelivery["direction"], doneOn: number | null, units: string): ErpDelivery {
  const own = { externalId: `${XID}_l1`, productId: 101, demand: units, done: doneOn === null ? "0" : units };
  const head = { id, name: `WH/${id}`, direction, carrier: "", trackingNumber: "", trackingUrl: "" };
  return {
    ...head,
    state: doneOn === null ? "assigned" : "done",
    doneAt: doneOn === null ? null : DAY(doneOn),
    lines: [own],
  };
}

function sentInShop(day: number, units: string): OrderFulfilment {
  const head = { id: "1", status: "done", locationId: null, carrier: "", trackingNumbers: [] } as const;
  return { ...head, createdAt: DAY(day), lines: [{ lineId: "1", quantity: units }] };
}

function stepsOf(
  given: Partial<ShopOrder>,
  deliveries: readonly ErpDelivery[],
  way: "shop" | "odoo" = "odoo",
): string[] {
  const order = sampleOrder({ lines: [line({ id: "1", quantity: "3" })], ...given });
  const stock = { order, orderXid: XID, deliveries, rules: { ...RULES, deliveries: way } };
  return [...reductions(9, stock), ...returns(9, stock)].flatMap((action) => {
    if (action.kind === "delivery.reduce") return action.lines.map(({ keep }) => `keep ${keep}`);
    if (action.kind === "return.create")
      return action.lines.map(({ quantity }) => `${action.externalId.replace(XID, "")} ${quantity}`);
    return [action.kind];
  });
}

describe("the goods of refunds", () => {
  test("nothing was sent: so many fewer are to be sent, restocked or not", () => {
    const open = [delivery(1, "out", null, "3")];
    for (const restock of [true, false])
      assert.deepEqual(stepsOf({ refunds: [refunded("7", 20, "1", restock)] }, open), ["keep 2"]);
    assert.deepEqual(stepsOf({ refunds: [refunded("7", 20, "1", true)] }, [delivery(1, "out", null, "2")]), []);
  });

  test("a part was sent: the refund takes of that part first, and the rest is still to be sent", () => {
    const half = [delivery(1, "out", 19, "1"), delivery(2, "out", null, "2")];
    assert.deepEqual(stepsOf({ refunds: [refunded("7", 20, "1", true)] }, half), ["_r7_return 1"]);
    assert.deepEqual(stepsOf({ refunds: [refunded("7", 20, "1", false)] }, half), []);
    assert.deepEqual(stepsOf({ refunds: [refunded("7", 20, "2", true)] }, half), ["keep 1", "_r7_return 1"]);
  });

  test("sent after the refund all the same: with the customer, and not back on the shelf", () => {
    assert.deepEqual(stepsOf({ refunds: [refunded("7", 20, "1", true)] }, [delivery(1, "out", 21, "3")]), []);
  });

  test("what came back already counts, whoever took it back; each refund has a return of its own", () => {
    const refunds = [refunded("7", 20, "1", true), refunded("8", 21, "1", true)];
    const out = delivery(1, "out", 19, "3");
    assert.deepEqual(stepsOf({ refunds }, [out]), ["_r7_return 1", "_r8_return 1"]);
    assert.deepEqual(stepsOf({ refunds }, [out, delivery(2, "back", 22, "1")]), ["_r8_return 1"]);
    assert.deepEqual(stepsOf({ refunds }, [out, delivery(2, "back", 22, "2")]), []);
  });

  test("sent in the shop and not yet done in Odoo: it is done there first, and comes back then", () => {
    const given = { refunds: [refunded("7", 20, "1", true)], fulfilments: [sentInShop(19, "3")] };
    assert.deepEqual(stepsOf(given, [delivery(1, "out", null, "3")], "shop"), []);
    assert.deepEqual(stepsOf(given, [delivery(1, "out", 21, "3")], "shop"), ["_r7_return 1"]);
  });

  test("units that were called off are known from the shop alone", () => {
    const order = sampleOrder({ refunds: [refunded("7", 20, "2", true)], fulfilments: [sentInShop(19, "1")] });
    assert.deepEqual([calledOffUnits(order, "1").toString(), calledOffUnits(order, "2").toString()], ["1", "0"]);
  });
});
