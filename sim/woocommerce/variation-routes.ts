/** `/products/{parent}/variations`: the only address that changes variations. */
import { created, done, listed, Refusal, Unsupported, type Api, type Reply, type Request } from "./api.ts";
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
import { variationJson } from "./product-json.ts";
import { touch } from "./stock.ts";

type Body = Readonly<Record<string, unknown>>;

const VARIATION_LIST_RULES = {
  ...LIST_RULES,
  orderby: { kind: "enum", values: ["date", "id", "include", "title", "slug", "modified"] },
  status: { kind: "enum", values: ["any", "future", "trash", "draft", "pending", "private", "publish"] },
  sku: { kind: "text" },
} as const satisfies Rules;

const INVALID_ID = "woocommerce_rest_product_variation_invalid_id";

export function listVariations(api: Api, request: Request, parentId: number): Reply {
  checkQuery(request, VARIATION_LIST_RULES);
  const parent = api.state.products.get(parentId);
  const ids = idsOf(request.query.get("include"));
  const status = request.query.get("status") ?? "any";
  const sku = request.query.get("sku")?.toLowerCase();
  const dated = dateFilter(request, api.site);
  const variations = (parent?.variationIds ?? []).flatMap((id) => api.state.products.get(id) ?? []);
  const fits = (product: Product): boolean =>
    (ids === null || ids.has(product.id)) &&
    (status === "any" || product.status === status) &&
    (sku === undefined || product.sku.toLowerCase() === sku) &&
    dated(product);
  const found = sorted(variations.filter(fits), request);
  const { page, perPage } = paging(request);
  const fields = fieldsOf(request);
  const items = found.slice((page - 1) * perPage, page * perPage).map((product) => variationJson(api, product, fields));
  return listed(api, request, items, found.length, page, perPage);
}

export function getVariation(api: Api, request: Request, parentId: number, id: number): Reply {
  checkQuery(request, { context: LIST_RULES.context, _fields: LIST_RULES._fields });
  return done(variationJson(api, variationOf(api, parentId, id), fieldsOf(request)));
}

export function createVariation(api: Api, request: Request, parentId: number): Reply {
  check(request.body ?? {}, PRODUCT_RULES, "POST /products/{id}/variations");
  const variation = create(api, parentId, request.body ?? {});
  // The real shop shows its route's pattern here.
  return created(api, `/products/(?P<product_id>[\\d]+)/variations/${variation.id}`, variationJson(api, variation));
}

export function updateVariation(api: Api, request: Request, parentId: number, id: number): Reply {
  const variation = variationOf(api, parentId, id);
  check(request.body ?? {}, PRODUCT_RULES, "PUT /products/{id}/variations/{id}");
  return done(variationJson(api, change(api, variation, request.body ?? {})));
}

export function deleteVariation(api: Api, request: Request, parentId: number, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  if (request.query.get("force") !== "true") throw new Unsupported("DELETE of a variation without force");
  return done(remove(api, variationOf(api, parentId, id)));
}

export function batchVariations(api: Api, request: Request, parentId: number): Reply {
  return batch(request, {
    create: (body) => variationJson(api, create(api, parentId, body)),
    update: (id, body) => variationJson(api, change(api, variationOf(api, parentId, id), body)),
    remove: (id) => remove(api, variationOf(api, parentId, id)),
  });
}

function create(api: Api, parentId: number, body: Body): Product {
  const parent = api.state.products.get(parentId);
  if (parent?.type !== "variable") throw new Unsupported("a variation of what is no variable product");
  const variation = newProduct(api.state, "variation", parentId);
  applyFields(api.state, variation, body);
  api.state.addProduct(variation);
  parent.variationIds.push(variation.id);
  api.webhooks.emit("product.created", variation.id);
  return variation;
}

function change(api: Api, variation: Product, body: Body): Product {
  applyFields(api.state, variation, body);
  touch(api.state, variation, api.webhooks.emit);
  return variation;
}

export function remove(api: Api, variation: Product): unknown {
  const before = variationJson(api, variation);
  api.state.removeProduct(variation);
  const parent = api.state.products.get(variation.parentId);
  if (parent !== undefined) parent.variationIds = parent.variationIds.filter((id) => id !== variation.id);
  return before;
}

function variationOf(api: Api, parentId: number, id: number): Product {
  const variation = api.state.products.get(id);
  if (variation?.type !== "variation" || variation.parentId !== parentId)
    throw new Refusal(404, INVALID_ID, "Invalid ID.");
  return variation;
}
