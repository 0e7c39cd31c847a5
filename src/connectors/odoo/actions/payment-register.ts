/**
 * Registers payments: created by `load` under their external id (eight at once make one), posted, and reconciled with their
 * invoice as far as both are open. Without an invoice the posted payment waits as the customer's credit.
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, divide, loadAll, step, type Outcomes } from "../batch.ts";
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
    : [{ externalId: payment.externalId, paymentId, invoiceId }];
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
  const { dialect, methodId } = sources.value;
  const rows = new Map<Action, readonly string[]>();
  for (const action of absent) {
    const row = rowOf(action, sources.value);
    if (row.ok) rows.set(action, row.value);
    else outcomes.set(action, row);
  }
  const method = methodId === null ? [] : ["payment_method_id/.id"];
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
  /** Null where the journal tells it. */
  readonly methodId: number | null;
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
  const method = dialect.value.paymentMethodNamed ? await readMethod(session, call) : ok(null);
  if (!method.ok) return method;
  return ok({
    dialect: dialect.value,
    partners: partners.value,
    currencies: new Map([...currencies.value.values()].map((currency) => [currency.code, currency.id])),
    timeZone: company.value.timeZone,
    methodId: method.value,
  });
}

function readMethod(session: OdooSession, call: CallContext): Promise<Result<number | null>> {
  return session.kept("payment method", async () => {
    const domain = [
      ["code", "=", "manual"],
      ["payment_type", "=", "inbound"],
    ];
    const rows = await session.searchRead("account.payment.method", domain, ["code"], call, { limit: 1 });
    return decodedRows(session, "account.payment.method", rows, (all) => (all[0] ? idIn(all[0]) : null));
  });
}

function rowOf({ payment }: Action, { partners, currencies, timeZone, methodId }: Sources): Result<readonly string[]> {
  const partnerId = partners.get(payment.partnerExternalId);
  if (partnerId === undefined) return partnerMissing(payment.partnerExternalId);
  const currencyId = currencies.get(payment.currency);
  if (currencyId === undefined)
    return fail(failure("CURRENCY_UNKNOWN", { order: payment.memo, currency: payment.currency }));
  const day = dayIn(payment.paidAt, timeZone);
  const method = methodId === null ? [] : [String(methodId)];
  return ok([
    payment.externalId,
    "inbound",
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
  const states = await readStates(session, [...ids.values()], call);
  if (!states.ok) return allOf(actions, states);
  const stateOf = (action: Action, all: ReadonlyMap<number, string>) => all.get(ids.get(action) ?? 0);
  const outcomes: Outcomes<Action> = new Map(
    actions.map((action) => [action, stateOf(action, states.value) === undefined ? gone(action) : ok(undefined)]),
  );
  const drafts = actions.filter((action) => stateOf(action, states.value) === "draft");
  await restoreAccounts(
    session,
    drafts.map((action) => ids.get(action) ?? 0),
    call,
  );
  const posted = await divide(drafts, (items) =>
    session.write("account.payment", "action_post", { ids: items.map((action) => ids.get(action) ?? 0) }, call),
  );
  for (const [action, outcome] of posted) outcomes.set(action, outcome);
  const refused = [...posted]
    .filter(([, outcome]) => !outcome.ok && outcome.failure.connection === undefined)
    .map(([action]) => action);
  if (refused.length === 0) return outcomes;
  const after = await readStates(
    session,
    refused.map((action) => ids.get(action) ?? 0),
    call,
  );
  if (!after.ok) return outcomes;
  for (const action of refused) if (stateOf(action, after.value) === "posted") outcomes.set(action, ok(undefined));
  return outcomes;
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
    ["journal_id"],
    call,
  );
  if (!bare.ok) return;
  for (const [journalId, rows] of Map.groupBy(bare.value, (row) => linkIn(row, "journal_id"))) {
    const others = [
      ["journal_id", "=", journalId],
      ["payment_type", "=", "inbound"],
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
