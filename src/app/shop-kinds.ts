/** The kinds of shop that this hub can keep in step: the one place that names them. */
import { shopify } from "../connectors/shopify/kind.ts";
import { wooCommerce } from "../connectors/woocommerce/kind.ts";
import type { ShopKind } from "../core/ports/shop-kind.ts";

export const SHOP_KINDS: readonly ShopKind[] = [wooCommerce, shopify];

/** Throws for a name that the configuration's check lets nobody write. */
export function shopKind(name: string): ShopKind {
  const found = SHOP_KINDS.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`there is no kind of shop named ${name}`);
  return found;
}
