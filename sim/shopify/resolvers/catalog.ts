/** Products and their variants. */
import { byId, connection, PAGE_ARGS } from "../connections.ts";
import { numberOf } from "../ids.ts";
import { formatMoney } from "../../../src/core/money.ts";
import type { Product, Variant } from "../model.ts";
import { idFilter, search, textFilter, timeFilter, type Filters } from "../search.ts";
import { Unsupported, plain, type, withArgs, type Args, type Context, type Tables } from "../table.ts";
import { datedFields, legacyFields, metafieldFields, orNull, sortKeyOf, textOf } from "./values.ts";

const VARIANT_FILTERS: Filters<Variant> = {
  id: idFilter(({ id }) => id),
  product_id: idFilter(({ product }) => product.id),
  sku: textFilter(({ sku }) => sku),
  barcode: textFilter(({ barcode }) => barcode),
  title: textFilter(({ title }) => title),
  product_status: textFilter(({ product }) => product.status),
  updated_at: timeFilter(({ updatedMs }) => updatedMs),
};

const PRODUCT_FILTERS: Filters<Product> = {
  id: idFilter(({ id }) => id),
  title: textFilter(({ title }) => title),
  status: textFilter(({ status }) => status),
  vendor: textFilter(({ vendor }) => vendor),
  sku: (product, operator, value) =>
    product.variants.some((variant) => textFilter<Variant>(({ sku }) => sku)(variant, operator, value)),
  updated_at: timeFilter(({ updatedMs }) => updatedMs),
  created_at: timeFilter(({ createdMs }) => createdMs),
};

export function sellable({ item }: Variant): number {
  let sum = 0;
  for (const { active, available, location } of item.levels.values()) if (active && location.active) sum += available;
  return sum;
}

function isDefault({ variants }: Product): boolean {
  return variants.length === 1 && variants[0]?.title === "Default Title";
}

function countOf(count: number, args: Args) {
  const limit = typeof args["limit"] === "number" ? args["limit"] : Number.POSITIVE_INFINITY;
  return count > limit ? { count: limit, precision: "AT_LEAST" } : { count, precision: "EXACT" };
}

/** Both filters and order of the list of variants. */
function variantList(args: Args, context: Context) {
  const found = [...context.state.variants.values()].filter(search(args["query"], VARIANT_FILTERS, "productVariants"));
  const sortKey = sortKeyOf(args, "ID");
  if (sortKey !== "ID" && sortKey !== "SKU") throw new Unsupported(`productVariants(sortKey: ${sortKey})`);
  return connection(
    found,
    { id: ({ id }) => id, value: sortKey === "ID" ? ({ id }) => id : ({ sku }) => sku },
    args,
    context,
  );
}

function productList(args: Args, context: Context) {
  const found = [...context.state.products.values()].filter(search(args["query"], PRODUCT_FILTERS, "products"));
  const sortKey = sortKeyOf(args, "ID");
  if (sortKey !== "ID" && sortKey !== "UPDATED_AT") throw new Unsupported(`products(sortKey: ${sortKey})`);
  return connection(
    found,
    { id: ({ id }) => id, value: sortKey === "ID" ? ({ id }) => id : ({ updatedMs }) => updatedMs },
    args,
    context,
  );
}

const SEARCH_ARGS = [...PAGE_ARGS, "query", "sortKey"];

export const CATALOG_ROOTS = {
  productVariants: withArgs<undefined>(SEARCH_ARGS, (_, args, context) => variantList(args, context)),
  productVariant: withArgs<undefined>(
    ["id"],
    (_, args, { state }) => state.variants.get(numberOf("ProductVariant", textOf(args, "id")) ?? 0) ?? null,
  ),
  productVariantsCount: withArgs<undefined>(["limit", "query"], (_, args, { state }) =>
    countOf(
      [...state.variants.values()].filter(search(args["query"], VARIANT_FILTERS, "productVariantsCount")).length,
      args,
    ),
  ),
  products: withArgs<undefined>(SEARCH_ARGS, (_, args, context) => productList(args, context)),
  product: withArgs<undefined>(
    ["id"],
    (_, args, { state }) => state.products.get(numberOf("Product", textOf(args, "id")) ?? 0) ?? null,
  ),
  productsCount: withArgs<undefined>(["limit", "query"], (_, args, { state }) =>
    countOf([...state.products.values()].filter(search(args["query"], PRODUCT_FILTERS, "productsCount")).length, args),
  ),
};

export const CATALOG_TABLES: Tables = {
  SelectedOption: plain("name", "value"),
  Product: type<Product>({
    ...legacyFields,
    ...datedFields,
    ...metafieldFields,
    title: ({ title }) => title,
    handle: ({ title, id }) => `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${id}`,
    status: ({ status }) => status,
    vendor: ({ vendor }) => vendor,
    productType: () => "",
    tags: ({ tags }) => tags,
    hasOnlyDefaultVariant: isDefault,
    totalInventory: ({ variants }) => variants.reduce((sum, variant) => sum + sellable(variant), 0),
    tracksInventory: ({ variants }) => variants.some(({ item }) => item.tracked),
    variantsCount: ({ variants }) => ({ count: variants.length, precision: "EXACT" }),
    variants: withArgs<Product>(PAGE_ARGS, ({ variants }, args, context) => byId(variants, args, context)),
  }),
  ProductVariant: type<Variant>({
    ...legacyFields,
    ...datedFields,
    ...metafieldFields,
    title: ({ title }) => title,
    displayName: ({ title, product }) => `${product.title} - ${title}`,
    sku: ({ sku }) => orNull(sku),
    barcode: ({ barcode }) => orNull(barcode),
    price: ({ price }, _, { state }) => formatMoney(price, state.settings.currency),
    position: (variant) => variant.product.variants.indexOf(variant) + 1,
    taxable: ({ taxable }) => taxable,
    inventoryPolicy: ({ policy }) => policy,
    inventoryQuantity: (variant) => (variant.item.tracked ? sellable(variant) : null),
    availableForSale: (variant) => !variant.item.tracked || variant.policy === "CONTINUE" || sellable(variant) > 0,
    inventoryItem: ({ item }) => item,
    product: ({ product }) => product,
    selectedOptions: ({ title }) => [{ name: title === "Default Title" ? "Title" : "Size", value: title }],
  }),
};
