/** One kind of action, and what all kinds share: ids of partners that the run has seen. */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import type { ErpAction, ErpActionKind } from "../../../core/ports/erp.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { Outcomes } from "../batch.ts";
import { findByExternalId } from "../references.ts";
import type { OdooSession } from "../session.ts";

export type ActionOf<K extends ErpActionKind> = Extract<ErpAction, { readonly kind: K }>;

export type Handler<K extends ErpActionKind> = (
  session: OdooSession,
  actions: readonly ActionOf<K>[],
  call: CallContext,
) => Promise<Outcomes<ActionOf<K>>>;

/** The book knows every partner that this run observed or made; another process may have made one meanwhile. */
export async function partnerIds(
  session: OdooSession,
  externalIds: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  const wanted = [...new Set(externalIds)];
  const open = wanted.filter((externalId) => session.book.get(externalId) === undefined);
  const found = await findByExternalId(session, "res.partner", open, call);
  if (!found.ok) return found;
  return ok(
    new Map(
      wanted.flatMap((externalId) => {
        const id = session.book.get(externalId);
        return id === undefined ? [] : [[externalId, id] as const];
      }),
    ),
  );
}

export function partnerMissing<T>(externalId: string): Result<T> {
  return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `contact ${externalId}` }));
}
