/**
 * What the shop's own order says about its sync: one word, one sentence, and the names of the Odoo documents. Written
 * only where it differs, so that the echo of the hub's own write changes nothing.
 */
import { type Failure, type FailureCode, sentenceOf } from "../failures.ts";
import type { StateName } from "../plan.ts";
import type { OrderMarkWrite } from "../ports/shop.ts";
import { liveInvoices, type OrderObserved } from "./observed.ts";

/** Failures that leave the order out of Odoo; with any other it is held: seen, understood, and kept from being posted. */
const FAILED_CODES: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "SKU_NOT_FOUND",
  "SKU_BLANK_ON_ORDER",
  "SKU_DUPLICATE_IN_ODOO",
  "PRODUCT_GONE_FROM_SHOP",
  "ODOO_REJECTED",
  "ODOO_INVALID_VALUE",
  "ODOO_DUPLICATE",
  "ODOO_RECORD_NOT_FOUND",
  "ODOO_FIELD_MISSING",
  "ODOO_MODULE_MISSING",
  "ACCESS_DENIED",
  "ORDER_UNREADABLE",
  "INTERNAL_ERROR",
]);

/** Null: an order in this state has no word of its own in the shop. */
export const MARK_OF_STATE: Readonly<Partial<Record<StateName, OrderMarkWrite["status"]>>> = {
  synced: "synced",
  "on-hold": "held",
  "waiting-for-delivery": "waiting",
};

/** States of orders that never reached Odoo: their mark is corrected when there is one, and not begun. */
const CORRECTED_ONLY: Readonly<Partial<Record<StateName, OrderMarkWrite["status"]>>> = {
  "waiting-for-payment": "waiting",
  "failed-payment": "held",
};

export function failureMark(observed: OrderObserved, failures: readonly Failure[]): OrderMarkWrite | null {
  const [first, ...others] = failures;
  if (!first) return null;
  const more =
    others.length === 0 ? "" : ` (and ${others.length} more: ${others.map((other) => other.code).join(", ")})`;
  return markWrite(observed, FAILED_CODES.has(first.code) ? "failed" : "held", sentenceOf(first) + more);
}

export function stateMark(
  observed: OrderObserved,
  state: { readonly name: StateName; readonly sentence: string },
): OrderMarkWrite | null {
  const status = MARK_OF_STATE[state.name] ?? (observed.order?.mark.status ? CORRECTED_ONLY[state.name] : undefined);
  return status === undefined ? null : markWrite(observed, status, state.sentence);
}

/** Null when the shop says this already, or has no order to write on. */
function markWrite(observed: OrderObserved, status: OrderMarkWrite["status"], sentence: string): OrderMarkWrite | null {
  const { order, erp } = observed;
  if (order === null || order.status === "trash") return null;
  const invoice = liveInvoices(erp).find((candidate) => candidate.state === "posted");
  const write: OrderMarkWrite = {
    orderId: order.id,
    status,
    sentence,
    odooOrder: erp.order?.name ?? null,
    odooOrderId: erp.order === null ? null : String(erp.order.id),
    odooInvoice: invoice?.name ?? null,
  };
  const { mark } = order;
  const told = (wanted: string | null, there: string | null) => wanted === null || wanted === there;
  const same =
    mark.status === status &&
    mark.sentence === sentence &&
    told(write.odooOrder, mark.odooOrder) &&
    told(write.odooOrderId, mark.odooOrderId) &&
    told(write.odooInvoice, mark.odooInvoice);
  return same ? null : write;
}
