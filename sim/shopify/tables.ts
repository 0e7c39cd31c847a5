/** Every type and field of the real schema that the simulated Shopify answers. */
import { BULK_MUTATIONS, BULK_ROOTS, BULK_TABLES } from "./bulk.ts";
import { INVENTORY_MUTATIONS, INVENTORY_PAYLOADS } from "./mutations/inventory.ts";
import { ORDER_MUTATIONS, ORDER_PAYLOADS } from "./mutations/orders.ts";
import { OWNER_MUTATIONS, OWNER_PAYLOADS } from "./mutations/owners.ts";
import { WEBHOOK_MUTATIONS, WEBHOOK_ROOTS, WEBHOOK_TABLES } from "./mutations/webhooks.ts";
import { CATALOG_ROOTS, CATALOG_TABLES } from "./resolvers/catalog.ts";
import { FULFILMENT_ROOTS, FULFILMENT_TABLES } from "./resolvers/fulfilments.ts";
import { INVENTORY_ROOTS, INVENTORY_TABLES } from "./resolvers/inventory.ts";
import { PART_ROOTS, PART_TABLES } from "./resolvers/order-parts.ts";
import { ORDER_ROOTS, ORDER_TABLES } from "./resolvers/orders.ts";
import { SHOP_ROOTS, SHOP_TABLES } from "./resolvers/shop.ts";
import { VALUE_TABLES } from "./resolvers/values.ts";
import { type, type Tables } from "./table.ts";

export const TABLES: Tables = {
  QueryRoot: type<undefined>({
    ...SHOP_ROOTS,
    ...CATALOG_ROOTS,
    ...INVENTORY_ROOTS,
    ...ORDER_ROOTS,
    ...PART_ROOTS,
    ...FULFILMENT_ROOTS,
    ...WEBHOOK_ROOTS,
    ...BULK_ROOTS,
  }),
  Mutation: type<undefined>({
    ...INVENTORY_MUTATIONS,
    ...OWNER_MUTATIONS,
    ...ORDER_MUTATIONS,
    ...WEBHOOK_MUTATIONS,
    ...BULK_MUTATIONS,
  }),
  ...VALUE_TABLES,
  ...SHOP_TABLES,
  ...CATALOG_TABLES,
  ...INVENTORY_TABLES,
  ...INVENTORY_PAYLOADS,
  ...ORDER_TABLES,
  ...ORDER_PAYLOADS,
  ...PART_TABLES,
  ...OWNER_PAYLOADS,
  ...FULFILMENT_TABLES,
  ...WEBHOOK_TABLES,
  ...BULK_TABLES,
};
