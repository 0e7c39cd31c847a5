/**
 * How this server names things. Odoo renames fields between versions; which names it has is read once from its own field
 * lists and kept as data. Only what no field tells (parameters of methods) goes by the version's number.
 */
import { decoded, rowOf, textIn, type Row } from "./decode.ts";
import type { Result } from "../../core/result.ts";

/** Every field that the hub uses on any version, by model. The first of alternatives is the newest. */
export const FIELDS_USED: Readonly<Record<string, readonly string[]>> = {
  "res.partner": [
    "name",
    "email",
    "email_normalized",
    "parent_id",
    "type",
    "is_company",
    "company_name",
    "street",
    "street2",
    "city",
    "zip",
    "country_id",
    "state_id",
    "phone",
  ],
  "product.product": [
    "default_code",
    "barcode",
    "name",
    "active",
    "type",
    "is_storable",
    "detailed_type",
    "invoice_policy",
  ],
  "sale.order": [
    "client_order_ref",
    "state",
    "locked",
    "date_order",
    "note",
    "partner_id",
    "partner_invoice_id",
    "partner_shipping_id",
    "pricelist_id",
    "warehouse_id",
    "team_id",
    "company_id",
    "currency_id",
    "invoice_ids",
    "invoice_status",
  ],
  "sale.order.line": [
    "product_uom_qty",
    "price_unit",
    "technical_price_unit",
    "discount",
    "tax_ids",
    "tax_id",
    "extra_tax_data",
    "qty_to_invoice",
    "price_tax",
    "sequence",
  ],
  "sale.advance.payment.inv": ["advance_payment_method", "sale_order_ids", "consolidated_billing"],
  "account.move": ["invoice_date", "date", "ref", "payment_reference", "payment_state", "amount_residual", "move_type"],
  "account.move.line": [
    "price_unit",
    "quantity",
    "extra_tax_data",
    "tax_line_id",
    "sale_line_ids",
    "display_type",
    "exclude_from_invoice_tab",
    "account_type",
    "account_internal_type",
  ],
  "account.payment": [
    "memo",
    "ref",
    "journal_id",
    "payment_method_id",
    "payment_method_line_id",
    "invoice_ids",
    "move_id",
    "is_reconciled",
    "state",
  ],
  "account.partial.reconcile": [
    "debit_move_id",
    "credit_move_id",
    "amount",
    "debit_amount_currency",
    "credit_amount_currency",
  ],
  "stock.move": [
    "sale_line_id",
    "quantity",
    "picked",
    "reserved_availability",
    "quantity_done",
    "product_qty",
    "move_orig_ids",
    "location_final_id",
    "name",
  ],
  "stock.picking": [
    "sale_id",
    "state",
    "date_done",
    "carrier_id",
    "carrier_tracking_ref",
    "carrier_tracking_url",
    "move_ids",
    "move_lines",
    "return_id",
    "group_id",
  ],
  "stock.quant": ["product_id", "location_id", "quantity", "reserved_quantity"],
  "stock.warehouse": ["code", "name", "view_location_id", "lot_stock_id"],
};

/** Without one of these the order flow cannot work; alternatives in one entry. */
export const FIELDS_NEEDED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "product.product": [["default_code"], ["invoice_policy"]],
  "sale.order": [["client_order_ref"], ["date_order"], ["warehouse_id"], ["invoice_ids"]],
  "sale.order.line": [["tax_ids", "tax_id"], ["price_unit"], ["qty_to_invoice"]],
  "account.move": [["payment_reference"], ["payment_state"]],
  "account.move.line": [["sale_line_ids"], ["tax_line_id"], ["account_type", "account_internal_type"]],
  "account.payment": [["memo", "ref"], ["journal_id"]],
  "stock.move": [["sale_line_id"], ["quantity", "reserved_availability"]],
  "stock.picking": [["sale_id"]],
  "stock.quant": [["quantity"], ["reserved_quantity"]],
};

export const TRACKING_NUMBER = "carrier_tracking_ref";

export interface FieldInfo {
  readonly type: string;
  /** Digits behind the point; null where the server keeps the value unrounded. */
  readonly digits: number | null;
}

/** Model -> field -> what it is; a model that the server lacks is absent. */
export type Schema = ReadonlyMap<string, ReadonlyMap<string, FieldInfo>>;

export interface Dialect {
  readonly major: number;
  readonly orderLineTaxes: "tax_ids" | "tax_id";
  /** Lines take the shop's tax amounts as they are. */
  readonly exactTaxes: boolean;
  /** A quantity given to a line resets its price unless this is sent as well. */
  readonly technicalPrice: boolean;
  /** Null: prices are kept unrounded. */
  readonly priceDigits: number | null;
  readonly quantityDigits: number;
  readonly noteIsHtml: boolean;
  readonly receivable: { readonly field: string; readonly value: string };
  readonly paymentMemo: "memo" | "ref";
  /** The method must be named on a payment; newer versions derive it from the journal. */
  readonly paymentMethodNamed: boolean;
  /** A payment can be tied to its invoice without a journal entry. */
  readonly paymentInvoices: boolean;
  /** `reserved` of an open move; `done` of a finished one, and what is written to finish it. */
  readonly move: { readonly reserved: string; readonly done: string; readonly picked: boolean };
  /** A move knows where its goods will end; the moves that bring them there come one after the other. */
  readonly finalLocation: boolean;
  /** Those of `carrier_id`, `carrier_tracking_ref`, `carrier_tracking_url` that transfers have (with the module for delivery). */
  readonly tracking: readonly string[];
  /** How a transfer names its moves, whether those have a name of their own, and what ties a return to its delivery and order. */
  readonly picking: {
    readonly moves: "move_ids" | "move_lines";
    readonly moveName: boolean;
    readonly returnOf: boolean;
    readonly groups: boolean;
  };
  readonly storable: { readonly field: string; readonly value: true | string };
  /** The invoice wizard takes orders as a field; older ones from the context. */
  readonly wizardOrders: boolean;
  /** The wizard can be told to make one invoice for each order. */
  readonly wizardSeparates: boolean;
  /** The accounting date of a draft does not follow its invoice date. */
  readonly dateIsOwn: boolean;
  /** Move lines that are no tax, receivable or product line are marked by `display_type`; older ones by exclusion. */
  readonly lineTypes: boolean;
  /** Automations can post to an address. */
  readonly webhookActions: boolean;
}

export function fieldsOf(
  connection: string,
  model: string,
  answer: Result<unknown>,
): Result<ReadonlyMap<string, FieldInfo>> {
  return decoded(connection, `${model} fields_get`, answer, (value) => {
    const entries = Object.entries(rowOf(value)).map(([name, info]) => [name, fieldInfo(rowOf(info))] as const);
    return new Map(entries);
  });
}

function fieldInfo(row: Row): FieldInfo {
  const digits: unknown = row["digits"];
  const last: unknown = Array.isArray(digits) ? digits[1] : null;
  return { type: textIn(row, "type"), digits: typeof last === "number" ? last : null };
}

export function dialectOf(major: number, schema: Schema): Dialect {
  const has = (model: string, field: string) => schema.get(model)?.has(field) === true;
  const info = (model: string, field: string) => schema.get(model)?.get(field) ?? null;
  const QUANTITY_DIGITS = 2;
  return {
    major,
    orderLineTaxes: has("sale.order.line", "tax_ids") ? "tax_ids" : "tax_id",
    exactTaxes: has("sale.order.line", "extra_tax_data") && has("account.move.line", "extra_tax_data"),
    technicalPrice: has("sale.order.line", "technical_price_unit"),
    priceDigits: info("sale.order.line", "price_unit")?.digits ?? null,
    quantityDigits: info("sale.order.line", "product_uom_qty")?.digits ?? QUANTITY_DIGITS,
    noteIsHtml: info("sale.order", "note")?.type === "html",
    receivable: has("account.move.line", "account_type")
      ? { field: "account_type", value: "asset_receivable" }
      : { field: "account_internal_type", value: "receivable" },
    paymentMemo: has("account.payment", "memo") ? "memo" : "ref",
    paymentMethodNamed: !has("account.payment", "payment_method_line_id"),
    paymentInvoices: has("account.payment", "invoice_ids"),
    move: has("stock.move", "quantity")
      ? { reserved: "quantity", done: "quantity", picked: has("stock.move", "picked") }
      : { reserved: "reserved_availability", done: "quantity_done", picked: false },
    finalLocation: has("stock.move", "location_final_id"),
    tracking: ["carrier_id", TRACKING_NUMBER, "carrier_tracking_url"].filter((field) => has("stock.picking", field)),
    picking: {
      moves: has("stock.picking", "move_ids") ? "move_ids" : "move_lines",
      moveName: has("stock.move", "name"),
      returnOf: has("stock.picking", "return_id"),
      groups: has("stock.picking", "group_id"),
    },
    storable: storable(has),
    wizardOrders: has("sale.advance.payment.inv", "sale_order_ids"),
    wizardSeparates: has("sale.advance.payment.inv", "consolidated_billing"),
    dateIsOwn: major < 16,
    lineTypes: !has("account.move.line", "exclude_from_invoice_tab"),
    webhookActions: major >= 17,
  };
}

function storable(has: (model: string, field: string) => boolean): Dialect["storable"] {
  if (has("product.product", "is_storable")) return { field: "is_storable", value: true };
  if (has("product.product", "detailed_type")) return { field: "detailed_type", value: "product" };
  return { field: "type", value: "product" };
}

/** What of FIELDS_NEEDED the server lacks, as `model.field` (alternatives joined by "or"). */
export function missingFields(schema: Schema): readonly string[] {
  return Object.entries(FIELDS_NEEDED).flatMap(([model, needed]) => {
    const found = schema.get(model);
    if (found === undefined) return [];
    return needed
      .filter((names) => !names.some((name) => found.has(name)))
      .map((names) => `${model}.${names.join(" or ")}`);
  });
}
