/**
 * Proof of a credit note: every amount of a refund beside what Odoo has, as for invoices. Lines that take units back are known by
 * the order's line; lines of money alone have no name in Odoo and are compared in their order.
 */
import { formatMoney, parseMoney, sameMoney, sum } from "../money.ts";
import { sameQuantity } from "../quantity.ts";
import type { CreditNoteDocument, CreditNoteLine, ErpInvoice, ErpLine } from "./erp-documents.ts";
import { documentName, idList, type Proof, type ProofCause, type ProofRow } from "./proof.ts";

export interface CreditNoteSources {
  /** Odoo tax id -> what the shop calls the tax. */
  readonly taxLabels: ReadonlyMap<number, string>;
  /** e.g. `refund 21`. */
  readonly name: string;
  /** The invoice that must be the one that is taken back. */
  readonly invoiceId: number;
}

export function creditNoteProof(document: CreditNoteDocument, note: ErpInvoice, sources: CreditNoteSources): Proof {
  const { currency } = document;
  const causes = [
    rowOf("currency", `${sources.name}: currency`, [currency, note.currency], currency === note.currency, "currency"),
    ...invoiceRow(note, sources),
    ...linkedRows(document, note, sources),
    ...moneyRows(document, note, sources),
    ...taxRows(document, note, sources),
  ];
  const cause = causes.find((row) => !row.equal)?.cause ?? "tax";
  const rows = [...causes, ...totalRows(document, note, sources, cause)];
  const stage = note.state === "draft" ? "draft-invoice" : "posted";
  return {
    stage,
    document: documentName("credit note", note.name, note.id),
    currency,
    rows,
    equal: rows.every((row) => row.equal),
  };
}

function invoiceRow({ reversedId }: ErpInvoice, { name, invoiceId }: CreditNoteSources): readonly ProofRow[] {
  const [wanted, found] = [`id ${invoiceId}`, reversedId === null ? "none" : `id ${reversedId}`];
  return wanted === found
    ? []
    : [rowOf("line", `${name}: the invoice that it takes back`, [wanted, found], false, "product")];
}

function linkedRows(document: CreditNoteDocument, note: ErpInvoice, sources: CreditNoteSources): readonly ProofRow[] {
  const wanted = document.lines.filter((line) => line.orderLine !== null);
  const known = new Set(wanted.map((line) => line.orderLine));
  const rows = wanted.flatMap((line) => {
    const found = note.lines.filter((candidate) => candidate.externalId === line.orderLine);
    const [only] = found;
    return only && found.length === 1
      ? lineRows(line, only, document.currency, sources)
      : [
          rowOf(
            "line",
            whatOf(line, sources),
            [line.untaxed, found.length === 0 ? "missing" : "several lines"],
            false,
            "product",
          ),
        ];
  });
  const foreign = note.lines.filter((line) => line.externalId !== null && !known.has(line.externalId));
  return [...rows, ...foreign.map((line) => foreignRow(line, sources))];
}

function moneyRows(document: CreditNoteDocument, note: ErpInvoice, sources: CreditNoteSources): readonly ProofRow[] {
  const wanted = document.lines.filter((line) => line.orderLine === null);
  const found = note.lines
    .filter((line) => line.externalId === null)
    .filter((line) => line.productId !== null || !sameMoney(line.untaxed, "0", document.currency));
  const rows = wanted.flatMap((line, index) => {
    const there = found[index];
    return there
      ? lineRows(line, there, document.currency, sources)
      : [rowOf("line", whatOf(line, sources), [line.untaxed, "missing"], false, "product")];
  });
  return [...rows, ...found.slice(wanted.length).map((line) => foreignRow(line, sources))];
}

function lineRows(
  line: CreditNoteLine,
  found: ErpLine,
  currency: string,
  sources: CreditNoteSources,
): readonly ProofRow[] {
  const what = whatOf(line, sources);
  const rows: ProofRow[] = [];
  const product = (id: number | null) => (id === null ? "none" : `product id ${id}`);
  if (line.productId !== found.productId)
    rows.push(rowOf("line", `${what} product`, [product(line.productId), product(found.productId)], false, "product"));
  if (!sameQuantity(line.quantity, found.quantity))
    rows.push(rowOf("line", `${what} quantity`, [line.quantity, found.quantity], false, "product"));
  const [wanted, there] = [idList(line.taxes.map((tax) => tax.taxId)), idList(found.taxIds)];
  if (wanted !== there) rows.push(rowOf("line", `${what} taxes`, [wanted, there], false, "tax"));
  const equal = sameMoney(line.untaxed, found.untaxed, currency);
  return [...rows, rowOf("line", what, [line.untaxed, found.untaxed], equal, "product")];
}

function foreignRow(line: ErpLine, { name }: CreditNoteSources): ProofRow {
  const what = `${name}: a line that the shop does not have (id ${line.id})`;
  return rowOf("line", what, ["none", line.untaxed], false, "product");
}

function taxRows(document: CreditNoteDocument, note: ErpInvoice, sources: CreditNoteSources): readonly ProofRow[] {
  const { currency } = document;
  const wanted = new Map<number, bigint>();
  for (const { taxId, amount } of document.lines.flatMap((line) => line.taxes))
    wanted.set(taxId, (wanted.get(taxId) ?? 0n) + minorOf(amount, currency));
  const ids = new Set([...wanted.keys(), ...note.taxTotals.map((tax) => tax.taxId)]);
  return [...ids].map((taxId) => {
    const label = sources.taxLabels.get(taxId);
    const what = `${sources.name}: ${label === undefined ? `tax id ${taxId}` : `tax ${label}`}`;
    const shop = formatMoney(wanted.get(taxId) ?? 0n, currency);
    // A tax of nothing has no line in Odoo.
    const own = note.taxTotals.filter((tax) => tax.taxId === taxId).map((tax) => minorOf(tax.amount, currency));
    const odoo = formatMoney(sum(own), currency);
    return rowOf("tax", what, [shop, odoo], shop === odoo, "tax");
  });
}

function totalRows(
  document: CreditNoteDocument,
  note: ErpInvoice,
  { name }: CreditNoteSources,
  cause: ProofCause,
): readonly ProofRow[] {
  const { currency } = document;
  const untaxed = formatMoney(sum(document.lines.map((line) => minorOf(line.untaxed, currency))), currency);
  return [
    rowOf(
      "untaxed",
      `${name}: total without tax`,
      [untaxed, note.untaxed],
      sameMoney(untaxed, note.untaxed, currency),
      cause,
    ),
    rowOf(
      "total",
      `${name}: total`,
      [document.total, note.total],
      sameMoney(document.total, note.total, currency),
      cause,
    ),
  ];
}

function rowOf(
  kind: ProofRow["kind"],
  what: string,
  [shop, odoo]: readonly [shop: string, odoo: string],
  equal: boolean,
  cause: ProofCause,
): ProofRow {
  return { kind, what, shop, odoo, equal, cause: equal ? null : cause };
}

function whatOf(line: CreditNoteLine, { name }: CreditNoteSources): string {
  return `${name}: line "${line.name}"`;
}

/** An amount that cannot be read in this currency equals nothing. */
function minorOf(text: string, currency: string): bigint {
  const parsed = parseMoney(text, currency);
  return parsed.ok ? parsed.value : -1n;
}
