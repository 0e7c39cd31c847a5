/**
 * Confirms draft orders and gives them the shop's date again, which confirming replaces by today. Orders that are confirmed
 * already only get their date; cancelled ones are left alone.
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, fromState, loadAll, step, type Outcomes } from "../batch.ts";
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
  const outcomes = await fromState(actions, {
    idOf: (action) => action.orderId,
    states: async (ids) => {
      const found = await readStates(session, ids, call);
      return found.ok ? ok(new Map([...found.value].map(([id, { state }]) => [id, state]))) : found;
    },
    before: "draft",
    after: "sale",
    act: (ids) => session.write("sale.order", "action_confirm", { ids }, call),
    gone: (action) => gone(action.orderId),
  });
  await step(outcomes, (items) => restoreDates(session, items, call));
  return outcomes;
}

async function restoreDates(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const states = await readStates(
    session,
    actions.map((action) => action.orderId),
    call,
  );
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

async function readStates(session: OdooSession, ids: readonly number[], call: CallContext): Promise<Result<States>> {
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
