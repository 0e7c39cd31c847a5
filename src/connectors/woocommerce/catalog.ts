/**
 * The whole catalog, a page of products at a time. Variations are not in the shop's list of products: those that the
 * hub knows are read in bulk by SKU, the others parent by parent.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { ChangePage } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopVariant, VariantRef } from "../../core/stock/shop-variant.ts";
import { z } from "zod";
import { broken } from "./answer.ts";
import type { WooClient } from "./client.ts";
import { decodeProduct, idOfItem, isParent, VARIANT_FIELDS } from "./decode-variant.ts";
import { PAGES_MAX, VARIATION_PAGES_MAX } from "./limits.ts";
import { ignoresPage, isSamePage, readAll, readPage } from "./listing.ts";
import type { ProductShape } from "./shapes.ts";
import { isListable, skuLists } from "./variants.ts";

const placeShape = z.object({ page: z.number(), firstId: z.string(), total: z.number().nullable() });

interface Found {
  readonly variants: ShopVariant[];
  readonly unreadable: ChangePage<ShopVariant>["unreadable"][number][];
}

/** `totalItems` counts products, parents included: the shop does not count variations. */
export async function variantPage(
  client: WooClient,
  page: string | null,
  known: readonly VariantRef[],
  call: CallContext,
): Promise<Result<ChangePage<ShopVariant>>> {
  const place = page === null ? { page: 1, firstId: "", total: null } : placeShape.parse(JSON.parse(page));
  if (place.page > PAGES_MAX)
    return fail(broken({ connection: client.connection, what: "GET /products" }, `more than ${PAGES_MAX} pages`));
  const query = { status: "any", orderby: "id", order: "asc", _fields: VARIANT_FIELDS };
  const read = await readPage(client, "/products", query, place.page, call);
  if (!read.ok) return read;
  if (isSamePage(read.value.firstId, place.firstId)) return fail(ignoresPage(client, "/products"));
  const found: Found = { variants: [], unreadable: [] };
  const parents: ProductShape[] = [];
  for (const body of read.value.items) {
    const id = idOfItem(body);
    if (id === null)
      return fail(broken({ connection: client.connection, what: "GET /products" }, "a product without an id"));
    const decoded = decodeProduct(body, id, client.connection);
    if (!decoded.ok) found.unreadable.push({ id, failure: decoded.failure });
    else if (decoded.value.variant !== null) found.variants.push(decoded.value.variant);
    else if (isParent(decoded.value.shape) && decoded.value.shape.type !== "grouped") parents.push(decoded.value.shape);
  }
  const added = await addVariations(client, parents, known, found, call);
  if (!added.ok) return added;
  const { firstId, isLast, total } = read.value;
  const totalItems = place.total ?? total;
  const nextPage = isLast ? null : JSON.stringify({ page: place.page + 1, firstId, total: totalItems });
  return ok({ items: found.variants, nextPage, totalItems, unreadable: found.unreadable });
}

async function addVariations(
  client: WooClient,
  parents: readonly ProductShape[],
  known: readonly VariantRef[],
  found: Found,
  call: CallContext,
): Promise<Result<void>> {
  const parentOf = new Map(
    parents.flatMap(({ id, variations }) => variations.map((variation) => [String(variation), String(id)])),
  );
  const missing = new Set(parentOf.keys());
  const byParent = knownByParent(known);
  const refs = parents
    .flatMap(({ id }) => byParent.get(String(id)) ?? [])
    .filter((ref) => missing.has(ref.id) && isListable(ref.sku));
  for (const list of skuLists(refs.map(({ sku }) => sku))) {
    const query = { sku: [...list].join(","), status: "any", orderby: "id", order: "asc", _fields: VARIANT_FIELDS };
    const read = await readAll(client, "/products", query, PAGES_MAX, call);
    if (!read.ok) return read;
    take(client, read.value, missing, null, found);
  }
  const unread = new Set([...missing].map((variation) => parentOf.get(variation)));
  for (const parent of unread) {
    if (parent === undefined) continue;
    const read = await readAll(
      client,
      `/products/${parent}/variations`,
      { status: "any", _fields: VARIANT_FIELDS },
      VARIATION_PAGES_MAX,
      call,
    );
    if (!read.ok) return read;
    take(client, read.value, missing, parents.find(({ id }) => String(id) === parent) ?? null, found);
  }
  // Listed by their parent but told nowhere (deleted in between): absent, and so gone.
  return ok(undefined);
}

/** Each variation once, whichever way it came first. */
function take(
  client: WooClient,
  bodies: readonly unknown[],
  missing: Set<string>,
  parent: ProductShape | null,
  found: Found,
): void {
  for (const body of bodies) {
    const id = idOfItem(body);
    if (id === null || !missing.delete(id)) continue;
    const decoded = decodeProduct(body, id, client.connection, parent === null ? null : String(parent.id));
    if (!decoded.ok) found.unreadable.push({ id, failure: decoded.failure });
    else if (decoded.value.variant !== null) found.variants.push(named(decoded.value.variant, parent));
  }
}

/** On its parent's address a variation is called by its options alone. */
function named(variant: ShopVariant, parent: ProductShape | null): ShopVariant {
  return parent === null || variant.name.startsWith(parent.name)
    ? variant
    : { ...variant, name: `${parent.name} - ${variant.name}` };
}

/** The caller passes the same list with every page; sorting 100,000 of them a thousand times would take minutes. */
const sorted = new WeakMap<readonly VariantRef[], ReadonlyMap<string, readonly VariantRef[]>>();

function knownByParent(known: readonly VariantRef[]): ReadonlyMap<string, readonly VariantRef[]> {
  const before = sorted.get(known);
  if (before !== undefined) return before;
  const byParent = new Map<string, VariantRef[]>();
  for (const ref of known) {
    if (ref.parentId === null) continue;
    const siblings = byParent.get(ref.parentId);
    if (siblings === undefined) byParent.set(ref.parentId, [ref]);
    else siblings.push(ref);
  }
  sorted.set(known, byParent);
  return byParent;
}
