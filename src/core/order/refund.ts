/**
 * The way of a refund through Odoo: a draft credit note of the order's invoice, read back and proven, then posted; then the money
 * that was given back, or, where the invoice is still open, the credit note set against it. A credit note that a person made
 * beforehand counts. Pure, from what was observed.
 */
import { failure, type Failure } from "../failures.ts";
import { formatMoney, parseMoney, sameMoney, sum } from "../money.ts";
import type { ErpAction } from "../ports/erp.ts";
import { creditNoteProof } from "./credit-note-proof.ts";
import type { CreditNoteDocument, ErpInvoice } from "./erp-documents.ts";
import { refundExternalId, refundPaymentExternalId } from "./external-ids.ts";
import {
  actionKey,
  liveCreditNotes,
  refundLinkId,
  refundPaymentLinkId,
  type OrderAction,
  type OrderObserved,
} from "./observed.ts";
import { draftOf, isSettled, lostPayment, minor, pairPayments, register, type WantedPayment } from "./payment.ts";
import { documentName, firstDifference, type Proof, proofFailure, type ProofRow, type Wanted } from "./proof.ts";
import { byHand, creditNoteDocument } from "./refund-document.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderRefund, ShopOrder } from "./shop-order.ts";

export interface RefundWay {
  readonly order: ShopOrder;
  readonly observed: OrderObserved;
  readonly rules: OrderRules;
  readonly wanted: Wanted;
  readonly applied: readonly OrderAction[];
}

export interface RefundStep {
  readonly actions: readonly ErpAction[];
  readonly failure: Failure | null;
  readonly differences: readonly ProofRow[];
}

const NOTHING: RefundStep = { actions: [], failure: null, differences: [] };

/** True when the shop gave all of the order back. */
export function isRefundedWhole(order: ShopOrder): boolean {
  const [total, refunded] = [parseMoney(order.total, order.currency), parseMoney(order.refundedTotal, order.currency)];
  return order.refunds.length > 0 && total.ok && refunded.ok && total.value > 0n && refunded.value >= total.value;
}

/** @param invoice the order's posted invoice, with its payments in place */
export function refundStep(way: RefundWay, invoice: ErpInvoice): RefundStep {
  const { order, observed } = way;
  const refunds = creditRefunds(order);
  // What was paid too much is nobody's credit note: it goes back as it came.
  const surplus = order.refunds.filter((refund) => !refunds.includes(refund) && refund.payments.length > 0);
  const back = givenBack(way, surplus, null);
  if (refunds.length === 0) {
    const untold = untoldRefund(order, observed, invoice);
    return untold ? refuse(untold) : back;
  }
  const notes = liveCreditNotes(observed.erp);
  const own = new Map(refunds.map((refund) => [refund, ownNote(way, refund)]));
  const missing = refunds.filter((refund) => own.get(refund) === null);
  const foreign = notes.filter((note) => note.externalId === null);
  const matched = matchByHand(order, missing, foreign);
  if (matched.failure) return refuse(matched.failure);
  const lost = lostNote(way, matched.open, notes) ?? tooMuch(way, matched.open, notes, invoice);
  if (lost) return refuse(lost);
  const steps: RefundStep[] = [back];
  for (const refund of refunds) {
    const note = own.get(refund) ?? null;
    if (note) steps.push(oneRefund(way, refund, note, invoice));
    else if (matched.open.includes(refund)) steps.push(newNote(way, refund, invoice));
  }
  const failed = steps.find((step) => step.failure !== null);
  return failed ?? { actions: inTurn(steps), failure: null, differences: steps.flatMap((step) => step.differences) };
}

/** Credit notes set against one invoice share what it leaves open: one of them a round. */
function inTurn(steps: readonly RefundStep[]): readonly ErpAction[] {
  const all = steps.flatMap((step) => step.actions);
  const settles = all.filter((action) => action.kind === "credit-note.settle");
  return all.filter((action) => action.kind !== "credit-note.settle" || action === settles[0]);
}

/** Refunds of something that was invoiced; goods alone need no credit note, nor does money that was paid too much. */
function creditRefunds(order: ShopOrder): readonly OrderRefund[] {
  return order.refunds.filter((refund) => !sameMoney(refund.total, "0", order.currency));
}

/** Refunded by the shop's word alone: posted credit notes that cover it are all that can be asked for. */
function untoldRefund(order: ShopOrder, { erp }: OrderObserved, invoice: ErpInvoice): Failure | null {
  const told = parseMoney(order.refundedTotal, order.currency);
  if (!told.ok)
    return failure("ORDER_UNREADABLE", { order: `#${order.number}`, field: "its refunded amount", why: told.why });
  const whole = order.status === "refunded" ? minor(invoice.total, order.currency) : 0n;
  const refunded = told.value > whole ? told.value : whole;
  const posted = liveCreditNotes(erp).filter((note) => note.state === "posted" && note.currency === order.currency);
  const credited = sum(posted.map((note) => minor(note.total, note.currency)));
  if (refunded <= credited) return null;
  return failure("REFUND_UNKNOWN", { order: order.number, refunded: money(refunded, order) });
}

function ownNote({ observed, wanted }: RefundWay, refund: OrderRefund): ErpInvoice | null {
  const externalId = refundExternalId(wanted.document.externalId, refund.id);
  return liveCreditNotes(observed.erp).find((note) => note.externalId === externalId) ?? null;
}

/** Which refunds have no credit note yet, after those that people made are given to refunds of their amount. */
function matchByHand(
  order: ShopOrder,
  missing: readonly OrderRefund[],
  foreign: readonly ErpInvoice[],
): { readonly open: readonly OrderRefund[]; readonly failure: Failure | null } {
  if (missing.length === 0) return { open: [], failure: null };
  const draft = foreign.find((note) => note.state === "draft");
  if (draft) {
    const why = `${documentName("credit note", draft.name, draft.id)} of its invoice was begun in Odoo by hand; post or delete it`;
    return { open: [], failure: byHand(order, missing[0]!, why) };
  }
  const free = new Set(foreign.filter((note) => note.currency === order.currency));
  const open = missing.filter((refund) => {
    const same = [...free].find((note) => sameMoney(note.total, refund.total, order.currency));
    return same === undefined || !free.delete(same);
  });
  if (open.length === 0 || free.size === 0) return { open, failure: null };
  const [shop, odoo] = [open, [...free]].map((all) => sum(all.map(({ total }) => minor(total, order.currency))));
  if (shop === odoo) return { open: [], failure: null };
  const document = [...free].map((note) => documentName("credit note", note.name, note.id)).join(", ");
  const amounts = { shop: money(shop ?? 0n, order), odoo: money(odoo ?? 0n, order) };
  const what = "what was refunded without a credit note of the hub";
  return {
    open,
    failure: failure("PROOF_DIFFERENT", { order: order.number, what, ...amounts, document, cause: "payment" }),
  };
}

function lostNote(way: RefundWay, open: readonly OrderRefund[], notes: readonly ErpInvoice[]): Failure | null {
  const { order, observed, wanted } = way;
  for (const refund of open) {
    const externalId = refundExternalId(wanted.document.externalId, refund.id);
    const cancelled = observed.erp.invoices.find((note) => note.externalId === externalId && !notes.includes(note));
    if (cancelled) {
      const document = documentName("credit note", cancelled.name, cancelled.id);
      return failure("DOCUMENT_CANCELLED", { order: order.number, document });
    }
    const link = observed.links.find(
      ({ kind, shopId }) => kind === "invoice" && shopId === refundLinkId(order.id, refund.id),
    );
    if (link === undefined || observed.recreate) continue;
    const document = link.label && link.label !== "/" ? `credit note ${link.label}` : "a credit note";
    return failure("DOCUMENT_DELETED", { order: order.number, document });
  }
  return null;
}

/** More than was invoiced is never credited. */
function tooMuch(
  { order }: RefundWay,
  open: readonly OrderRefund[],
  notes: readonly ErpInvoice[],
  invoice: ErpInvoice,
): Failure | null {
  if (open.length === 0) return null;
  const refunded = sum([...notes, ...open].map(({ total }) => minor(total, order.currency)));
  const total = minor(invoice.total, order.currency);
  if (refunded <= total) return null;
  return failure("REFUND_EXCEEDS_INVOICE", {
    order: order.number,
    refunded: money(refunded, order),
    invoice: invoice.name,
    total: money(total, order),
  });
}

function newNote(way: RefundWay, refund: OrderRefund, invoice: ErpInvoice): RefundStep {
  const { order } = way;
  if (isByStatusAlone(order, refund)) {
    const amount = `${refund.total} ${order.currency}`;
    return refuse(failure("REFUND_NOT_ITEMISED", { order: order.number, refund: refund.id, amount }));
  }
  const document = creditNoteDocument(refund, noteSources(way));
  if (!document.ok) return refuse(document.failure);
  return { ...NOTHING, actions: [creation(document.value, null, invoice)] };
}

/** All that is left of the order is given back and no line is named: which goods and taxes it is cannot be told. */
function isByStatusAlone(order: ShopOrder, refund: OrderRefund): boolean {
  return order.status === "refunded" && isRefundedWhole(order) && refund.lines.every((line) => line.lineId === null);
}

function oneRefund(way: RefundWay, refund: OrderRefund, note: ErpInvoice, invoice: ErpInvoice): RefundStep {
  const { order, applied } = way;
  const document = creditNoteDocument(refund, noteSources(way));
  if (!document.ok) return refuse(document.failure);
  const proof = refundProof(way, refund, document.value, note, invoice);
  if (note.state === "posted") {
    const changed = changedSince(way, proof, note);
    return changed ? refuse(changed) : settlement(way, refund, note, invoice);
  }
  const create = creation(document.value, note.id, invoice);
  const done = applied.some((action) => actionKey(action) === actionKey(create));
  if (!proof.equal || note.invoiceDate === null) {
    const wrong = proofFailure(proof, order.number);
    if (done && wrong) return refuse(wrong);
    return { ...NOTHING, actions: [create], differences: proof.rows.filter((row) => !row.equal) };
  }
  return { ...NOTHING, actions: [{ kind: "credit-note.post", creditNoteId: note.id }] };
}

function refundProof(
  { wanted }: RefundWay,
  refund: OrderRefund,
  document: CreditNoteDocument,
  note: ErpInvoice,
  invoice: ErpInvoice,
): Proof {
  const { taxLabels } = wanted;
  return creditNoteProof(document, note, { taxLabels, name: `refund ${refund.id}`, invoiceId: invoice.id });
}

/** Proofs of the refunds whose credit notes are the hub's, for what is kept of the order. */
export function refundProofs(way: RefundWay, invoice: ErpInvoice): readonly Proof[] {
  return creditRefunds(way.order).flatMap((refund) => {
    const note = ownNote(way, refund);
    const document = note ? creditNoteDocument(refund, noteSources(way)) : null;
    return note && document?.ok ? [refundProof(way, refund, document.value, note, invoice)] : [];
  });
}

function changedSince({ order, applied }: RefundWay, proof: Proof, note: ErpInvoice): Failure | null {
  const row = firstDifference(proof);
  if (!row) return null;
  const post = actionKey({ kind: "credit-note.post", creditNoteId: note.id });
  if (applied.some((action) => actionKey(action) === post)) return proofFailure(proof, order.number);
  return failure("ORDER_CHANGED_AFTER_POSTING", {
    order: order.number,
    document: proof.document ?? "its credit note",
    what: row.what,
    shop: row.shop,
    odoo: row.odoo,
  });
}

/** The money: against the invoice while that is open, given back otherwise, as far as the shop says so. */
function settlement(way: RefundWay, refund: OrderRefund, note: ErpInvoice, invoice: ErpInvoice): RefundStep {
  if (isSettled(note)) return NOTHING;
  if (isSettled(invoice)) return givenBack(way, [refund], note);
  const externalId = refundExternalId(way.wanted.document.externalId, refund.id);
  const settle: ErpAction = { kind: "credit-note.settle", externalId, creditNoteId: note.id, invoiceId: invoice.id };
  return { ...NOTHING, actions: [settle] };
}

/** The money of an order that is given back whole before anything of it was invoiced: it came as a credit and goes without a note. */
export function givenBackUninvoiced(way: RefundWay): RefundStep {
  return givenBack(way, way.order.refunds, null);
}

function givenBack(way: RefundWay, refunds: readonly OrderRefund[], note: ErpInvoice | null): RefundStep {
  const { order, observed, wanted } = way;
  const payments: WantedPayment[] = [];
  for (const refund of refunds) {
    const drafts = wantedBack(way, refund);
    if ("code" in drafts) return refuse(drafts);
    payments.push(...drafts);
  }
  const given = observed.erp.payments.filter((payment) => payment.direction === "out");
  const prefix = `${wanted.document.externalId}_r`;
  // Ours by their ids; what people registered counts once, for the first refund that it fits.
  const candidates = given.filter(({ state, externalId, amount, reconciled }) => {
    if (state === "cancel") return false;
    if (payments.some(({ draft }) => draft.externalId === externalId)) return true;
    const fits = payments.some(({ draft }) => sameMoney(draft.amount, amount, draft.currency));
    // Set against a credit note it is that note's; without one it may stand against what had come.
    return fits && externalId?.startsWith(prefix) !== true && (note === null || !reconciled);
  });
  const pairs = pairPayments(payments, candidates);
  const missing = payments.filter((each) => !pairs.has(each));
  const ours = given.filter((payment) => payment.externalId !== null);
  const lost = lostPayment(order, missing, ours, observed);
  if (lost) return refuse(lost);
  const actions = payments.flatMap((each) => {
    const found = pairs.get(each);
    const isDone = found?.state === "posted" && (found.reconciled || note === null);
    return isDone ? [] : [register(each.draft, found?.id ?? null, note)];
  });
  return { ...NOTHING, actions };
}

function wantedBack(way: RefundWay, refund: OrderRefund): readonly WantedPayment[] | Failure {
  const { order, rules, wanted } = way;
  const externalId = refundExternalId(wanted.document.externalId, refund.id);
  const payments: WantedPayment[] = [];
  for (const payment of refund.payments) {
    if (rules.unpaidMethods.includes(payment.method)) continue;
    const dated = { ...payment, paidAt: payment.paidAt ?? refund.createdAt };
    const draft = draftOf(dated, refundPaymentExternalId(externalId, payment.id), "out", way);
    if ("code" in draft) return draft;
    payments.push({ draft, linkId: refundPaymentLinkId(order.id, refund.id, payment.id) });
  }
  return payments;
}

/** e.g. `, refunded 12.10 EUR with credit note RINV/2026/00001`; "" when nothing was. */
export function refundSentence({ order, observed }: Pick<RefundWay, "order" | "observed">): string {
  const notes = liveCreditNotes(observed.erp).filter((note) => note.state === "posted");
  if (creditRefunds(order).length === 0 && order.status !== "refunded") return "";
  if (notes.length === 0) return "";
  const names = notes.map((note) => note.name).join(", ");
  const credited = sum(notes.map((note) => minor(note.total, order.currency)));
  const open = notes.filter((note) => !isSettled(note)).map((note) => note.name);
  const left = open.length === 0 ? "" : ` (${open.join(", ")} is open: the shop tells of no money given back for it)`;
  return `; ${money(credited, order)} refunded with ${notes.length === 1 ? "credit note" : "credit notes"} ${names}${left}`;
}

function creation(document: CreditNoteDocument, creditNoteId: number | null, invoice: ErpInvoice): ErpAction {
  return { kind: "credit-note.create", invoiceId: invoice.id, creditNoteId, document };
}

function noteSources({ order, wanted, observed, rules }: RefundWay) {
  return { order, wanted, settings: observed.settings, rules };
}

function refuse(found: Failure | null): RefundStep {
  return { ...NOTHING, failure: found };
}

function money(amount: bigint, { currency }: ShopOrder): string {
  return `${formatMoney(amount, currency)} ${currency}`;
}
