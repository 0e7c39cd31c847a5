/** The documents of a simulated Odoo as tests compare them: external ids, states, totals. */
import type { Environment } from "./orm/environment.ts";
import { externalIdOf } from "./orm/external-ids.ts";
import { ids, num, ref, str, type Row } from "./orm/row.ts";
import { moveResidual, paymentState } from "./account/reconcile.ts";
import { isInvoice } from "./account/invoice.ts";
import { invoicesOf } from "./models/sale-order.ts";

export interface OrderView {
  readonly id: number;
  readonly name: string;
  /** "" when it has none. */
  readonly externalId: string;
  readonly reference: string;
  readonly state: string;
  readonly currency: string;
  readonly partnerId: number;
  readonly untaxed: number;
  readonly tax: number;
  readonly total: number;
  readonly lineExternalIds: readonly string[];
  readonly invoiceIds: readonly number[];
}

export interface InvoiceView {
  readonly id: number;
  readonly name: string;
  readonly externalId: string;
  readonly type: string;
  readonly state: string;
  readonly reference: string;
  readonly currency: string;
  readonly untaxed: number;
  readonly tax: number;
  readonly total: number;
  readonly residual: number;
  readonly paymentState: string;
  readonly orderIds: readonly number[];
  /** Debits minus credits of its entries, in company currency: always 0. */
  readonly imbalance: number;
}

export interface PaymentView {
  readonly id: number;
  readonly name: string;
  readonly externalId: string;
  readonly memo: string;
  readonly state: string;
  readonly amount: number;
  readonly currency: string;
  readonly reconciled: boolean;
}

export interface OdooDocuments {
  readonly counts: {
    readonly partners: number;
    readonly orders: number;
    readonly invoices: number;
    readonly payments: number;
    readonly pickings: number;
    readonly reconciliations: number;
  };
  readonly orders: readonly OrderView[];
  readonly invoices: readonly InvoiceView[];
  readonly payments: readonly PaymentView[];
}

export function documentsOf(env: Environment): OdooDocuments {
  const all = (model: string) => [...env.db.table(model).rows.values()];
  const orders = all("sale.order").map((row) => orderView(env, row));
  const invoices = all("account.move")
    .filter(isInvoice)
    .map((row) => invoiceView(env, row));
  const payments = all("account.payment").map((row) => paymentView(env, row));
  const counts = {
    partners: all("res.partner").length,
    orders: orders.length,
    invoices: invoices.length,
    payments: payments.length,
    pickings: all("stock.picking").length,
    reconciliations: all("account.partial.reconcile").length,
  };
  return { counts, orders, invoices, payments };
}

function currencyOf(env: Environment, row: Row): string {
  const currency = ref(row, "currency_id");
  return currency === null ? "" : str(env.row("res.currency", currency), "name");
}

function totals(row: Row): { readonly untaxed: number; readonly tax: number; readonly total: number } {
  return { untaxed: num(row, "amount_untaxed"), tax: num(row, "amount_tax"), total: num(row, "amount_total") };
}

function orderView(env: Environment, row: Row): OrderView {
  const lines = env.by("sale.order.line", "order_id", row.id);
  return {
    id: row.id,
    name: str(row, "name"),
    externalId: externalIdOf(env, { model: "sale.order", id: row.id }),
    reference: str(row, "client_order_ref"),
    state: str(row, "state"),
    currency: currencyOf(env, row),
    partnerId: num(row, "partner_id"),
    ...totals(row),
    lineExternalIds: lines.map((line) => externalIdOf(env, { model: "sale.order.line", id: line.id })),
    invoiceIds: invoicesOf(env, row.id),
  };
}

function invoiceView(env: Environment, row: Row): InvoiceView {
  const lines = env.by("account.move.line", "move_id", row.id);
  const sales = lines.flatMap((line) => ids(line, "sale_line_ids"));
  const orderIds = sales.map((id) => env.find("sale.order.line", id)).filter((line): line is Row => line !== undefined);
  const cents = lines.reduce((sum, line) => sum + Math.round(num(line, "balance") * 100), 0);
  return {
    id: row.id,
    name: str(row, "name"),
    externalId: externalIdOf(env, { model: "account.move", id: row.id }),
    type: str(row, "move_type"),
    state: str(row, "state"),
    reference: str(row, "ref"),
    currency: currencyOf(env, row),
    ...totals(row),
    residual: moveResidual(env, row).currency.toNumber(),
    paymentState: paymentState(env, row) ?? "not_paid",
    orderIds: [...new Set(orderIds.map((line) => num(line, "order_id")))],
    imbalance: cents / 100,
  };
}

function paymentView(env: Environment, row: Row): PaymentView {
  return {
    id: row.id,
    name: str(row, "name"),
    externalId: externalIdOf(env, { model: "account.payment", id: row.id }),
    memo: str(row, env.version === 19 ? "memo" : "ref"),
    state: String(env.value("account.payment", row, "state")),
    amount: num(row, "amount"),
    currency: currencyOf(env, row),
    reconciled: env.value("account.payment", row, "is_reconciled") === true,
  };
}
