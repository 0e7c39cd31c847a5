/** `/products`: lists, single products, their creation and change, and batches. */
import { created, done, listed, Refusal, type Api, type Reply, type Request } from "./api.ts";
import { batch } from "./batches.ts";
import type { Product } from "./model.ts";
import {
  check,
  checkQuery,
  dateFilter,
  fieldsOf,
  idsOf,
  LIST_RULES,
  paging,
  sorted,
  type Rules,
} from "./parameters.ts";
import { applyFields, newProduct, PRODUCT_RULES } from "./product-edits.ts";
import { productJson } from "./product-json.ts";
import type { ShopState } from "./state.ts";
import { touch } from "./stock.ts";

type Body = Readonly<Record<string, unknown>>;

const STATUSES = ["any", "future", "trash", "draft", "pending", "private", "publish"] as const;

const PRODUCT_LIST_RULES = {
  ...LIST_RULES,
  orderby: { kind: "enum", values: ["date", "id", "include", "title", "slug", "modified"] },
  status: { kind: "enum", values: STATUSES },
  type: { kind: "enum", values: ["simple", "grouped", "external", "variable"] },
  sku: { kind: "text" },
} as const satisfies Rules;

const INVALID_ID = "woocommerce_rest_product_invalid_id";
const VARIATION_HERE =
  "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.";

export function listProducts(api: Api, request: Request): Reply {
  checkQuery(request, PRODUCT_LIST_RULES);
  const { page, perPage } = paging(request);
  const found = findProducts(api, request);
  const items = found.slice((page - 1) * perPage, page * perPage);
  const fields = fieldsOf(request);
  return listed(
    api,
    request,
    items.map((product) => productJson(api, product, fields)),
    found.length,
    page,
    perPage,
  );
}

function findProducts(api: Api, request: Request): readonly Product[] {
  const { query } = request;
  const isWhole = ["sku", "include", "type", "search", "after", "before", "modified_after", "modified_before"].every(
    (name) => !query.has(name),
  );
  const isByIdUp = query.get("orderby") === "id" && query.get("order") === "asc";
  if (isWhole && isByIdUp && (query.get("status") ?? "any") === "any") return catalog(api.state);
  const status = query.get("status") ?? "any";
  const type = query.get("type");
  const search = query.get("search")?.toLowerCase();
  const dated = dateFilter(request, api.site);
  const fits = (product: Product): boolean =>
    (status === "any" ? product.status !== "trash" : product.status === status) &&
    (type === undefined || product.type === type) &&
    (search === undefined || product.name.toLowerCase().includes(search)) &&
    dated(product);
  return sorted(candidates(api.state, query).filter(fits), request);
}

/** Variations are found by SKU only; an empty SKU is no condition. */
function candidates(state: ShopState, query: ReadonlyMap<string, string>): readonly Product[] {
  const ids = idsOf(query.get("include"));
  const sku = query.get("sku") ?? "";
  if (sku !== "") {
    // A list, and the text as a whole as well.
    const found = new Set([...sku.split(","), sku].flatMap((text) => state.bySku(text.trim())));
    return ids === null ? [...found] : [...found].filter(({ id }) => ids.has(id));
  }
  const all = ids === null ? [...state.products.values()] : [...ids].flatMap((id) => state.products.get(id) ?? []);
  return all.filter(({ type }) => type !== "variation");
}

const catalogs = new WeakMap<ShopState, { readonly version: number; readonly products: readonly Product[] }>();

/** Everything that a plain listing by id shows, kept until a product comes or goes: paging through 100,000 stays cheap. */
function catalog(state: ShopState): readonly Product[] {
  const kept = catalogs.get(state);
  if (kept?.version === state.catalogVersion) return kept.products;
  // Ids are given out in order, and the map keeps that order.
  const products = [...state.products.values()].filter(
    ({ type, status }) => type !== "variation" && status !== "trash",
  );
  catalogs.set(state, { version: state.catalogVersion, products });
  return products;
}

export function getProduct(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { context: LIST_RULES.context, _fields: LIST_RULES._fields });
  const product = api.state.products.get(id);
  if (product === undefined) throw new Refusal(404, INVALID_ID, "Invalid ID.");
  return done(productJson(api, product, fieldsOf(request)));
}

export function createProduct(api: Api, request: Request): Reply {
  check(request.body ?? {}, PRODUCT_RULES, "POST /products");
  const product = create(api, request.body ?? {});
  return created(api, `/products/${product.id}`, productJson(api, product));
}

export function updateProduct(api: Api, request: Request, id: number): Reply {
  const product = changeable(api.state, id, 400);
  check(request.body ?? {}, PRODUCT_RULES, "PUT /products/{id}");
  return done(productJson(api, change(api, product, request.body ?? {})));
}

export function deleteProduct(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  const product = changeable(api.state, id, 404);
  return done(remove(api, product, request.query.get("force") === "true"));
}

export function batchProducts(api: Api, request: Request): Reply {
  return batch(request, {
    create: (body) => productJson(api, create(api, body)),
    update: (id, body) => productJson(api, change(api, changeable(api.state, id, 400), body)),
    remove: (id) => remove(api, changeable(api.state, id, 404), true),
  });
}

function create(api: Api, body: Body): Product {
  const product = newProduct(api.state, "simple", 0);
  applyFields(api.state, product, body);
  api.state.addProduct(product);
  api.webhooks.emit("product.created", product.id);
  return product;
}

function change(api: Api, product: Product, body: Body): Product {
  applyFields(api.state, product, body);
  touch(api.state, product, api.webhooks.emit);
  return product;
}

function changeable({ products }: ShopState, id: number, status: number): Product {
  const product = products.get(id);
  if (product === undefined) throw new Refusal(status, INVALID_ID, "Invalid ID.");
  if (product.type === "variation") throw new Refusal(404, "woocommerce_rest_invalid_product_id", VARIATION_HERE);
  return product;
}

/** The trash is told to the webhooks; what leaves for good is not. */
export function remove(api: Api, product: Product, force: boolean): unknown {
  const before = productJson(api, product);
  if (force) {
    for (const id of product.variationIds) {
      const variation = api.state.products.get(id);
      if (variation !== undefined) api.state.removeProduct(variation);
    }
    api.state.removeProduct(product);
    return before;
  }
  if (product.status === "trash")
    throw new Refusal(410, "woocommerce_rest_already_trashed", "The product has already been deleted.");
  product.status = "trash";
  product.modifiedMs = api.state.nowMs();
  api.state.catalogVersion += 1;
  api.webhooks.emit("product.deleted", product.id);
  return before;
}
