/**
 * Draft credit notes. The head goes through `load` under the refund's external id (eight at once make one), without any line;
 * the lines replace what the draft has in one write, so that doing it twice leaves them once (`load` would add them again on 14).
 * Where lines take given taxes they carry them; elsewhere the tax lines and the receivable line are set as on invoices.
 */
import { failure } from "../../../core/failures.ts";
import type { CreditNoteDocument, CreditNoteLine } from "../../../core/order/erp-documents.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { moneyText } from "../amounts.ts";
import { allOf, loadAll, oneByOne, step, type Outcomes } from "../batch.ts";
import { dayIn, idIn, linkIn, linksIn, numberIn, textIn, type Row } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { taxCorrections } from "../invoice-corrections.ts";
import { readMoveLines } from "../observe-invoices.ts";
import { splitExternalId } from "../observe-orders.ts";
import { extraTaxData, pricedLines } from "../order-rows.ts";
import {
  decodedRows,
  readCompany,
  readCurrencies,
  readTaxes,
  type Company,
  type Currency,
  type Tax,
} from "../reference-data.ts";
import { findByExternalId } from "../references.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

type Action = ActionOf<"credit-note.create">;

/** The invoice that is taken back, as far as its credit note follows it. */
interface Origin {
  readonly row: Row;
  readonly company: Company;
  readonly currency: Currency;
  readonly companyCurrency: Currency;
  /** External id of an order line, as Odoo has it -> the order's line and the account that the invoice books it on. */
  readonly lines: ReadonlyMap<string, { readonly orderLineId: number; readonly accountId: number | null }>;
  readonly accountId: number | null;
}

interface Sources {
  readonly dialect: Dialect;
  readonly origins: ReadonlyMap<number, Origin>;
  readonly taxes: ReadonlyMap<number, Tax>;
}

export async function createCreditNotes(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes = allOf(actions, ok(undefined));
  const sources = await readSources(session, actions, call);
  if (!sources.ok) return allOf(actions, sources);
  for (const action of actions) if (!sources.value.origins.has(action.invoiceId)) outcomes.set(action, notOpen(action));
  const notes = await findNotes(session, actions, call);
  if (!notes.ok) return allOf(actions, notes);
  const ids = new Map(notes.value);
  const isDone = (action: Action) => notes.value.has(action) && notes.value.get(action) === null;
  await step(outcomes, (items) =>
    loadHeads(
      session,
      items.filter((item) => !isDone(item)),
      sources.value,
      ids,
      call,
    ),
  );
  await step(outcomes, (items) =>
    oneByOne(
      items.filter((item) => !isDone(item)),
      (action) => writeLines(session, action, ids.get(action) ?? 0, sources.value, call),
    ),
  );
  return outcomes;
}

function notOpen({ invoiceId }: Action): Result<void> {
  return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `posted invoice with id ${invoiceId}` }));
}

/** Of those that exist: the id of a draft; null for one that is beyond it and stays as it is. */
async function findNotes(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<ReadonlyMap<Action, number | null>>> {
  const open = actions.filter((action) => action.creditNoteId === null).map((action) => action.document.externalId);
  const found = await findByExternalId(session, "account.move", open, call);
  if (!found.ok) return found;
  const ids = new Map(
    actions.flatMap((action) => {
      const id = action.creditNoteId ?? found.value.get(action.document.externalId);
      return id === undefined ? [] : [[action, id] as const];
    }),
  );
  if (ids.size === 0) return ok(new Map<Action, number | null>());
  const rows = await session.searchRead("account.move", [["id", "in", [...ids.values()]]], ["state"], call);
  return decodedRows(session, "account.move", rows, (all) => {
    const states = new Map(all.map((row) => [idIn(row), textIn(row, "state")]));
    return new Map([...ids].map(([action, id]) => [action, states.get(id) === "draft" ? id : null]));
  });
}

async function loadHeads(
  session: OdooSession,
  actions: readonly Action[],
  { dialect, origins }: Sources,
  ids: Map<Action, number | null>,
  call: CallContext,
): Promise<Outcomes<Action>> {
  const fields = [
    "id",
    "move_type",
    "partner_id/.id",
    "reversed_entry_id/.id",
    "journal_id/.id",
    "currency_id/.id",
    "invoice_date",
    ...(dialect.dateIsOwn ? ["date"] : []),
    "ref",
  ];
  const rowsOf = ({ invoiceId, document }: Action): readonly (readonly string[])[] => {
    const origin = origins.get(invoiceId);
    const day = dayIn(document.refundedAt, origin?.company.timeZone ?? "UTC");
    const linked = (field: string) => String((origin && linkIn(origin.row, field)) ?? "");
    return [
      [
        document.externalId,
        "out_refund",
        linked("partner_id"),
        String(invoiceId),
        linked("journal_id"),
        linked("currency_id"),
        day,
        ...(dialect.dateIsOwn ? [day] : []),
        document.reference,
      ],
    ];
  };
  const loaded = await loadAll(session, { model: "account.move", fields, rowsOf }, actions, call);
  for (const [action, id] of loaded.ids) {
    ids.set(action, id);
    session.book.set(action.document.externalId, id);
  }
  return loaded.outcomes;
}

async function writeLines(
  session: OdooSession,
  action: Action,
  noteId: number,
  sources: Sources,
  call: CallContext,
): Promise<Result<unknown>> {
  const origin = sources.origins.get(action.invoiceId);
  if (!origin) return notOpen(action);
  const lines = action.document.lines.flatMap((line) => lineCommands(line, origin, sources));
  const vals = { invoice_line_ids: [[5, 0, 0], ...lines] };
  const written = await session.write("account.move", "write", { ids: [noteId], args: { vals } }, call);
  if (!written.ok) {
    const isBeaten =
      written.failure.connection === undefined && (await comesTo(session, noteId, action.document, call));
    // Another run that writes the same at the same time is refused, or refuses this one: what stands is what counts.
    return isBeaten ? ok(undefined) : written;
  }
  return sources.dialect.exactTaxes ? ok(undefined) : setTaxes(session, action, noteId, { origin, sources }, call);
}

function lineCommands(line: CreditNoteLine, origin: Origin, { dialect, taxes }: Sources): readonly unknown[] {
  const { currency } = origin;
  return pricedLines(line, { currency, taxes }, dialect).map((priced, half) => {
    const own = line.orderLine === null ? undefined : lineOf(origin, line.orderLine, half);
    const account = line.accountOf === null ? undefined : origin.lines.get(line.accountOf);
    const accountId = account?.accountId ?? origin.accountId;
    const exact = dialect.exactTaxes
      ? { extra_tax_data: JSON.parse(extraTaxData(line, priced, { currency })) as unknown }
      : {};
    const values = {
      name: line.name,
      quantity: Number(priced.quantity),
      price_unit: Number(priced.price),
      discount: 0,
      tax_ids: [[6, 0, line.taxes.map((tax) => tax.taxId)]],
      ...(line.productId === null ? {} : { product_id: line.productId }),
      ...(accountId === null ? {} : { account_id: accountId }),
      ...(own ? { sale_line_ids: [[6, 0, [own.orderLineId]]] } : {}),
      ...exact,
    };
    return [0, 0, values];
  });
}

/** The second half of a line goes to the second half of the order's, where that is in two as well. */
function lineOf({ lines }: Origin, externalId: string, half: number): { readonly orderLineId: number } | undefined {
  return (half > 0 ? lines.get(splitExternalId(externalId)) : undefined) ?? lines.get(externalId);
}

async function setTaxes(
  session: OdooSession,
  { document }: Action,
  noteId: number,
  { origin, sources }: { readonly origin: Origin; readonly sources: Sources },
  call: CallContext,
): Promise<Result<unknown>> {
  const lines = await readMoveLines(session, sources.dialect, [noteId], call);
  if (!lines.ok) return lines;
  const { currency, companyCurrency } = origin;
  const correction = taxCorrections(document, lines.value, { currency, companyCurrency }, "out_refund");
  if (!correction) return ok(undefined);
  const vals = { [correction.field]: correction.commands };
  return session.write("account.move", "write", { ids: [noteId], args: { vals } }, call);
}

async function comesTo(
  session: OdooSession,
  noteId: number,
  document: CreditNoteDocument,
  call: CallContext,
): Promise<boolean> {
  const rows = await session.searchRead("account.move", [["id", "=", noteId]], ["amount_total"], call);
  const [row] = rows.ok ? rows.value : [];
  const digits = document.total.split(".")[1]?.length ?? 0;
  return row !== undefined && moneyText(numberIn(row, "amount_total"), digits) === document.total;
}

async function readSources(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<Sources>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const taxIds = actions.flatMap(({ document }) =>
    document.lines.flatMap((line) => line.taxes.map((tax) => tax.taxId)),
  );
  const taxes = await readTaxes(session, taxIds, call);
  if (!taxes.ok) return taxes;
  const ids = [...new Set(actions.map((action) => action.invoiceId))];
  const domain = [
    ["id", "in", ids],
    ["state", "=", "posted"],
    ["move_type", "=", "out_invoice"],
  ];
  const rows = await session.searchRead(
    "account.move",
    domain,
    ["partner_id", "journal_id", "currency_id", "company_id"],
    call,
  );
  if (!rows.ok) return rows;
  const origins = await readOrigins(session, rows.value, call);
  return origins.ok ? ok({ dialect: dialect.value, origins: origins.value, taxes: taxes.value }) : origins;
}

async function readOrigins(
  session: OdooSession,
  invoices: readonly Row[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, Origin>>> {
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const domain = [
    ["move_id", "in", invoices.map(idIn)],
    ["product_id", "!=", false],
  ];
  const fields = ["move_id", "account_id", "sale_line_ids"];
  const lines = await session.searchRead("account.move.line", domain, fields, call, { order: "id" });
  if (!lines.ok) return lines;
  const orderLines = [...new Set(lines.value.flatMap((row) => linksIn(row, "sale_line_ids")))];
  const externalIds = await session.externalIds("sale.order.line", orderLines, call);
  if (!externalIds.ok) return externalIds;
  const origins = new Map<number, Origin>();
  for (const row of invoices) {
    const company = await readCompany(session, linkIn(row, "company_id"), call);
    if (!company.ok) return company;
    const currency = currencies.value.get(linkIn(row, "currency_id") ?? 0);
    const companyCurrency = currencies.value.get(company.value.currencyId);
    if (!currency || !companyCurrency) continue;
    const own = lines.value.filter((line) => linkIn(line, "move_id") === idIn(row));
    const named = own.flatMap((line) =>
      linksIn(line, "sale_line_ids").map((orderLineId) => {
        const accountId = linkIn(line, "account_id");
        return [externalIds.value.get(orderLineId) ?? "", { orderLineId, accountId }] as const;
      }),
    );
    const accountId = own[0] ? linkIn(own[0], "account_id") : null;
    origins.set(idIn(row), {
      row,
      company: company.value,
      currency,
      companyCurrency,
      lines: new Map(named),
      accountId,
    });
  }
  return ok(origins);
}
