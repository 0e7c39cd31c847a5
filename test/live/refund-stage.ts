/**
 * Orders with refunds, taken from nothing to their end by the hub's own rules through the real connector: the same stage for a
 * real Odoo and for the simulated one. What the shop says is invented here; what Odoo has is read past the connector.
 */
import assert from "node:assert/strict";
import { createOdooClient } from "../../src/connectors/odoo/client.ts";
import { createOdooConnector, type OdooConnectorOptions } from "../../src/connectors/odoo/connector.ts";
import { createSession, type OdooSession } from "../../src/connectors/odoo/session.ts";
import type { Row } from "../../src/connectors/odoo/decode.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import { ORDER_STAGES, orderQuery, type OrderAction, type OrderObserved } from "../../src/core/order/observed.ts";
import { planOrder } from "../../src/core/order/plan.ts";
import type { OrderRules } from "../../src/core/order/rules.ts";
import type { OrderRefund, OrderRefundLine, ShopOrder } from "../../src/core/order/shop-order.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { ErpAction, ErpPort, ErpSettings } from "../../src/core/ports/erp.ts";
import type { Result } from "../../src/core/result.ts";
import { line, sampleOrder } from "../../src/core/testing/orders.ts";

export const ROUNDS_MAX = 14;
export const PLACED_AT = "2026-11-10T23:30:15.000Z";
export const REFUNDED_AT = "2026-11-14T23:30:00.000Z";

export interface RefundStage {
  readonly major: number;
  readonly run: string;
  /** A new connector each time: another process that knows nothing. */
  readonly connect: () => ErpPort;
  readonly session: OdooSession;
  readonly call: CallContext;
  readonly settings: ErpSettings;
  readonly rules: OrderRules;
  readonly skus: { readonly shirt: string; readonly mug: string; readonly shipping: string };
  readonly shirtId: number;
}

export interface StageOptions {
  readonly major: number;
  readonly run: string;
  readonly options: OdooConnectorOptions;
  readonly call: CallContext;
}

/** Makes taxes, products and stock under names of its own. */
export async function openStage({ major, run, options, call }: StageOptions): Promise<RefundStage> {
  const session = createSession(createOdooClient(options));
  const create = async (model: string, values: readonly Record<string, unknown>[]) =>
    good(await session.write(model, "create", { args: { vals_list: values } }, call)) as number[];
  const tax = (percent: number) => ({ name: `Refund ${percent} ${run}`, amount: percent, type_tax_use: "sale" });
  const [high = 0, low = 0] = await create("account.tax", [tax(21), tax(9)]);
  const skus = { shirt: `RF-SHIRT-${run}`, mug: `RF-MUG-${run}`, shipping: `RF-SHIP-${run}` };
  const storable = major >= 19 ? { type: "consu", is_storable: true } : { type: "product" };
  const product = (name: string, sku: string, more: object) => ({
    name,
    default_code: sku,
    invoice_policy: "order",
    ...more,
  });
  const [shirtId = 0, mugId = 0] = await create("product.product", [
    product("Refund shirt", skus.shirt, storable),
    product("Refund mug", skus.mug, storable),
    product("Refund shipping", skus.shipping, { type: "service" }),
  ]);
  for (const id of [shirtId, mugId]) await stockUp(session, id, major, call);
  const journals = good(await session.searchRead("account.journal", [["type", "=", "bank"]], ["code"], call));
  const settings = settingsOf(Number(journals[0]?.["id"]), high, low);
  const connect = () => createOdooConnector(options);
  return { major, run, connect, session, call, skus, shirtId, settings, rules: rulesOf(run, skus.shipping) };
}

async function stockUp(session: OdooSession, productId: number, major: number, call: CallContext): Promise<void> {
  const [warehouse] = good(await session.searchRead("stock.warehouse", [["code", "=", "WH"]], ["lot_stock_id"], call));
  const place = warehouse?.["lot_stock_id"];
  const locationId = Array.isArray(place) ? Number(place[0]) : Number(place);
  const quant = { product_id: productId, location_id: locationId, inventory_quantity: 500 };
  const context = { inventory_mode: true };
  const made = good(await session.write("stock.quant", "create", { args: { vals_list: [quant] }, context }, call));
  if (major >= 19) good(await session.write("stock.quant", "action_apply_inventory", { ids: made as number[] }, call));
}

function settingsOf(journalId: number, high: number, low: number): ErpSettings {
  return {
    warehouses: new Map(),
    teamId: null,
    companyId: null,
    journals: new Map([["BANK", journalId]]),
    taxes: new Map([
      ["high", high],
      ["low", low],
    ]),
    currencies: ["USD"],
  };
}

function rulesOf(run: string, shippingSku: string): OrderRules {
  return {
    connection: `refund-${run}`,
    shippingSku,
    feeSku: null,
    taxes: new Map([
      ["1", "high"],
      ["2", "low"],
    ]),
    journals: new Map([
      ["card", "BANK"],
      ["gift_card", "BANK"],
    ]),
    unpaidMethods: ["cod"],
    deliveries: "shop",
    startAt: null,
    warehouses: new Map(),
    warehouse: null,
    team: null,
    company: null,
  };
}

export function good<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${sentenceOf(result.failure)}`);
  return result.value;
}

/** Three shirts whose net no price of two digits gives, seven mugs and shipping; taxes a cent beside what Odoo would compute. */
export function refundOrder({ run, skus }: RefundStage, number: number, given: Partial<ShopOrder> = {}): ShopOrder {
  const paidAt = PLACED_AT;
  return sampleOrder({
    id: String(number),
    number: `R${run}-${number}`,
    customerId: String(number),
    currency: "USD",
    createdAt: PLACED_AT,
    shipping: null,
    coupons: [],
    taxRates: [],
    lines: [
      line({
        id: "1",
        sku: skus.shirt,
        name: "Shirt",
        quantity: "3",
        total: "24.79",
        taxes: [{ rateId: "1", amount: "5.22" }],
      }),
      line({
        id: "2",
        sku: skus.mug,
        name: "Mug",
        quantity: "7",
        total: "10.00",
        taxes: [{ rateId: "2", amount: "0.91" }],
      }),
      line({
        id: "3",
        kind: "shipping",
        sku: "flat",
        name: "Flat rate",
        total: "4.13",
        taxes: [{ rateId: "1", amount: "0.86" }],
      }),
    ],
    total: "45.91",
    payments: [{ id: "", method: "card", title: "Card", transactionId: `tx${number}`, amount: "45.91", paidAt }],
    ...given,
  });
}

export function refundLine(given: Partial<OrderRefundLine>): OrderRefundLine {
  return {
    lineId: null,
    name: "",
    quantity: "0",
    untaxed: "0.00",
    taxes: [],
    restock: false,
    locationId: null,
    ...given,
  };
}

export function refund(
  id: string,
  total: string,
  lines: readonly OrderRefundLine[],
  given: Partial<OrderRefund> = {},
): OrderRefund {
  const paid = { id: "", method: "card", title: "Card", transactionId: `re${id}`, amount: total, paidAt: REFUNDED_AT };
  return { id, createdAt: REFUNDED_AT, reason: "damaged", lines, total, payments: [paid], ...given };
}

export function withRefunds(
  order: ShopOrder,
  refunds: readonly OrderRefund[],
  given: Partial<ShopOrder> = {},
): ShopOrder {
  const cents = refunds.reduce((all, each) => all + Math.round(Number(each.total) * 100), 0);
  return { ...order, refunds, refundedTotal: (cents / 100).toFixed(2), ...given };
}

/** What the shop fulfilled: all of these lines. */
export function fulfilled(order: ShopOrder): Pick<ShopOrder, "fulfilments"> {
  const lines = order.lines.flatMap(({ id, kind, quantity }) => (kind === "product" ? [{ lineId: id, quantity }] : []));
  const sent = {
    id: "1",
    status: "done",
    createdAt: PLACED_AT,
    locationId: null,
    carrier: "",
    trackingNumbers: [],
  } as const;
  return { fulfilments: [{ ...sent, lines }] };
}

export interface Ended {
  readonly plan: Plan<OrderAction>;
  readonly observed: OrderObserved;
}

export interface LoopLimits {
  /** Actions that are carried out before the run ends, as a crash would end it. */
  readonly actionsMax?: number;
}

/** One run of a batch, as the hub's loop does: observe, plan, apply stage by stage, until nothing is left to do. */
export async function runOrders(
  stage: RefundStage,
  orders: readonly ShopOrder[],
  { actionsMax = Number.POSITIVE_INFINITY }: LoopLimits = {},
): Promise<ReadonlyMap<string, Ended>> {
  const erp = stage.connect();
  const applied = new Map<string, OrderAction[]>(orders.map((order) => [order.id, []]));
  let left = actionsMax;
  for (let round = 0; ; round += 1) {
    assert.ok(round <= ROUNDS_MAX, "it does not come to an end");
    const ended = await planAll(stage, erp, orders, applied);
    const isDone = [...ended.values()].every(({ plan }) => erpActions(plan).length === 0);
    if (isDone || left <= 0) return ended;
    const failed = new Set<string>();
    for (const kind of ORDER_STAGES) {
      const due = [...ended].flatMap(([id, { plan }]) =>
        failed.has(id)
          ? []
          : erpActions(plan)
              .filter((action) => action.kind === kind)
              .map((action) => ({ id, action })),
      );
      const now = due.slice(0, Math.max(0, left));
      if (now.length === 0) continue;
      left -= now.length;
      const outcomes = await erp.apply(
        now.map(({ action }) => action),
        stage.call,
      );
      for (const [index, { id, action }] of now.entries()) {
        const outcome = outcomes[index]!;
        if (!outcome.ok)
          throw new Error(`${action.kind} of ${id}: ${outcome.failure.code}: ${sentenceOf(outcome.failure)}`);
        applied.get(id)?.push(action);
      }
    }
  }
}

async function planAll(
  { rules, settings, call }: RefundStage,
  erp: ErpPort,
  orders: readonly ShopOrder[],
  applied: ReadonlyMap<string, readonly OrderAction[]>,
): Promise<ReadonlyMap<string, Ended>> {
  const found = await erp.observeOrders(
    orders.map((order) => orderQuery(order.id, order, [], rules)),
    call,
  );
  return new Map(
    orders.map((order) => {
      const documents = found.get(order.id);
      assert.ok(documents);
      const observed = { orderId: order.id, order, erp: good(documents), settings, links: [], recreate: false };
      return [order.id, { observed, plan: planOrder(observed, rules, applied.get(order.id)) }];
    }),
  );
}

export function erpActions({ actions }: Plan<OrderAction>): readonly ErpAction[] {
  return actions.filter(
    (action): action is ErpAction => action.kind !== "mark.write" && action.kind !== "fulfilment.write",
  );
}

export interface NoteBooks {
  readonly total: string;
  readonly tax: string;
  readonly residual: string;
  readonly state: string;
  readonly date: string;
  readonly reference: string;
}

/** Credit notes of an order's invoice, in the order in which they were made. */
export async function notesOf(stage: RefundStage, { observed }: Ended): Promise<readonly NoteBooks[]> {
  const invoice = observed.erp.invoices.find(({ type }) => type === "out_invoice");
  const fields = ["amount_total", "amount_tax", "amount_residual", "state", "invoice_date", "ref"];
  const domain = [["reversed_entry_id", "=", invoice?.id ?? 0]];
  const rows = good(await stage.session.searchRead("account.move", domain, fields, stage.call, { order: "id" }));
  return rows.map((row) => ({
    total: money(row, "amount_total"),
    tax: money(row, "amount_tax"),
    residual: money(row, "amount_residual"),
    state: String(row["state"]),
    date: String(row["invoice_date"]),
    reference: String(row["ref"]),
  }));
}

function money(row: Row, field: string): string {
  return Number(row[field]).toFixed(2);
}

/** Money in and out of an order, by its memo. */
export async function paymentsOf(stage: RefundStage, order: ShopOrder): Promise<readonly string[]> {
  const memo = stage.major >= 19 ? "memo" : "ref";
  const domain = [[memo, "=like", `${order.number} %`]];
  const rows = good(
    await stage.session.searchRead(
      "account.payment",
      domain,
      ["payment_type", "amount", "state", "is_reconciled"],
      stage.call,
      {
        order: "id",
      },
    ),
  );
  return rows.map(
    (row) =>
      `${String(row["payment_type"])} ${money(row, "amount")} ${row["is_reconciled"] === true ? "done" : "open"}`,
  );
}

/** By state: units of the order's shirts towards the customer, and back. */
export async function goodsOf(stage: RefundStage, { observed }: Ended): Promise<readonly string[]> {
  const domain = [
    ["sale_line_id.order_id", "=", observed.erp.order?.id ?? 0],
    ["product_id", "=", stage.shirtId],
    ["state", "!=", "cancel"],
    // A move of which nothing is left waits to be cancelled with its delivery.
    ["product_uom_qty", ">", 0],
  ];
  const back = good(
    await stage.session.searchRead(
      "stock.move",
      [...domain, ["location_id.usage", "=", "customer"]],
      ["state"],
      stage.call,
    ),
  );
  const isBack = new Set(back.map((row) => row["id"]));
  const rows = good(
    await stage.session.searchRead("stock.move", domain, ["state", "product_uom_qty"], stage.call, { order: "id" }),
  );
  const units = new Map<string, number>();
  for (const row of rows) {
    const kind = `${isBack.has(row["id"]) ? "back" : "out"} ${String(row["state"])}`;
    units.set(kind, (units.get(kind) ?? 0) + Number(row["product_uom_qty"]));
  }
  return [...units].map(([kind, amount]) => `${kind} ${amount}`);
}
