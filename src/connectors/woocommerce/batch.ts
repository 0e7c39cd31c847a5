/**
 * WooCommerce's batch writes: the answer is 200 even when items failed, so each item's outcome is read by its id. The
 * shop validates nothing inside a batch; what is sent must be right.
 */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { broken, plainText } from "./answer.ts";
import type { WooClient } from "./client.ts";
import { batchItemShape, batchShape } from "./shapes.ts";

export interface BatchUpdate {
  readonly id: number;
}

/** By id: the item as the shop answered it, or the shop's refusal (SHOP_REJECTED, `status` holding its code). */
export async function readBatch(
  client: WooClient,
  path: string,
  update: readonly BatchUpdate[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, Result<unknown>>>> {
  const what = `POST ${path}`;
  const answer = await client.write("POST", path, { update }, call);
  if (!answer.ok) return answer;
  const parsed = batchShape.safeParse(answer.value.body);
  if (!answer.value.found || !parsed.success)
    return fail(broken({ connection: client.connection, what }, "no outcomes of a batch"));
  const outcomes = new Map<string, Result<unknown>>();
  for (const body of parsed.data.update) {
    const item = batchItemShape.safeParse(body);
    if (!item.success) continue;
    const { id, error } = item.data;
    if (error === undefined) {
      outcomes.set(String(id), ok(body));
      continue;
    }
    const params = {
      connection: client.connection,
      what: `${what} of ${id}`,
      message: plainText(error.message) || error.code,
      status: error.code,
    };
    outcomes.set(String(id), fail(failure("SHOP_REJECTED", params)));
  }
  return ok(outcomes);
}
