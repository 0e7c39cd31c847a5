/** Posts draft invoices, with the dates that they have. One that is posted already, by whomever, is as wanted. */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, divide, type Outcomes } from "../batch.ts";
import { idIn, textIn } from "../decode.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

type Action = ActionOf<"invoice.post">;

export async function postInvoices(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const states = await readStates(session, actions, call);
  if (!states.ok) return allOf(actions, states);
  const outcomes: Outcomes<Action> = new Map(
    actions.map((action) => [action, states.value.has(action.invoiceId) ? ok(undefined) : gone(action)]),
  );
  const drafts = actions.filter((action) => states.value.get(action.invoiceId) === "draft");
  const posted = await divide(drafts, (items) =>
    session.write("account.move", "action_post", { ids: items.map((action) => action.invoiceId) }, call),
  );
  for (const [action, outcome] of posted) outcomes.set(action, outcome);
  const refused = [...posted]
    .filter(([, outcome]) => !outcome.ok && outcome.failure.connection === undefined)
    .map(([action]) => action);
  if (refused.length === 0) return outcomes;
  const after = await readStates(session, refused, call);
  if (!after.ok) return outcomes;
  for (const action of refused) if (after.value.get(action.invoiceId) === "posted") outcomes.set(action, ok(undefined));
  return outcomes;
}

async function readStates(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, string>>> {
  const ids = actions.map((action) => action.invoiceId);
  const rows = await session.searchRead("account.move", [["id", "in", ids]], ["state"], call);
  return decodedRows(
    session,
    "account.move",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), textIn(row, "state")])),
  );
}

function gone({ invoiceId }: Action): Result<void> {
  return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `invoice with id ${invoiceId}` }));
}
