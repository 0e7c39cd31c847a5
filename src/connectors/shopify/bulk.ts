/** Begins the bulk reading of the catalog and looks how far it is. */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import type { BulkByIdQuery } from "./generated.ts";
import { gid, numericId } from "./ids.ts";
import { bulkById, catalogBulk, runBulk } from "./operations/bulk.ts";

/** `busy`: others of this app run, later there may be room. `refused`: the shop makes none of this. */
export type BulkStart = { readonly kind: "started"; readonly id: string } | { readonly kind: "busy" | "refused" };

export type BulkState =
  | { readonly kind: "running"; readonly sinceMs: number }
  | { readonly kind: "ready"; readonly url: string | null; readonly variants: number }
  /** Failed, cancelled, expired or unknown: `why` in the shop's word. */
  | { readonly kind: "lost"; readonly why: string };

export async function startBulk(client: ShopifyClient, call: CallContext): Promise<Result<BulkStart>> {
  const answer = await client.request(runBulk, { query: catalogBulk.text }, call);
  if (!answer.ok) return answer;
  const { bulkOperation, userErrors } = answer.value.bulkOperationRunQuery ?? { bulkOperation: null, userErrors: [] };
  if (bulkOperation !== null) return ok({ kind: "started", id: numericId(bulkOperation.id) });
  const busy = userErrors.some(({ code }) => code === "LIMIT_REACHED" || code === "OPERATION_IN_PROGRESS");
  return ok({ kind: busy ? "busy" : "refused" });
}

export async function readBulk(client: ShopifyClient, id: string, call: CallContext): Promise<Result<BulkState>> {
  const read = await client.request(bulkById, { id: gid("BulkOperation", id) }, call);
  if (!read.ok) return read;
  const { bulkOperation } = read.value;
  return bulkOperation === null ? ok({ kind: "lost", why: "UNKNOWN" }) : stateOf(client.connection, bulkOperation);
}

function stateOf(connection: string, operation: NonNullable<BulkByIdQuery["bulkOperation"]>): Result<BulkState> {
  const { status, errorCode, createdAt, rootObjectCount, url } = operation;
  switch (status) {
    case "CREATED":
    case "RUNNING":
    case "CANCELING":
      return ok({ kind: "running", sinceMs: Date.parse(createdAt) });
    case "COMPLETED": {
      const variants = Number(rootObjectCount);
      if (url !== null || variants === 0) return ok({ kind: "ready", url, variants });
      const what = "a bulk operation that is done and has no file";
      return fail(failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection }));
    }
    // FAILED, CANCELED, EXPIRED, and whatever a later version may say.
    default:
      return ok({ kind: "lost", why: errorCode === null ? status : `${status}, ${errorCode}` });
  }
}
