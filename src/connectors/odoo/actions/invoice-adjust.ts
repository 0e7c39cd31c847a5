/**
 * Brings draft invoices to the document: the shop's date in the company's time zone, the order number as reference, and the
 * shop's amounts. Where lines take given taxes, a line that lost them gets them again; elsewhere the draft's tax lines and
 * its receivable line are set together in one write. Posted invoices are left alone.
 */
import type { OrderDocument } from "../../../core/order/erp-documents.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { ok, type Result } from "../../../core/result.ts";
import { allOf, loadAll, oneByOne, step, type Outcomes } from "../batch.ts";
import { dayIn, idIn, linkIn, textIn, type Row } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { lineCorrections, taxCorrections, type Correction } from "../invoice-corrections.ts";
import { readMoveLines } from "../observe-invoices.ts";
import { unsplitExternalId } from "../observe-orders.ts";
import { decodedRows, readCompany, readCurrencies, readTaxes } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

type Action = ActionOf<"invoice.adjust">;

export async function adjustInvoices(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes = allOf(actions, ok(undefined));
  if (actions.length === 0) return outcomes;
  const drafts = await readDrafts(session, actions, call);
  if (!drafts.ok) return allOf(actions, drafts);
  const open: Outcomes<Action> = new Map(
    actions.filter((action) => drafts.value.has(action.invoiceId)).map((action) => [action, ok(undefined)]),
  );
  await step(open, (items) => setReferences(session, items, drafts.value, call));
  await step(open, (items) => setAmounts(session, items, drafts.value, call));
  for (const [action, outcome] of open) outcomes.set(action, outcome);
  return outcomes;
}

type Drafts = ReadonlyMap<number, Row>;

async function readDrafts(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<Drafts>> {
  const ids = actions.map((action) => action.invoiceId);
  const fields = ["invoice_date", "date", "ref", "payment_reference", "currency_id", "company_id"];
  const rows = await session.searchRead(
    "account.move",
    [
      ["id", "in", ids],
      ["state", "=", "draft"],
    ],
    fields,
    call,
  );
  return decodedRows(session, "account.move", rows, (all) => new Map(all.map((row) => [idIn(row), row])));
}

/** Before the amounts: a date may change the rate, and with it what was set. */
async function setReferences(
  session: OdooSession,
  actions: readonly Action[],
  drafts: Drafts,
  call: CallContext,
): Promise<Outcomes<Action>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return allOf(actions, dialect);
  const rows = new Map<Action, readonly string[]>();
  for (const action of actions) {
    const draft = drafts.get(action.invoiceId);
    const company = await readCompany(
      session,
      action.document.companyId ?? (draft ? linkIn(draft, "company_id") : null),
      call,
    );
    if (!company.ok) return allOf(actions, company);
    const day = dayIn(action.invoiceAt, company.value.timeZone);
    const { reference } = action.document;
    const values = [
      ["invoice_date", day],
      ...(dialect.value.dateIsOwn ? [["date", day]] : []),
      ["ref", reference],
      ["payment_reference", reference],
    ] as const;
    if (draft && values.some(([field = "", value = ""]) => textIn(draft, field) !== value)) {
      rows.set(action, [String(action.invoiceId), ...values.map(([, value = ""]) => value)]);
    }
  }
  const fields = [".id", "invoice_date", ...(dialect.value.dateIsOwn ? ["date"] : []), "ref", "payment_reference"];
  const outcomes = allOf(actions, ok(undefined));
  const table = { model: "account.move", fields, rowsOf: (action: Action) => [rows.get(action) ?? []] };
  const loaded = await loadAll(session, table, [...rows.keys()], call);
  for (const [action, outcome] of loaded.outcomes) outcomes.set(action, outcome);
  return outcomes;
}

async function setAmounts(
  session: OdooSession,
  actions: readonly Action[],
  drafts: Drafts,
  call: CallContext,
): Promise<Outcomes<Action>> {
  const corrections = await readCorrections(session, actions, drafts, call);
  if (!corrections.ok) return allOf(actions, corrections);
  const outcomes = allOf(actions, ok(undefined));
  const written = await oneByOne([...corrections.value], ([action, correction]) => {
    const vals = { [correction.field]: correction.commands };
    return session.write("account.move", "write", { ids: [action.invoiceId], args: { vals } }, call);
  });
  for (const [[action], outcome] of written) outcomes.set(action, outcome);
  return outcomes;
}

async function readCorrections(
  session: OdooSession,
  actions: readonly Action[],
  drafts: Drafts,
  call: CallContext,
): Promise<Result<ReadonlyMap<Action, Correction>>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const lines = await readMoveLines(
    session,
    dialect.value,
    actions.map((action) => action.invoiceId),
    call,
  );
  if (!lines.ok) return lines;
  const externalIds = await lineExternalIds(
    session,
    dialect.value,
    lines.value.map(({ row }) => row),
    call,
  );
  if (!externalIds.ok) return externalIds;
  const taxes = await readTaxes(session, taxIdsOf(actions.map((action) => action.document)), call);
  if (!taxes.ok) return taxes;
  const found = new Map<Action, Correction>();
  for (const action of actions) {
    const draft = drafts.get(action.invoiceId);
    const currency = draft ? currencies.value.get(linkIn(draft, "currency_id") ?? 0) : undefined;
    const company = await readCompany(session, draft ? linkIn(draft, "company_id") : null, call);
    if (!company.ok) return company;
    const companyCurrency = currencies.value.get(company.value.currencyId);
    if (!currency || !companyCurrency) continue;
    const own = lines.value.filter((line) => line.moveId === action.invoiceId);
    const correction = dialect.value.exactTaxes
      ? lineCorrections(action.document, own, externalIds.value, { currency, taxes: taxes.value }, dialect.value)
      : taxCorrections(action.document, own, { currency, companyCurrency });
    if (correction) found.set(action, correction);
  }
  return ok(found);
}

function taxIdsOf(documents: readonly OrderDocument[]): readonly number[] {
  return documents.flatMap(({ lines }) => lines.flatMap((line) => line.taxes.map((tax) => tax.taxId)));
}

/** External id, as asked for, of the order line behind each invoice line; only needed to correct lines. */
async function lineExternalIds(
  session: OdooSession,
  dialect: Dialect,
  rows: readonly Row[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, string>>> {
  if (!dialect.exactTaxes) return ok(new Map());
  const orderLines = rows.flatMap((row) =>
    Array.isArray(row["sale_line_ids"]) ? (row["sale_line_ids"] as number[]) : [],
  );
  const found = await session.externalIds("sale.order.line", [...new Set(orderLines)], call);
  if (!found.ok) return found;
  return ok(new Map([...found.value].map(([id, externalId]) => [id, unsplitExternalId(externalId)])));
}
