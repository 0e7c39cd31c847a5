/** Sales orders: defaults, totals, confirmation, cancellation. */
import { sum } from "../amounts.ts";
import { OdooError, userError } from "../errors.ts";
import { addDays, formatDate, formatInstant } from "../instants.ts";
import { unlink } from "../orm/crud.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import {
  boolean,
  char,
  date,
  datetime,
  html,
  integer,
  many2many,
  many2one,
  monetary,
  one2many,
  selection,
} from "../orm/field.ts";
import { recordsMethod, type ModelDefinition } from "../orm/model.ts";
import { num, ref, str, type Row, type Values } from "../orm/row.ts";
import { companyCurrency, roundingFor, taxedLine } from "../account/document-taxes.ts";
import { confirmOrder } from "../sale/procurement.ts";
import { invoiceStatus } from "../sale/invoicing.ts";
import { cancelPicking } from "../stock/pickings.ts";
import { documentAmounts } from "../taxes.ts";
import { nextNumber } from "./sequences.ts";
import { STAMPS } from "./stamps.ts";

const QUOTATION_DAYS = 30;

export function saleOrder(version: OdooVersion): ModelDefinition {
  return {
    name: "sale.order",
    label: "Sales Order",
    order: "date_order desc, id desc",
    fields: {
      name: char("Order Reference", { required: true, index: true, default: () => "New" }),
      partner_id: many2one("Customer", "res.partner", { required: true, index: true }),
      partner_invoice_id: many2one("Invoice Address", "res.partner"),
      partner_shipping_id: many2one("Delivery Address", "res.partner"),
      client_order_ref: char("Customer Reference", { index: true }),
      origin: char("Source Document"),
      date_order: datetime("Order Date", { required: true, default: (env) => formatInstant(env.nowUs) }),
      validity_date: date(
        "Expiration",
        version === 19 ? { default: (env) => addDays(formatDate(env.nowUs), QUOTATION_DAYS) } : {},
      ),
      commitment_date: datetime("Delivery Date"),
      state: selection("Status", states(version), { index: true, default: () => "draft" }),
      ...(version === 19 ? { locked: boolean("Locked") } : {}),
      note: html("Terms and conditions"),
      warehouse_id: many2one("Warehouse", "stock.warehouse", { default: () => 1 }),
      team_id: many2one("Sales Team", "crm.team", { default: () => 1 }),
      user_id: many2one("Salesperson", "res.users", { default: (env) => env.user.id }),
      company_id: many2one("Company", "res.company", { default: () => 1 }),
      pricelist_id: many2one(
        "Pricelist",
        "product.pricelist",
        version === 14 ? { required: true, default: () => 1 } : {},
      ),
      currency_id: many2one("Currency", "res.currency", { readonly: true }),
      order_line: one2many("Order Lines", "sale.order.line", "order_id"),
      amount_untaxed: monetary("Untaxed Amount", { readonly: true }),
      amount_tax: monetary("Taxes", { readonly: true }),
      amount_total: monetary("Total", { readonly: true }),
      invoice_ids: many2many("Invoices", "account.move", { compute: (env, row) => invoicesOf(env, row.id) }),
      invoice_count: integer("Invoice Count", { compute: (env, row) => invoicesOf(env, row.id).length }),
      invoice_status: selection("Invoice Status", INVOICE_STATUSES, { compute: (env, row) => invoiceStatus(env, row) }),
      picking_ids: one2many("Transfers", "stock.picking", "sale_id"),
      ...STAMPS,
    },
    creating: (env, values, given) => completed(env, values, given),
    created: (env, row, given) => {
      // 14 fills in the company's terms, which are empty here.
      if (version === 14 && !Object.hasOwn(given, "note")) env.set("sale.order", row.id, { note: "" });
      refreshTotalsLater(env, row.id);
    },
    writing: (env, row, values) => currencyWithPricelist(env, row, values),
    unlinking: (env, row) => removeOrder(env, row),
    methods: {
      action_confirm: recordsMethod([], (env, ids) => {
        if (version === 19) refuseUnlessDraft(env, ids);
        for (const id of ids) env.together(() => confirmOrder(env, env.row("sale.order", id)));
        return true;
      }),
      action_cancel: recordsMethod([], (env, ids) => {
        for (const id of ids) env.together(() => cancelOrder(env, id));
        return true;
      }),
      action_draft: recordsMethod([], (env, ids) => {
        for (const row of env.rows("sale.order", ids)) {
          if (str(row, "state") === "cancel") env.set("sale.order", row.id, { state: "draft" });
        }
        return true;
      }),
      action_lock: recordsMethod([], (env, ids) => lock(env, ids)),
      action_done: recordsMethod([], (env, ids) => lock(env, ids)),
    },
  };
}

function states(version: OdooVersion): readonly (readonly [string, string])[] {
  const all: (readonly [string, string])[] = [
    ["draft", "Quotation"],
    ["sent", "Quotation Sent"],
    ["sale", "Sales Order"],
    ["cancel", "Cancelled"],
  ];
  return version === 19 ? all : [...all, ["done", "Locked"]];
}

const INVOICE_STATUSES: readonly (readonly [string, string])[] = [
  ["upselling", "Upselling Opportunity"],
  ["invoiced", "Fully Invoiced"],
  ["to invoice", "To Invoice"],
  ["no", "Nothing to Invoice"],
];

function completed(env: Environment, values: Values, given: Values): Values {
  const name = (given["name"] ?? false) === false ? nextNumber(env, "S", 5) : given["name"];
  const partner = typeof values["partner_id"] === "number" ? values["partner_id"] : null;
  const currency = currencyOf(env, values["pricelist_id"]);
  if (partner === null) return { ...values, name, currency_id: currency };
  const address = (kind: string) =>
    env.by("res.partner", "parent_id", partner).find((child) => str(child, "type") === kind)?.id ?? partner;
  // An empty column of `load` leaves the choice to Odoo only when the column is absent; False clears nothing here.
  const chosen = (field: string, kind: string) => (typeof values[field] === "number" ? values[field] : address(kind));
  return {
    ...values,
    name,
    partner_invoice_id: chosen("partner_invoice_id", "invoice"),
    partner_shipping_id: chosen("partner_shipping_id", "delivery"),
    currency_id: currency,
  };
}

function currencyOf(env: Environment, pricelist: unknown): number {
  if (typeof pricelist !== "number") return companyCurrency(env);
  return num(env.row("product.pricelist", pricelist), "currency_id");
}

/** The price list alone decides the currency; a given currency is ignored. */
function currencyWithPricelist(env: Environment, row: Row, values: Values): Values {
  const { currency_id: _, ...rest } = values;
  if (!Object.hasOwn(values, "pricelist_id")) return rest;
  const currency = currencyOf(env, values["pricelist_id"]);
  env.set("sale.order", row.id, { currency_id: currency });
  return rest;
}

/** Totals of the document, worked out once at the end of a change. */
export function refreshTotalsLater(env: Environment, orderId: number): void {
  env.later(`sale totals ${orderId}`, () => refreshTotals(env, orderId));
}

function refreshTotals(env: Environment, orderId: number): void {
  const order = env.find("sale.order", orderId);
  if (order === undefined) return;
  const currency = num(order, "currency_id");
  const lines = env.by("sale.order.line", "order_id", orderId).filter((line) => str(line, "display_type") === "");
  const taxes = env.version === 19 ? "tax_ids" : "tax_id";
  const rounding = roundingFor(env, currency);
  const taxed = lines.map((line) => taxedLine(env, line, { quantity: "product_uom_qty", taxes }, currency));
  if (env.version === 14) {
    const total = (field: string) =>
      lines.reduce((cents, line) => cents + Math.round(num(line, field) * CENTS), 0) / CENTS;
    const [untaxed, tax] = [total("price_subtotal"), total("price_tax")];
    const both = Math.round((untaxed + tax) * CENTS) / CENTS;
    env.set("sale.order", orderId, { amount_untaxed: untaxed, amount_tax: tax, amount_total: both });
    return;
  }
  const amounts = documentAmounts(taxed, rounding);
  const untaxed = sum(amounts.map((line) => line.untaxed.plus(line.delta)));
  const tax = sum(amounts.flatMap((line) => line.taxes.map((one) => one.amount)));
  env.set("sale.order", orderId, {
    amount_untaxed: untaxed.toNumber(),
    amount_tax: tax.toNumber(),
    amount_total: untaxed.plus(tax).toNumber(),
  });
}

const CENTS = 10_000;

export function invoicesOf(env: Environment, orderId: number): readonly number[] {
  const found = new Set<number>();
  const lines = env.db.table("account.move.line");
  for (const line of env.by("sale.order.line", "order_id", orderId)) {
    for (const id of lines.lookup("sale_line_ids", line.id)) {
      const move = ref(lines.rows.get(id) as Row, "move_id");
      if (move !== null) found.add(move);
    }
  }
  return [...found].sort((a, b) => a - b);
}

const NOT_CONFIRMABLE = "Some orders are not in a state requiring confirmation.";

function refuseUnlessDraft(env: Environment, ids: readonly number[]): void {
  for (const order of env.rows("sale.order", ids)) {
    const state = str(order, "state");
    if (state !== "draft" && state !== "sent") throw userError(NOT_CONFIRMABLE);
  }
}

function lock(env: Environment, ids: readonly number[]): true {
  for (const id of ids) env.set("sale.order", id, env.version === 19 ? { locked: true } : { state: "done" });
  return true;
}

function cancelOrder(env: Environment, id: number): void {
  const order = env.row("sale.order", id);
  if (order["locked"] === true) throw userError("You cannot cancel a locked order. Please unlock it first.");
  for (const picking of env.by("stock.picking", "sale_id", id)) {
    if (str(picking, "state") !== "done") cancelPicking(env, picking.id);
  }
  for (const invoice of invoicesOf(env, id)) {
    if (str(env.row("account.move", invoice), "state") === "draft")
      env.set("account.move", invoice, { state: "cancel" });
  }
  env.set("sale.order", id, { state: "cancel" });
}

function removeOrder(env: Environment, order: Row): void {
  const state = str(order, "state");
  if (state !== "draft" && state !== "cancel") {
    throw new OdooError(
      "UserError",
      "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
    );
  }
  const lines = env.by("sale.order.line", "order_id", order.id).map((line) => line.id);
  unlink(env, "sale.order.line", lines);
  for (const picking of env.by("stock.picking", "sale_id", order.id))
    env.set("stock.picking", picking.id, { sale_id: null });
}
