/**
 * What is kept of an order at the end of its run, from the last observation: links, proof and what it still holds of the
 * stock. Everything here can be worked out again from both sides, so losing the hub's database loses none of it.
 */
import type { Plan } from "../plan.ts";
import type { Json, KeyResult, Link } from "../ports/store.ts";
import { remainingHolds } from "../stock/remaining-holds.ts";
import { wantedDocument } from "./wanted.ts";
import {
  liveInvoices,
  paymentLinkId,
  refundLinkId,
  refundPaymentLinkId,
  type OrderAction,
  type OrderObserved,
} from "./observed.ts";
import { orderExternalId, paymentExternalId, refundExternalId, refundPaymentExternalId } from "./external-ids.ts";
import { orderPartners } from "./partners.ts";
import { pairPayments, paymentWish } from "./payment.ts";
import { refundProofs } from "./refund.ts";
import { expectedProof, invoiceProof, orderProof, type Proof, proofJson, withPayment } from "./proof.ts";
import type { OrderRules } from "./rules.ts";

export type OrderSettlement = Pick<KeyResult, "links" | "holds" | "proof"> & {
  /** For the activity: `order`, `invoice`, `payment` with their database ids. */
  readonly erpIds: Readonly<Record<string, number | string>>;
};

export function settleOrder(observed: OrderObserved, plan: Plan<OrderAction>, rules: OrderRules): OrderSettlement {
  const { orderId, order, erp } = observed;
  const outside = plan.blockers.length === 0 && plan.state.name === "not-applicable";
  const holds = { orderId, lines: order === null || outside ? [] : remainingHolds(order, erp, rules.connection) };
  const proof = settledProof(observed, rules);
  const erpIds: Record<string, number | string> = {};
  if (erp.order) erpIds["order"] = erp.order.id;
  const [invoice] = liveInvoices(erp);
  if (invoice) erpIds["invoice"] = invoice.id;
  const payment = erp.payments.find((candidate) => candidate.state !== "cancel");
  if (payment) erpIds["payment"] = payment.id;
  const settlement = { links: orderLinks(observed, rules), holds, erpIds };
  return proof === null ? settlement : { ...settlement, proof };
}

/** Payments by the ids of their parts; one that a person registered stands for the only part. */
function moneyLinks(
  { orderId, order, erp }: OrderObserved,
  connection: string,
): readonly (readonly [shopId: string, id: number, label: string])[] {
  const orderXid = orderExternalId(connection, orderId);
  const live = erp.payments.filter((payment) => payment.state !== "cancel");
  const received = (order?.payments ?? []).map((payment) => [
    paymentExternalId(orderXid, payment.id),
    paymentLinkId(orderId, payment.id),
  ]);
  const given = (order?.refunds ?? []).flatMap((refund) =>
    refund.payments.map((payment) => [
      refundPaymentExternalId(refundExternalId(orderXid, refund.id), payment.id),
      refundPaymentLinkId(orderId, refund.id, payment.id),
    ]),
  );
  const named = new Map([...received, ...given].map(([externalId = "", shopId = ""]) => [externalId, shopId]));
  const found = live.flatMap(({ id, name, externalId }) => {
    const shopId = named.get(externalId ?? "");
    return shopId === undefined ? [] : [[shopId, id, name] as const];
  });
  const [only] = live.filter((payment) => payment.direction === "in");
  const [part] = received;
  const isLinked = found.some(([, id]) => id === only?.id);
  if (!only || isLinked || received.length > 1) return found;
  return [...found, [part?.[1] ?? orderId, only.id, only.name]];
}

function orderLinks(observed: OrderObserved, { connection }: OrderRules): readonly Link[] {
  const { orderId, order, erp } = observed;
  const link = (kind: Link["kind"], shopId: string, erpId: number, label: string): Link => ({
    connection,
    kind,
    shopId,
    erpId,
    label,
    parentId: null,
    itemId: null,
  });
  const links: Link[] = [];
  if (erp.order) links.push(link("order", orderId, erp.order.id, erp.order.name));
  const [invoice] = liveInvoices(erp);
  if (invoice) links.push(link("invoice", orderId, invoice.id, invoice.name));
  for (const [shopId, id, label] of moneyLinks(observed, connection)) links.push(link("payment", shopId, id, label));
  if (order === null || erp.order === null) return links;
  for (const refund of order.refunds) {
    const externalId = refundExternalId(orderExternalId(connection, orderId), refund.id);
    const note = erp.invoices.find((candidate) => candidate.externalId === externalId);
    if (note) links.push(link("invoice", refundLinkId(orderId, refund.id), note.id, note.name));
  }
  for (const { externalId } of orderPartners(order, connection, erp.partners).drafts) {
    const partner = erp.partners.get(externalId);
    if (partner) links.push(link("partner", externalId, partner.id, externalId));
  }
  return links;
}

/**
 * From the furthest document; `null` when the order's own amounts or mappings do not allow one, and while nothing is in
 * Odoo: what would be written compared with itself proves nothing.
 */
function settledProof(
  observed: OrderObserved,
  rules: OrderRules,
): { readonly equal: boolean; readonly body: Json } | null {
  const { order, erp } = observed;
  if (order === null) return null;
  const result = wantedDocument(observed, order, rules);
  if (!result.ok) return null;
  const { wanted } = result;
  const proof = furthestProof(observed, wanted);
  if (proof.stage === "expected" && proof.equal) return null;
  const wish = paymentWish(order, wanted, observed, rules);
  const posted = erp.payments.filter(({ state, direction }) => state === "posted" && direction === "in");
  const pairs = pairPayments(wish.kind === "pay" ? wish.payments : [], posted);
  const paid = [...pairs].reduce((all, [{ draft }, payment]) => withPayment(all, draft, payment), proof);
  const [invoice] = liveInvoices(erp);
  const refunds = invoice ? refundProofs({ order, observed, rules, wanted, applied: [] }, invoice) : [];
  const complete = refunds.reduce(withRefund, paid);
  return { equal: complete.equal, body: proofJson(complete, order.number, wanted.amounts.truth) };
}

function withRefund(proof: Proof, refund: Proof): Proof {
  return { ...proof, rows: [...proof.rows, ...refund.rows], equal: proof.equal && refund.equal };
}

function furthestProof({ erp }: OrderObserved, wanted: Parameters<typeof expectedProof>[0]): Proof {
  const [invoice] = liveInvoices(erp);
  if (invoice) return invoiceProof(wanted, invoice);
  if (erp.order && erp.order.state !== "cancel") return orderProof(wanted, erp.order);
  return expectedProof(wanted);
}
