/**
 * The payments of an order: which parts must be registered, in which journals, and what is left to do for each. A part is
 * registered only when the shop says that its money was received, never for methods whose money does not come through the shop.
 */
import { failure, type Failure } from "../failures.ts";
import { formatMoney, parseMoney, sameMoney, sum } from "../money.ts";
import type { ErpAction } from "../ports/erp.ts";
import type { ErpInvoice, ErpPayment, PaymentDraft } from "./erp-documents.ts";
import { paymentExternalId } from "./external-ids.ts";
import { paymentLinkId, type OrderObserved } from "./observed.ts";
import { documentName, type Wanted } from "./proof.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderPayment, ShopOrder } from "./shop-order.ts";

export interface WantedPayment {
  readonly draft: PaymentDraft;
  /** Under which the hub's links know it. */
  readonly linkId: string;
}

export type PaymentWish =
  | { readonly kind: "none" }
  /** At least one. */
  | { readonly kind: "pay"; readonly payments: readonly WantedPayment[] }
  | { readonly kind: "blocked"; readonly failure: Failure };

export interface PaymentStep {
  readonly actions: readonly ErpAction[];
  readonly failure: Failure | null;
}

const NOTHING: PaymentStep = { actions: [], failure: null };

/** Parts that the shop has the money of and that are the hub's to register. */
export function receivedPayments(order: ShopOrder, rules: OrderRules): readonly OrderPayment[] {
  return order.payments.filter(({ paidAt, method }) => paidAt !== null && !rules.unpaidMethods.includes(method));
}

export function isPaid(order: ShopOrder, rules: OrderRules): boolean {
  return receivedPayments(order, rules).length > 0;
}

/** When the last of the money came; null when none did. */
export function paidAt(order: ShopOrder, rules: OrderRules): string | null {
  const instants = receivedPayments(order, rules).map((payment) => payment.paidAt ?? order.createdAt);
  return instants.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

export function paymentWish(order: ShopOrder, wanted: Wanted, observed: OrderObserved, rules: OrderRules): PaymentWish {
  const { document, amounts } = wanted;
  const payments: WantedPayment[] = [];
  if (amounts.total === 0n) return { kind: "none" };
  for (const payment of receivedPayments(order, rules)) {
    const draft = paymentDraft(payment, { order, observed, rules, wanted });
    if ("code" in draft) return { kind: "blocked", failure: draft };
    if (draft.amount === formatMoney(0n, document.currency)) continue;
    payments.push({ draft, linkId: paymentLinkId(order.id, payment.id) });
  }
  return payments.length === 0 ? { kind: "none" } : { kind: "pay", payments };
}

export interface DraftSources {
  readonly order: ShopOrder;
  readonly observed: OrderObserved;
  readonly rules: OrderRules;
  readonly wanted: Wanted;
}

/** Received for the order; a failure when its method has no journal or its amount cannot be read. */
function paymentDraft(payment: OrderPayment, sources: DraftSources): PaymentDraft | Failure {
  const { document } = sources.wanted;
  return draftOf(payment, paymentExternalId(document.externalId, payment.id), "in", sources);
}

export function draftOf(
  payment: OrderPayment,
  externalId: string,
  direction: PaymentDraft["direction"],
  { order, observed, rules, wanted }: DraftSources,
): PaymentDraft | Failure {
  const { document } = wanted;
  const amount = parseMoney(payment.amount, document.currency);
  if (!amount.ok)
    return failure("ORDER_UNREADABLE", {
      order: `#${order.number}`,
      field: "the amount of its payment",
      why: amount.why,
    });
  const journalId = observed.settings.journals.get(rules.journals.get(payment.method) ?? "");
  if (journalId === undefined) {
    const method = payment.method || "(none)";
    const title = payment.title || "unnamed";
    const { connection } = rules;
    return failure("PAYMENT_METHOD_NOT_MAPPED", { order: order.number, method, title, connection });
  }
  return {
    externalId,
    direction,
    journalId,
    amount: formatMoney(amount.value, document.currency),
    currency: document.currency,
    paidAt: payment.paidAt ?? order.createdAt,
    memo: `${order.number} ${payment.transactionId}`.trim(),
    partnerExternalId: document.partnerExternalId,
  };
}

/** `invoice` null: it follows the delivery, and the payments wait as the customer's credit. */
export function paymentStep(
  order: ShopOrder,
  wish: PaymentWish,
  invoice: ErpInvoice | null,
  observed: OrderObserved,
): PaymentStep {
  const received = observed.erp.payments.filter((payment) => payment.direction === "in");
  const live = received.filter((payment) => payment.state !== "cancel");
  const wanted = wish.kind === "pay" ? wish.payments : [];
  if (live.length > Math.max(wanted.length, 1)) return refuse(severalPayments(order, live, Math.max(wanted.length, 1)));
  if (wish.kind === "none") return NOTHING;
  const settled = invoice?.state === "posted" && isSettled(invoice);
  if (wish.kind === "blocked") return live.length > 0 || settled ? NOTHING : refuse(wish.failure);
  const pairs = pairPayments(wanted, live);
  const actions: ErpAction[] = [];
  const missing: WantedPayment[] = [];
  for (const each of wanted) {
    const found = pairs.get(each);
    if (found === undefined) missing.push(each);
    else {
      const step = existingPayment(order, each.draft, found, invoice);
      if (step.failure) return step;
      actions.push(...step.actions);
    }
  }
  if (missing.length === 0 || settled) return { actions, failure: null };
  const lost = lostPayment(order, missing, received, observed);
  if (lost) return refuse(lost);
  const open = invoice?.state === "posted" ? unexplainedOpen(order, wanted, missing, live, invoice) : null;
  if (open) return refuse(open);
  return { actions: [...actions, ...missing.map(({ draft }) => register(draft, null, invoice))], failure: null };
}

/** By external id; then what somebody registered by hand with the same amount; then, of one and one, whatever it is. */
export function pairPayments(
  wanted: readonly WantedPayment[],
  live: readonly ErpPayment[],
): ReadonlyMap<WantedPayment, ErpPayment> {
  const pairs = new Map<WantedPayment, ErpPayment>();
  const free = new Set(live);
  const pair = (same: (draft: PaymentDraft, found: ErpPayment) => boolean) => {
    for (const each of wanted.filter((one) => !pairs.has(one))) {
      const found = [...free].find((candidate) => same(each.draft, candidate));
      if (found === undefined) continue;
      pairs.set(each, found);
      free.delete(found);
    }
  };
  pair((draft, found) => found.externalId === draft.externalId);
  pair((draft, found) => isByHand(found) && found.memo === draft.memo && sameAmount(draft, found));
  pair((draft, found) => isByHand(found) && sameAmount(draft, found));
  const rest = wanted.filter((each) => !pairs.has(each));
  const [left] = free;
  if (rest[0] && rest.length === 1 && left && free.size === 1) pairs.set(rest[0], left);
  return pairs;
}

function isByHand(payment: ErpPayment): boolean {
  return payment.externalId === null;
}

function sameAmount(draft: PaymentDraft, found: ErpPayment): boolean {
  return found.currency === draft.currency && sameMoney(found.amount, draft.amount, draft.currency);
}

/** A part that was there: cancelled in Odoo, or deleted by somebody. */
export function lostPayment(
  order: ShopOrder,
  missing: readonly WantedPayment[],
  found: readonly ErpPayment[],
  { erp, links, recreate }: OrderObserved,
): Failure | null {
  for (const { draft, linkId } of missing) {
    const cancelled =
      found.find((payment) => payment.state === "cancel" && payment.externalId === draft.externalId) ??
      (missing.length === 1 ? found.find((payment) => payment.state === "cancel" && isByHand(payment)) : undefined);
    if (cancelled) {
      const document = documentName("payment", cancelled.name, cancelled.id);
      return failure("DOCUMENT_CANCELLED", { order: order.number, document });
    }
    if (!erp.paymentDeleted || recreate) continue;
    const known = links.filter(({ kind }) => kind === "payment");
    const link = known.find(({ shopId }) => shopId === linkId);
    // Without any link it was the only one that there could be.
    const isGone = link ? !found.some(({ id }) => id === link.erpId) : known.length === 0;
    if (!isGone) continue;
    const document = link?.label ? `payment ${link.label}` : "its payment";
    return failure("DOCUMENT_DELETED", { order: order.number, document });
  }
  return null;
}

/** Somebody has paid a part by hand, without the order's number: registering all of it would pay twice. */
function unexplainedOpen(
  order: ShopOrder,
  wanted: readonly WantedPayment[],
  missing: readonly WantedPayment[],
  live: readonly ErpPayment[],
  invoice: ErpInvoice,
): Failure | null {
  const { currency } = invoice;
  const [total, residual] = [minor(invoice.total, currency), minor(invoice.residual, currency)];
  const registered = sum(
    live.filter((payment) => payment.reconciled).map((payment) => minor(payment.amount, currency)),
  );
  const expected = total > registered ? total - registered : 0n;
  if (residual === expected) return null;
  const shop = wanted.length === missing.length && missing[0] ? total : expected;
  const document = `invoice ${invoice.name}`;
  return paymentDifference(order, "the open amount", formatMoney(shop, currency), invoice.residual, document);
}

/** An amount of Odoo's own; one that cannot be read counts as none. */
export function minor(text: string, currency: string): bigint {
  const parsed = parseMoney(text, currency);
  return parsed.ok ? parsed.value : 0n;
}

function existingPayment(
  order: ShopOrder,
  draft: PaymentDraft,
  found: ErpPayment,
  invoice: ErpInvoice | null,
): PaymentStep {
  if (!sameAmount(draft, found)) {
    const shop = `${draft.amount} ${draft.currency}`;
    const odoo = `${found.amount} ${found.currency}`;
    const document = documentName("payment", found.name, found.id);
    return refuse(paymentDifference(order, "the payment", shop, odoo, document));
  }
  if (found.state === "draft") return { actions: [register(draft, found.id, invoice)], failure: null };
  if (invoice === null || found.reconciled) return NOTHING;
  if (invoice.state === "posted" && isSettled(invoice)) return NOTHING;
  return { actions: [register(draft, found.id, invoice)], failure: null };
}

export function register(payment: PaymentDraft, paymentId: number | null, invoice: ErpInvoice | null): ErpAction {
  return { kind: "payment.register", payment, paymentId, invoiceId: invoice?.id ?? null };
}

function refuse(found: Failure): PaymentStep {
  return { actions: [], failure: found };
}

/** Nothing is open: paid (or given back), whoever did it. */
export function isSettled(invoice: ErpInvoice): boolean {
  const residual = parseMoney(invoice.residual, invoice.currency);
  return residual.ok && residual.value === 0n;
}

function severalPayments(order: ShopOrder, live: readonly ErpPayment[], wanted: number): Failure {
  const names = live.map((payment) => documentName("payment", payment.name, payment.id)).join(", ");
  return paymentDifference(order, "the number of payments", String(wanted), String(live.length), names);
}

function paymentDifference(order: ShopOrder, what: string, shop: string, odoo: string, document: string): Failure {
  return failure("PROOF_DIFFERENT", { order: order.number, what, shop, odoo, document, cause: "payment" });
}
