/**
 * The payment of an order: whether there must be one, in which journal, and what is left to do for it. Registered only
 * when the shop says that the money was received, never for methods whose money does not come through the shop.
 */
import { failure, type Failure } from "../failures.ts";
import { parseMoney, sameMoney } from "../money.ts";
import type { ErpAction } from "../ports/erp.ts";
import type { ErpInvoice, ErpPayment, PaymentDraft } from "./erp-documents.ts";
import { paymentExternalId } from "./external-ids.ts";
import type { OrderObserved } from "./observed.ts";
import { documentName, type Wanted } from "./proof.ts";
import type { OrderRules } from "./rules.ts";
import type { ShopOrder } from "./shop-order.ts";

export type PaymentWish =
  | { readonly kind: "none" }
  | { readonly kind: "pay"; readonly draft: PaymentDraft }
  | { readonly kind: "blocked"; readonly failure: Failure };

export interface PaymentStep {
  readonly action: ErpAction | null;
  readonly failure: Failure | null;
}

const NOTHING: PaymentStep = { action: null, failure: null };

/** True when the shop has the money and it is the hub's to register. */
export function isPaid(order: ShopOrder, rules: OrderRules): boolean {
  return order.payment.paidAt !== null && !rules.unpaidMethods.includes(order.payment.method);
}

export function paymentWish(order: ShopOrder, wanted: Wanted, observed: OrderObserved, rules: OrderRules): PaymentWish {
  const { document, amounts } = wanted;
  const { payment } = order;
  if (payment.paidAt === null || !isPaid(order, rules) || amounts.total === 0n) return { kind: "none" };
  const journalId = observed.settings.journals.get(rules.journals.get(payment.method) ?? "");
  if (journalId === undefined) {
    const method = payment.method || "(none)";
    const title = payment.title || "unnamed";
    const { connection } = rules;
    return {
      kind: "blocked",
      failure: failure("PAYMENT_METHOD_NOT_MAPPED", { order: order.number, method, title, connection }),
    };
  }
  const draft: PaymentDraft = {
    externalId: paymentExternalId(document.externalId),
    journalId,
    amount: document.total,
    currency: document.currency,
    paidAt: payment.paidAt,
    memo: `${order.number} ${payment.transactionId}`.trim(),
    partnerExternalId: document.partnerExternalId,
  };
  return { kind: "pay", draft };
}

/** `invoice` null: it follows the delivery, and the payment waits as the customer's credit. */
export function paymentStep(
  order: ShopOrder,
  wish: PaymentWish,
  invoice: ErpInvoice | null,
  observed: OrderObserved,
): PaymentStep {
  const { payments } = observed.erp;
  const live = payments.filter((payment) => payment.state !== "cancel");
  const [found] = live;
  if (live.length > 1) return { action: null, failure: severalPayments(order, live) };
  if (wish.kind === "none") return NOTHING;
  if (found) return wish.kind === "pay" ? existingPayment(order, wish.draft, found, invoice) : NOTHING;
  const [cancelled] = payments;
  if (cancelled) {
    const document = documentName("payment", cancelled.name, cancelled.id);
    return { action: null, failure: failure("DOCUMENT_CANCELLED", { order: order.number, document }) };
  }
  if (invoice?.state === "posted" && isSettled(invoice)) return NOTHING;
  if (observed.erp.paymentDeleted && !observed.recreate) {
    const label = observed.links.find((link) => link.kind === "payment")?.label;
    const document = label ? `payment ${label}` : "its payment";
    return { action: null, failure: failure("DOCUMENT_DELETED", { order: order.number, document }) };
  }
  if (wish.kind === "blocked") return { action: null, failure: wish.failure };
  if (invoice?.state === "posted" && !sameMoney(invoice.residual, wish.draft.amount, wish.draft.currency)) {
    // Somebody has paid a part by hand: registering the whole would pay twice.
    return {
      action: null,
      failure: paymentDifference(
        order,
        "the open amount",
        wish.draft.amount,
        invoice.residual,
        `invoice ${invoice.name}`,
      ),
    };
  }
  return register(wish.draft, null, invoice);
}

function existingPayment(
  order: ShopOrder,
  draft: PaymentDraft,
  found: ErpPayment,
  invoice: ErpInvoice | null,
): PaymentStep {
  if (found.currency !== draft.currency || !sameMoney(found.amount, draft.amount, draft.currency)) {
    const shop = `${draft.amount} ${draft.currency}`;
    const odoo = `${found.amount} ${found.currency}`;
    const document = documentName("payment", found.name, found.id);
    return { action: null, failure: paymentDifference(order, "the payment", shop, odoo, document) };
  }
  if (found.state === "draft") return register(draft, found.id, invoice);
  if (invoice === null || found.reconciled) return NOTHING;
  if (invoice.state === "posted" && isSettled(invoice)) return NOTHING;
  return register(draft, found.id, invoice);
}

function register(payment: PaymentDraft, paymentId: number | null, invoice: ErpInvoice | null): PaymentStep {
  return { action: { kind: "payment.register", payment, paymentId, invoiceId: invoice?.id ?? null }, failure: null };
}

/** Nothing is open: paid, whoever did it. */
export function isSettled(invoice: ErpInvoice): boolean {
  const residual = parseMoney(invoice.residual, invoice.currency);
  return residual.ok && residual.value === 0n;
}

function severalPayments(order: ShopOrder, live: readonly ErpPayment[]): Failure {
  const names = live.map((payment) => documentName("payment", payment.name, payment.id)).join(", ");
  return paymentDifference(order, "the number of payments", "1", String(live.length), names);
}

function paymentDifference(order: ShopOrder, what: string, shop: string, odoo: string, document: string): Failure {
  return failure("PROOF_DIFFERENT", { order: order.number, what, shop, odoo, document, cause: "payment" });
}
