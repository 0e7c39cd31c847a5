/**
 * The way of an accepted order through Odoo: draft order, read back, confirmed; draft invoice, read back, posted; paid;
 * delivered. Each function looks at one document and either says what is wrong with it, what is next, or passes on.
 */
import { failure, type Failure } from "../failures.ts";
import type { ErpAction } from "../ports/erp.ts";
import { delivery, type DeliveryOutlook } from "./delivery.ts";
import { isUnsent, undoneFulfilments, untoldFulfilments } from "./fulfilment.ts";
import { blocked, type Decision, rest, steps } from "./decision.ts";
import { wantedDocument } from "./wanted.ts";
import type { ErpInvoice, ErpOrder } from "./erp-documents.ts";
import { actionKey, liveInvoices, type OrderAction, type OrderObserved } from "./observed.ts";
import { orderPartners, type OrderPartners } from "./partners.ts";
import { isPaid, isSettled, paidAt, type PaymentWish, paymentStep, paymentWish } from "./payment.ts";
import {
  documentName,
  expectedProof,
  firstDifference,
  invoiceProof,
  orderProof,
  type Proof,
  proofFailure,
  type ProofRow,
  type Wanted,
} from "./proof.ts";
import { givenBackUninvoiced, isRefundedWhole, refundSentence, refundStep } from "./refund.ts";
import { byHand } from "./refund-document.ts";
import { isCalledOff, reductions, returns, type StockOf } from "./refund-stock.ts";
import type { OrderRules } from "./rules.ts";
import type { ShopOrder } from "./shop-order.ts";

export interface Accepted {
  readonly observed: OrderObserved;
  readonly order: ShopOrder;
  readonly rules: OrderRules;
  readonly applied: readonly OrderAction[];
}

/** All that the later steps need to know, worked out once. */
interface Way extends Accepted {
  readonly wanted: Wanted;
  readonly partners: OrderPartners;
  readonly wish: PaymentWish;
}

/** Odoo tells the hub when a delivery is done; this is for the case that the hint was lost. */
export const DELIVERY_RECHECK_MS = 30 * 60_000;
/** The same for an order that is invoiced and waits only to be sent, where the shop is told of it. */
export const UNSENT_RECHECK_MS = 6 * 60 * 60_000;

/** `reach`: an order on hold becomes a draft and stops there. */
export function planAccepted(accepted: Accepted, reach: "draft" | "post"): Decision {
  const { observed, order, rules } = accepted;
  const { erp } = observed;
  if (reach === "draft" && (erp.order?.state === "sale" || liveInvoices(erp).length > 0)) return heldLate(accepted);
  const missing = missingDocument(observed, order);
  if (missing) return blocked(missing);
  const partners = orderPartners(order, rules.connection, erp.partners);
  const result = wantedDocument(observed, order, rules);
  if (!result.ok) return blocked(...result.failures);
  const { wanted } = result;
  const expected = proofFailure(expectedProof(wanted), order.number);
  if (expected) return blocked(expected);
  const wish = paymentWish(order, wanted, observed, rules);
  const way: Way = { ...accepted, wanted, partners, wish };
  if (erp.order === null || erp.order.state === "draft") return draftOrder(way, erp.order, reach);
  return telling(way, confirmedOrder(way, erp.order));
}

/** What went out of Odoo is told to the shop, however far the invoice is. */
function telling({ order, observed, rules, wanted }: Way, decision: Decision): Decision {
  if (rules.deliveries !== "odoo" || decision.blockers.length > 0) return decision;
  const { deliveries } = observed.erp;
  const writes = untoldFulfilments(order, wanted.document.externalId, deliveries);
  if (writes.length > 0) {
    return { ...decision, actions: [...decision.actions, { kind: "fulfilment.write", writes }] };
  }
  if (decision.state.name !== "synced" || decision.actions.length > 0 || !isUnsent(deliveries)) return decision;
  return { ...decision, state: { ...decision.state, recheckMs: UNSENT_RECHECK_MS } };
}

/** On hold after it was confirmed: what stands stays, and nothing is added. */
function heldLate({ order, observed }: Accepted): Decision {
  const name = observed.erp.order === null ? "its invoice" : observed.erp.order.name;
  return rest("on-hold", `${onHold(order)}; ${name} in Odoo stays as it is, and nothing more is posted.`);
}

/** With the shop's own words where they say more: a risk, a payment that is awaited, a status that a plugin added. */
function onHold({ number, status, statusText }: ShopOrder): string {
  const words = statusText === "" || statusText === status ? "" : ` (${statusText})`;
  return `Order #${number} is on hold in the shop${words}`;
}

/** A document that was there and is not, or does not stand any more. */
function missingDocument({ erp, links, recreate }: OrderObserved, order: ShopOrder): Failure | null {
  const named = (kind: "order" | "invoice", fallback: string) => {
    const label = links.find((link) => link.kind === kind)?.label;
    return label ? `${kind} ${label}` : fallback;
  };
  const refuse = (document: string) => failure("DOCUMENT_DELETED", { order: order.number, document });
  if (erp.order === null) {
    if (!erp.orderDeleted || recreate) return null;
    return refuse(named("order", order.mark.odooOrder ? `order ${order.mark.odooOrder}` : "an order"));
  }
  if (erp.order.state === "cancel") {
    return failure("DOCUMENT_CANCELLED", { order: order.number, document: `order ${erp.order.name}` });
  }
  if (liveInvoices(erp).length > 0) return null;
  const cancelled = erp.invoices.find((invoice) => invoice.type === "out_invoice");
  if (cancelled) {
    const document = documentName("invoice", cancelled.name, cancelled.id);
    return failure("DOCUMENT_CANCELLED", { order: order.number, document });
  }
  if (!erp.invoiceDeleted || recreate) return null;
  return refuse(named("invoice", order.mark.odooInvoice ? `invoice ${order.mark.odooInvoice}` : "its invoice"));
}

function draftOrder(way: Way, found: ErpOrder | null, reach: "draft" | "post"): Decision {
  const { order, wanted, wish, observed } = way;
  // Known now, said now: a payment that cannot be registered later keeps the order from being posted at all.
  if (reach === "post" && wish.kind === "blocked") return blocked(wish.failure);
  const held = {
    name: "on-hold",
    sentence: `${onHold(order)}; it is a draft in Odoo, and nothing is posted.`,
  } as const;
  const state = reach === "draft" ? held : onTheWay(order);
  if (found === null) return steps(state, creation(way));
  const proof = orderProof(wanted, found);
  const differences = [...proof.rows.filter((row) => !row.equal), ...headDifferences(way, found)];
  if (differences.length > 0) {
    const [first] = differences;
    if (hasDone(way, { kind: "order.create", document: wanted.document }) && first) {
      return blocked(proofFailure({ ...proof, rows: differences, equal: false }, order.number)!);
    }
    return steps(state, creation(way), differences);
  }
  if (reach === "draft") return { ...rest(held.name, held.sentence) };
  const confirm: ErpAction = { kind: "order.confirm", orderId: found.id, placedAt: order.createdAt };
  const atOnce = delivery(way.wanted.document, found, observed.erp).invoice === "now";
  return steps(state, atOnce ? [confirm, invoiceCreation(way, found)] : [confirm]);
}

/** The steps that make the draft, or bring it to the document; partners that exist are left alone. */
function creation({ observed, partners, wanted }: Way): readonly ErpAction[] {
  const missing = partners.drafts.filter((draft) => !observed.erp.partners.has(draft.externalId));
  const create: ErpAction = { kind: "order.create", document: wanted.document };
  return missing.length === 0 ? [create] : [{ kind: "partner.create", partners: missing }, create];
}

function headDifferences({ wanted, observed }: Way, found: ErpOrder): readonly ProofRow[] {
  const { document } = wanted;
  const rows: ProofRow[] = [];
  const differs = (what: string, shop: string, odoo: string) =>
    rows.push({ kind: "line", what, shop, odoo, equal: false, cause: "product" });
  if (found.reference !== document.reference) differs("the reference", document.reference, found.reference || "none");
  const contacts = [
    ["the customer", document.partnerExternalId, found.partnerId],
    ["the invoice address", document.invoicePartnerExternalId, found.invoicePartnerId],
    ["the delivery address", document.deliveryPartnerExternalId, found.deliveryPartnerId],
  ] as const;
  for (const [what, externalId, there] of contacts) {
    const id = observed.erp.partners.get(externalId)?.id;
    if (there !== undefined && id !== there)
      differs(what, id === undefined ? "to be made" : `partner id ${id}`, `partner id ${there}`);
  }
  return rows;
}

function confirmedOrder(way: Way, found: ErpOrder): Decision {
  const { order, observed } = way;
  const invoices = liveInvoices(observed.erp);
  const [invoice] = invoices;
  if (invoices.length > 1) return blocked(severalInvoices(order, invoices));
  if (invoice?.state === "posted") return postedInvoice(way, found, invoice);
  const confirm: ErpAction = { kind: "order.confirm", orderId: found.id, placedAt: order.createdAt };
  const changed = contradiction(way, orderProof(way.wanted, found), confirm);
  if (changed) return blocked(changed);
  const decision = invoicing(way, found, invoice ?? null);
  const dated = sameSecond(found.dateOrder, order.createdAt) || hasDone(way, confirm) || decision.blockers.length > 0;
  // Confirming sets Odoo's own time: a run that ended right behind it has left the wrong date.
  return dated ? decision : { ...decision, actions: [confirm, ...decision.actions] };
}

/** Odoo keeps whole seconds. An instant that cannot be read is nobody's to correct. */
function sameSecond(there: string, wanted: string): boolean {
  const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1_000);
  return Number.isNaN(seconds(there)) || seconds(there) === seconds(wanted);
}

function invoicing(way: Way, found: ErpOrder, invoice: ErpInvoice | null): Decision {
  const { order, observed, wish } = way;
  if (wish.kind === "blocked") {
    const step = paymentStep(order, wish, invoice, observed);
    if (step.failure) return blocked(step.failure);
  }
  if (invoice) return draftInvoice(way, found, invoice);
  const outlook = delivery(way.wanted.document, found, observed.erp);
  if (outlook.invoice !== "now" && isCalledOff(stockOf(way))) return calledOff(way, found, outlook);
  if (outlook.invoice === "never") return blocked(shortDelivery(order, found, outlook));
  if (outlook.invoice === "now") {
    return steps(onTheWay(order), [...deliver(way, found, outlook), invoiceCreation(way, found)]);
  }
  return waitForDelivery(way, found, outlook);
}

/** Invoiced on delivery: the payment is registered and waits as a credit, the invoice follows the goods. */
function waitForDelivery(way: Way, found: ErpOrder, outlook: DeliveryOutlook): Decision {
  const { order, observed, wish } = way;
  const payment = paymentStep(order, wish, null, observed);
  if (payment.failure) return blocked(payment.failure);
  const actions = [...deliver(way, found, outlook), ...payment.actions];
  const paid = wish.kind === "pay" ? "is paid and " : "";
  const sentence = `Order #${order.number} ${paid}waits in Odoo (${found.name}) for its delivery, after which it is invoiced.`;
  const state = { name: "waiting-for-delivery", sentence, recheckMs: DELIVERY_RECHECK_MS } as const;
  return actions.length > 0 ? steps(state, actions) : rest(state.name, sentence, state.recheckMs);
}

/**
 * Invoiced on delivery, and refunded before: what was called off is not sent. Given back whole, there is nothing to invoice and
 * the money goes as it came. Otherwise the rest is delivered, and what of it is to be invoiced a person must say: an invoice is
 * proven as a whole order or not at all.
 */
function calledOff(way: Way, found: ErpOrder, outlook: DeliveryOutlook): Decision {
  const { order, observed } = way;
  const isWhole = isRefundedWhole(order) && observed.erp.deliveries.every(({ state }) => state !== "done");
  const back = isWhole ? givenBackUninvoiced(way) : null;
  if (back?.failure) return blocked(back.failure);
  const waiting = waitForDelivery(way, found, outlook);
  const actions = [...waiting.actions, ...(back?.actions ?? [])];
  if (waiting.blockers.length > 0 || actions.length > 0) return { ...waiting, actions };
  if (isWhole) {
    const end = `${found.name} in Odoo sends nothing, and nothing of it is invoiced`;
    return rest("synced", `Order #${order.number} was refunded before it was delivered; ${end}.`);
  }
  if (outlook.invoice === "later") return waiting;
  const why = `goods of ${found.name} are invoiced on delivery and some were refunded before; invoice by hand what was delivered, and skip the order`;
  return blocked(byHand(order, order.refunds[0]!, why));
}

function draftInvoice(way: Way, found: ErpOrder, invoice: ErpInvoice): Decision {
  const { order, wanted, wish, observed } = way;
  const outlook = delivery(wanted.document, found, observed.erp);
  const proof = invoiceProof(wanted, invoice);
  const adjust: ErpAction = {
    kind: "invoice.adjust",
    invoiceId: invoice.id,
    document: wanted.document,
    invoiceAt: invoiceAt(way),
  };
  const wrong = proofFailure(proof, order.number);
  if (wrong && hasDone(way, adjust)) return blocked(wrong);
  // Without a date it would be posted under today's: a run ended between making and dating it.
  if (wrong || (invoice.invoiceDate === null && !hasDone(way, adjust))) {
    const differences = proof.rows.filter((row) => !row.equal);
    return steps(onTheWay(order), [adjust], differences);
  }
  const payment = paymentStep(order, wish, invoice, observed);
  if (payment.failure) return blocked(payment.failure);
  const post: ErpAction = { kind: "invoice.post", invoiceId: invoice.id };
  return steps(onTheWay(order), [...deliver(way, found, outlook), post, ...payment.actions]);
}

function postedInvoice(way: Way, found: ErpOrder, invoice: ErpInvoice): Decision {
  const { order, wanted, wish, observed } = way;
  const changed = contradiction(way, invoiceProof(wanted, invoice), { kind: "invoice.post", invoiceId: invoice.id });
  if (changed) return blocked(changed);
  const payment = paymentStep(order, wish, invoice, observed);
  if (payment.failure) return blocked(payment.failure);
  const outlook = delivery(wanted.document, found, observed.erp);
  const actions = [...deliver(way, found, outlook), ...payment.actions];
  if (actions.length > 0) return steps(onTheWay(order), actions);
  const refund = refundStep(way, invoice);
  if (refund.failure) return blocked(refund.failure);
  if (refund.actions.length > 0) return steps(onTheWay(order), refund.actions, refund.differences);
  // Last, so that goods which Odoo does not take back keep nobody from their money.
  const goods = returns(found.id, stockOf(way));
  if (goods.length > 0) return steps(onTheWay(order), goods);
  return rest("synced", syncedSentence(way, found, invoice));
}

/**
 * A document beyond draft that is not what the shop says. Right after this run's own step it is Odoo that came out
 * differently; otherwise somebody changed one of the two since.
 */
function contradiction(way: Way, proof: Proof, step: OrderAction): Failure | null {
  const row = firstDifference(proof);
  if (!row) return null;
  const { order } = way;
  if (hasDone(way, step)) return proofFailure(proof, order.number);
  const document = proof.document ?? "its document";
  return failure("ORDER_CHANGED_AFTER_POSTING", {
    order: order.number,
    document,
    what: row.what,
    shop: row.shop,
    odoo: row.odoo,
  });
}

function hasDone({ applied }: Accepted, action: OrderAction): boolean {
  return applied.some((done) => actionKey(done) === actionKey(action));
}

function deliver(way: Way, found: ErpOrder, outlook: DeliveryOutlook): readonly ErpAction[] {
  const { order, rules, wanted, observed } = way;
  const refunded = reductions(found.id, stockOf(way));
  if (rules.deliveries !== "shop" || !outlook.open) return refunded;
  const undone = undoneFulfilments(order, wanted.document.externalId, observed.erp.deliveries);
  if (undone === null) return refunded;
  return [...refunded, { kind: "delivery.validate", orderId: found.id, ...undone }];
}

function stockOf({ order, wanted, observed, rules }: Way): StockOf {
  return { order, orderXid: wanted.document.externalId, deliveries: observed.erp.deliveries, rules };
}

function invoiceCreation(way: Way, found: ErpOrder): ErpAction {
  return { kind: "invoice.create", orderId: found.id, document: way.wanted.document, invoiceAt: invoiceAt(way) };
}

/** The day the money came, as the shop tells it; the day of the order while it has not. */
function invoiceAt({ order, rules }: Way): string {
  return paidAt(order, rules) ?? order.createdAt;
}

function severalInvoices(order: ShopOrder, invoices: readonly ErpInvoice[]): Failure {
  const document = invoices.map((invoice) => documentName("invoice", invoice.name, invoice.id)).join(", ");
  const what = "the number of invoices";
  return failure("PROOF_DIFFERENT", {
    order: order.number,
    what,
    shop: "1",
    odoo: String(invoices.length),
    document,
    cause: "product",
  });
}

function shortDelivery(order: ShopOrder, found: ErpOrder, outlook: DeliveryOutlook): Failure {
  const { what, ordered, delivered } = outlook.short ?? { what: "a line", ordered: "?", delivered: "?" };
  const document = `order ${found.name}`;
  return failure("PROOF_DIFFERENT", {
    order: order.number,
    what: `the delivered quantity of ${what}`,
    shop: ordered,
    odoo: delivered,
    document,
    cause: "product",
  });
}

function onTheWay(order: ShopOrder) {
  return { name: "synced", sentence: `Order #${order.number} is on its way into Odoo.` } as const;
}

function syncedSentence(way: Way, found: ErpOrder, invoice: ErpInvoice): string {
  const { order, rules, wish, observed } = way;
  const start = `Order #${order.number} is in Odoo as ${found.name} with invoice ${invoice.name}`;
  const refunds = refundSentence(way);
  if (isSettled(invoice)) {
    const received = observed.erp.payments.some((payment) => payment.direction === "in" && payment.state === "posted");
    if (wish.kind === "none" && isPaid(order, rules)) return `${start}; there is nothing to pay${refunds}.`;
    // Without any money it was the credit notes that settled it.
    return refunds !== "" && wish.kind === "none" && !received ? `${start}${refunds}.` : `${start}, paid${refunds}.`;
  }
  const methods = [...new Set(order.payments.map(({ title, method }) => title || method))].filter(
    (name) => name !== "",
  );
  const how = methods.length === 0 ? "" : ` (${methods.join(", ")})`;
  const open = isPaid(order, rules) ? `${invoice.residual} ${invoice.currency} not paid yet` : "not paid yet";
  return `${start}, ${open}${how}${refunds}.`;
}
