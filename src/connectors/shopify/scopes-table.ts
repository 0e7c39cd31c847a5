/**
 * The access scopes that the operations need, and what of each operation needs them first: computed from the table in Shopify's
 * schema 2026-07. Not written by hand: after a change of operations/ run `node tools/run.mjs tools/shopify-types.ts`.
 */

export const REQUIRED_SCOPES = [
  { scope: "read_customers", uses: ["OrdersById: Customer", "OrdersPage: Customer"] },
  {
    scope: "read_inventory",
    uses: [
      "CatalogBulk: InventoryItem",
      "ActivateInventory: InventoryLevel",
      "LevelAt: InventoryItem",
      "SetQuantities: InventoryAdjustmentGroup",
      "ItemLevels: InventoryItem",
      "VariantPage: InventoryItem",
      "VariantsById: InventoryItem",
    ],
  },
  {
    scope: "read_locations",
    uses: [
      "CatalogBulk: Location",
      "Locations: Location",
      "OrderFulfillmentOrders: Location",
      "RefundLines: Location",
      "OrdersById: Location",
      "OrdersPage: Location",
      "ActivateInventory: Location",
      "LevelAt: Location",
      "SetQuantities: Location",
      "ItemLevels: Location",
      "VariantPage: Location",
      "VariantsById: Location",
    ],
  },
  {
    scope: "read_merchant_managed_fulfillment_orders",
    uses: [
      "FulfillmentOrderLines: FulfillmentOrder",
      "OrderFulfillmentOrders: FulfillmentOrder",
      "OrdersById: FulfillmentOrder",
      "OrdersPage: FulfillmentOrder",
    ],
  },
  {
    scope: "read_orders",
    uses: [
      "CreateFulfillment: Fulfillment",
      "OrdersInUse: Order",
      "FulfillmentLines: QueryRoot.fulfillment",
      "FulfillmentOrderLines: LineItem",
      "OrderFulfillmentOrders: Order",
      "OrderLines: Order",
      "OrderShippingLines: Order",
      "RefundAdjustments: QueryRoot.refund",
      "RefundLines: QueryRoot.refund",
      "RefundShippingLines: QueryRoot.refund",
      "RefundTransactions: QueryRoot.refund",
      "OrdersById: Order",
      "OrdersPage: Order",
    ],
  },
  {
    scope: "read_products",
    uses: [
      "CatalogBulk: ProductVariant",
      "OrderLines: ProductVariant",
      "OrdersById: ProductVariant",
      "OrdersPage: ProductVariant",
      "SkuPage: ProductVariant",
      "VariantCount: QueryRoot.productVariantsCount",
      "VariantPage: ProductVariant",
      "VariantsById: ProductVariant",
    ],
  },
  {
    scope: "write_inventory",
    uses: ["ActivateInventory: Mutation.inventoryActivate", "SetQuantities: Mutation.inventorySetQuantities"],
  },
  { scope: "write_merchant_managed_fulfillment_orders", uses: ["CreateFulfillment: Mutation.fulfillmentCreate"] },
  { scope: "write_orders", uses: ["SetMarks: Mutation.metafieldsSet", "SetTag: Mutation.tagsRemove"] },
] as const;
