/**
 * Variants for a run of stock for few points: the variants themselves by id, all that is needed of them in one call of 250, and
 * by a search of their SKUs no more than who carries those.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { VariantsRead } from "../../core/ports/shop.ts";
import { ok, type Result } from "../../core/result.ts";
import type { VariantRef } from "../../core/stock/shop-variant.ts";
import { findCarriers, readVariants, type VariantReader } from "./variants.ts";

export async function readForStock(
  reader: VariantReader,
  refs: readonly VariantRef[],
  call: CallContext,
): Promise<Result<VariantsRead>> {
  const variants = await readVariants(reader, refs, call);
  const skus = refs.flatMap(({ id, sku }) => {
    const variant = variants.get(id);
    // Of one that is gone, whoever carries its SKU now is wanted; of one that could not be read, nobody.
    return variant?.ok === true ? [variant.value?.sku ?? sku] : [];
  });
  const carriers = await findCarriers(reader, skus, call);
  return carriers.ok ? ok({ variants, carriers: carriers.value }) : carriers;
}
