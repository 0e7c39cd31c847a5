/**
 * Registers payments: created by `load` under their external id (eight at once make one), posted, and reconciled with their
 * invoice (money given back: with its credit note) as far as both are open. Without an invoice the posted payment waits as the customer's credit.
 */
import { failure } from "../../../core/failures.ts";
import type { PaymentDraft } from "../../../core/order/erp-documents.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, fromState, loadAll, step, type Outcomes } from "../batch.ts";
import { dayIn, idIn, linkIn, textIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { paymentState } from "../observe-payments.ts";
import { decodedRows, readCompany, readCurrencies } from "../reference-data.ts";
import { findByExternalId } from "../references.ts";
import type { OdooSession } from "../session.ts";
import { partnerIds, partnerMissing, type ActionOf } from "./action.ts";
import { reconcilePayments, type Settlement } from "./payment-reconcile.ts";

type Action = ActionOf<"payment.register">;

export async function registerPayments(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes = allOf(actions, ok(undefined));
  const known = await findExisting(session, actions, call);
  if (!known.ok) return allOf(actions, known);
  const ids = new Map(known.value);
  await step(outcomes, (items) => create(session, items, ids, call));
  await step(outcomes, (items) => post(session, items, ids, call));
  await step(outcomes, async (items) => {
    const settlements = new Map(
      items.flatMap((action) => settlementOf(action, ids).map((settlement) => [settlement, action] as const)),
    );
    const settled = await reconcilePayments(session, [...settlements.keys()], call);
    const result = allOf(items, ok(undefined));
    for (const [settlement, outcome] of settled) {
      const action = settlements.get(settlement);
      if (action) result.set(action, outcome);
    }
    return result;
  });
  return outcomes;
}

function settlementOf(action: Action, ids: ReadonlyMap<Action, number>): readonly Settlement[] {
  const paymentId = ids.get(action);
  const { invoiceId, payment } = action;
  return paymentId === undefined || invoiceId === null
    ? []
    : [{ externalId: payment.externalId, from: { kind: "payment", id: paymentId }, documentId: invoiceId }];
}

/** The observation's id, or one whose memo somebody has changed since: the external id stays. */
async function findExisting(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<ReadonlyMap<Action, number>>> {
  const open = actions.filter((action) => action.paymentId === null).map((action) => action.payment.externalId);
  const found = await findByExternalId(session, "account.payment", open, call);
  if (!found.ok) return found;
  return ok(
    new Map(
      actions.flatMap((action) => {
        const id = action.paymentId ?? found.value.get(action.payment.externalId);
        return id === undefined ? [] : [[action, id] as const];
      }),
    ),
  );
}

async function create(
  session: OdooSession,
  actions: readonly Action[],
  ids: Map<Action, number>,
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes = allOf(actions, ok(undefined));
  const absent = actions.filter((action) => !ids.has(action));
  if (absent.length === 0) return outcomes;
  const sources = await readSources(session, absent, call);
  if (!sources.ok)
    return new Map([...outcomes].map(([action, outcome]) => [action, absent.includes(action) ? sources : outcome]));
  const { dialect, methods } = sources.value;
  const rows = new Map<Action, readonly string[]>();
  for (const action of absent) {
    const row = rowOf(action, sources.value);
    if (row.ok) rows.set(action, row.value);
    else outcomes.set(action, row);
  }
  const method = methods === null ? [] : ["payment_method_id/.id"];
  const fields = [
    "id",
    "payment_type",
    "partner_type",
    "partner_id/.id",
    "amount",
    "currency_id/.id",
    "date",
    dialect.paymentMemo,
    "journal_id/.id",
    ...method,
  ];
  const loaded = await loadAll(
    session,
    { model: "account.payment", fields, rowsOf: (action: Action) => [rows.get(action) ?? []] },
    [...rows.keys()],
    call,
  );
  for (const [action, id] of loaded.ids) {
    ids.set(action, id);
    session.book.set(action.payment.externalId, id);
  }
  for (const [action, outcome] of loaded.outcomes) outcomes.set(action, outcome);
  return outcomes;
}

interface Sources {
  readonly dialect: Dialect;
  readonly partners: ReadonlyMap<string, number>;
  readonly currencies: ReadonlyMap<string, number>;
  readonly timeZone: string;
  /** By direction; null where the journal tells it. */
  readonly methods: ReadonlyMap<PaymentDraft["direction"], number> | null;
}

async function readSources(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<Sources>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const partners = await partnerIds(
    session,
    actions.map((action) => action.payment.partnerExternalId),
    call,
  );
  if (!partners.ok) return partners;
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const company = await readCompany(session, null, call);
  if (!company.ok) return company;
  const methods = dialect.value.paymentMethodNamed ? await readMethods(session, call) : ok(null);
  if (!methods.ok) return methods;
  return ok({
    dialect: dialect.value,
    partners: partners.value,
    currencies: new Map([...currencies.value.values()].map((currency) => [currency.code, currency.id])),
    timeZone: company.value.timeZone,
    methods: methods.value,
  });
}

const TYPES = { in: "inbound", out: "outbound" } as const;

function readMethods(session: OdooSession, call: CallContext): Promise<Result<Sources["methods"]>> {
  return session.kept("payment methods", async () => {
    const rows = await session.searchRead("account.payment.method", [["code", "=", "manual"]], ["payment_type"], call);
    return decodedRows(
      session,
      "account.payment.method",
      rows,
      (all) =>
        new Map(
          all.map((row) => [textIn(row, "payment_type") === TYPES.out ? ("out" as const) : ("in" as const), idIn(row)]),
        ),
    );
  });
}

function rowOf({ payment }: Action, { partners, currencies, timeZone, methods }: Sources): Result<readonly string[]> {
  const partnerId = partners.get(payment.partnerExternalId);
  if (partnerId === undefined) return partnerMissing(payment.partnerExternalId);
  const currencyId = currencies.get(payment.currency);
  if (currencyId === undefined)
    return fail(failure("CURRENCY_UNKNOWN", { order: payment.memo, currency: payment.currency }));
  const day = dayIn(payment.paidAt, timeZone);
  const method = methods === null ? [] : [String(methods.get(payment.direction) ?? "")];
  return ok([
    payment.externalId,
    TYPES[payment.direction],
    "customer",
    String(partnerId),
    payment.amount,
    String(currencyId),
    day,
    payment.memo,
    String(payment.journalId),
    ...method,
  ]);
}

async function post(
  session: OdooSession,
  actions: readonly Action[],
  ids: ReadonlyMap<Action, number>,
  call: CallContext,
): Promise<Outcomes<Action>> {
  return fromState(actions, {
    idOf: (action) => ids.get(action) ?? 0,
    states: (some) => readStates(session, some, call),
    before: "draft",
    after: "posted",
    act: async (drafts) => {
      await restoreAccounts(session, drafts, call);
      const posted = await session.write("account.payment", "action_post", { ids: drafts }, call);
      if (posted.ok || posted.failure.code !== "ODOO_REJECTED" || !(await giveUpTaken(session, drafts, call)))
        return posted;
      return session.write("account.payment", "action_post", { ids: drafts }, call);
    },
    gone,
  });
}

/**
 * 14 gives the first draft of a month in a journal its number at once; two that were made at the same moment have the same, and
 * the second cannot be posted any more. It gives the number up and gets the next. True when one had to.
 */
async function giveUpTaken(session: OdooSession, drafts: readonly number[], call: CallContext): Promise<boolean> {
  const rows = await session.searchRead("account.payment", [["id", "in", drafts]], ["name"], call);
  const names = rows.ok
    ? rows.value.map((row) => textIn(row, "name")).filter((name) => name !== "" && name !== "/")
    : [];
  if (!rows.ok || names.length === 0) return false;
  const taken = await session.searchRead(
    "account.payment",
    [
      ["name", "in", names],
      ["state", "=", "posted"],
    ],
    ["name"],
    call,
  );
  const posted = new Set(taken.ok ? taken.value.map((row) => textIn(row, "name")) : []);
  const ids = rows.value.filter((row) => posted.has(textIn(row, "name"))).map((row) => idIn(row));
  if (ids.length === 0) return false;
  const given = await session.write("account.payment", "write", { ids, args: { vals: { name: "/" } } }, call);
  return given.ok;
}

/**
 * Where a payment may be without a journal entry (19), a draft that two processes loaded at once has lost its outstanding
 * account, and posting it would book nothing. It gets back what the journal's other payments have; where they have none,
 * it is meant so. Best effort: a payment without entry still settles its invoice.
 */
async function restoreAccounts(session: OdooSession, drafts: readonly number[], call: CallContext): Promise<void> {
  const dialect = await session.dialect(call);
  if (!dialect.ok || !dialect.value.paymentInvoices || drafts.length === 0) return;
  const bare = await session.searchRead(
    "account.payment",
    [
      ["id", "in", drafts],
      ["outstanding_account_id", "=", false],
    ],
    ["journal_id", "payment_type"],
    call,
  );
  if (!bare.ok) return;
  const kinds = Map.groupBy(bare.value, (row) => `${linkIn(row, "journal_id")} ${textIn(row, "payment_type")}`);
  for (const rows of kinds.values()) {
    const others = [
      ["journal_id", "=", rows[0] ? linkIn(rows[0], "journal_id") : null],
      ["payment_type", "=", rows[0] ? textIn(rows[0], "payment_type") : ""],
      ["outstanding_account_id", "!=", false],
    ];
    const fields = ["outstanding_account_id"];
    const known = await session.searchRead("account.payment", others, fields, call, { order: "id desc", limit: 1 });
    const accountId = known.ok && known.value[0] ? linkIn(known.value[0], "outstanding_account_id") : null;
    if (accountId === null) continue;
    const vals = { outstanding_account_id: accountId };
    await session.write("account.payment", "write", { ids: rows.map((row) => idIn(row)), args: { vals } }, call);
  }
}

async function readStates(
  session: OdooSession,
  ids: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, string>>> {
  const rows = await session.searchRead("account.payment", [["id", "in", ids]], ["state"], call);
  return decodedRows(
    session,
    "account.payment",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), paymentState(textIn(row, "state"))])),
  );
}

function gone({ paymentId, payment }: Action): Result<void> {
  return fail(
    failure("ODOO_RECORD_NOT_FOUND", {
      what: paymentId === null ? `payment ${payment.memo}` : `payment with id ${paymentId}`,
    }),
  );
}
