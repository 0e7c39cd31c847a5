/**
 * Variants for a run of stock in as few calls as the shop allows: one search by the SKUs that are remembered answers them and
 * whoever else carries these; only what it does not answer (new, renamed or gone) is read by id, and its SKU searched for.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { VariantsRead } from "../../core/ports/shop.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ShopVariant, VariantRef } from "../../core/stock/shop-variant.ts";
import type { WooClient } from "./client.ts";
import { findVariants, readVariants } from "./variants.ts";

export async function readForStock(
  client: WooClient,
  refs: readonly VariantRef[],
  call: CallContext,
): Promise<Result<VariantsRead>> {
  const searched = new Set<string>();
  const carriers = new Map<string, ShopVariant>();
  const search = async (skus: readonly string[]): Promise<Result<void>> => {
    const wanted = [...new Set(skus)].filter((sku) => sku !== "" && !searched.has(comparable(sku)));
    if (wanted.length === 0) return ok(undefined);
    const found = await findVariants(client, wanted, call);
    if (!found.ok) return found;
    for (const sku of wanted) searched.add(comparable(sku));
    for (const variant of found.value) carriers.set(variant.id, variant);
    return ok(undefined);
  };
  const remembered = await search(refs.map(({ sku }) => sku));
  if (!remembered.ok) return remembered;
  // No SKU in the question: a search by it has just been made, and it did not answer this variant.
  const missing = refs.filter(({ id }) => !carriers.has(id)).map((ref) => ({ ...ref, sku: "" }));
  const read = missing.length === 0 ? new Map<string, never>() : await readVariants(client, missing, call);
  const variants = new Map<string, Result<ShopVariant | null>>(read);
  for (const { id } of refs) {
    const variant = carriers.get(id);
    if (variant !== undefined) variants.set(id, ok(variant));
  }
  const renamed = [...variants.values()].map((variant) => (variant.ok ? (variant.value?.sku ?? "") : ""));
  const others = await search(renamed);
  return others.ok ? ok({ variants, carriers: [...carriers.values()] }) : others;
}

/** The shop compares SKUs without regard to case. */
function comparable(sku: string): string {
  return sku.toLowerCase();
}
