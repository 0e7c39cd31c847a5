/** All levels of an item: those that came with its variant, and the pages after them. */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import type { LevelFieldsFragment, VariantFieldsFragment } from "./generated.ts";
import { itemLevels } from "./operations/variants.ts";
import { LEVEL_PAGES_MAX, LEVELS_PAGE_ITEMS } from "./stock-limits.ts";

type Item = VariantFieldsFragment["inventoryItem"];

export async function allLevels(
  client: ShopifyClient,
  { id, inventoryLevels }: Item,
  call: CallContext,
): Promise<Result<readonly LevelFieldsFragment[]>> {
  const levels = [...inventoryLevels.nodes];
  let { hasNextPage, endCursor: after } = inventoryLevels.pageInfo;
  for (let pages = 0; hasNextPage; pages += 1) {
    if (pages === LEVEL_PAGES_MAX) return fail(endless(client.connection));
    const read = await client.request(itemLevels, { id, first: LEVELS_PAGE_ITEMS, after }, call);
    if (!read.ok) return read;
    // Gone meanwhile: what was read of it stands, and the next look says the rest.
    const more = read.value.inventoryItem?.inventoryLevels;
    if (more === undefined) break;
    levels.push(...more.nodes);
    ({ hasNextPage, endCursor: after } = more.pageInfo);
  }
  return ok(levels);
}

function endless(connection: string) {
  const what = `more than ${LEVEL_PAGES_MAX} pages of inventory levels of one item`;
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection });
}
