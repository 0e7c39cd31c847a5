/**
 * Posts draft invoices and credit notes, with the dates that they have. One that is posted already, by whomever, is as wanted.
 * Credit notes go one a call: posting several, Odoo 19 sets all of them against all of their open invoices (measured: the credit
 * note of a paid order settled another order's invoice).
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, type Result } from "../../../core/result.ts";
import { fromState, type Outcomes } from "../batch.ts";
import { idIn, textIn } from "../decode.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

export function postInvoices(
  session: OdooSession,
  actions: readonly ActionOf<"invoice.post">[],
  call: CallContext,
): Promise<Outcomes<ActionOf<"invoice.post">>> {
  return post(session, actions, { idOf: (action) => action.invoiceId, what: "invoice", alone: false }, call);
}

export function postCreditNotes(
  session: OdooSession,
  actions: readonly ActionOf<"credit-note.post">[],
  call: CallContext,
): Promise<Outcomes<ActionOf<"credit-note.post">>> {
  return post(session, actions, { idOf: (action) => action.creditNoteId, what: "credit note", alone: true }, call);
}

function post<T>(
  session: OdooSession,
  actions: readonly T[],
  { idOf, what, alone }: { readonly idOf: (action: T) => number; readonly what: string; readonly alone: boolean },
  call: CallContext,
): Promise<Outcomes<T>> {
  return fromState(actions, {
    idOf,
    states: (ids) => readStates(session, ids, call),
    before: "draft",
    after: "posted",
    alone,
    act: (ids) => session.write("account.move", "action_post", { ids }, call),
    gone: (action) => fail(failure("ODOO_RECORD_NOT_FOUND", { what: `${what} with id ${idOf(action)}` })),
  });
}

async function readStates(
  session: OdooSession,
  ids: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, string>>> {
  const rows = await session.searchRead("account.move", [["id", "in", ids]], ["state"], call);
  return decodedRows(
    session,
    "account.move",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), textIn(row, "state")])),
  );
}
