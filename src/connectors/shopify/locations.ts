/** The shop's stock locations that are in use: what the configuration maps to warehouses. */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { Mappable } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import type { LocationsQuery } from "./generated.ts";
import { numericId } from "./ids.ts";
import { locations } from "./operations/mappables.ts";
import { LOCATION_PAGES_MAX, PAGE_ITEMS_MAX } from "./stock-limits.ts";

export async function readLocations(client: ShopifyClient, call: CallContext): Promise<Result<readonly Mappable[]>> {
  const found: Mappable[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < LOCATION_PAGES_MAX; pages += 1) {
    const read: Result<LocationsQuery> = await client.request(locations, { first: PAGE_ITEMS_MAX, after }, call);
    if (!read.ok) return read;
    const { nodes, pageInfo }: LocationsQuery["locations"] = read.value.locations;
    for (const { id, name, isActive } of nodes) if (isActive) found.push({ id: numericId(id), label: name });
    if (!pageInfo.hasNextPage) return ok(found);
    after = pageInfo.endCursor;
  }
  const what = `more than ${LOCATION_PAGES_MAX} pages of locations`;
  return fail(
    failure("CONNECTION_BROKEN_ANSWER", { connection: client.connection, what }, { connection: client.connection }),
  );
}
