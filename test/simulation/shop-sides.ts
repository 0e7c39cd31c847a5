/** Makes the side of a shop of either kind. */
import type { ShopSide, ShopSideOptions } from "./sides.ts";
import { createShopifySide, type ShopifySchema } from "./shopify-side.ts";
import { createWooCommerceSide } from "./woocommerce-side.ts";

export type { ShopifySchema } from "./shopify-side.ts";

export function createShopSide(options: ShopSideOptions, schema: ShopifySchema): ShopSide {
  return options.shop.kind === "woocommerce" ? createWooCommerceSide(options) : createShopifySide(options, schema);
}
