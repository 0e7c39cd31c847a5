/** Products and variations as the API tells them, whole or only the fields that were asked for. */
import { gmt, links, local, type Site } from "./links.ts";
import type { Product } from "./model.ts";
import { priceOf, variationName } from "./order-flow.ts";
import type { ShopState } from "./state.ts";
import { countingProduct, stockStatus } from "./stock.ts";

/** Null: all of them. */
export type Fields = ReadonlySet<string> | null;

interface Context {
  readonly state: ShopState;
  readonly site: Site;
}

type Field = (product: Product, context: Context) => unknown;

const EMPTY: readonly unknown[] = [];

/** Fields that products and variations share, each computed only when it is wanted. */
const SHARED: Readonly<Record<string, Field>> = {
  id: ({ id }) => id,
  date_created: ({ createdMs }, { site }) => local(site, createdMs),
  date_created_gmt: ({ createdMs }) => gmt(createdMs),
  date_modified: ({ modifiedMs }, { site }) => local(site, modifiedMs),
  date_modified_gmt: ({ modifiedMs }) => gmt(modifiedMs),
  type: ({ type }) => type,
  status: ({ status }) => status,
  description: ({ description }) => description,
  sku: ({ sku }) => sku,
  price: (product, { state }) => shownPrice(product, state),
  regular_price: ({ regularPrice }) => regularPrice,
  sale_price: ({ salePrice }) => salePrice,
  date_on_sale_from: () => null,
  date_on_sale_from_gmt: () => null,
  date_on_sale_to: () => null,
  date_on_sale_to_gmt: () => null,
  on_sale: ({ salePrice }) => salePrice !== "",
  purchasable: (product, { state }) => shownPrice(product, state) !== "",
  virtual: ({ virtual }) => virtual,
  downloadable: () => false,
  downloads: () => EMPTY,
  download_limit: () => -1,
  download_expiry: () => -1,
  tax_status: ({ taxStatus }) => taxStatus,
  tax_class: ({ taxClass }) => taxClass,
  manage_stock: (product, { state }) => manageStock(product, state),
  stock_quantity: (product, { state }) => countingProduct(state, product)?.stock ?? null,
  backorders: (product, { state }) => (countingProduct(state, product) ?? product).backorders,
  backorders_allowed: (product, { state }) => (countingProduct(state, product) ?? product).backorders !== "no",
  backordered: (product, { state }) => stockStatus(countingProduct(state, product)) === "onbackorder",
  low_stock_amount: () => null,
  weight: () => "",
  dimensions: () => ({ length: "", width: "", height: "" }),
  shipping_class: () => "",
  shipping_class_id: () => 0,
  menu_order: () => 0,
  meta_data: ({ meta }) => meta,
  stock_status: (product, { state }) => stockStatus(countingProduct(state, product)),
  global_unique_id: () => "",
  parent_id: ({ parentId }) => parentId,
};

const ON_PRODUCTS: Readonly<Record<string, Field>> = {
  ...SHARED,
  name: (product, { state }) => fullName(product, state),
  slug: ({ slug }) => slug,
  permalink: ({ slug }, { site }) => `${site.url}/product/${slug}/`,
  featured: () => false,
  catalog_visibility: () => "visible",
  short_description: () => "",
  // The shop tells a variation's sales as text.
  total_sales: ({ type, totalSales }) => (type === "variation" ? String(totalSales) : totalSales),
  external_url: () => "",
  button_text: () => "",
  sold_individually: () => false,
  shipping_required: ({ virtual }) => !virtual,
  shipping_taxable: ({ virtual }) => !virtual,
  reviews_allowed: ({ type }) => type !== "variation",
  average_rating: () => "0.00",
  rating_count: () => 0,
  upsell_ids: () => EMPTY,
  cross_sell_ids: () => EMPTY,
  purchase_note: () => "",
  categories: ({ type }) => (type === "variation" ? EMPTY : [{ id: 15, name: "Uncategorized", slug: "uncategorized" }]),
  brands: () => EMPTY,
  tags: () => EMPTY,
  images: () => EMPTY,
  attributes: (product) => (product.type === "variation" ? choices(product) : parentAttributes(product)),
  default_attributes: () => EMPTY,
  variations: ({ variationIds }) => variationIds,
  grouped_products: () => EMPTY,
  price_html: () => "",
  related_ids: () => EMPTY,
  has_options: ({ type }) => type === "variable",
  post_password: () => "",
  _links: ({ id }, { site }) => links(site, `/products/${id}`, "/products"),
};

const ON_VARIATIONS: Readonly<Record<string, Field>> = {
  ...SHARED,
  name: ({ choices: chosen }) => chosen.map(({ option }) => option).join(", "),
  permalink: ({ parentId }, { site, state }) => `${site.url}/product/${state.products.get(parentId)?.slug ?? ""}/`,
  image: () => null,
  gallery_image_ids: () => EMPTY,
  attributes: choices,
  _links: ({ id, parentId }, { site }) =>
    links(site, `/products/${parentId}/variations/${id}`, `/products/${parentId}/variations`),
};

export function productJson(context: Context, product: Product, fields: Fields = null): Record<string, unknown> {
  return render(ON_PRODUCTS, context, product, fields);
}

export function variationJson(context: Context, product: Product, fields: Fields = null): Record<string, unknown> {
  return render(ON_VARIATIONS, context, product, fields);
}

function render(
  table: Readonly<Record<string, Field>>,
  context: Context,
  product: Product,
  fields: Fields,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const name of fields ?? Object.keys(table)) {
    const field = table[name];
    if (field !== undefined) json[name] = field(product, context);
  }
  return json;
}

function fullName(product: Product, { products }: ShopState): string {
  const parent = product.type === "variation" ? products.get(product.parentId) : undefined;
  return parent === undefined ? product.name : variationName(parent, product);
}

/** A variable product shows its cheapest variation's price. */
function shownPrice(product: Product, { products }: ShopState): string {
  if (product.type !== "variable") return priceOf(product);
  const prices = product.variationIds
    .map((id) => products.get(id))
    .flatMap((variation) => (variation === undefined || priceOf(variation) === "" ? [] : [priceOf(variation)]));
  return prices.toSorted((a, b) => Number(a) - Number(b))[0] ?? "";
}

function manageStock(product: Product, state: ShopState): boolean | "parent" {
  if (product.manageStock) return true;
  return countingProduct(state, product) === null ? false : "parent";
}

function choices({ choices: chosen }: Product): unknown {
  return chosen.map(({ name, option }) => ({ id: 0, name, slug: name.toLowerCase(), option }));
}

function parentAttributes({ attributes }: Product): unknown {
  return attributes.map(({ name, options }) => ({
    id: 0,
    name,
    slug: name,
    position: 0,
    visible: true,
    variation: true,
    options,
  }));
}
