/**
 * The Odoo connector against the simulated Odoo, in process, through the whole port: what the simulation of the hub and the
 * demo stand on. The same connector passes the live suite on the real servers.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRandom } from "../sim/random.ts";
import { createSimulatedOdoo, type SimulatedOdoo, type SimulatedOdooOptions } from "../sim/odoo/simulated-odoo.ts";
import { createOdooConnector } from "../src/connectors/odoo/connector.ts";
import { sentenceOf } from "../src/core/failures.ts";
import type { ErpOrderDocuments, OrderDocument, PaymentDraft } from "../src/core/order/erp-documents.ts";
import type { CallContext } from "../src/core/ports/call.ts";
import type { ErpAction, ErpOrderQuery, ErpPort } from "../src/core/ports/erp.ts";
import type { HttpRequest } from "../src/core/ports/transport.ts";
import type { Result } from "../src/core/result.ts";

const KEY = "simulated-key";
const START_MS = Date.UTC(2026, 10, 21, 9, 0, 0);
const PLACED_AT = "2026-11-20T23:30:15Z";
const DAY_MS = 86_400_000;

interface World {
  readonly odoo: SimulatedOdoo;
  readonly erp: ErpPort;
  readonly call: CallContext;
  readonly time: { nowMs: number };
  readonly posts: HttpRequest[];
  readonly journalId: number;
  readonly taxId: number;
}

async function createWorld(version: 19 | 14, more: Partial<SimulatedOdooOptions> = {}): Promise<World> {
  const time = { nowMs: START_MS };
  const posts: HttpRequest[] = [];
  const clock = { nowMs: () => time.nowMs, sleep: () => Promise.resolve() };
  const odoo = createSimulatedOdoo({
    clock,
    random: createRandom("connector"),
    version,
    baseUrl: "http://odoo.test",
    database: "hub",
    apiKey: KEY,
    deliver: (request) => Promise.resolve(posts.push(request)),
    ...more,
  });
  const erp = createOdooConnector({
    connection: "odoo",
    url: "http://odoo.test",
    database: "hub",
    user: "admin",
    apiKey: KEY,
    transport: (request) => odoo.handle(request),
    clock,
  });
  const journalId = await odoo.addJournal({ name: "Cards", code: "CARD" });
  const taxId = await odoo.addTax({ name: "High 21", percent: 21 });
  await odoo.addProducts([
    { sku: "SHIRT", stock: 10 },
    { sku: "LATE", stock: 5, invoicePolicy: "delivery" },
    { sku: "SHIPPING", kind: "service" },
  ]);
  const call = {
    deadlineMs: () => START_MS + DAY_MS,
    beforeWrite: () => Promise.resolve(),
    record: () => undefined,
  };
  return { odoo, erp, call, time, posts, journalId, taxId };
}

function good<T>(result: Result<T> | undefined): T {
  assert.ok(result !== undefined);
  if (!result.ok) throw new Error(`${result.failure.code}: ${sentenceOf(result.failure)}`);
  return result.value;
}

interface Order {
  readonly query: ErpOrderQuery;
  readonly document: OrderDocument;
  readonly payment: PaymentDraft;
}

/** Three shirts at a net that no price of two digits gives, with a tax a cent beside what Odoo would compute. */
function orderOf({ odoo, taxId, journalId }: World, number: number, sku = "SHIRT"): Order {
  const externalId = `stockbridge.shop_order_${number}`;
  const customer = `stockbridge.shop_customer_${number}`;
  const reference = `#${number}`;
  const line = (at: number, product: string, quantity: string, untaxed: string, tax: string) => ({
    externalId: `${externalId}_l${at}`,
    kind: product === "SHIPPING" ? ("shipping" as const) : ("product" as const),
    productId: odoo.productId(product),
    name: product,
    quantity,
    untaxed,
    taxes: [{ taxId, amount: tax }],
  });
  const common = { externalId, reference, currency: "USD", total: "35.00" };
  return {
    query: {
      orderId: String(number),
      externalId,
      paymentExternalIds: [`${externalId}_payment`],
      reference,
      knownOrderId: null,
      knownInvoiceId: null,
      knownPaymentIds: [],
      knownCreditNoteIds: [],
      partnerExternalIds: [customer],
      email: `ann.${number}@example.test`,
      skus: [sku, "SHIPPING"],
    },
    document: {
      ...common,
      placedAt: PLACED_AT,
      partnerExternalId: customer,
      invoicePartnerExternalId: customer,
      deliveryPartnerExternalId: customer,
      warehouseId: null,
      companyId: null,
      teamId: null,
      lines: [line(1, sku, "3", "24.79", "5.22"), line(2, "SHIPPING", "1", "4.13", "0.86")],
      note: "",
    },
    payment: {
      direction: "in",
      externalId: `${externalId}_payment`,
      journalId,
      amount: "35.00",
      currency: "USD",
      paidAt: PLACED_AT,
      memo: `${reference} tx`,
      partnerExternalId: customer,
    },
  };
}

function customerOf({ query }: Order): ErpAction {
  const address = {
    companyName: "",
    phone: "",
    street: "1 Sample Street",
    street2: "",
    city: "Sampleton",
    zip: "1000",
  };
  const partner = { externalId: query.partnerExternalIds[0] ?? "", parentExternalId: null, type: "contact" as const };
  const who = { name: "Ann Example", email: query.email, countryCode: "BE", stateCode: "" };
  return { kind: "partner.create", partners: [{ ...partner, ...who, ...address }] };
}

async function observe({ erp, call }: World, order: Order): Promise<ErpOrderDocuments> {
  return good((await erp.observeOrders([order.query], call)).get(order.query.orderId));
}

async function act({ erp, call }: World, ...actions: readonly ErpAction[]): Promise<void> {
  for (const action of actions) for (const outcome of await erp.apply([action], call)) good(outcome);
}

/** Everything from the customer to the confirmed order. */
async function confirmed(world: World, order: Order): Promise<number> {
  await act(world, customerOf(order), { kind: "order.create", document: order.document });
  const orderId = (await observe(world, order)).order?.id ?? 0;
  await act(world, { kind: "order.confirm", orderId, placedAt: PLACED_AT });
  return orderId;
}

async function toPaid(world: World, order: Order): Promise<ErpOrderDocuments> {
  const orderId = await confirmed(world, order);
  await act(world, { kind: "invoice.create", orderId, document: order.document, invoiceAt: PLACED_AT });
  const invoiceId = (await observe(world, order)).invoices[0]?.id ?? 0;
  await act(world, { kind: "invoice.post", invoiceId });
  await act(world, { kind: "payment.register", payment: order.payment, paymentId: null, invoiceId });
  return observe(world, order);
}

for (const version of [19, 14] as const) {
  describe(`the connector on a simulated Odoo ${version}`, () => {
    test("knows the server, its settings and that all is well", async () => {
      const world = await createWorld(version);
      const { erp, call } = world;
      const capabilities = good(await erp.readCapabilities(call));
      assert.equal(capabilities.major, version);
      assert.equal(capabilities.transport, version === 19 ? "json-2" : "json-rpc");
      assert.equal(capabilities.companyCurrency, "USD");
      const query = {
        warehouses: ["WH"],
        journals: ["Cards"],
        taxes: ["High 21"],
        skus: ["SHIRT"],
        team: "Sales",
        company: null,
      };
      const settings = good(await erp.readSettings(query, call));
      assert.equal(settings.journals.get("Cards"), world.journalId);
      assert.equal(settings.taxes.get("High 21"), world.taxId);
      assert.equal(settings.warehouses.size, 1);
      const unknown = await erp.readSettings({ ...query, warehouses: ["WH", "NONE"] }, call);
      assert.equal(!unknown.ok && unknown.failure.params["name"], "NONE");
      assert.deepEqual(
        good(await erp.readWarehouses(call)).map(({ code, stockLocation }) => [code, stockLocation]),
        [["WH", "WH/Stock"]],
      );
      const errors = (await erp.check(call)).filter((line) => line.status === "error");
      assert.deepEqual(errors, []);
      assert.deepEqual(world.odoo.unsupported, []);
    });

    test("takes an order from nothing to paid, equal to the cent, its date the shop's", async () => {
      const world = await createWorld(version);
      const order = orderOf(world, 1);
      const found = await toPaid(world, order);
      const [invoice] = found.invoices;
      assert.deepEqual([invoice?.total, invoice?.untaxed, invoice?.tax], ["35.00", "28.92", "6.08"]);
      assert.deepEqual([invoice?.state, invoice?.paymentState, invoice?.residual], ["posted", "paid", "0.00"]);
      assert.equal(invoice?.invoiceDate, "2026-11-20");
      assert.equal(found.order?.dateOrder, PLACED_AT);
      assert.equal(found.payments[0]?.reconciled, true);
      if (version === 19) assert.equal(found.order?.total, "35.00");
      const { invoices, counts } = world.odoo.documents();
      assert.deepEqual(
        invoices.map((one) => one.imbalance),
        [0],
      );
      assert.deepEqual([counts.orders, counts.invoices, counts.payments], [1, 1, 1]);
      assert.deepEqual(world.odoo.unsupported, []);
    });

    test("carries everything out again without making anything twice", async () => {
      const world = await createWorld(version);
      const order = orderOf(world, 1);
      const found = await toPaid(world, order);
      const [orderId, invoiceId] = [found.order?.id ?? 0, found.invoices[0]?.id ?? 0];
      const { document, payment } = order;
      const before = world.odoo.documents();
      await act(
        world,
        customerOf(order),
        { kind: "order.create", document },
        { kind: "order.confirm", orderId, placedAt: PLACED_AT },
        { kind: "invoice.create", orderId, document, invoiceAt: PLACED_AT },
        { kind: "invoice.adjust", invoiceId, document, invoiceAt: PLACED_AT },
        { kind: "invoice.post", invoiceId },
        { kind: "payment.register", payment, paymentId: null, invoiceId },
      );
      assert.deepEqual(world.odoo.documents(), before);
    });

    test("delivers, and invoices what is invoiced on delivery afterwards", async () => {
      const world = await createWorld(version);
      const order = orderOf(world, 2, "LATE");
      const orderId = await confirmed(world, order);
      // 14 keeps prices of two digits, so a line may stand there as two.
      const moves = good(await world.erp.moves([orderId], world.call)).get(orderId) ?? [];
      const total = (pick: "demand" | "reserved" | "done") => moves.reduce((all, move) => all + Number(move[pick]), 0);
      assert.deepEqual([total("demand"), total("reserved"), total("done")], [3, 3, 0]);
      assert.equal(world.odoo.freeQuantity("LATE"), 2);
      await act(world, { kind: "delivery.validate", orderId, lines: null, tracking: "" });
      assert.equal(world.odoo.onHand("LATE"), 2);
      await act(world, { kind: "invoice.create", orderId, document: order.document, invoiceAt: PLACED_AT });
      assert.equal((await observe(world, order)).invoices[0]?.total, "35.00");
    });

    test("reads stock by warehouse and location, and hears of what changed", async () => {
      const world = await createWorld(version);
      const { erp, call, odoo, time } = world;
      await odoo.addLocation({ name: "Shelf", parent: "WH/Stock" });
      const shirt = odoo.productId("SHIRT");
      const all = good(await erp.quantities("all", { warehouse: "WH" }, call));
      assert.equal(all.get(shirt)?.free, "10");
      assert.equal(good(await erp.quantities([shirt], { locations: ["WH/Stock/Shelf"] }, call)).get(shirt), undefined);
      // The feed looks back some minutes: the second read settles what was set up.
      const start = good(await erp.stockChanges(null, call)).cursor;
      const { cursor } = good(await erp.stockChanges(start, call));
      time.nowMs += 60_000;
      await odoo.sellElsewhere("SHIRT", 2);
      const changes = good(await erp.stockChanges(cursor, call));
      assert.deepEqual(changes.productIds.includes(shirt), true);
      assert.equal(changes.productIds.includes(odoo.productId("LATE")), false);
      assert.equal(good(await erp.quantities([shirt], { warehouse: "WH" }, call)).get(shirt)?.free, "8");
    });

    test("finds products by SKU: none, one, several, and page by page", async () => {
      const world = await createWorld(version);
      await world.odoo.addProducts([{ sku: "TWICE" }, { sku: "TWICE" }, { sku: "GONE", active: false }]);
      const found = good(
        await world.erp.findProducts({ skus: ["SHIRT", "TWICE", "GONE", "NONE"], barcodes: ["none"] }, world.call),
      ).bySku;
      assert.deepEqual(
        ["SHIRT", "TWICE", "GONE", "NONE"].map((sku) => found.get(sku)?.length ?? 0),
        [1, 2, 0, 0],
      );
      const page = good(await world.erp.productPage(null, world.call));
      assert.deepEqual(page.items.map((item) => item.sku).toSorted(), ["LATE", "SHIPPING", "SHIRT", "TWICE", "TWICE"]);
    });

    test("sets its automation up once and understands what it posts", async () => {
      const world = await createWorld(version);
      const url = "http://hub.test/hooks/odoo/secret";
      const [first] = good(await world.erp.ensureAutomations(url, world.call));
      assert.equal(first?.status, "ok");
      good(await world.erp.ensureAutomations(url, world.call));
      await world.odoo.adjustStock("SHIRT", 4);
      if (version === 14) return assert.equal(world.posts.length, 0);
      assert.ok(world.posts.length > 0);
      assert.equal(world.posts[0]?.url, url);
      const told = good(world.erp.decodeDelivery(new TextEncoder().encode(world.posts[0].body)));
      assert.deepEqual(told.productIds, [world.odoo.productId("SHIRT")]);
    });

    test("tells failures apart: a product that is gone, a server that is away, a wrong key", async () => {
      const world = await createWorld(version);
      const order = orderOf(world, 3);
      await act(world, customerOf(order));
      const lines = order.document.lines.map((line) => ({ ...line, productId: 999_999 }));
      const [refused] = await world.erp.apply(
        [{ kind: "order.create", document: { ...order.document, lines } }],
        world.call,
      );
      assert.equal(refused?.ok === false && refused.failure.code, "ODOO_INVALID_VALUE");
      world.odoo.setMaintenance(true);
      const away = await world.erp.findProducts({ skus: ["SHIRT"], barcodes: [] }, world.call);
      assert.equal(!away.ok && ["CONNECTION_DOWN", "CONNECTION_BROKEN_ANSWER"].includes(away.failure.code), true);
    });

    test("a document that a person deleted is seen as deleted", async () => {
      const world = await createWorld(version);
      const order = orderOf(world, 4);
      const found = await toPaid(world, order);
      const [orderId, invoiceId] = [found.order?.id ?? 0, found.invoices[0]?.id ?? 0];
      await world.odoo.deleteDocument("account.move", invoiceId);
      await world.odoo.deleteDocument("sale.order", orderId);
      const known = { ...order, query: { ...order.query, knownOrderId: orderId, knownInvoiceId: invoiceId } };
      const after = await observe(world, known);
      assert.deepEqual([after.order, after.orderDeleted, after.invoiceDeleted], [null, true, true]);
    });
  });
}

describe("a conflict with another transaction", () => {
  test("is told as one, and nothing was done", async () => {
    let isBusy = true;
    const world = await createWorld(19, {
      fault: (call) => (call.model === "sale.order" && call.method === "load" && isBusy ? "serialization" : null),
    });
    const order = orderOf(world, 5);
    await act(world, customerOf(order));
    const [outcome] = await world.erp.apply([{ kind: "order.create", document: order.document }], world.call);
    assert.equal(outcome?.ok === false && outcome.failure.code, "ODOO_CONCURRENT");
    assert.equal(world.odoo.documents().counts.orders, 0);
    isBusy = false;
    await act(world, { kind: "order.create", document: order.document });
    assert.equal(world.odoo.documents().counts.orders, 1);
  });
});
