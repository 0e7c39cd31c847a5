/**
 * What a request makes of a product. A single request has been validated before; a batch is not, so every value is
 * bent here the way the shop bends it: a text that is no number becomes 0 stock, a price keeps its digits.
 */
import { Refusal } from "./api.ts";
import type { Attribute, Backorders, Meta, Product, ProductType } from "./model.ts";
import type { Rules } from "./parameters.ts";
import type { ShopState } from "./state.ts";

type Body = Readonly<Record<string, unknown>>;

const BACKORDERS = ["no", "notify", "yes"] as const;

/** In the order of the route's own list: refusals name parameters in it. */
export const PRODUCT_RULES = {
  id: { kind: "integer" },
  name: { kind: "text" },
  type: { kind: "enum", values: ["simple", "grouped", "external", "variable"] },
  status: { kind: "enum", values: ["draft", "pending", "private", "publish", "future", "auto-draft", "trash"] },
  description: { kind: "text" },
  sku: { kind: "text" },
  regular_price: { kind: "text" },
  sale_price: { kind: "text" },
  virtual: { kind: "boolean" },
  tax_status: { kind: "enum", values: ["taxable", "shipping", "none"] },
  tax_class: { kind: "text" },
  manage_stock: { kind: "boolean" },
  stock_quantity: { kind: "integer" },
  backorders: { kind: "enum", values: BACKORDERS },
  weight: { kind: "text" },
  categories: { kind: "array" },
  attributes: { kind: "array" },
  meta_data: { kind: "array" },
} as const satisfies Rules;

export function newProduct(state: ShopState, type: ProductType, parentId: number): Product {
  const nowMs = state.nowMs();
  return {
    id: state.nextId("post"),
    type,
    parentId,
    name: "",
    slug: "",
    sku: "",
    status: "publish",
    regularPrice: "",
    salePrice: "",
    taxClass: "",
    taxStatus: "taxable",
    manageStock: false,
    stock: null,
    backorders: "no",
    virtual: false,
    description: "",
    attributes: [],
    choices: [],
    variationIds: [],
    totalSales: 0,
    meta: [],
    createdMs: nowMs,
    modifiedMs: nowMs,
  };
}

/** Throws what the shop refuses; until then nothing has been changed. */
export function applyFields(state: ShopState, product: Product, body: Body): void {
  const sku = textOf(body["sku"])?.trim() ?? null;
  const listedAs = `${product.status} ${product.type}`;
  if (sku !== null) refuseTakenSku(state, product, sku);
  if (typeof body["name"] === "string") {
    product.name = body["name"];
    if (product.slug === "") product.slug = slugOf(product.name);
  }
  if (typeof body["type"] === "string" && product.type !== "variation") product.type = body["type"] as ProductType;
  if (typeof body["status"] === "string") product.status = body["status"];
  if (typeof body["description"] === "string") product.description = body["description"];
  if (typeof body["tax_status"] === "string") product.taxStatus = body["tax_status"];
  if (typeof body["tax_class"] === "string") product.taxClass = classOf(body["tax_class"]);
  if (body["virtual"] !== undefined) product.virtual = isTrue(body["virtual"]);
  if (BACKORDERS.some((known) => known === body["backorders"])) product.backorders = body["backorders"] as Backorders;
  applyPrices(product, body);
  applyStock(product, body);
  if (Array.isArray(body["attributes"])) applyAttributes(product, body["attributes"]);
  if (Array.isArray(body["meta_data"])) product.meta = mergeMeta(state, product.meta, body["meta_data"]);
  if (sku !== null) state.setSku(product, sku);
  if (listedAs !== `${product.status} ${product.type}`) state.catalogVersion += 1;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** A variable product has no price of its own: one that is sent is dropped without a word. */
function applyPrices(product: Product, body: Body): void {
  if (product.type === "variable") return;
  if (body["regular_price"] !== undefined) product.regularPrice = priceText(body["regular_price"]);
  if (body["sale_price"] !== undefined) product.salePrice = priceText(body["sale_price"]);
}

function applyStock(product: Product, body: Body): void {
  if (body["manage_stock"] !== undefined) product.manageStock = isTrue(body["manage_stock"]);
  if (!product.manageStock) {
    product.stock = null;
    return;
  }
  if (body["stock_quantity"] !== undefined) product.stock = wholeStock(body["stock_quantity"]);
}

function applyAttributes(product: Product, given: readonly unknown[]): void {
  const entries = given.filter(
    (entry): entry is Record<string, unknown> => typeof entry === "object" && entry !== null,
  );
  if (product.type === "variation") {
    product.choices = entries.map(({ name, option }) => ({ name: String(name), option: String(option) }));
    return;
  }
  product.attributes = entries.map(({ name, options }): Attribute => ({
    name: String(name),
    options: Array.isArray(options) ? options.map(String) : [],
  }));
}

export function mergeMeta(state: ShopState, before: readonly Meta[], given: readonly unknown[]): Meta[] {
  const merged = [...before];
  for (const entry of given) {
    if (typeof entry !== "object" || entry === null) continue;
    const { id, key, value } = entry as Record<string, unknown>;
    const at = merged.findIndex((meta) => (id === undefined ? meta.key === key : meta.id === id));
    if (at !== -1 && value === null) merged.splice(at, 1);
    else if (at !== -1 && merged[at] !== undefined) merged[at] = { ...merged[at], value };
    else if (value !== null && typeof key === "string") merged.push(state.meta(key, value));
  }
  return merged;
}

function refuseTakenSku(state: ShopState, product: Product, sku: string): void {
  const other =
    sku === "" ? undefined : state.bySku(sku).find(({ id, status }) => id !== product.id && status !== "trash");
  if (other === undefined) return;
  const data = { resource_id: other.id, unique_sku: freeSku(state, sku) };
  throw new Refusal(400, "product_invalid_sku", "Invalid or duplicated SKU.", data);
}

const SUFFIXES_MAX = 1_000;

function freeSku(state: ShopState, sku: string): string {
  for (let suffix = 1; suffix <= SUFFIXES_MAX; suffix += 1)
    if (state.bySku(`${sku}-${suffix}`).length === 0) return `${sku}-${suffix}`;
  return sku;
}

export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** The standard class goes by two names. */
function classOf(taxClass: string): string {
  return taxClass === "standard" || taxClass === "parent" ? "" : taxClass;
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true" || value === "yes";
}

/** `13,5x` becomes `135`: the comma parts thousands, and what is no digit goes. */
function priceText(value: unknown): string {
  return String(value).replaceAll(/[^0-9.-]/g, "");
}

function wholeStock(value: unknown): number {
  const number = Number.parseInt(String(value), 10);
  return Number.isNaN(number) ? 0 : number;
}
