/**
 * The bare loop beside the order flow: the shortest sequence of calls that takes one paid order into Odoo (twelve), one order
 * after the other, with the connector's own client. It proves nothing, marks nothing, and would not survive a crash.
 */
import { idIn, numberIn } from "../../src/connectors/odoo/decode.ts";
import type { OrderSnapshot } from "../../sim/woocommerce/snapshot.ts";
import { call, JOURNAL, load, PRODUCTS, skuOf, value, type Books } from "./odoo-books.ts";

export const BARE_CALLS = 12;

const PARTNER = ["id", "name", "email", "phone", "street", "city", "zip"];
const ORDER = ["id", "partner_id/.id", "client_order_ref", "date_order"];
const LINE = ["id", "product_id/.id", "name", "product_uom_qty", "price_unit", "tax_ids/.id"].map(
  (field) => `order_line/${field}`,
);
const PAYMENT = ["id", "payment_type", "partner_type", "partner_id/.id", "amount", "memo", "journal_id/.id"];

export async function bareOrder(books: Books, order: OrderSnapshot, prefix: string, journalId: number): Promise<void> {
  const { session } = books;
  const xid = `stockbridge.${prefix}_${order.id}`;
  const [partnerId] = await load(session, "res.partner", PARTNER, [
    [`${xid}_p`, `Bench Customer ${order.id}`, order.email, "+15550000000", "1 Invented Street", "Sampletown", "90001"],
  ]);
  const [orderId] = await load(
    session,
    "sale.order",
    [...ORDER, ...LINE],
    orderRows(books, order, xid, partnerId ?? 0),
  );
  const ids = [orderId ?? 0];
  const [draft] = value(
    await session.searchRead("sale.order", [["id", "in", ids]], ["state", "amount_total", "amount_tax"], call),
  );
  if (draft === undefined) throw new Error(`order ${order.number} is not there`);
  value(await session.write("sale.order", "action_confirm", { ids }, call));
  const wizard = { advance_payment_method: "delivered", sale_order_ids: [[6, 0, ids]], consolidated_billing: false };
  const made = value(
    await session.write("sale.advance.payment.inv", "create", { args: { vals_list: [wizard] } }, call),
  ) as number[];
  value(await session.write("sale.advance.payment.inv", "create_invoices", { ids: made }, call));
  const [invoice] = value(
    await session.searchRead(
      "account.move",
      [["line_ids.sale_line_ids.order_id", "in", ids]],
      ["state", "amount_total"],
      call,
    ),
  );
  if (invoice === undefined) throw new Error(`order ${order.number} has no invoice`);
  const invoiceId = idIn(invoice);
  value(await session.write("account.move", "action_post", { ids: [invoiceId] }, call));
  const amount = numberIn(invoice, "amount_total").toFixed(2);
  const [paymentId] = await load(session, "account.payment", PAYMENT, [
    [`${xid}_pay`, "inbound", "customer", String(partnerId), amount, order.number, String(journalId)],
  ]);
  value(await session.write("account.payment", "action_post", { ids: [paymentId ?? 0] }, call));
  const open = [
    ["payment_id", "=", paymentId],
    ["account_type", "=", "asset_receivable"],
    ["reconciled", "=", false],
  ];
  const [credit] = value(await session.searchRead("account.move.line", open, ["amount_residual"], call));
  if (credit === undefined)
    throw new Error(`the payment of ${order.number} has no open line: the bank journal needs an outstanding account`);
  value(
    await session.write(
      "account.move",
      "js_assign_outstanding_line",
      { ids: [invoiceId], args: { line_id: idIn(credit) } },
      call,
    ),
  );
}

function orderRows({ productIds, taxId }: Books, order: OrderSnapshot, xid: string, partnerId: number): string[][] {
  return order.lines.map((line, index) => {
    const product = Array.from({ length: PRODUCTS }, (_, nth) => nth).find((nth) => skuOf(nth) === line.sku) ?? 0;
    const price = String(Number(line.total) / line.quantity);
    const head = index === 0 ? [xid, String(partnerId), order.number, "2026-11-21 08:18:32"] : ["", "", "", ""];
    return [
      ...head,
      `${xid}_l${index}`,
      String(productIds[product]),
      line.sku,
      String(line.quantity),
      price,
      String(taxId),
    ];
  });
}

export async function journalIdOf({ session }: Books): Promise<number> {
  const [journal] = value(await session.searchRead("account.journal", [["code", "=", JOURNAL]], ["name"], call));
  if (journal === undefined) throw new Error(`Odoo has no journal ${JOURNAL}`);
  return idIn(journal);
}
