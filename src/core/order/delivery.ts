/**
 * When an order may be invoiced, given what its products ask for: those invoiced on order at once, those invoiced on
 * delivery when all of them have gone out, because an invoice is proven as a whole or not at all.
 */
import type { Decimal } from "decimal.js";
import { formatQuantity, quantity, sumQuantities } from "../quantity.ts";
import type { ErpMove, ErpOrder, ErpOrderDocuments, OrderDocument } from "./erp-documents.ts";

export interface DeliveryOutlook {
  /** `never`: less than ordered was delivered and nothing more is going to be. */
  readonly invoice: "now" | "later" | "never";
  /** Some move still has to go out. */
  readonly open: boolean;
  readonly short: { readonly what: string; readonly ordered: string; readonly delivered: string } | null;
}

/** Moves that neither went out nor were given up. */
export function isOpen(move: ErpMove): boolean {
  return move.state !== "done" && move.state !== "cancel";
}

export function delivery(document: OrderDocument, order: ErpOrder, erp: ErpOrderDocuments): DeliveryOutlook {
  const open = erp.moves.some(isOpen);
  const waiting = productsInvoicedOnDelivery(document, order, erp);
  if (waiting.size === 0) return { invoice: "now", open, short: null };
  for (const [productId, { name, ordered }] of waiting) {
    const moves = erp.moves.filter((move) => move.productId === productId);
    const delivered = sumQuantities(moves.map((move) => quantity(move.done)));
    // Services have no moves: Odoo's own status below tells whether somebody entered what was delivered.
    if (moves.length === 0 || delivered.greaterThanOrEqualTo(ordered)) continue;
    const short = { what: `line "${name}"`, ordered: formatQuantity(ordered), delivered: formatQuantity(delivered) };
    return { invoice: moves.some(isOpen) ? "later" : "never", open, short };
  }
  return { invoice: order.invoiceStatus === "to invoice" ? "now" : "later", open, short: null };
}

function productsInvoicedOnDelivery(
  document: OrderDocument,
  order: ErpOrder,
  erp: ErpOrderDocuments,
): ReadonlyMap<number, { readonly name: string; readonly ordered: Decimal }> {
  const policies = new Map([...erp.products.values()].flat().map((product) => [product.id, product.invoicePolicy]));
  // A product that cannot be looked up any more counts by what Odoo says of the whole order.
  const unknown = order.state === "sale" && order.invoiceStatus === "no" ? "delivery" : "order";
  const waiting = new Map<number, { name: string; ordered: Decimal }>();
  for (const line of document.lines) {
    if ((policies.get(line.productId) ?? unknown) !== "delivery") continue;
    const known = waiting.get(line.productId);
    const ordered = quantity(line.quantity);
    waiting.set(line.productId, {
      name: known?.name ?? line.name,
      ordered: known ? known.ordered.plus(ordered) : ordered,
    });
  }
  return waiting;
}
