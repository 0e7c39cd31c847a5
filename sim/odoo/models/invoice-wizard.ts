/** The wizard that invoices orders. */
import { NotSimulatedError, userError } from "../errors.ts";
import { create } from "../orm/crud.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { boolean, many2many, selection } from "../orm/field.ts";
import { recordsMethod, type ModelDefinition } from "../orm/model.ts";
import { flag, ids as idsOf, num, ref, str, type Row } from "../orm/row.ts";
import { quantityToInvoice } from "../sale/invoicing.ts";
import { STAMPS } from "./stamps.ts";

const NOTHING_19 =
  "Cannot create an invoice. No items are available to invoice.\n\nTo resolve this issue, please ensure that:\n" +
  "   • The products have been delivered before attempting to invoice them.\n" +
  "   • The invoicing policy of the product is configured correctly.\n\n" +
  "If you want to invoice based on ordered quantities instead:\n" +
  "   • For consumable or storable products, open the product, go to the 'General Information' tab and change the " +
  "'Invoicing Policy' from 'Delivered Quantities' to 'Ordered Quantities'.\n" +
  "   • For services (and other products), change the 'Invoicing Policy' to 'Prepaid/Fixed Price'.\n";
const NOTHING_14 =
  "There is nothing to invoice!\n\nReason(s) of this behavior could be:\n" +
  '- You should deliver your products before invoicing them: Click on the "truck" icon (top-right of your screen) ' +
  "and follow instructions.\n" +
  '- You should modify the invoicing policy of your product: Open the product, go to the "Sales tab" and modify ' +
  'invoicing policy from "delivered quantities" to "ordered quantities".\n        ';

const METHODS: readonly (readonly [string, string])[] = [
  ["delivered", "Regular invoice"],
  ["percentage", "Down payment (percentage)"],
  ["fixed", "Down payment (fixed amount)"],
];

export function invoiceWizard(version: OdooVersion): ModelDefinition {
  const orders =
    version === 19
      ? {
          sale_order_ids: many2many("Sale Orders", "sale.order", { default: activeOrders }),
          consolidated_billing: boolean("Consolidated Billing", { default: () => true }),
        }
      : {};
  return {
    name: "sale.advance.payment.inv",
    label: "Sales Advance Payment Invoice",
    order: "id",
    transient: true,
    fields: {
      advance_payment_method: selection("Create Invoice", METHODS, { required: true, default: () => "delivered" }),
      ...orders,
      ...STAMPS,
    },
    methods: { create_invoices: recordsMethod([], (env, ids) => createInvoices(env, ids)) },
  };
}

function activeOrders(env: Environment): readonly number[] {
  const active = env.context["active_ids"];
  if (env.context["active_model"] !== "sale.order" || !Array.isArray(active)) return [];
  return active.filter((id): id is number => typeof id === "number");
}

function createInvoices(env: Environment, ids: readonly number[]): unknown {
  const wizard = env.row("sale.advance.payment.inv", ids[0] ?? 0);
  if (str(wizard, "advance_payment_method") !== "delivered") {
    throw new NotSimulatedError("sale.advance.payment.inv for down payments");
  }
  const orders = env.version === 19 ? idsOf(wizard, "sale_order_ids") : activeOrders(env);
  const together = env.version === 14 || flag(wizard, "consolidated_billing");
  const made = env.together(() => invoiceOrders(env, env.rows("sale.order", orders), together));
  return {
    name: "Invoices",
    type: "ir.actions.act_window",
    res_model: "account.move",
    view_mode: made.length === 1 ? "form" : "list,form",
    ...(made.length === 1 ? { res_id: made[0] } : { domain: [["id", "in", made]] }),
    context: { default_move_type: "out_invoice" },
  };
}

interface Part {
  readonly order: Row;
  readonly lines: readonly { readonly line: Row; readonly quantity: number }[];
}

function invoiceOrders(env: Environment, orders: readonly Row[], together: boolean): readonly number[] {
  const parts = orders.map((order) => partOf(env, order)).filter((part) => part.lines.length > 0);
  if (parts.length === 0) throw userError(env.version === 19 ? NOTHING_19 : NOTHING_14);
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const { order } = part;
    const key = together ? `${num(order, "partner_invoice_id")} ${num(order, "currency_id")}` : String(order.id);
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()].map((group) => invoice(env, group));
}

function partOf(env: Environment, order: Row): Part {
  const lines = env.by("sale.order.line", "order_id", order.id);
  const counted = lines.map((line) => ({ line, quantity: quantityToInvoice(env, line) }));
  const due = counted.filter(({ quantity }) => quantity !== 0);
  if (due.some(({ quantity }) => quantity < 0)) throw new NotSimulatedError("invoicing less than is invoiced already");
  return { order, lines: due };
}

function invoice(env: Environment, parts: readonly Part[]): number {
  const first = (parts[0] as Part).order;
  const join = (field: string) =>
    [...new Set(parts.map(({ order }) => str(order, field)))].filter((text) => text !== "").join(", ");
  const lines = parts.flatMap((part) => part.lines);
  return create(env, "account.move", {
    move_type: "out_invoice",
    ref: join("client_order_ref") || false,
    invoice_origin: join("name"),
    partner_id: ref(first, "partner_invoice_id") ?? num(first, "partner_id"),
    partner_shipping_id: ref(first, "partner_shipping_id") ?? false,
    currency_id: num(first, "currency_id"),
    invoice_line_ids: lines.map(({ line, quantity }, at) => [0, 0, invoiceLine(env, line, quantity, at)]),
  }).id;
}

function invoiceLine(env: Environment, line: Row, quantity: number, at: number): Readonly<Record<string, unknown>> {
  const product = ref(line, "product_id");
  const own = str(line, "name");
  const shown = product === null ? "" : env.displayName("product.product", product);
  const name = env.version === 14 || shown === "" || own.startsWith(shown) ? own : `${shown}\n${own}`;
  const taxes = env.version === 19 ? "tax_ids" : "tax_id";
  const extra = line["extra_tax_data"] ?? null;
  return {
    sequence: env.version === 19 ? at : at + 1,
    product_id: product ?? false,
    name,
    quantity,
    price_unit: num(line, "price_unit"),
    discount: num(line, "discount"),
    tax_ids: [[6, 0, idsOf(line, taxes)]],
    sale_line_ids: [[4, line.id]],
    ...(env.version === 19 && extra !== null ? { extra_tax_data: extra } : {}),
  };
}
