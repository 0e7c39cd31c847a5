/** Stock numbers in the contract: at the one place where the world's maker of products keeps them. */
import type { ShopVariant, StockWrite, VariantRef } from "../../src/core/stock/shop-variant.ts";
import { readVariants, valueOf } from "./outcomes.ts";
import type { ShopWorld } from "./shop-world.ts";

export function quantityIn(
  { stockLocation }: Pick<ShopWorld, "stockLocation">,
  variant: ShopVariant | null,
): number | null {
  return variant?.levels.find(({ locationId }) => locationId === stockLocation)?.quantity ?? null;
}

/** As the hub would write it: from what the shop says of the variant now; of one that it does not have, from nothing. */
export async function writeOf(world: ShopWorld, ref: VariantRef, quantity: number): Promise<StockWrite> {
  const { shop, call, stockLocation } = world;
  const variant = valueOf((await readVariants(shop, [ref], call)).get(ref.id));
  const level = variant?.levels.find(({ locationId }) => locationId === stockLocation);
  return {
    ...ref,
    itemId: variant?.itemId ?? null,
    locationId: stockLocation,
    before: level?.quantity ?? null,
    version: level?.version ?? "",
    quantity,
  };
}
