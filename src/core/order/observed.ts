/**
 * What the order flow sees of one order, and what it may do next: the vocabulary that plan, settlement and the loop share.
 */
import { unreachable } from "../exhaustive.ts";
import type { ErpAction, ErpOrderQuery, ErpSettings } from "../ports/erp.ts";
import type { FulfilmentWrite, OrderMarkWrite } from "../ports/shop.ts";
import type { Link } from "../ports/store.ts";
import type { ErpInvoice, ErpOrderDocuments } from "./erp-documents.ts";
import { orderExternalId, paymentExternalId, refundExternalId, refundPaymentExternalId } from "./external-ids.ts";
import { normaliseEmail } from "../hash.ts";
import { orderSkus } from "./document.ts";
import { partnerCandidates } from "./partners.ts";
import type { OrderRules } from "./rules.ts";
import type { ShopOrder } from "./shop-order.ts";

export type OrderAction =
  | ErpAction
  /** Tells the shop what went out, a fulfilment for each of Odoo's deliveries, oldest first. */
  | { readonly kind: "fulfilment.write"; readonly writes: readonly FulfilmentWrite[] }
  | { readonly kind: "mark.write"; readonly write: OrderMarkWrite };

/** The order in which a round's actions are carried out; a key whose action failed takes no part in the later ones. */
export const ORDER_STAGES = [
  "partner.create",
  "order.create",
  "order.confirm",
  "delivery.reduce",
  "delivery.validate",
  "return.create",
  "invoice.create",
  "invoice.adjust",
  "invoice.post",
  "credit-note.create",
  "credit-note.post",
  "credit-note.settle",
  "payment.register",
  "fulfilment.write",
  "mark.write",
] as const satisfies readonly OrderAction["kind"][];

export interface OrderObserved {
  readonly orderId: string;
  /** Null: the shop says that there is no such order. */
  readonly order: ShopOrder | null;
  readonly erp: ErpOrderDocuments;
  readonly settings: ErpSettings;
  /** The hub's links of this order's documents, and of its variants whose SKU tells no product; as far as it has any. */
  readonly links: readonly Link[];
  /** A person asked that documents which were deleted be made again. */
  readonly recreate: boolean;
}

/** What to ask the ERP for. Ids of links are tried, and those that the shop's own mark remembers when the hub has none. */
export function orderQuery(
  orderId: string,
  order: ShopOrder | null,
  links: readonly Link[],
  rules: OrderRules,
): ErpOrderQuery {
  const externalId = orderExternalId(rules.connection, orderId);
  const linked = (kind: Link["kind"]) =>
    links.find((link) => link.kind === kind && link.shopId === orderId)?.erpId ?? null;
  return {
    orderId,
    externalId,
    paymentExternalIds: paymentExternalIds(externalId, order),
    reference: order?.number ?? orderId,
    knownOrderId: linked("order") ?? markedOrderId(order),
    knownInvoiceId: linked("invoice"),
    knownPaymentIds: links.filter(({ kind }) => kind === "payment").map(({ erpId }) => erpId),
    knownCreditNoteIds: links
      .filter(({ kind, shopId }) => kind === "invoice" && shopId !== orderId)
      .map((link) => link.erpId),
    partnerExternalIds: order === null ? [] : partnerCandidates(order, rules.connection),
    email: order === null ? "" : normaliseEmail(order.billing.email),
    skus: order === null ? [] : orderSkus(order, rules),
  };
}

function paymentExternalIds(orderXid: string, order: ShopOrder | null): readonly string[] {
  const received = ["", ...(order?.payments ?? []).map((payment) => payment.id)];
  const given = (order?.refunds ?? []).flatMap((refund) =>
    refund.payments.map((payment) => refundPaymentExternalId(refundExternalId(orderXid, refund.id), payment.id)),
  );
  return [...new Set([...received.map((id) => paymentExternalId(orderXid, id)), ...given])];
}

/** A payment's link carries the order's id where the shop knows one payment for each order. */
export function paymentLinkId(orderId: string, paymentId: string): string {
  return paymentId === "" ? orderId : `${orderId}/payment/${paymentId}`;
}

/** Of a refund's credit note, among the links of invoices. */
export function refundLinkId(orderId: string, refundId: string): string {
  return `${orderId}/refund/${refundId}`;
}

export function refundPaymentLinkId(orderId: string, refundId: string, paymentId: string): string {
  return `${refundLinkId(orderId, refundId)}/payment/${paymentId}`;
}

/** Every id under which the hub may have links of this order. */
export function linkIds(orderId: string, order: ShopOrder | null): readonly string[] {
  const parts = (order?.payments ?? []).map((payment) => paymentLinkId(orderId, payment.id));
  const refunds = (order?.refunds ?? []).flatMap((refund) => [
    refundLinkId(orderId, refund.id),
    ...refund.payments.map((payment) => refundPaymentLinkId(orderId, refund.id, payment.id)),
  ]);
  return [...new Set([orderId, ...parts, ...refunds])];
}

function markedOrderId(order: ShopOrder | null): number | null {
  const text = order?.mark.odooOrderId ?? "";
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** Says whether two actions are the same step on the same record: doing it twice in one run would be a loop. */
export function actionKey(action: OrderAction): string {
  switch (action.kind) {
    case "partner.create":
      return `partner.create ${action.partners.map((partner) => partner.externalId).join(" ")}`;
    case "order.create":
      return "order.create";
    case "delivery.validate": {
      const lines = action.lines?.map(({ externalId, quantity }) => `${externalId} ${quantity}`) ?? ["all"];
      return `delivery.validate ${action.orderId} ${lines.join(" ")}`;
    }
    case "fulfilment.write":
      return `fulfilment.write ${JSON.stringify(action.writes.map(({ picking, lines }) => [picking, lines]))}`;
    case "order.confirm":
    case "invoice.create":
      return `${action.kind} ${action.orderId}`;
    case "invoice.adjust":
    case "invoice.post":
      return `${action.kind} ${action.invoiceId}`;
    case "credit-note.create":
      return `credit-note.create ${action.document.externalId}`;
    case "credit-note.post":
      return `credit-note.post ${action.creditNoteId}`;
    case "credit-note.settle":
      return `credit-note.settle ${action.creditNoteId} ${action.invoiceId}`;
    case "delivery.reduce":
      return `delivery.reduce ${action.lines.map(({ externalId, keep }) => `${externalId} ${keep}`).join(" ")}`;
    case "return.create":
      return `return.create ${action.externalId}`;
    case "payment.register":
      return `payment.register ${action.payment.externalId} ${action.paymentId ?? "new"} ${action.invoiceId ?? "none"}`;
    case "mark.write":
      return "mark.write";
    default:
      return unreachable(action);
  }
}

/** Invoices that stand; credit notes and cancelled ones are not among them. */
export function liveInvoices(erp: ErpOrderDocuments): readonly ErpInvoice[] {
  return erp.invoices.filter((invoice) => invoice.type === "out_invoice" && invoice.state !== "cancel");
}

/** Credit notes that stand, of this order's invoices. */
export function liveCreditNotes(erp: ErpOrderDocuments): readonly ErpInvoice[] {
  return erp.invoices.filter((invoice) => invoice.type === "out_refund" && invoice.state !== "cancel");
}

export function hasDocuments(erp: ErpOrderDocuments): boolean {
  const order = erp.order !== null && erp.order.state !== "cancel";
  return order || liveInvoices(erp).length > 0 || erp.payments.some((payment) => payment.state !== "cancel");
}
