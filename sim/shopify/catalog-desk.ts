/** What people do to products, stock and locations in the admin. Ids are the numbers of the API's ids, as text. */
import { parseMoney } from "../../src/core/money.ts";
import { gid, instant } from "./ids.ts";
import type { Level, Location, Product, Variant } from "./model.ts";
import { activate, deactivate, itemBody, move, type Shop } from "./stock.ts";

export interface VariantDraft {
  /** Default `Default Title`: the product has one variant and no options. */
  readonly title?: string;
  readonly sku?: string;
  readonly barcode?: string;
  /** In the shop's currency; default "10.00". */
  readonly price?: string;
  /** Available units by location id; locations that are not named do not stock it. */
  readonly stock?: Readonly<Record<string, number>>;
  /** Default true. */
  readonly tracked?: boolean;
  /** Default false: it may not be sold beyond its stock. */
  readonly oversell?: boolean;
  readonly taxable?: boolean;
  readonly requiresShipping?: boolean;
}

export interface ProductDraft {
  readonly title: string;
  /** Default: one, without a SKU. */
  readonly variants?: readonly VariantDraft[];
  readonly status?: Product["status"];
  readonly vendor?: string;
}

export interface CreatedProduct {
  readonly id: string;
  readonly variantIds: readonly string[];
  readonly itemIds: readonly string[];
}

export interface CatalogDesk {
  createProduct(draft: ProductDraft): CreatedProduct;
  addVariant(productId: string, draft: VariantDraft): string;
  /** A person sets what is available there; stocks the item where it is not. */
  setAvailable(variantId: string, locationId: string, available: number): void;
  availableOf(variantId: string, locationId: string): number | null;
  committedOf(variantId: string, locationId: string): number | null;
  setSku(variantId: string, sku: string): void;
  setTracked(variantId: string, tracked: boolean): void;
  setOversell(variantId: string, oversell: boolean): void;
  renameProduct(productId: string, title: string): void;
  setProductStatus(productId: string, status: Product["status"]): void;
  deleteVariant(variantId: string): void;
  deleteProduct(productId: string): void;
  createLocation(name: string, options?: { readonly fulfillsOnline?: boolean; readonly country?: string }): string;
  renameLocation(locationId: string, name: string): void;
  /** Its levels end with it. */
  deactivateLocation(locationId: string): void;
  /** The item is not stocked there any more. */
  stopStocking(variantId: string, locationId: string): void;
}

export function createCatalogDesk(shop: Shop): CatalogDesk {
  const { state } = shop;
  const variantOf = (id: string) => found(state.variants.get(Number(id)), `variant ${id}`);
  const productOf = (id: string) => found(state.products.get(Number(id)), `product ${id}`);
  const locationOf = (id: string) => found(state.locations.get(Number(id)), `location ${id}`);
  const levelOf = (variantId: string, locationId: string): Level | undefined =>
    variantOf(variantId).item.levels.get(Number(locationId));
  return {
    createProduct: (draft) => createProduct(shop, draft),
    addVariant: (productId, draft) => {
      const product = productOf(productId);
      const variant = addVariant(shop, product, draft);
      productChanged(shop, product);
      return String(variant.id);
    },
    setAvailable: (variantId, locationId, available) => {
      const level = activate(shop, variantOf(variantId).item, locationOf(locationId));
      move(shop, level, { available: available - level.available });
    },
    availableOf: (variantId, locationId) => active(levelOf(variantId, locationId))?.available ?? null,
    committedOf: (variantId, locationId) => active(levelOf(variantId, locationId))?.committed ?? null,
    setSku: (variantId, sku) => changeVariant(shop, variantOf(variantId), (variant) => (variant.sku = sku)),
    setTracked: (variantId, tracked) =>
      changeVariant(shop, variantOf(variantId), (variant) => (variant.item.tracked = tracked)),
    setOversell: (variantId, oversell) =>
      changeVariant(shop, variantOf(variantId), (variant) => (variant.policy = oversell ? "CONTINUE" : "DENY")),
    renameProduct: (productId, title) => {
      productOf(productId).title = title;
      productChanged(shop, productOf(productId));
    },
    setProductStatus: (productId, status) => {
      productOf(productId).status = status;
      productChanged(shop, productOf(productId));
    },
    deleteVariant: (variantId) => deleteVariant(shop, variantOf(variantId)),
    deleteProduct: (productId) => deleteProduct(shop, productOf(productId)),
    createLocation: (name, options = {}) => String(createLocation(shop, name, options).id),
    renameLocation: (locationId, name) => {
      const location = locationOf(locationId);
      location.name = name;
      location.updatedMs = state.nowMs();
      locationEvent(shop, "locations/update", location);
    },
    deactivateLocation: (locationId) => deactivateLocation(shop, locationOf(locationId)),
    stopStocking: (variantId, locationId) =>
      deactivate(shop, found(levelOf(variantId, locationId), `level at ${locationId}`)),
  };
}

function active(level: Level | undefined): Level | undefined {
  return level?.active === true ? level : undefined;
}

export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the simulated Shopify has no ${what}`);
  return value;
}

function createProduct(
  shop: Shop,
  { title, variants = [{}], status = "ACTIVE", vendor = "" }: ProductDraft,
): CreatedProduct {
  const { state, emit } = shop;
  const nowMs = state.nowMs();
  const product: Product = {
    type: "Product",
    id: state.nextId("Product"),
    title,
    status,
    vendor: vendor === "" ? state.settings.name : vendor,
    tags: [],
    variants: [],
    createdMs: nowMs,
    updatedMs: nowMs,
    metafields: [],
  };
  state.products.set(product.id, product);
  const made = variants.map((draft) => addVariant(shop, product, draft));
  emit({ topic: "products/create", body: productBody(product) });
  return {
    id: String(product.id),
    variantIds: made.map(({ id }) => String(id)),
    itemIds: made.map(({ item }) => String(item.id)),
  };
}

function addVariant(shop: Shop, product: Product, draft: VariantDraft): Variant {
  const { state } = shop;
  const nowMs = state.nowMs();
  const price = parseMoney(draft.price ?? "10.00", state.settings.currency);
  if (!price.ok) throw new Error(`a price ${price.why}`);
  const variant: Variant = {
    type: "ProductVariant",
    id: state.nextId("ProductVariant"),
    product,
    item: {
      type: "InventoryItem",
      id: state.nextId("InventoryItem"),
      tracked: draft.tracked ?? true,
      requiresShipping: draft.requiresShipping ?? true,
      levels: new Map(),
      variant: null,
      createdMs: nowMs,
      updatedMs: nowMs,
    },
    title: draft.title ?? "Default Title",
    sku: draft.sku ?? "",
    barcode: draft.barcode ?? "",
    price: price.value,
    policy: draft.oversell === true ? "CONTINUE" : "DENY",
    taxable: draft.taxable ?? true,
    createdMs: nowMs,
    updatedMs: nowMs,
    metafields: [],
  };
  variant.item.variant = variant;
  product.variants.push(variant);
  state.variants.set(variant.id, variant);
  state.items.set(variant.item.id, variant.item);
  shop.emit({ topic: "inventory_items/create", body: itemBody(variant.item) });
  for (const [locationId, available] of Object.entries(draft.stock ?? {})) {
    const location = found(state.locations.get(Number(locationId)), `location ${locationId}`);
    move(shop, activate(shop, variant.item, location), { available });
  }
  return variant;
}

function changeVariant(shop: Shop, variant: Variant, change: (variant: Variant) => void): void {
  change(variant);
  const nowMs = shop.state.nowMs();
  variant.updatedMs = nowMs;
  variant.item.updatedMs = nowMs;
  shop.emit({ topic: "inventory_items/update", body: itemBody(variant.item) });
  productChanged(shop, variant.product);
}

export function productChanged({ state, emit }: Shop, product: Product): void {
  product.updatedMs = state.nowMs();
  emit({ topic: "products/update", body: productBody(product) });
}

function forget({ state, emit }: Shop, variant: Variant): void {
  state.variants.delete(variant.id);
  state.items.delete(variant.item.id);
  for (const level of variant.item.levels.values()) state.levels.delete(level.id);
  emit({ topic: "inventory_items/delete", body: { id: variant.item.id } });
}

function deleteVariant(shop: Shop, variant: Variant): void {
  const { product } = variant;
  forget(shop, variant);
  product.variants.splice(product.variants.indexOf(variant), 1);
  if (product.variants.length === 0) deleteProduct(shop, product);
  else productChanged(shop, product);
}

function deleteProduct(shop: Shop, product: Product): void {
  for (const variant of product.variants.splice(0)) forget(shop, variant);
  shop.state.products.delete(product.id);
  shop.emit({ topic: "products/delete", body: { id: product.id } });
}

function createLocation(
  shop: Shop,
  name: string,
  options: { readonly fulfillsOnline?: boolean; readonly country?: string },
): Location {
  const { state } = shop;
  const nowMs = state.nowMs();
  const location: Location = {
    type: "Location",
    id: state.nextId("Location"),
    name,
    active: true,
    fulfillsOnline: options.fulfillsOnline ?? true,
    country: options.country ?? state.settings.country,
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  state.locations.set(location.id, location);
  locationEvent(shop, "locations/create", location);
  return location;
}

function deactivateLocation(shop: Shop, location: Location): void {
  location.active = false;
  location.updatedMs = shop.state.nowMs();
  for (const level of shop.state.levels.values())
    if (level.location === location && level.active) deactivate(shop, level);
  locationEvent(shop, "locations/deactivate", location);
}

function locationEvent({ emit }: Shop, topic: string, { id, name, active, country }: Location): void {
  emit({ topic, body: { id, name, active, country_code: country, admin_graphql_api_id: gid("Location", id) } });
}

function productBody({
  id,
  title,
  status,
  vendor,
  variants,
  createdMs,
  updatedMs,
}: Product): Readonly<Record<string, unknown>> {
  return {
    id,
    title,
    vendor,
    status: status.toLowerCase(),
    created_at: instant(createdMs),
    updated_at: instant(updatedMs),
    admin_graphql_api_id: gid("Product", id),
    variants: variants.map((variant) => ({
      id: variant.id,
      product_id: id,
      title: variant.title,
      sku: variant.sku,
      barcode: variant.barcode,
      inventory_item_id: variant.item.id,
      updated_at: instant(variant.updatedMs),
      admin_graphql_api_id: gid("ProductVariant", variant.id),
    })),
  };
}
