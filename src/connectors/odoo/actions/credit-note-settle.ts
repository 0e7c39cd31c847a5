/** Sets posted credit notes against what their invoices still leave open. What is settled already, by whomever, is as wanted. */
import type { CallContext } from "../../../core/ports/call.ts";
import { ok } from "../../../core/result.ts";
import { allOf, type Outcomes } from "../batch.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";
import { reconcilePayments, type Settlement } from "./payment-reconcile.ts";

type Action = ActionOf<"credit-note.settle">;

export async function settleCreditNotes(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes = allOf(actions, ok(undefined));
  const owners = new Map<Settlement, Action>(
    actions.map((action) => {
      const { externalId, creditNoteId, invoiceId } = action;
      return [{ externalId, documentId: invoiceId, from: { kind: "credit-note", id: creditNoteId } }, action];
    }),
  );
  for (const [settlement, outcome] of await reconcilePayments(session, [...owners.keys()], call)) {
    const action = owners.get(settlement);
    if (action) outcomes.set(action, outcome);
  }
  return outcomes;
}
