/**
 * Deliveries through the hub's own order flow, against a simulated Odoo 19 and 14 and a shop that knows parcels: both ways, in parts,
 * with many hubs at once, and noticed by the feed.
 */
import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedOdoo, type SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { failure } from "../../src/core/failures.ts";
import type { OrderRules } from "../../src/core/order/rules.ts";
import type { OrderFulfilment, ShopOrder } from "../../src/core/order/shop-order.ts";
import type { ErpPort } from "../../src/core/ports/erp.ts";
import type { FulfilmentWrite, OrderMarkWrite, ShopPort } from "../../src/core/ports/shop.ts";
import { fail, ok, type Result } from "../../src/core/result.ts";
import { line, RULES, sampleOrder } from "../../src/core/testing/orders.ts";
import { converge, type Settled } from "../../src/engine/converge.ts";
import { guardOf } from "../../src/engine/erp-guard.ts";
import { orderFlow } from "../../src/engine/flows/order.ts";
import { unleased, type Hub, type ShopRuntime } from "../../src/engine/hub.ts";
import { pollErp } from "../../src/engine/polls.ts";
import { openStore } from "../../src/store/open-store.ts";

const SHOP = "shop-eu";
const ERP = "odoo";
const KEY = "a-key-of-a-simulated-odoo";
const NEVER = "0 0 1 1 *";
const HUBS = 8;

const store = await openStore({ memory: true, clock: systemClock });
beforeEach(() => store.clear());
after(() => store.close());

/** A shop with one order, which takes each line's units once. */
class ParcelShop {
  order: ShopOrder;
  /** Dies behind this many fulfilments, as a hub whose process is killed. */
  dieAfter = Number.POSITIVE_INFINITY;

  constructor(order: ShopOrder) {
    this.order = order;
  }

  take(write: FulfilmentWrite): Result<void> {
    if (this.order.fulfilments.length >= this.dieAfter) throw new Error("killed");
    for (const { lineId, quantity } of write.lines) {
      const ordered = Number(this.order.lines.find(({ id }) => id === lineId)?.quantity ?? 0);
      if (this.units(lineId) + Number(quantity) > ordered) {
        const [what, message] = [write.picking, `line ${lineId} has no ${quantity} left`];
        return fail(failure("SHOP_REJECTED", { connection: SHOP, what, message, status: "200" }));
      }
    }
    const { carrier, trackingNumber, lines } = write;
    const trackingNumbers = trackingNumber === "" ? [] : [trackingNumber];
    this.send({ carrier, trackingNumbers, lines });
    return ok(undefined);
  }

  send(given: Pick<OrderFulfilment, "lines"> & Partial<OrderFulfilment>): void {
    const id = String(this.order.fulfilments.length + 1);
    const createdAt = "2026-11-22T09:00:00.000Z";
    const made: OrderFulfilment = {
      id,
      status: "done",
      createdAt,
      locationId: null,
      carrier: "",
      trackingNumbers: [],
      ...given,
    };
    this.order = { ...this.order, fulfilments: [...this.order.fulfilments, made] };
  }

  units(lineId: string): number {
    return this.order.fulfilments
      .flatMap(({ lines }) => lines)
      .filter((each) => each.lineId === lineId)
      .reduce((total, each) => total + Number(each.quantity), 0);
  }

  mark({ status, sentence, odooOrder, odooOrderId, odooInvoice }: OrderMarkWrite): void {
    const before = this.order.mark;
    this.order = {
      ...this.order,
      mark: {
        status,
        sentence,
        odooOrder: odooOrder ?? before.odooOrder,
        odooOrderId: odooOrderId ?? before.odooOrderId,
        odooInvoice: odooInvoice ?? before.odooInvoice,
      },
    };
  }
}

function portOf(shop: ParcelShop): ShopPort {
  const unused = () => Promise.reject(new Error("not part of these tests"));
  return {
    connection: SHOP,
    kindLabel: "Parcel shop",
    abilities: { locations: false, fulfilments: true },
    stockWriting: { variantsMax: 1, compared: false },
    deliveryHeaders: [],
    check: unused,
    readMappables: unused,
    readOrders: (ids) => Promise.resolve(new Map(ids.map((id) => [id, ok(id === shop.order.id ? shop.order : null)]))),
    changedOrders: unused,
    placedOrders: unused,
    findOrderByNumber: unused,
    writeOrderMarks: (writes) => {
      for (const write of writes) shop.mark(write);
      return Promise.resolve(new Map(writes.map(({ orderId }) => [orderId, ok(undefined)])));
    },
    writeFulfilments: async (writes) => writes.map((write) => shop.take(write)),
    readForStock: unused,
    findVariants: unused,
    variantPage: unused,
    writeStock: unused,
    ensureWebhooks: unused,
    decodeDelivery: () => {
      throw new Error("not part of these tests");
    },
    readDelivery: () => {
      throw new Error("not part of these tests");
    },
  };
}

interface World {
  readonly odoo: SimulatedOdoo;
  readonly shop: ParcelShop;
  readonly hub: Hub;
  readonly runtime: ShopRuntime;
  connect(): ErpPort;
  run(): Promise<Settled>;
}

async function openWorld(version: 19 | 14, deliveries: OrderRules["deliveries"]): Promise<World> {
  const random = createRandom(`deliveries-${version}-${deliveries}`);
  const odoo = createSimulatedOdoo({
    clock: systemClock,
    random,
    version,
    baseUrl: "http://odoo.test",
    database: "sim",
    apiKey: KEY,
    // Requests of several hubs take turns call by call, in any order.
    yieldPoint: async () => {
      for (let turns = random.int(0, 3); turns > 0; turns -= 1) await new Promise(setImmediate);
    },
  });
  await odoo.addProducts([
    { sku: "MUG", stock: 10 },
    { sku: "TS-S-R", stock: 10 },
  ]);
  await odoo.addJournal({ name: "Cards", code: "STRP" });
  const connect = () =>
    createOdooConnector({
      connection: ERP,
      url: "http://odoo.test",
      database: "sim",
      user: "admin",
      apiKey: KEY,
      transport: (request) => odoo.handle(request),
      clock: systemClock,
    });
  const shop = new ParcelShop(orderOfParcels());
  const erp = connect();
  const rules: OrderRules = { ...RULES, taxes: new Map(), shippingSku: null, feeSku: null, deliveries };
  const runtime: ShopRuntime = {
    connection: SHOP,
    label: "Shop",
    port: portOf(shop),
    erp,
    orders: { enabled: true, rules },
    stock: { enabled: false, rules: { connection: SHOP, shopLabel: "Shop", scopes: new Map(), safetyStock: 0 } },
    deliveryUrl: null,
  };
  const hub = hubOf(runtime, erp);
  const flow = orderFlow(hub, runtime, guardOf(hub, erp));
  const run = async () => {
    const options = { connection: SHOP, dryRun: false, nowMs: () => systemClock.nowMs() };
    const [settled] = await converge(flow, [shop.order.id], unleased(hub), options);
    assert.ok(settled);
    const links = settled.keepsake.links.filter(({ kind }) => kind === "order");
    for (const link of links) await keepLink(link.shopId, link.erpId);
    return settled;
  };
  return { odoo, shop, hub, runtime, connect, run };
}

function orderOfParcels(): ShopOrder {
  return sampleOrder({
    id: "7001",
    number: "7001",
    currency: "USD",
    lines: [
      line({ id: "1", quantity: "3", subtotal: "30.00", total: "30.00" }),
      line({ id: "2", quantity: "2", sku: "TS-S-R", variantId: "13", subtotal: "40.00", total: "40.00" }),
    ],
    taxRates: [],
    coupons: [],
    total: "70.00",
    totalTax: "0.00",
    discountTotal: "0.00",
    shippingTotal: "0.00",
    payments: [],
  });
}

function hubOf(runtime: ShopRuntime, erp: ErpPort): Hub {
  const silent = () => undefined;
  return {
    clock: systemClock,
    store,
    observer: { run: silent, call: silent, paused: silent, resumed: silent, note: silent },
    shops: new Map([[SHOP, runtime]]),
    erps: new Map([[ERP, erp]]),
    erpDeliveryUrls: new Map(),
    limits: [],
    schedules: {
      orderPoll: NEVER,
      stockFeed: NEVER,
      stockSweep: NEVER,
      webhookWatch: NEVER,
      capabilityWatch: NEVER,
      retention: NEVER,
      timeZone: "UTC",
    },
  };
}

/** As the commit of a run keeps it. */
async function keepLink(shopId: string, erpId: number): Promise<void> {
  await store.query(
    "insert into stockbridge.links (connection, kind, shop_id, erp_id, label) values ($1, 'order', $2, $3, 'S') on conflict do nothing",
    [SHOP, shopId, erpId],
  );
}

function inStep(settled: Settled): void {
  assert.deepEqual([settled.failure, settled.state.name], [null, "synced"]);
}

async function orderIn({ hub }: World): Promise<number> {
  const [link] = await hub.store.links(SHOP, "order", ["7001"]);
  assert.ok(link);
  return link.erpId;
}

for (const version of [19, 14] as const) {
  describe(`deliveries between a shop and a simulated Odoo ${version}`, () => {
    test("what Odoo sends is told parcel by parcel, noticed by the feed, also when the hub dies in between", async () => {
      const world = await openWorld(version, "odoo");
      const { odoo, shop, hub, runtime } = world;
      inStep(await world.run());
      assert.equal(shop.order.fulfilments.length, 0);
      const orderId = await orderIn(world);
      const feed = async () => {
        const report = await pollErp(hub, runtime.erp);
        assert.ok(report.ok);
        return report.value.marked;
      };
      await feed();
      await feed();
      const first = await odoo.sendParcel(orderId, { units: { MUG: 2 }, carrier: "Post", tracking: "P1" });
      assert.equal(await feed(), 1, "the feed hints at the order");
      await odoo.sendParcel(orderId, { units: { MUG: 1, "TS-S-R": 1 }, tracking: "P2" });
      shop.dieAfter = 1;
      await assert.rejects(world.run(), /killed/);
      shop.dieAfter = Number.POSITIVE_INFINITY;
      const settled = await world.run();
      inStep(settled);
      assert.match(settled.diff[0]?.after ?? "", /line 1 x 1, line 2 x 1, tracking P2/);
      assert.ok((settled.state.recheckMs ?? 0) > 0, "what is still to be sent is looked at again");
      assert.deepEqual(
        shop.order.fulfilments.map(({ trackingNumbers, lines }) => [
          trackingNumbers,
          lines.map(({ lineId, quantity }) => [lineId, quantity]),
        ]),
        [
          [["P1"], [["1", "2"]]],
          [
            ["P2"],
            [
              ["1", "1"],
              ["2", "1"],
            ],
          ],
        ],
      );
      assert.match(first, /^WH\/OUT\//);
      assert.equal(shop.order.fulfilments[0]?.carrier, "Post");
      await odoo.deliver(orderId);
      const last = await world.run();
      inStep(last);
      assert.equal(last.state.recheckMs, undefined);
      assert.deepEqual([shop.units("1"), shop.units("2")], [3, 2]);
      assert.deepEqual((await world.run()).diff, []);
    });

    test("what the shop sends is validated in Odoo parcel by parcel, with its number", async () => {
      const world = await openWorld(version, "shop");
      const { odoo, shop } = world;
      inStep(await world.run());
      shop.send({ lines: [{ lineId: "1", quantity: "2" }], trackingNumbers: ["S1"] });
      inStep(await world.run());
      assert.deepEqual([odoo.onHand("MUG"), odoo.onHand("TS-S-R")], [8, 10]);
      shop.send({ lines: [{ lineId: "2", quantity: "1" }], trackingNumbers: ["S2"] });
      inStep(await world.run());
      assert.deepEqual([odoo.onHand("MUG"), odoo.onHand("TS-S-R")], [8, 9]);
      const rest = [
        { lineId: "1", quantity: "1" },
        { lineId: "2", quantity: "1" },
      ];
      shop.send({ lines: rest, trackingNumbers: ["S3"] });
      inStep(await world.run());
      assert.deepEqual([odoo.onHand("MUG"), odoo.onHand("TS-S-R")], [7, 8]);
      const pickings = odoo.snapshot()["stock.picking"] ?? [];
      assert.deepEqual(
        pickings.map((picking) => [picking["state"], picking["carrier_tracking_ref"]]),
        [
          ["done", "S1"],
          ["done", "S2"],
          ["done", "S3"],
        ],
      );
      assert.deepEqual((await world.run()).diff, []);
    });

    test(`${HUBS} hubs at once validate each unit once`, async () => {
      const world = await openWorld(version, "shop");
      inStep(await world.run());
      const { odoo, shop } = world;
      for (const [units, left] of [
        ["2", 8],
        ["1", 7],
      ] as const) {
        shop.send({ lines: [{ lineId: "1", quantity: units }] });
        const flows = Array.from({ length: HUBS }, () => {
          const erp = world.connect();
          return orderFlow(world.hub, { ...world.runtime, erp }, guardOf(world.hub, erp));
        });
        const options = { connection: SHOP, dryRun: false, nowMs: () => systemClock.nowMs() };
        await Promise.all(flows.map((flow) => converge(flow, ["7001"], unleased(world.hub), options)));
        inStep(await world.run());
        assert.deepEqual([odoo.onHand("MUG"), odoo.onHand("TS-S-R")], [left, 10]);
      }
    });
  });
}
