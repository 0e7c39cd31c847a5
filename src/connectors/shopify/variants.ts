/** Variants by id and by SKU, as many in one call as the shop takes, each with all of its levels. */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopVariant, SkuCarrier, VariantRef } from "../../core/stock/shop-variant.ts";
import type { ShopifyClient } from "./client.ts";
import { decodeVariant } from "./decode-variant.ts";
import type { SkuPageQuery, VariantFieldsFragment } from "./generated.ts";
import { gid, isNumericId, numericId } from "./ids.ts";
import { allLevels } from "./levels.ts";
import { skuPage, variantPage, variantsById } from "./operations/variants.ts";
import type { PageSizes } from "./page-sizes.ts";
import { PAGE_ITEMS_MAX, SEARCH_CHARS_MAX, SEARCH_PAGES_MAX, SEARCH_SKUS_MAX, SKU_CHARS_MAX } from "./stock-limits.ts";

export interface VariantReader {
  readonly client: ShopifyClient;
  readonly sizes: PageSizes;
}

export async function readVariants(
  reader: VariantReader,
  refs: readonly VariantRef[],
  call: CallContext,
): Promise<ReadonlyMap<string, Result<ShopVariant | null>>> {
  const outcomes = new Map<string, Result<ShopVariant | null>>();
  const ids = [...new Set(refs.map(({ id }) => id))];
  for (const id of ids) if (!isNumericId(id)) outcomes.set(id, ok(null));
  let left = ids.filter(isNumericId);
  while (left.length > 0) {
    const group = left;
    const asked = await reader.sizes.ask((variants) => readGroup(reader, group.slice(0, variants), call));
    if (!asked.ok) {
      // What is left would meet the same: a pause, no time, no right.
      for (const id of left) outcomes.set(id, asked);
      return outcomes;
    }
    for (const [id, outcome] of asked.value) outcomes.set(id, outcome);
    left = left.filter((id) => !outcomes.has(id));
  }
  return outcomes;
}

async function readGroup(
  { client, sizes }: VariantReader,
  ids: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, Result<ShopVariant | null>>>> {
  const levels = await sizes.levels(client, call);
  if (!levels.ok) return levels;
  const variables = { ids: ids.map((id) => gid("ProductVariant", id)), levels: levels.value };
  const read = await client.request(variantsById, variables, call);
  if (!read.ok) return read;
  const outcomes = new Map<string, Result<ShopVariant | null>>(ids.map((id) => [id, ok(null)]));
  for (const node of read.value.nodes) {
    if (node === null || !("inventoryItem" in node)) continue;
    outcomes.set(numericId(node.id), await whole({ client, sizes }, node, call));
  }
  return ok(outcomes);
}

/** The variant with all of its levels; only a shop with more than 50 locations is asked for more. */
export async function whole(
  { client, sizes }: VariantReader,
  node: VariantFieldsFragment,
  call: CallContext,
): Promise<Result<ShopVariant>> {
  if (node.inventoryItem.inventoryLevels.pageInfo.hasNextPage) sizes.forgetLevels();
  const levels = await allLevels(client, node.inventoryItem, call);
  return levels.ok ? decodeVariant(client.connection, node, levels.value) : levels;
}

/**
 * By SKU, without regard to case. The shop's search is one of words, so what it finds is compared again here. It cannot look
 * for a SKU without any letter or digit: such a one is found by the full comparison of the catalog alone. A variant that was
 * made or changed some seconds ago may be missing; its own webhook makes it known.
 */
export async function findVariants(
  reader: VariantReader,
  skus: readonly string[],
  call: CallContext,
): Promise<Result<readonly ShopVariant[]>> {
  const { client, sizes } = reader;
  const nodes = await searchAll<VariantFieldsFragment>(client.connection, skus, async (query, after) => {
    const read = await sizes.ask(async (first) => {
      const levels = await sizes.levels(client, call);
      return levels.ok ? client.request(variantPage, { first, after, query, levels: levels.value }, call) : levels;
    });
    return read.ok ? ok(read.value.productVariants) : read;
  });
  if (!nodes.ok) return nodes;
  const found: ShopVariant[] = [];
  for (const node of nodes.value) {
    const variant = await whole(reader, node, call);
    if (!variant.ok) return variant;
    found.push(variant.value);
  }
  return ok(found);
}

/** Ids of what `findVariants` finds, for a sixth of its points. */
export async function findCarriers(
  { client }: Pick<VariantReader, "client">,
  skus: readonly string[],
  call: CallContext,
): Promise<Result<readonly SkuCarrier[]>> {
  const nodes = await searchAll<CarrierNode>(client.connection, skus, async (query, after) => {
    const read = await client.request(skuPage, { first: PAGE_ITEMS_MAX, after, query }, call);
    return read.ok ? ok(read.value.productVariants) : read;
  });
  if (!nodes.ok) return nodes;
  return ok(nodes.value.map(({ id, sku }) => ({ id: numericId(id), sku: (sku ?? "").trim() })));
}

type CarrierNode = SkuPageQuery["productVariants"]["nodes"][number];

interface SearchPage<N> {
  readonly nodes: readonly N[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type AskPage<N> = (query: string, after: string | null) => Promise<Result<SearchPage<N>>>;

interface SearchNode {
  readonly id: string;
  readonly sku: string | null;
}

/** Each that carries one of the SKUs, once. */
async function searchAll<N extends SearchNode>(
  connection: string,
  skus: readonly string[],
  ask: AskPage<N>,
): Promise<Result<readonly N[]>> {
  const found = new Map<string, N>();
  for (const group of searches(skus)) {
    const read = await search(connection, group, ask);
    if (!read.ok) return read;
    for (const node of read.value) found.set(node.id, node);
  }
  return ok([...found.values()]);
}

async function search<N extends SearchNode>(
  connection: string,
  skus: readonly string[],
  ask: AskPage<N>,
): Promise<Result<readonly N[]>> {
  const wanted = new Set(skus.map(folded));
  const query = searchText(skus);
  const found: N[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < SEARCH_PAGES_MAX; pages += 1) {
    const read: Result<SearchPage<N>> = await ask(query, after);
    if (!read.ok) return read;
    const { nodes, pageInfo } = read.value;
    found.push(...nodes.filter(({ sku }) => wanted.has(folded(sku ?? ""))));
    if (!pageInfo.hasNextPage) return ok(found);
    after = pageInfo.endCursor;
  }
  // One SKU's words stand in thousands of others.
  if (skus.length > 1) return searchApart(connection, skus, ask);
  const what = `more than ${SEARCH_PAGES_MAX} pages of variants for SKU ${skus.join(", ")}`;
  return fail(failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection }));
}

async function searchApart<N extends SearchNode>(
  connection: string,
  skus: readonly string[],
  ask: AskPage<N>,
): Promise<Result<readonly N[]>> {
  const found: N[] = [];
  for (const sku of skus) {
    const read = await search(connection, [sku], ask);
    if (!read.ok) return read;
    found.push(...read.value);
  }
  return ok(found);
}

/** SKUs that can be searched for, each once, in groups that make one search. */
export function searches(skus: readonly string[]): string[][] {
  const groups: string[][] = [];
  let group: string[] = [];
  let chars = 0;
  for (const sku of new Map(skus.map((sku) => [folded(sku), sku.trim()])).values()) {
    if (!isSearchable(sku)) continue;
    const length = searchText([sku]).length + SEPARATOR.length;
    if (group.length > 0 && (group.length >= SEARCH_SKUS_MAX || chars + length > SEARCH_CHARS_MAX)) {
      groups.push(group);
      group = [];
      chars = 0;
    }
    group.push(sku);
    chars += length;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

const SEPARATOR = " OR ";

/** In quotes only the quote and the backslash have a meaning of their own; colons, stars and brackets are text. */
export function searchText(skus: readonly string[]): string {
  return skus.map((sku) => `sku:"${sku.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(SEPARATOR);
}

export function isSearchable(sku: string): boolean {
  return /[\p{L}\p{N}]/u.test(sku) && !/\p{Cc}/u.test(sku) && sku.length <= SKU_CHARS_MAX;
}

function folded(sku: string): string {
  return sku.trim().toLowerCase();
}
