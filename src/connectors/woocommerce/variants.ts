/** Variants by id and by SKU, many in one call where the shop can: simple products by id, variations by SKU. */
import { chunks } from "../../core/chunks.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ShopVariant, VariantRef } from "../../core/stock/shop-variant.ts";
import { encodeRfc3986, type WooClient } from "./client.ts";
import { decodeProduct, idOfItem, VARIANT_FIELDS } from "./decode-variant.ts";
import { INCLUDE_IDS_MAX, PAGES_MAX, SKU_LIST_CHARS_MAX, SKU_LIST_ITEMS_MAX } from "./limits.ts";
import { isId, readAll } from "./listing.ts";

type Outcomes = Map<string, Result<ShopVariant | null>>;

export async function readVariants(
  client: WooClient,
  refs: readonly VariantRef[],
  call: CallContext,
): Promise<ReadonlyMap<string, Result<ShopVariant | null>>> {
  const outcomes: Outcomes = new Map();
  const wanted = new Map(refs.map((ref) => [ref.id, ref]));
  for (const { id } of wanted.values()) if (!isId(id)) outcomes.set(id, ok(null));
  const readable = [...wanted.values()].filter(({ id }) => isId(id));
  const simple = readable.filter(({ parentId }) => parentId === null);
  for (const group of chunks(simple, INCLUDE_IDS_MAX)) {
    if (group.length > 1)
      await readMany(client, { include: group.map(({ id }) => id).join(",") }, group, outcomes, call);
  }
  const bySku = readable.filter(({ parentId, sku }) => parentId !== null && isListable(sku));
  for (const skus of skuLists(bySku.map(({ sku }) => sku))) {
    const group = bySku.filter(({ sku }) => skus.has(sku));
    if (group.length > 1) await readMany(client, { sku: [...skus].join(",") }, group, outcomes, call);
  }
  // Alone, without a usable SKU, with another SKU than remembered, in the trash or gone: each by its id.
  for (const { id } of readable) if (!outcomes.has(id)) outcomes.set(id, await readVariant(client, id, call));
  return outcomes;
}

/** Fills in what the list tells; of a list that cannot be read, its failure for each of the group. */
async function readMany(
  client: WooClient,
  query: Record<string, string>,
  group: readonly VariantRef[],
  outcomes: Outcomes,
  call: CallContext,
): Promise<void> {
  const read = await readAll(
    client,
    "/products",
    { ...query, status: "any", orderby: "id", order: "asc", _fields: VARIANT_FIELDS },
    PAGES_MAX,
    call,
  );
  if (!read.ok) {
    for (const { id } of group) outcomes.set(id, read);
    return;
  }
  const ids = new Set(group.map(({ id }) => id));
  for (const body of read.value) {
    const id = idOfItem(body);
    if (id !== null && ids.has(id)) outcomes.set(id, variantOf(body, id, client.connection));
  }
}

/** Variations answer on the products' address as well. */
async function readVariant(client: WooClient, id: string, call: CallContext): Promise<Result<ShopVariant | null>> {
  const answer = await client.get(`/products/${id}`, { _fields: VARIANT_FIELDS }, call);
  if (!answer.ok) return answer;
  return answer.value.found ? variantOf(answer.value.body, id, client.connection) : ok(null);
}

/** A product that has become a variable parent is no variant any more. */
function variantOf(body: unknown, id: string, connection: string): Result<ShopVariant | null> {
  const decoded = decodeProduct(body, id, connection);
  return decoded.ok ? ok(decoded.value.variant) : decoded;
}

/** The SKU exactly as given; the shop itself compares without regard to case. One unreadable product fails the search. */
export async function findVariants(
  client: WooClient,
  skus: readonly string[],
  call: CallContext,
): Promise<Result<readonly ShopVariant[]>> {
  // An empty SKU would be no condition at all and find the whole catalog.
  const wanted = new Set(skus.map((sku) => sku.trim()).filter((sku) => sku !== ""));
  const found = new Map<string, ShopVariant>();
  const odd = [...wanted].filter((sku) => !isListable(sku));
  const lists = [...skuLists([...wanted].filter(isListable)), ...odd.map((sku) => new Set([sku]))];
  for (const list of lists) {
    const query = { sku: [...list].join(","), status: "any", orderby: "id", order: "asc", _fields: VARIANT_FIELDS };
    const read = await readAll(client, "/products", query, PAGES_MAX, call);
    if (!read.ok) return read;
    for (const body of read.value) {
      const decoded = decodeProduct(body, idOfItem(body) ?? "(no id)", client.connection);
      if (!decoded.ok) return decoded;
      const { variant } = decoded.value;
      if (variant !== null && list.has(variant.sku)) found.set(variant.id, variant);
    }
  }
  return ok([...found.values()]);
}

/** A comma would split the SKU in two within a list; the shop looks for the whole text as well, but only for that. */
export function isListable(sku: string): boolean {
  return sku.trim() !== "" && !sku.includes(",");
}

/** Lists of different SKUs, each short enough for one address. */
export function skuLists(skus: readonly string[]): Set<string>[] {
  const lists: Set<string>[] = [];
  let list = new Set<string>();
  let chars = 0;
  for (const sku of new Set(skus)) {
    const length = encodeRfc3986(sku).length + 3;
    if (list.size > 0 && (list.size >= SKU_LIST_ITEMS_MAX || chars + length > SKU_LIST_CHARS_MAX)) {
      lists.push(list);
      list = new Set();
      chars = 0;
    }
    list.add(sku);
    chars += length;
  }
  if (list.size > 0) lists.push(list);
  return lists;
}
