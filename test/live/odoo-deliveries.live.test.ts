/**
 * Deliveries in a real Odoo 19 and 14, both ways: what is sent there in parts is told to a shop part by part, and what a shop sent is
 * validated there in part, exactly once however many ask for it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FAILURES, sentenceOf } from "../../src/core/failures.ts";
import type { ErpDelivery, ErpOrderDocuments } from "../../src/core/order/erp-documents.ts";
import { undoneFulfilments, untoldFulfilments } from "../../src/core/order/fulfilment.ts";
import type { OrderFulfilment, ShopOrder } from "../../src/core/order/shop-order.ts";
import type { ErpAction } from "../../src/core/ports/erp.ts";
import { line, sampleOrder } from "../../src/core/testing/orders.ts";
import { carryOut, observeOne, walk } from "./odoo-path.ts";
import {
  anotherConnector,
  createWorld,
  good,
  liveOrder,
  MAJORS,
  type LineSpec,
  type LiveOrder,
  type World,
} from "./odoo-world.ts";

const HUBS = 8;
/** The shop's lines 1 and 2 are goods, 3 is the shipping; the parcel's number stands on the transfer. */
const LINES: readonly LineSpec[] = [
  { product: "shirt", quantity: "5", untaxed: "50.00", taxes: [] },
  { product: "mug", quantity: "3", untaxed: "9.00", taxes: [] },
  { product: "shipping", quantity: "1", untaxed: "4.00", taxes: [] },
];

type Units = Readonly<Record<string, string>>;

async function stock(world: World, product: keyof World["products"], quantity: number): Promise<void> {
  const [warehouse] = (await world.rpc("stock.warehouse", "search_read", {
    args: { domain: [["code", "=", "WH"]] },
    kwargs: { fields: ["lot_stock_id"] },
  })) as { lot_stock_id: [number, string] }[];
  const values = { product_id: world.products[product], location_id: warehouse!.lot_stock_id[0] };
  const ids = (await world.rpc("stock.quant", "create", {
    args: { vals_list: [{ ...values, inventory_quantity: quantity }] },
    context: { inventory_mode: true },
  })) as number[];
  if (world.major === 19) await world.rpc("stock.quant", "action_apply_inventory", { ids });
}

async function confirmed(world: World, number: number, lines = LINES): Promise<LiveOrder> {
  const order = liveOrder(world, { number, lines });
  await walk(world.erp, [order], world.call, ["partners", "order", "confirm"]);
  return order;
}

function shopOrder(order: LiveOrder, fulfilments: readonly OrderFulfilment[] = []): ShopOrder {
  const lines = order.document.lines.map((each, index) =>
    line({ id: String(index + 1), kind: each.kind, quantity: each.quantity }),
  );
  return sampleOrder({ id: order.orderId, lines, fulfilments, refunds: [] });
}

function fulfilment(id: string, units: Units, trackingNumbers: readonly string[] = []): OrderFulfilment {
  const lines = Object.entries(units).map(([lineId, quantity]) => ({ lineId, quantity }));
  const createdAt = "2026-11-12T12:00:00.000Z";
  return { id, status: "done", createdAt, locationId: null, carrier: "", trackingNumbers, lines };
}

/** As a person at the warehouse does it: so much of each product, the rest as a backorder. */
async function sendByHand(
  world: World,
  found: ErpOrderDocuments,
  units: Partial<Record<keyof World["products"], number>>,
  values: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const open = found.deliveries.find((each) => each.direction === "out" && each.state !== "done");
  assert.ok(open);
  const moves = await movesOf(world, open.id);
  for (const [product, quantity] of Object.entries(units)) {
    const move = moves.find((each) => each.product_id[0] === world.products[product as keyof World["products"]]);
    const vals = world.major === 19 ? { quantity, picked: true } : { quantity_done: quantity };
    await world.rpc("stock.move", "write", { ids: [move!.id], args: { vals } });
  }
  if (Object.keys(values).length > 0)
    await world.rpc("stock.picking", "write", { ids: [open.id], args: { vals: values } });
  await world.rpc("stock.picking", "button_validate", {
    ids: [open.id],
    context: { skip_sms: true, skip_backorder: true, skip_immediate: true },
  });
}

/** Done units of each line, out of the transfers to the customer. */
function doneUnits(deliveries: readonly ErpDelivery[], order: LiveOrder): readonly string[] {
  const out = deliveries.filter(({ direction }) => direction === "out").flatMap(({ lines }) => lines);
  return order.document.lines
    .filter(({ kind }) => kind === "product")
    .map(({ externalId }) =>
      String(
        out.filter((each) => each.externalId === externalId).reduce((total, each) => total + Number(each.done), 0),
      ),
    );
}

function states(deliveries: readonly ErpDelivery[]): readonly string[] {
  return deliveries.map(({ direction, state }) => `${direction} ${state}`);
}

function validation(order: LiveOrder, found: ErpOrderDocuments, shop: ShopOrder): ErpAction {
  const undone = undoneFulfilments(shop, order.document.externalId, found.deliveries);
  assert.ok(undone && found.order);
  return { kind: "delivery.validate", orderId: found.order.id, ...undone };
}

for (const major of MAJORS) {
  describe(`deliveries of Odoo ${major}`, async () => {
    const world = await createWorld(major);
    const { erp, call } = world;
    await stock(world, "shirt", 200);
    await stock(world, "mug", 200);

    test("sent in three parts by hand, each told with its carrier and tracking, and what came back stays sent", async () => {
      const order = await confirmed(world, 1);
      const xid = order.document.externalId;
      const url = "https://parcel.example.test/<shipmenttrackingnumber>";
      const carriers = (await world.rpc("delivery.carrier", "create", {
        args: {
          vals_list: [
            {
              name: `Live parcel ${world.run}`,
              product_id: world.products.shipping,
              ...(major === 19 ? { tracking_url: url } : {}),
            },
          ],
        },
      })) as number[];
      let found = await observeOne(erp, order, call);
      assert.deepEqual(states(found.deliveries), [`out ${found.deliveries[0]?.state ?? ""}`]);
      assert.deepEqual(untoldFulfilments(shopOrder(order), xid, found.deliveries), []);

      const values = { carrier_id: carriers[0], carrier_tracking_ref: "LIVE-P1" };
      await sendByHand(world, found, { shirt: 2 }, values);
      found = await observeOne(erp, order, call);
      const [first] = untoldFulfilments(shopOrder(order), xid, found.deliveries);
      assert.deepEqual(first, {
        orderId: order.orderId,
        picking: found.deliveries[0]?.name,
        lines: [{ lineId: "1", quantity: "2" }],
        carrier: `Live parcel ${world.run}`,
        trackingNumber: "LIVE-P1",
        trackingUrl: major === 19 ? "https://parcel.example.test/LIVE-P1" : "",
      });
      assert.match(found.deliveries[0]?.doneAt ?? "", /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

      const told = [fulfilment("1", { "1": "2" }, ["LIVE-P1"])];
      await sendByHand(world, found, { shirt: 1, mug: 3 }, { carrier_tracking_ref: "LIVE-P2" });
      found = await observeOne(erp, order, call);
      const second = untoldFulfilments(shopOrder(order, told), xid, found.deliveries);
      assert.deepEqual(
        second.map(({ lines, trackingNumber }) => [trackingNumber, lines]),
        [
          [
            "LIVE-P2",
            [
              { lineId: "1", quantity: "1" },
              { lineId: "2", quantity: "3" },
            ],
          ],
        ],
      );
      await sendByHand(world, found, { shirt: 2 });
      found = await observeOne(erp, order, call);
      assert.deepEqual(states(found.deliveries), ["out done", "out done", "out done"]);
      assert.equal(untoldFulfilments(shopOrder(order), xid, found.deliveries).length, 3);

      await sendBack(world, found.deliveries[0]!);
      found = await observeOne(erp, order, call);
      const back = found.deliveries.filter(({ direction }) => direction === "back");
      assert.deepEqual(
        back.map(({ state, lines }) => [state, lines.map(({ externalId, done }) => [externalId, done])]),
        [["done", [[`${xid}_l1`, "2"]]]],
      );
      assert.deepEqual(doneUnits(found.deliveries, order), ["5", "3"]);
      const all = [...told, fulfilment("2", { "1": "3", "2": "3" })];
      assert.deepEqual(untoldFulfilments(shopOrder(order, all), xid, found.deliveries), []);
    });

    test("what the shop sent in parts is validated in parts, with a backorder and the numbers of the parcels", async () => {
      const order = await confirmed(world, 2);
      const xid = order.document.externalId;
      const one = [fulfilment("1", { "1": "2", "2": "1" }, ["SHOP-P1"])];
      let found = await observeOne(erp, order, call);
      const part = validation(order, found, shopOrder(order, one));
      await carryOut(erp, [part], call);
      await carryOut(erp, [part], call);
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["2", "1"]);
      assert.equal(found.deliveries[0]?.trackingNumber, "SHOP-P1");
      assert.deepEqual(states(found.deliveries).length, 2);
      assert.equal(undoneFulfilments(shopOrder(order, one), xid, found.deliveries), null);

      const two = [...one, fulfilment("2", { "1": "1" }, ["SHOP-P2"])];
      await carryOut(erp, [validation(order, found, shopOrder(order, two))], call);
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["3", "1"]);

      const all = [...two, fulfilment("3", { "1": "2", "2": "2", "3": "1" }, ["SHOP-P3"])];
      const rest = validation(order, found, shopOrder(order, all));
      assert.equal(rest.kind === "delivery.validate" && rest.lines, null);
      await carryOut(erp, [rest], call);
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["5", "3"]);
      assert.deepEqual(
        found.deliveries.map(({ state, trackingNumber }) => [state, trackingNumber]),
        [
          ["done", "SHOP-P1"],
          ["done", "SHOP-P2"],
          ["done", "SHOP-P3"],
        ],
      );
    });

    test("goods that Odoo does not have are sent all the same: its count goes below nothing", async () => {
      const order = await confirmed(world, 3, [{ product: "late", quantity: "4", untaxed: "40.00", taxes: [] }]);
      let found = await observeOne(erp, order, call);
      const some = shopOrder(order, [fulfilment("1", { "1": "3" })]);
      await carryOut(erp, [validation(order, found, some)], call);
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["3"]);
      const quants = (await world.rpc("stock.quant", "search_read", {
        args: {
          domain: [
            ["product_id", "=", world.products.late],
            ["location_id.usage", "=", "internal"],
          ],
        },
        kwargs: { fields: ["quantity"] },
      })) as { quantity: number }[];
      assert.deepEqual(
        quants.map(({ quantity }) => quantity),
        [-3],
      );
    });

    test(`${HUBS} hubs at once validate each unit exactly once, in part and then in full`, async () => {
      const order = await confirmed(world, 4);
      const hubs = Array.from({ length: HUBS }, () => anotherConnector(world));
      let found = await observeOne(erp, order, call);
      const units = [fulfilment("1", { "1": "2", "2": "1" })];
      const part = validation(order, found, shopOrder(order, units));
      const outcomes = await Promise.all(hubs.map((hub) => hub.apply([part], call)));
      assert.ok(outcomes.flat().some((outcome) => outcome.ok));
      for (const outcome of outcomes.flat())
        if (!outcome.ok)
          assert.equal(FAILURES[outcome.failure.code].reaction, "observe-again", sentenceOf(outcome.failure));
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["2", "1"]);
      const full = validation(order, found, shopOrder(order, [fulfilment("2", { "1": "5", "2": "3" })]));
      await Promise.all(hubs.map((hub) => hub.apply([full], call)));
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["5", "3"]);
      assert.deepEqual(states(found.deliveries), ["out done", "out done"]);
    });

    test("cut off behind any call, the next one comes to the same", async () => {
      for (let cut = 0; ; cut += 1) {
        const order = await confirmed(world, 100 + cut);
        const units = [fulfilment("1", { "1": "4", "2": "1" }, ["CUT-P1"])];
        const shop = shopOrder(order, units);
        const action = validation(order, await observeOne(erp, order, call), shop);
        let writes = 0;
        const mortal = {
          ...call,
          beforeWrite: async () => {
            writes += 1;
            if (writes > cut) throw new Error("cut off");
          },
        };
        const whole = await erp.apply([action], mortal).then(
          () => true,
          () => false,
        );
        const found = await observeOne(erp, order, call);
        if (undoneFulfilments(shop, order.document.externalId, found.deliveries) !== null)
          await carryOut(erp, [validation(order, found, shop)], call);
        const after = await observeOne(erp, order, call);
        assert.deepEqual(doneUnits(after.deliveries, order), ["4", "1"], `cut off behind ${cut} writes`);
        assert.equal(after.deliveries.filter(({ state }) => state === "done").length, 1);
        assert.equal(after.deliveries[0]?.trackingNumber, "CUT-P1");
        if (whole) break;
      }
    });

    test("one order that cannot be validated does not hold back the others", async () => {
      const orders = [await confirmed(world, 5), await confirmed(world, 6)];
      const actions: ErpAction[] = [];
      for (const order of orders) {
        const found = await observeOne(erp, order, call);
        actions.push(validation(order, found, shopOrder(order, [fulfilment("1", { "1": "1" })])));
      }
      const gone: ErpAction = {
        kind: "delivery.validate",
        orderId: 99_999_999,
        lines: [{ externalId: "stockbridge.none_l1", quantity: "1" }],
        tracking: "",
      };
      const outcomes = await erp.apply([actions[0]!, gone, actions[1]!], call);
      good(outcomes[0]!);
      good(outcomes[2]!);
      for (const order of orders) {
        assert.deepEqual(doneUnits((await observeOne(erp, order, call)).deliveries, order), ["1", "0"]);
      }
    });
  });
}

interface SentMove {
  readonly id: number;
  readonly product_id: [number, string];
  readonly product_uom_qty: number;
  readonly product_uom: [number, string];
}

async function movesOf(world: World, pickingId: number): Promise<readonly SentMove[]> {
  return (await world.rpc("stock.move", "search_read", {
    args: { domain: [["picking_id", "=", pickingId]] },
    kwargs: { fields: ["product_id", "product_uom_qty", "product_uom"] },
  })) as SentMove[];
}

/** The customer sends the whole transfer back. On 14 the wizard's lines are what its form fills in. */
async function sendBack(world: World, sent: ErpDelivery): Promise<void> {
  const context = { active_id: sent.id, active_ids: [sent.id], active_model: "stock.picking" };
  const returned = (await movesOf(world, sent.id)).map((move) => {
    const own = { product_id: move.product_id[0], uom_id: move.product_uom[0], move_id: move.id };
    return [0, 0, { ...own, quantity: move.product_uom_qty, to_refund: true }];
  });
  const [picking] = (await world.rpc("stock.picking", "read", {
    ids: [sent.id],
    kwargs: { fields: ["location_id"] },
  })) as { location_id: [number, string] }[];
  const wizard = (await world.rpc("stock.return.picking", "create", {
    args: {
      vals_list: [
        world.major === 19
          ? { picking_id: sent.id }
          : { picking_id: sent.id, location_id: picking!.location_id[0], product_return_moves: returned },
      ],
    },
    context,
  })) as number[];
  const method = world.major === 19 ? "action_create_returns_all" : "create_returns";
  const answer = (await world.rpc("stock.return.picking", method, { ids: wizard, context })) as { res_id: number };
  for (const move of await movesOf(world, answer.res_id)) {
    const quantity = move.product_uom_qty;
    const vals = world.major === 19 ? { quantity, picked: true } : { quantity_done: quantity };
    await world.rpc("stock.move", "write", { ids: [move.id], args: { vals } });
  }
  await world.rpc("stock.picking", "button_validate", {
    ids: [answer.res_id],
    context: { skip_sms: true, skip_backorder: true, skip_immediate: true },
  });
}
