/**
 * Confirms draft orders and gives them the shop's date again, which confirming replaces by today. Orders that are confirmed
 * already only get their date; cancelled ones are left alone.
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, divide, loadAll, step, type Outcomes } from "../batch.ts";
import { idIn, odooInstant, textIn } from "../decode.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

type Action = ActionOf<"order.confirm">;

export async function confirmOrders(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const before = await readStates(session, actions, call);
  if (!before.ok) return allOf(actions, before);
  const outcomes: Outcomes<Action> = new Map(
    actions.map((action) => [action, before.value.has(action.orderId) ? ok(undefined) : gone(action.orderId)]),
  );
  await step(outcomes, (items) => confirm(session, items, before.value, call));
  await step(outcomes, (items) => restoreDates(session, items, call));
  return outcomes;
}

async function confirm(
  session: OdooSession,
  actions: readonly Action[],
  states: States,
  call: CallContext,
): Promise<Outcomes<Action>> {
  const drafts = actions.filter((action) => states.get(action.orderId)?.state === "draft");
  const outcomes = allOf(actions, ok(undefined));
  const confirmed = await divide(drafts, (items) =>
    session.write("sale.order", "action_confirm", { ids: items.map((action) => action.orderId) }, call),
  );
  for (const [action, outcome] of confirmed) outcomes.set(action, outcome);
  const refused = [...confirmed].filter(([, outcome]) => !outcome.ok).map(([action]) => action);
  if (refused.length === 0 || systemic(confirmed)) return outcomes;
  // Somebody else may have confirmed it in between: then it is as wanted.
  const after = await readStates(session, refused, call);
  if (!after.ok) return outcomes;
  for (const action of refused)
    if (after.value.get(action.orderId)?.state === "sale") outcomes.set(action, ok(undefined));
  return outcomes;
}

function systemic(outcomes: Outcomes<Action>): boolean {
  return [...outcomes.values()].every((outcome) => !outcome.ok && outcome.failure.connection !== undefined);
}

async function restoreDates(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const states = await readStates(session, actions, call);
  if (!states.ok) return allOf(actions, states);
  const outcomes = allOf(actions, ok(undefined));
  const wrong = actions.filter((action) => {
    const found = states.value.get(action.orderId);
    return found?.state === "sale" && found.dateOrder !== odooInstant(action.placedAt);
  });
  const table = {
    model: "sale.order",
    fields: [".id", "date_order"],
    rowsOf: (action: Action) => [[String(action.orderId), odooInstant(action.placedAt)]],
  };
  const dated = await loadAll(session, table, wrong, call);
  for (const [action, outcome] of dated.outcomes) outcomes.set(action, outcome);
  return outcomes;
}

type States = ReadonlyMap<number, { readonly state: "draft" | "sale" | "cancel"; readonly dateOrder: string }>;

async function readStates(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<States>> {
  const ids = actions.map((action) => action.orderId);
  const rows = await session.searchRead("sale.order", [["id", "in", ids]], ["state", "date_order"], call);
  return decodedRows(session, "sale.order", rows, (all) => {
    const found = all.map((row) => {
      const state = textIn(row, "state");
      const kind =
        state === "draft" || state === "sent"
          ? ("draft" as const)
          : state === "cancel"
            ? ("cancel" as const)
            : ("sale" as const);
      return [idIn(row), { state: kind, dateOrder: textIn(row, "date_order") }] as const;
    });
    return new Map(found);
  });
}

export function gone(orderId: number): Result<void> {
  return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `sales order with id ${orderId}` }));
}
