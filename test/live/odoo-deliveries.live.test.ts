/**
 * Deliveries in a real Odoo 19 and 14, both ways: what is sent there in parts is told to a shop part by part, and what a shop sent is
 * validated there in part, exactly once however many ask for it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FAILURES, sentenceOf } from "../../src/core/failures.ts";
import { isUnsent, undoneFulfilments, untoldFulfilments } from "../../src/core/order/fulfilment.ts";
import type { ErpAction } from "../../src/core/ports/erp.ts";
import {
  confirmed,
  doneUnits,
  fulfilment,
  sendBack,
  sendByHand,
  shopOrder,
  states,
  stock,
  stockLocation,
  validation,
} from "./odoo-deliveries.ts";
import { carryOut, observeOne } from "./odoo-path.ts";
import { anotherConnector, createWorld, good, MAJORS, type LineSpec } from "./odoo-world.ts";

const HUBS = 8;
const SHIRTS: readonly LineSpec[] = [{ product: "shirt", quantity: "5", untaxed: "50.00", taxes: [] }];

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

    test("picked and packed first: parts go through all steps, and only the last of them counts as sent", async () => {
      const code = `D${world.run.slice(0, 4)}`.toUpperCase();
      const [warehouseId = 0] = (await world.rpc("stock.warehouse", "create", {
        args: { vals_list: [{ name: `Live ${code}`, code, delivery_steps: "pick_pack_ship" }] },
      })) as number[];
      await stock(world, "shirt", 50, await stockLocation(world, code));
      const order = await confirmed(world, 7, SHIRTS, warehouseId);
      const xid = order.document.externalId;
      let found = await observeOne(erp, order, call);
      assert.deepEqual(untoldFulfilments(shopOrder(order), xid, found.deliveries), []);
      for (const [units, open] of [
        ["2", true],
        ["3", true],
        ["5", false],
      ] as const) {
        const shop = shopOrder(order, [fulfilment("1", { "1": units }, [`STEP-${units}`])]);
        const action = validation(order, found, shop);
        await carryOut(erp, [action], call);
        await carryOut(erp, [action], call);
        found = await observeOne(erp, order, call);
        assert.deepEqual(doneUnits(found.deliveries, order), [units]);
        assert.equal(undoneFulfilments(shop, xid, found.deliveries), null);
        assert.equal(isUnsent(found.deliveries), open);
      }
      const told = untoldFulfilments(shopOrder(order), xid, found.deliveries);
      assert.deepEqual(
        told.map(({ lines, trackingNumber }) => [lines[0]?.quantity, trackingNumber]),
        [
          ["2", "STEP-2"],
          ["1", "STEP-3"],
          ["2", "STEP-5"],
        ],
      );
    });

    test("a part of what is reserved in two places", async () => {
      const root = await stockLocation(world, "WH");
      const shelves = (await world.rpc("stock.location", "create", {
        args: { vals_list: ["A", "B"].map((name) => ({ name: `Live ${name} ${world.run}`, location_id: root })) },
      })) as number[];
      for (const shelf of shelves) await stock(world, "late", 3, shelf);
      const order = await confirmed(world, 8, [{ product: "late", quantity: "5", untaxed: "50.00", taxes: [] }]);
      let found = await observeOne(erp, order, call);
      await world.rpc("stock.picking", "action_assign", { ids: [found.deliveries[0]!.id] });
      await carryOut(erp, [validation(order, found, shopOrder(order, [fulfilment("1", { "1": "4" })]))], call);
      found = await observeOne(erp, order, call);
      assert.deepEqual(doneUnits(found.deliveries, order), ["4"]);
      await carryOut(erp, [validation(order, found, shopOrder(order, [fulfilment("1", { "1": "5" })]))], call);
      found = await observeOne(erp, order, call);
      assert.deepEqual(states(found.deliveries), ["out done", "out done"]);
      assert.deepEqual(doneUnits(found.deliveries, order), ["5"]);
    });

    test("the feed tells of an order when something of it was sent, not when it was confirmed", async () => {
      const start = good(await erp.stockChanges(null, call));
      const settled = good(await erp.stockChanges(start.cursor, call));
      const order = await confirmed(world, 9);
      const found = await observeOne(erp, order, call);
      const orderId = found.order?.id ?? 0;
      const asked = good(await erp.stockChanges(settled.cursor, call));
      assert.deepEqual([asked.orderIds.includes(orderId), asked.sentOrderIds.includes(orderId)], [true, false]);
      await sendByHand(world, found, { shirt: 1 });
      const sent = good(await erp.stockChanges(asked.cursor, call));
      assert.ok(sent.sentOrderIds.includes(orderId));
      const again = good(await erp.stockChanges(sent.cursor, call));
      assert.ok(!again.sentOrderIds.includes(orderId));
    });
  });
}
