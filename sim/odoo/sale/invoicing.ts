/** What of an order is invoiced, what can be, and its status. */
import { addQuantity } from "../amounts.ts";
import type { Environment } from "../orm/environment.ts";
import { num, ref, str, type Row } from "../orm/row.ts";

export function quantityInvoiced(env: Environment, line: Row): number {
  let total = 0;
  const lines = env.db.table("account.move.line");
  for (const id of lines.lookup("sale_line_ids", line.id)) {
    const invoiceLine = lines.rows.get(id) as Row;
    const move = env.row("account.move", num(invoiceLine, "move_id"));
    if (str(move, "state") === "cancel") continue;
    const quantity = num(invoiceLine, "quantity");
    total = addQuantity(total, str(move, "move_type") === "out_refund" ? -quantity : quantity);
  }
  return total;
}

export function quantityToInvoice(env: Environment, line: Row): number {
  if (!isSold(env, line) || str(line, "display_type") !== "") return 0;
  const base = policyOf(env, line) === "order" ? num(line, "product_uom_qty") : num(line, "qty_delivered");
  return addQuantity(base, -quantityInvoiced(env, line));
}

function isSold(env: Environment, line: Row): boolean {
  const order = env.find("sale.order", num(line, "order_id"));
  const state = order === undefined ? "" : str(order, "state");
  return state === "sale" || state === "done";
}

function policyOf(env: Environment, line: Row): string {
  const product = ref(line, "product_id");
  return product === null ? "order" : str(env.row("product.product", product), "invoice_policy");
}

export function lineInvoiceStatus(env: Environment, line: Row): string {
  if (!isSold(env, line)) return "no";
  if (quantityToInvoice(env, line) !== 0) return "to invoice";
  const [ordered, delivered] = [num(line, "product_uom_qty"), num(line, "qty_delivered")];
  if (policyOf(env, line) === "order" && ordered >= 0 && delivered > ordered) return "upselling";
  return quantityInvoiced(env, line) >= ordered ? "invoiced" : "no";
}

export function invoiceStatus(env: Environment, order: Row): string {
  const state = str(order, "state");
  if (state !== "sale" && state !== "done") return "no";
  const lines = env.by("sale.order.line", "order_id", order.id).filter((line) => str(line, "display_type") === "");
  const statuses = lines.map((line) => lineInvoiceStatus(env, line));
  if (statuses.includes("to invoice")) return "to invoice";
  if (statuses.length > 0 && statuses.every((status) => status === "invoiced")) return "invoiced";
  const closed = (status: string) => status === "invoiced" || status === "upselling";
  return statuses.length > 0 && statuses.every(closed) ? "upselling" : "no";
}
