/**
 * Proof of equality: every amount of an order beside what Odoo has, row by row. Made from the document before any write,
 * and again from each document that is read back; the first row that differs says why an order is held.
 */
import { failure, type Failure } from "../failures.ts";
import { formatMoney, parseMoney, sameMoney, sum } from "../money.ts";
import type { Json } from "../ports/store.ts";
import { sameQuantity } from "../quantity.ts";
import type {
  DocumentLine,
  ErpInvoice,
  ErpLine,
  ErpOrder,
  ErpPayment,
  ErpTaxTotal,
  OrderDocument,
  PaymentDraft,
} from "./erp-documents.ts";
import type { OrderAmounts } from "./consistency.ts";

export const PROOF_STAGES = ["expected", "draft-order", "order", "draft-invoice", "posted"] as const;
/** How far the proof reaches: `expected` is made before any write, `posted` is read back from the books. */
export type ProofStage = (typeof PROOF_STAGES)[number];

export type ProofCause = "product" | "tax" | "discount" | "shipping" | "payment" | "currency";

export interface ProofRow {
  readonly kind:
    | "line"
    | "shipping"
    | "fee"
    | "discount"
    | "currency"
    | "tax"
    | "untaxed"
    | "tax-total"
    | "total"
    | "payment";
  /** e.g. `line "Mug"`, `tax 7`, `total`. */
  readonly what: string;
  /** Amounts in the order's currency as decimal strings; quantities and products as words. */
  readonly shop: string;
  readonly odoo: string;
  readonly equal: boolean;
  /** Null when equal. */
  readonly cause: ProofCause | null;
}

export interface Proof {
  readonly stage: ProofStage;
  /** What was read back: `order S00012`, `invoice INV/2026/00001`; null at stage `expected`. */
  readonly document: string | null;
  readonly currency: string;
  readonly rows: readonly ProofRow[];
  readonly equal: boolean;
}

/** What both an order and an invoice tell. */
interface ReadBack {
  readonly currency: string;
  readonly untaxed: string;
  readonly tax: string;
  readonly total: string;
  readonly lines: readonly ErpLine[];
  /** Null: this server keeps exact taxes only on invoices; nets are compared here, taxes there. */
  readonly taxTotals: readonly ErpTaxTotal[] | null;
}

export interface Wanted {
  readonly document: OrderDocument;
  readonly amounts: OrderAmounts;
  /** Odoo tax id -> what the shop calls the tax. */
  readonly taxLabels: ReadonlyMap<number, string>;
}

export function orderProof(wanted: Wanted, order: ErpOrder): Proof {
  const stage = order.state === "draft" ? "draft-order" : "order";
  return makeProof(stage, `order ${order.name}`, wanted, readBackRows(wanted, order));
}

export function invoiceProof(wanted: Wanted, invoice: ErpInvoice): Proof {
  const stage = invoice.state === "draft" ? "draft-invoice" : "posted";
  return makeProof(stage, documentName("invoice", invoice.name, invoice.id), wanted, readBackRows(wanted, invoice));
}

/** The document against the shop's own totals: what will stand in Odoo if it keeps what it is given. */
export function expectedProof(wanted: Wanted): Proof {
  const { lines, currency } = wanted.document;
  const taxes = taxTotals(lines, currency);
  const untaxed = amountOf(
    lines.map((line) => line.untaxed),
    currency,
  );
  const tax = formatMoney(sum(taxes.values()), currency);
  const planned: ReadBack = {
    currency,
    untaxed,
    tax,
    total: amountOf([untaxed, tax], currency),
    lines: lines.map((line, index) => ({ ...line, id: index, taxIds: line.taxes.map(({ taxId }) => taxId) })),
    taxTotals: [...taxes].map(([taxId, amount]) => ({ taxId, amount: formatMoney(amount, currency) })),
  };
  return makeProof("expected", null, wanted, readBackRows(wanted, planned));
}

/** The payment's row, added to the proof of the posted invoice. */
export function withPayment(proof: Proof, wanted: PaymentDraft, found: ErpPayment): Proof {
  const shop = `${wanted.amount} ${wanted.currency}`;
  const odoo = `${found.amount} ${found.currency}`;
  const equal = wanted.currency === found.currency && sameMoney(wanted.amount, found.amount, wanted.currency);
  const rows = [...proof.rows, row("payment", "payment", shop, odoo, equal, "payment")];
  return { ...proof, rows, equal: proof.equal && equal };
}

/** Null when everything is equal. */
export function proofFailure(proof: Proof, orderNumber: string): Failure | null {
  const different = firstDifference(proof);
  if (!different) return null;
  const { what, shop, odoo, cause } = different;
  const document = proof.document ?? "the document to be made";
  return failure("PROOF_DIFFERENT", { order: orderNumber, what, shop, odoo, document, cause: cause ?? "product" });
}

export function firstDifference(proof: Proof): ProofRow | null {
  return proof.rows.find((candidate) => !candidate.equal) ?? null;
}

export function proofJson(proof: Proof, orderNumber: string, truth: OrderAmounts["truth"]): Json {
  const { stage, document, currency, equal, rows } = proof;
  return {
    version: 1,
    order: orderNumber,
    stage,
    document,
    currency,
    equal,
    truth,
    rows: rows.map((each) => ({ ...each })),
  };
}

/** A draft has no name yet: Odoo's id stands for it. */
export function documentName(kind: string, name: string, id: number): string {
  return name === "" || name === "/" ? `draft ${kind} (id ${id})` : `${kind} ${name}`;
}

function makeProof(stage: ProofStage, document: string | null, wanted: Wanted, rows: readonly ProofRow[]): Proof {
  return { stage, document, currency: wanted.document.currency, rows, equal: rows.every((each) => each.equal) };
}

/** Causes before consequences: a line's difference is named before the total's that follows from it. */
function readBackRows(wanted: Wanted, found: ReadBack): readonly ProofRow[] {
  const { document } = wanted;
  const rows = [
    row("currency", "currency", document.currency, found.currency, document.currency === found.currency, "currency"),
    ...document.lines.flatMap((line, index) => lineRows(wanted, line, index, found)),
    ...foreignRows(document, found),
    ...discountRows(wanted, found),
    ...taxRows(wanted, found),
  ];
  return [...rows, ...totalRows(wanted, found, rows.find((each) => !each.equal)?.cause ?? "tax")];
}

function lineRows(
  { document, amounts }: Wanted,
  line: DocumentLine,
  index: number,
  found: ReadBack,
): readonly ProofRow[] {
  const { currency } = document;
  const own = amounts.lines[index];
  const kind = line.kind === "product" ? "line" : line.kind;
  const what = `${kind} "${own?.line.name || line.name}"`;
  const kin = found.lines.filter((candidate) => candidate.externalId === line.externalId);
  const cause = line.kind === "shipping" ? "shipping" : "product";
  if (kin.length === 0) return [row(kind, what, line.untaxed, "missing", false, cause)];
  const rows: ProofRow[] = [];
  const wrongProduct = kin.find((candidate) => candidate.productId !== line.productId);
  if (wrongProduct) {
    rows.push(
      row(
        kind,
        `${what} product`,
        `product id ${line.productId}`,
        `product id ${wrongProduct.productId ?? "none"}`,
        false,
        cause,
      ),
    );
  }
  const quantity = kin.length === 1 ? kin[0]!.quantity : kin.map((candidate) => candidate.quantity).join(" + ");
  if (kin.length > 1 || !sameQuantity(line.quantity, quantity)) {
    rows.push(row(kind, `${what} quantity`, line.quantity, quantity, false, cause));
  }
  const wantedTaxes = idList(line.taxes.map((tax) => tax.taxId));
  const foundTaxes = idList(kin.flatMap((candidate) => candidate.taxIds));
  if (wantedTaxes !== foundTaxes) rows.push(row(kind, `${what} taxes`, wantedTaxes, foundTaxes, false, "tax"));
  const untaxed = amountOf(
    kin.map((candidate) => candidate.untaxed),
    currency,
  );
  // An amount that is exactly the one before discount says that the discount was lost, not the line.
  const beforeDiscount = own && own.discount !== 0n ? formatMoney(own.untaxed + own.discount, currency) : null;
  const amountCause = beforeDiscount === untaxed ? "discount" : cause;
  rows.push(row(kind, what, line.untaxed, untaxed, sameMoney(line.untaxed, untaxed, currency), amountCause));
  return rows;
}

/** Lines that the shop's order does not have; headings and notes (no product, no amount) are nobody's difference. */
function foreignRows(document: OrderDocument, found: ReadBack): readonly ProofRow[] {
  const ours = new Set(document.lines.map((line) => line.externalId));
  const foreign = found.lines.filter((line) => line.externalId === null || !ours.has(line.externalId));
  return foreign
    .filter((line) => line.productId !== null || !sameMoney(line.untaxed, "0", document.currency))
    .map((line) =>
      row("line", `a line that the shop does not have (id ${line.id})`, "none", line.untaxed, false, "product"),
    );
}

function discountRows({ document, amounts }: Wanted, found: ReadBack): readonly ProofRow[] {
  const discounted = amounts.lines.flatMap((own, index) =>
    own.discount === 0n ? [] : [{ own, line: document.lines[index]! }],
  );
  if (discounted.length === 0) return [];
  const ids = new Set(discounted.map(({ line }) => line.externalId));
  const before = sum(discounted.map(({ own }) => own.untaxed + own.discount));
  const there = sumOf(
    found.lines.filter((line) => line.externalId !== null && ids.has(line.externalId)).map((line) => line.untaxed),
    document.currency,
  );
  if (there === null) return [];
  const shop = formatMoney(sum(discounted.map(({ own }) => own.discount)), document.currency);
  const odoo = formatMoney(before - there, document.currency);
  return [row("discount", "discount", shop, odoo, shop === odoo, "discount")];
}

function taxRows({ document, taxLabels }: Wanted, found: ReadBack): readonly ProofRow[] {
  if (found.taxTotals === null) return [];
  const { currency } = document;
  const wanted = taxTotals(document.lines, currency);
  const ids = new Set([...wanted.keys(), ...found.taxTotals.map((tax) => tax.taxId)]);
  return [...ids].map((taxId) => {
    const label = taxLabels.get(taxId);
    const what = label === undefined ? `tax id ${taxId}` : `tax ${label}`;
    const shop = formatMoney(wanted.get(taxId) ?? 0n, currency);
    // A tax of nothing has no line in Odoo.
    const odoo = amountOf(
      found.taxTotals!.filter((tax) => tax.taxId === taxId).map((tax) => tax.amount),
      currency,
    );
    return row("tax", what, shop, odoo, sameMoney(shop, odoo, currency), "tax");
  });
}

function totalRows({ document, amounts }: Wanted, found: ReadBack, cause: ProofCause): readonly ProofRow[] {
  const { currency } = document;
  const same = (shop: string, odoo: string) => sameMoney(shop, odoo, currency);
  const untaxed = formatMoney(amounts.untaxed, currency);
  const rows = [row("untaxed", "total without tax", untaxed, found.untaxed, same(untaxed, found.untaxed), cause)];
  if (found.taxTotals === null) return rows;
  const tax = formatMoney(amounts.tax, currency);
  rows.push(row("tax-total", "total tax", tax, found.tax, same(tax, found.tax), cause));
  rows.push(row("total", "total", document.total, found.total, same(document.total, found.total), cause));
  return rows;
}

function row(
  kind: ProofRow["kind"],
  what: string,
  shop: string,
  odoo: string,
  equal: boolean,
  cause: ProofCause,
): ProofRow {
  return { kind, what, shop, odoo, equal, cause: equal ? null : cause };
}

function taxTotals(lines: readonly DocumentLine[], currency: string): Map<number, bigint> {
  const totals = new Map<number, bigint>();
  for (const { taxId, amount } of lines.flatMap((line) => line.taxes)) {
    totals.set(taxId, (totals.get(taxId) ?? 0n) + (sumOf([amount], currency) ?? 0n));
  }
  return totals;
}

/** Null when one of them cannot be read in this currency: then it equals nothing. */
function sumOf(amounts: readonly string[], currency: string): bigint | null {
  let total = 0n;
  for (const amount of amounts) {
    const parsed = parseMoney(amount, currency);
    if (!parsed.ok) return null;
    total += parsed.value;
  }
  return total;
}

/** The sum as a decimal string; unreadable amounts are shown as they are. */
function amountOf(amounts: readonly string[], currency: string): string {
  const total = sumOf(amounts, currency);
  return total === null ? amounts.join(" + ") : formatMoney(total, currency);
}

/** `tax id 3, 7`, or `none`. */
export function idList(ids: readonly number[]): string {
  const sorted = [...new Set(ids)].toSorted((a, b) => a - b);
  return sorted.length === 0 ? "none" : `tax id ${sorted.join(", ")}`;
}
