/**
 * External ids in Odoo: `stockbridge.<shop>_order_<id>` and what hangs on it. They come from natural keys only, so that a
 * retry, a second hub process or a hub with an empty database arrive at the same records.
 */
import { normaliseText, stableHash } from "../hash.ts";

export const EXTERNAL_MODULE = "stockbridge";
const PLAIN_ID_PATTERN = /^[A-Za-z0-9-]{1,64}$/;

export function orderExternalId(connection: string, orderId: string): string {
  return `${EXTERNAL_MODULE}.${connection}_order_${idPart(orderId)}`;
}

export function lineExternalId(orderXid: string, lineId: string): string {
  return `${orderXid}_l${idPart(lineId)}`;
}

/** A part without an id is the only one that its shop knows: a second one could only be a double. */
export function paymentExternalId(orderXid: string, paymentId: string): string {
  return paymentId === "" ? `${orderXid}_payment` : `${orderXid}_p${idPart(paymentId)}`;
}

/** Of the credit note; its payments and its return hang on it. */
export function refundExternalId(orderXid: string, refundId: string): string {
  return `${orderXid}_r${idPart(refundId)}`;
}

export function refundPaymentExternalId(refundXid: string, paymentId: string): string {
  return paymentExternalId(refundXid, paymentId);
}

/** Of the goods that came back with a refund. */
export function returnExternalId(refundXid: string): string {
  return `${refundXid}_return`;
}

export function customerExternalId(connection: string, customerId: string): string {
  return `${EXTERNAL_MODULE}.${connection}_customer_${idPart(customerId)}`;
}

export function guestExternalId(connection: string, hash: string): string {
  return `${EXTERNAL_MODULE}.${connection}_guest_${hash}`;
}

export function addressExternalId(customerXid: string, hash: string): string {
  return `${customerXid}_address_${hash}`;
}

/** Odoo splits an external id at its dot and people read it: anything unusual is replaced by its hash. */
function idPart(id: string): string {
  return PLAIN_ID_PATTERN.test(id) ? id : `x${stableHash([normaliseText(id), id])}`;
}
