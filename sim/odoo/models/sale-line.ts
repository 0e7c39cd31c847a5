/** Lines of sales orders: defaults from the product, amounts, what is invoiced and delivered. */
import { addQuantity, amount, round } from "../amounts.ts";
import { NotSimulatedError, userError } from "../errors.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import {
  boolean,
  char,
  float,
  integer,
  json,
  many2many,
  many2one,
  monetary,
  one2many,
  selection,
  text,
  type Fields,
} from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { flag, num, ref, str, type Row, type Values } from "../orm/row.ts";
import { roundingFor, taxedLine } from "../account/document-taxes.ts";
import { lineInvoiceStatus, quantityInvoiced, quantityToInvoice } from "../sale/invoicing.ts";
import { raiseDemand } from "../sale/procurement.ts";
import { lineAmounts } from "../taxes.ts";
import { listPrice, productName } from "./product.ts";
import { refreshTotalsLater } from "./sale-order.ts";
import { STAMPS } from "./stamps.ts";

const STATUSES: readonly (readonly [string, string])[] = [
  ["upselling", "Upselling Opportunity"],
  ["invoiced", "Fully Invoiced"],
  ["to invoice", "To Invoice"],
  ["no", "Nothing to Invoice"],
];

export function saleLine(version: OdooVersion): ModelDefinition {
  const names = namesOf(version);
  const order = (name: string) => (env: Environment, row: Row) => env.find("sale.order", num(row, "order_id"))?.[name];
  return {
    name: "sale.order.line",
    label: "Sales Order Line",
    order: "order_id, sequence, id",
    fields: {
      order_id: many2one("Order Reference", "sale.order", { required: true, index: true }),
      sequence: integer("Sequence", { default: () => 10 }),
      product_id: many2one("Product", "product.product", { index: true }),
      name: text("Description", { required: true }),
      product_uom_qty: float("Quantity", { digits: 2, required: true, default: () => 1 }),
      [names.uom]: many2one("Unit", "uom.uom"),
      price_unit: float("Unit Price", { required: true, ...(version === 14 ? { digits: 2 } : {}) }),
      ...(version === 19
        ? { technical_price_unit: float("Technical Price Unit"), extra_tax_data: json("Extra Tax Data") }
        : {}),
      discount: float("Discount (%)", { digits: 2 }),
      [names.taxes]: many2many("Taxes", "account.tax"),
      display_type: selection("Display Type", [
        ["line_section", "Section"],
        ["line_note", "Note"],
      ]),
      is_downpayment: boolean("Is a down payment"),
      ...amountFields(),
      qty_delivered: float("Delivery Quantity", { digits: 2 }),
      invoice_lines: many2many("Invoice Lines", "account.move.line", {
        compute: (env, row) => [...env.db.table("account.move.line").lookup("sale_line_ids", row.id)],
      }),
      move_ids: one2many("Stock Moves", "stock.move", "sale_line_id"),
      state: char("Order Status", { compute: order("state") }),
      currency_id: many2one("Currency", "res.currency", { compute: order("currency_id") }),
      order_partner_id: many2one("Customer", "res.partner", { compute: order("partner_id") }),
      company_id: many2one("Company", "res.company", { compute: order("company_id") }),
      ...STAMPS,
    },
    displayName: lineName,
    creating: (env, values, given) => withProduct(env, values, given),
    created: (env, row) => {
      refreshAmounts(env, row.id);
      procureAdded(env, env.row("sale.order.line", row.id));
    },
    written: (env, row, before, values) => lineWritten(env, row, before, values),
    unlinking: (env, row) => refuseConfirmed(env, row),
    unlinked: (env, row) => refreshTotalsLater(env, num(row, "order_id")),
  };
}

function lineName(env: Environment, row: Row): string {
  const order = env.row("sale.order", num(row, "order_id"));
  const product = ref(row, "product_id");
  const own = str(row, "name").split("\n")[0] ?? "";
  if (env.version === 14)
    return `${str(order, "name")} - ${own || (product === null ? "" : env.displayName("product.product", product))}`;
  const shown = product === null ? own : env.displayName("product.product", product);
  const partner = ref(order, "partner_id");
  const customer = partner === null ? "" : ` (${str(env.row("res.partner", partner), "name")})`;
  return `${str(order, "name")} - ${shown}${customer}`;
}

function namesOf(version: OdooVersion): { readonly taxes: string; readonly uom: string } {
  return version === 19 ? { taxes: "tax_ids", uom: "product_uom_id" } : { taxes: "tax_id", uom: "product_uom" };
}

function amountFields(): Fields {
  return {
    price_subtotal: monetary("Subtotal", { readonly: true }),
    price_tax: float("Total Tax", { readonly: true }),
    price_total: monetary("Total", { readonly: true }),
    qty_invoiced: float("Invoiced Quantity", { digits: 2, compute: (env, row) => quantityInvoiced(env, row) }),
    qty_to_invoice: float("Quantity To Invoice", { digits: 2, compute: (env, row) => quantityToInvoice(env, row) }),
    invoice_status: selection("Invoice Status", STATUSES, { compute: (env, row) => lineInvoiceStatus(env, row) }),
  };
}

function withProduct(env: Environment, values: Values, given: Values): Values {
  const product = given["product_id"];
  if (typeof product !== "number") return values;
  const row = env.row("product.product", product);
  const names = namesOf(env.version);
  const absent = (name: string) => !Object.hasOwn(given, name);
  const price = absent("price_unit") ? listPrice(env, product) : Number(given["price_unit"]);
  return {
    ...values,
    name: absent("name") || given["name"] === false ? productName(row) : given["name"],
    price_unit: price,
    ...(env.version === 19 && absent("technical_price_unit") ? { technical_price_unit: price } : {}),
    [names.taxes]: absent(names.taxes) ? row["taxes_id"] : given[names.taxes],
    [names.uom]: absent(names.uom) ? (ref(row, "uom_id") ?? false) : given[names.uom],
  };
}

/** What the amounts are computed from; a new `extra_tax_data` alone changes nothing. */
const INPUTS = ["product_uom_qty", "price_unit", "discount", "tax_ids", "tax_id"];

function lineWritten(env: Environment, row: Row, before: Row, values: Values): void {
  if (env.version === 19 && row["product_uom_qty"] !== before["product_uom_qty"]) resetPrice(env, row, values);
  const after = env.row("sale.order.line", row.id);
  const changed = INPUTS.some((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  if (changed || Object.hasOwn(values, "price_unit")) refreshAmounts(env, row.id);
  const [quantity, former] = [num(row, "product_uom_qty"), num(before, "product_uom_qty")];
  if (quantity !== former) quantityChanged(env, after, addQuantity(quantity, -former));
}

/** 19: a price that nobody has touched follows the price list again when the quantity changes. */
function resetPrice(env: Environment, row: Row, values: Values): void {
  const product = ref(row, "product_id");
  if (product === null || Object.hasOwn(values, "price_unit")) return;
  const cents = (field: string) => round(amount(num(row, field)), 2);
  if (!cents("technical_price_unit").equals(cents("price_unit"))) return;
  const price = listPrice(env, product);
  env.set("sale.order.line", row.id, { price_unit: price, technical_price_unit: price });
}

function quantityChanged(env: Environment, row: Row, delta: number): void {
  if (!isConfirmed(env, row)) return;
  if (delta < 0) throw new NotSimulatedError("lowering the quantity of a confirmed sale.order.line");
  raiseDemand(env, row, delta);
}

function procureAdded(env: Environment, row: Row): void {
  if (isConfirmed(env, row)) raiseDemand(env, row, num(row, "product_uom_qty"));
}

function isConfirmed(env: Environment, row: Row): boolean {
  const state = str(env.row("sale.order", num(row, "order_id")), "state");
  return state === "sale" || state === "done";
}

function refreshAmounts(env: Environment, lineId: number): void {
  const row = env.row("sale.order.line", lineId);
  const order = env.row("sale.order", num(row, "order_id"));
  const currency = num(order, "currency_id");
  const { taxes } = namesOf(env.version);
  const line = taxedLine(env, row, { quantity: "product_uom_qty", taxes }, currency);
  const amounts = lineAmounts(line, roundingFor(env, currency));
  env.set("sale.order.line", lineId, {
    price_subtotal: amounts.untaxed.toNumber(),
    price_tax: amounts.total.minus(amounts.untaxed).toNumber(),
    price_total: amounts.total.toNumber(),
  });
  refreshTotalsLater(env, order.id);
}

function refuseConfirmed(env: Environment, row: Row): void {
  const confirmed = isConfirmed(env, row) && str(row, "display_type") === "" && !flag(row, "is_downpayment");
  if (!confirmed) return;
  throw userError(
    env.version === 19
      ? "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something gets invoiced or delivered).\n                Set the quantity to 0 instead."
      : "You can not remove an order line once the sales order is confirmed.\nYou should rather set the quantity to 0.",
  );
}
