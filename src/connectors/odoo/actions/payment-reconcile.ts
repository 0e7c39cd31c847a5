/**
 * Reconciles payments with their invoices or credit notes, and credit notes with their invoices. The usual pair (one open receivable line on each side, equal amounts in the
 * company's currency, no taxes that fall due with the payment) is reconciled in batches by `load` with an external id, which
 * cannot reconcile twice; every other pair goes through Odoo's own assignment, one by one. Only pairs of one payment and one
 * invoice are ever put together: never lines of several customers.
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { scaled, moneyText } from "../amounts.ts";
import { allOf, divide, loadAll, oneByOne, troubleIn, type Outcomes } from "../batch.ts";
import { idIn, linkIn, linksIn, numberIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { decodedRows, readCompany, readCurrencies } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";

export interface Settlement {
  readonly externalId: string;
  /** The invoice that is paid, or the credit note whose money is given back. */
  readonly documentId: number;
  /** What it is reconciled with: a payment's entry, or a credit note that is set against an invoice. */
  readonly from: { readonly kind: "payment" | "credit-note"; readonly id: number };
}

interface OpenLine {
  readonly id: number;
  readonly moveId: number;
  readonly accountId: number;
  readonly inCompanyCurrency: boolean;
  /** Minor units of the company's currency. */
  readonly residual: bigint;
  readonly balance: bigint;
}

interface Pair {
  readonly settlement: Settlement;
  readonly debit: OpenLine;
  readonly credit: OpenLine;
  readonly amount: string;
}

export async function reconcilePayments(
  session: OdooSession,
  settlements: readonly Settlement[],
  call: CallContext,
): Promise<Outcomes<Settlement>> {
  const outcomes = allOf(settlements, ok(undefined));
  if (settlements.length === 0) return outcomes;
  const sources = await readSources(session, settlements, call);
  if (!sources.ok) return allOf(settlements, sources);
  const { entries, lines, digits, cashBasisTaxes } = sources.value;
  const pairs: Pair[] = [];
  const single = new Map<Settlement, () => Promise<Result<void>>>();
  for (const settlement of settlements) {
    const entry = entries.get(settlement.from) ?? null;
    if (!entry) continue;
    const own = lines.filter((line) => line.moveId === settlement.documentId);
    const others = lines.filter((line) => line.moveId === entry.moveId);
    const isDebit = (line: OpenLine) => line.residual > 0n;
    const isCredit = (line: OpenLine) => line.residual < 0n;
    const owes = own.some(isDebit);
    const [debits, credits] = owes
      ? [own.filter(isDebit), others.filter(isCredit)]
      : [others.filter(isDebit), own.filter(isCredit)];
    const pair = cashBasisTaxes ? null : pairOf(settlement, debits, credits, digits);
    if (entry.moveId === null) single.set(settlement, () => tie(session, settlement, entry.invoiceIds, call));
    else if (pair) pairs.push(pair);
    else if (debits.length > 0 && credits.length > 0)
      single.set(settlement, () => assign(session, settlement, owes ? credits : debits, call));
  }
  for (const [pair, outcome] of await reconcileTogether(session, pairs, call)) outcomes.set(pair.settlement, outcome);
  const trouble = troubleIn(outcomes);
  const alone = trouble ? allOf([...single], trouble) : await oneByOne([...single], ([, run]) => run());
  for (const [[settlement], outcome] of alone) outcomes.set(settlement, outcome);
  return outcomes;
}

interface Entry {
  /** Null: this server books no entry for payments of this journal. */
  readonly moveId: number | null;
  readonly invoiceIds: readonly number[];
}

interface Sources {
  readonly entries: ReadonlyMap<Settlement["from"], Entry>;
  readonly lines: readonly OpenLine[];
  readonly digits: number;
  readonly cashBasisTaxes: boolean;
}

async function readSources(
  session: OdooSession,
  settlements: readonly Settlement[],
  call: CallContext,
): Promise<Result<Sources>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const company = await readCompany(session, null, call);
  if (!company.ok) return company;
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const ids = settlements.flatMap(({ from }) => (from.kind === "payment" ? [from.id] : []));
  const tied = dialect.value.paymentInvoices ? ["invoice_ids"] : [];
  const rows =
    ids.length === 0
      ? ok([])
      : await session.searchRead("account.payment", [["id", "in", ids]], ["move_id", ...tied], call);
  const payments = decodedRows(
    session,
    "account.payment",
    rows,
    (all) =>
      new Map(
        all.map((row) => [idIn(row), { moveId: linkIn(row, "move_id"), invoiceIds: linksIn(row, "invoice_ids") }]),
      ),
  );
  if (!payments.ok) return payments;
  const entries = new Map(
    settlements.flatMap(({ from }): readonly (readonly [Settlement["from"], Entry])[] => {
      const entry = from.kind === "payment" ? payments.value.get(from.id) : { moveId: from.id, invoiceIds: [] };
      return entry ? [[from, entry]] : [];
    }),
  );
  const moves = [
    ...settlements.map((settlement) => settlement.documentId),
    ...[...entries.values()].flatMap((entry) => entry.moveId ?? []),
  ];
  const { currencyId, cashBasisTaxes } = company.value;
  const digits = currencies.value.get(currencyId)?.digits ?? COMPANY_DIGITS;
  const lines = await readOpenLines(session, dialect.value, { moves, digits, companyCurrencyId: currencyId }, call);
  return lines.ok ? ok({ entries, lines: lines.value, digits, cashBasisTaxes }) : lines;
}

const COMPANY_DIGITS = 2;

async function readOpenLines(
  session: OdooSession,
  dialect: Dialect,
  {
    moves,
    digits,
    companyCurrencyId,
  }: { readonly moves: readonly number[]; readonly digits: number; readonly companyCurrencyId: number },
  call: CallContext,
): Promise<Result<readonly OpenLine[]>> {
  const { field, value } = dialect.receivable;
  const domain = [
    ["move_id", "in", moves],
    [field, "=", value],
    ["reconciled", "=", false],
    ["parent_state", "=", "posted"],
  ];
  const rows = await session.searchRead(
    "account.move.line",
    domain,
    ["move_id", "account_id", "currency_id", "amount_residual", "balance"],
    call,
    { order: "id" },
  );
  return decodedRows(session, "account.move.line", rows, (all) =>
    all.map((row) => ({
      id: idIn(row),
      moveId: linkIn(row, "move_id") ?? 0,
      accountId: linkIn(row, "account_id") ?? 0,
      inCompanyCurrency: [null, companyCurrencyId].includes(linkIn(row, "currency_id")),
      residual: scaled(moneyText(numberIn(row, "amount_residual"), digits), digits),
      balance: scaled(moneyText(numberIn(row, "balance"), digits), digits),
    })),
  );
}

function pairOf(
  settlement: Settlement,
  debits: readonly OpenLine[],
  credits: readonly OpenLine[],
  digits: number,
): Pair | null {
  const [debit] = debits;
  const [credit] = credits;
  if (!debit || !credit || debits.length > 1 || credits.length > 1) return null;
  const untouched = debit.residual === debit.balance && credit.residual === credit.balance;
  const equal = debit.residual === -credit.residual && debit.accountId === credit.accountId;
  if (!untouched || !equal || !debit.inCompanyCurrency || !credit.inCompanyCurrency) return null;
  return { settlement, debit, credit, amount: moneyText(Number(debit.residual) / 10 ** digits, digits) };
}

async function reconcileTogether(
  session: OdooSession,
  pairs: readonly Pair[],
  call: CallContext,
): Promise<Outcomes<Pair>> {
  const table = {
    model: "account.partial.reconcile",
    fields: [
      "id",
      "debit_move_id/.id",
      "credit_move_id/.id",
      "amount",
      "debit_amount_currency",
      "credit_amount_currency",
    ],
    rowsOf: ({ settlement, debit, credit, amount }: Pair) => [
      [`${settlement.externalId}_reconcile`, String(debit.id), String(credit.id), amount, amount, amount],
    ],
  };
  const { outcomes, ids } = await loadAll(session, table, pairs, call);
  // Both lines are open no more; this only gives the pair its common matching number.
  const matched = pairs.filter((pair) => ids.has(pair));
  const full = await divide(matched, async (items) => {
    const vals = items.map((pair) => ({
      partial_reconcile_ids: [[6, 0, [ids.get(pair) ?? 0]]],
      reconciled_line_ids: [[6, 0, [pair.debit.id, pair.credit.id]]],
    }));
    return contended(await session.write("account.full.reconcile", "create", { args: { vals_list: vals } }, call));
  });
  for (const [pair, outcome] of full) outcomes.set(pair, outcome);
  return outcomes;
}

/**
 * When Odoo repeats this call by itself after a conflict with another transaction, its values are used up already and it
 * misses its own fields (measured on 19): the cause is the conflict.
 */
function contended(answer: Result<unknown>): Result<unknown> {
  if (answer.ok || answer.failure.code !== "ODOO_FIELD_MISSING") return answer;
  return fail(failure("ODOO_CONCURRENT", { what: "account.full.reconcile create" }));
}

/** Odoo's own way: rates, several due dates, partial payments. */
async function assign(
  session: OdooSession,
  settlement: Settlement,
  outstanding: readonly OpenLine[],
  call: CallContext,
): Promise<Result<void>> {
  for (const line of outstanding) {
    const request = { ids: [settlement.documentId], args: { line_id: line.id } };
    const answer = await session.write("account.move", "js_assign_outstanding_line", request, call);
    if (!answer.ok) return (await isOpen(session, line.id, call)) ? answer : ok(undefined);
  }
  return ok(undefined);
}

/** A line that another run has reconciled meanwhile refuses to be reconciled again. */
async function isOpen(session: OdooSession, lineId: number, call: CallContext): Promise<boolean> {
  const rows = await session.searchRead(
    "account.move.line",
    [
      ["id", "=", lineId],
      ["reconciled", "=", false],
    ],
    ["move_id"],
    call,
  );
  return !rows.ok || rows.value.length > 0;
}

/** Without an entry there is nothing to reconcile: the payment names its invoice. */
async function tie(
  session: OdooSession,
  { from, documentId }: Settlement,
  known: readonly number[],
  call: CallContext,
): Promise<Result<void>> {
  if (known.includes(documentId)) return ok(undefined);
  const answer = await session.write(
    "account.payment",
    "write",
    { ids: [from.id], args: { vals: { invoice_ids: [[4, documentId]] } } },
    call,
  );
  return answer.ok ? ok(undefined) : answer;
}
