/** Journal items, those of invoices among them. */
import { amount } from "../amounts.ts";
import { NotSimulatedError, userError } from "../errors.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import {
  boolean,
  char,
  date,
  float,
  integer,
  json,
  many2many,
  many2one,
  monetary,
  one2many,
  selection,
  type Fields,
} from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { num, ref, str, type Row, type Values } from "../orm/row.ts";
import { companyCurrency } from "../account/document-taxes.ts";
import { accountOf, balanceLater, entry, isInvoice, refreshInvoiceLater } from "../account/invoice.ts";
import { isMatched, matchingNumber, residualOf } from "../account/reconcile.ts";
import { listPrice, productName } from "./product.ts";
import { STAMPS } from "./stamps.ts";

export function accountLine(version: OdooVersion): ModelDefinition {
  const ofMove = (name: string) => (env: Environment, row: Row) =>
    env.find("account.move", num(row, "move_id"))?.[name] ?? null;
  return {
    name: "account.move.line",
    label: "Journal Item",
    order: "date desc, move_name desc, id",
    fields: {
      move_id: many2one("Journal Entry", "account.move", { required: true, index: true }),
      move_name: char("Number", { compute: (env, row) => ofMove("name")(env, row) }),
      parent_state: char("Status", { compute: ofMove("state") }),
      move_type: char("Type", { compute: ofMove("move_type") }),
      date: date("Date", { compute: ofMove("date") }),
      ref: char("Reference", { compute: ofMove("ref") }),
      journal_id: many2one("Journal", "account.journal", { compute: ofMove("journal_id") }),
      partner_id: many2one("Partner", "res.partner", { compute: ofMove("partner_id") }),
      currency_id: many2one("Currency", "res.currency", { compute: ofMove("currency_id") }),
      company_currency_id: many2one("Company Currency", "res.currency", { compute: companyCurrency }),
      kind: char("Kind", { hidden: true }),
      ...kindFields(version),
      sequence: integer("Sequence", { default: () => 10 }),
      account_id: many2one("Account", "account.account"),
      name: char("Label"),
      product_id: many2one("Product", "product.product"),
      product_uom_id: many2one("Unit", "uom.uom"),
      quantity: float("Quantity", { digits: 2, default: () => 1 }),
      price_unit: float("Unit Price", version === 14 ? { digits: 2 } : {}),
      discount: float("Discount (%)", { digits: 2 }),
      tax_ids: many2many("Taxes", "account.tax"),
      ...(version === 19 ? { extra_tax_data: json("Extra Tax Data") } : {}),
      ...amountFields(),
      ...matchFields(),
      sale_line_ids: many2many("Sales Order Lines", "sale.order.line", { index: true }),
      payment_id: many2one("Payment", "account.payment", {
        compute: (env, row) => ofMove(version === 19 ? "origin_payment_id" : "payment_id")(env, row),
      }),
      date_maturity: date("Due Date"),
      ...STAMPS,
    },
    displayName: (env, row) => lineName(env, row),
    creating: (env, values, given) => prepared(env, values, given),
    created: (env, row) => lineCreated(env, row),
    writing: (env, row, values) => checkWritable(env, row, values),
    written: (env, row, before, values) => lineWritten(env, row, before, values),
    unlinking: (env, row) => refusePostedDelete(env, row),
    unlinked: (env, row) => {
      if (str(row, "kind") === "product") refreshInvoiceLater(env, num(row, "move_id"));
    },
  };
}

function kindFields(version: OdooVersion): Fields {
  if (version === 19) {
    return {
      display_type: selection("Display Type", [
        ["product", "Product"],
        ["tax", "Tax"],
        ["payment_term", "Payment Term"],
        ["line_section", "Section"],
        ["line_note", "Note"],
        ["rounding", "Rounding"],
        ["epd", "Early Payment Discount"],
      ]),
      account_type: char("Internal Type", { compute: (env, row) => accountField(env, row, "account_type") }),
    };
  }
  return {
    display_type: selection("Display Type", [
      ["line_section", "Section"],
      ["line_note", "Note"],
    ]),
    exclude_from_invoice_tab: boolean("Exclude from invoice tab"),
    account_internal_type: char("Internal Type", { compute: (env, row) => accountField(env, row, "internal_type") }),
  };
}

function accountField(env: Environment, row: Row, field: string): unknown {
  const account = ref(row, "account_id");
  return account === null ? null : (env.row("account.account", account)[field] ?? null);
}

function amountFields(): Fields {
  return {
    price_subtotal: monetary("Subtotal", { readonly: true }),
    price_total: monetary("Total", { readonly: true }),
    amount_currency: monetary("Amount in Currency"),
    balance: monetary("Balance"),
    debit: monetary("Debit"),
    credit: monetary("Credit"),
    tax_line_id: many2one("Originator tax", "account.tax"),
    tax_base_amount: monetary("Base Amount"),
  };
}

function matchFields(): Fields {
  return {
    amount_residual: monetary("Residual Amount", { compute: (env, row) => residualOf(env, row).own.toNumber() }),
    amount_residual_currency: monetary("Residual Amount in Currency", {
      compute: (env, row) => residualOf(env, row).currency.toNumber(),
    }),
    reconciled: boolean("Reconciled", { compute: isMatched }),
    full_reconcile_id: many2one("Matching", "account.full.reconcile"),
    matching_number: char("Matching #", { compute: matchingNumber }),
    matched_debit_ids: one2many("Matched Debits", "account.partial.reconcile", "credit_move_id"),
    matched_credit_ids: one2many("Matched Credits", "account.partial.reconcile", "debit_move_id"),
  };
}

function lineName(env: Environment, row: Row): string {
  const move = env.row("account.move", num(row, "move_id"));
  const reference = str(move, "ref") === "" ? "" : ` (${str(move, "ref")})`;
  const number = str(move, "name");
  const label = str(row, "name") === "" ? "" : ` ${str(row, "name")}`;
  return `${number}${reference}${label}`.trim();
}

const DISPLAY_TYPES: Readonly<Record<string, string>> = {
  product: "product",
  tax: "tax",
  term: "payment_term",
  entry: "product",
};

function prepared(env: Environment, values: Values, given: Values): Values {
  const product = typeof given["product_id"] === "number" ? env.row("product.product", given["product_id"]) : undefined;
  const fromProduct =
    product === undefined
      ? {}
      : {
          name: given["name"] ?? productName(product),
          price_unit: given["price_unit"] ?? listPrice(env, product.id),
          tax_ids: given["tax_ids"] ?? product["taxes_id"],
          product_uom_id: given["product_uom_id"] ?? product["uom_id"] ?? false,
        };
  return { ...values, ...fromProduct };
}

function lineCreated(env: Environment, row: Row): void {
  const move = env.row("account.move", num(row, "move_id"));
  const noted = str(row, "display_type").startsWith("line_");
  const given = env.context["line_kind"];
  const kind = typeof given === "string" ? given : noted ? "note" : isInvoice(move) ? "product" : "entry";
  const shown =
    env.version === 19
      ? { display_type: noted ? row["display_type"] : DISPLAY_TYPES[kind] }
      : { exclude_from_invoice_tab: kind === "tax" || kind === "term" };
  const account = ref(row, "account_id") ?? (kind === "product" ? accountOf(env, "income") : null);
  env.set("account.move.line", row.id, { kind, ...shown, account_id: account });
  if (kind === "product") refreshInvoiceLater(env, move.id);
  if (kind === "entry") normaliseAmounts(env, env.row("account.move.line", row.id), row);
}

const AMOUNTS = ["amount_currency", "balance", "debit", "credit"];
const INPUTS = ["quantity", "price_unit", "discount", "tax_ids"];

function checkWritable(env: Environment, row: Row, values: Values): Values {
  const move = env.row("account.move", num(row, "move_id"));
  if (str(move, "state") === "draft") return values;
  const touched = [...AMOUNTS, ...INPUTS, "account_id", "product_id", "extra_tax_data"].filter((name) =>
    Object.hasOwn(values, name),
  );
  if (touched.length === 0) return values;
  throw userError(
    `You cannot do this modification on a posted journal entry, you can just change some non legal fields. ` +
      `You must revert the journal entry to cancel it.\nEntry: ${str(move, "name")} (id ${move.id}): ${touched.join(", ")}`,
  );
}

function lineWritten(env: Environment, row: Row, before: Row, values: Values): void {
  if (AMOUNTS.some((name) => Object.hasOwn(values, name))) {
    if (str(row, "kind") === "product") throw new NotSimulatedError("writing amounts of an invoice's product line");
    normaliseAmounts(env, row, values);
    balanceLater(env, num(row, "move_id"));
  }
  if (str(row, "kind") !== "product") return;
  const changed = INPUTS.some((name) => JSON.stringify(row[name]) !== JSON.stringify(before[name]));
  if (changed) refreshInvoiceLater(env, num(row, "move_id"));
}

/** Debit and credit, or the amount in currency alone, decide the balance. */
function normaliseAmounts(env: Environment, row: Row, values: Values): void {
  const has = (name: string) => Object.hasOwn(values, name) && values[name] !== null && values[name] !== undefined;
  const move = env.row("account.move", num(row, "move_id"));
  if (env.version === 14 && !has("debit") && !has("credit")) return;
  if (has("debit") || has("credit")) {
    const before = amount(num(row, "balance"));
    const debit = has("debit") ? amount(Number(values["debit"])) : amount(0);
    const credit = has("credit") ? amount(Number(values["credit"])) : amount(0);
    const balance = debit.minus(credit);
    const inCurrency = has("amount_currency") ? Number(values["amount_currency"]) : balance.toNumber();
    if (balance.equals(before) && num(row, "amount_currency") === inCurrency) return;
    env.set("account.move.line", row.id, {
      balance: balance.toNumber(),
      debit: Math.max(balance.toNumber(), 0),
      credit: Math.max(balance.negated().toNumber(), 0),
      amount_currency: inCurrency,
    });
    return;
  }
  if (has("amount_currency"))
    env.set("account.move.line", row.id, entry(env, move, amount(Number(values["amount_currency"]))));
}

function refusePostedDelete(env: Environment, row: Row): void {
  const move = env.find("account.move", num(row, "move_id"));
  if (move === undefined || env.context["force_delete"] === true) return;
  if (str(move, "state") === "posted") {
    throw userError("You cannot delete an item linked to a posted entry.");
  }
}
