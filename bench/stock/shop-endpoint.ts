/** The products of a WooCommerce shop that answers at once: pages, lists by SKU or id, and batch writes; it counts its calls. */
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { serve, type RunningServer } from "../../sim/http-server.ts";
import type { Catalog } from "./catalog.ts";

export interface ShopCalls {
  /** `GET /products?page=`, by page. */
  pages: number;
  /** Other reads. */
  reads: number;
  /** Batch writes, and the items in them. */
  writes: number;
  items: number;
}

export interface ShopEndpoint extends RunningServer {
  readonly calls: ShopCalls;
}

/** `onWrite` is told each quantity as it arrives. */
export async function serveShop(
  catalog: Catalog,
  onWrite: (index: number, quantity: number) => void = () => {},
): Promise<ShopEndpoint> {
  const calls: ShopCalls = { pages: 0, reads: 0, writes: 0, items: 0 };
  const server = await serve(async (request) => answer(catalog, request, calls, onWrite));
  return { ...server, calls };
}

function answer(
  catalog: Catalog,
  request: HttpRequest,
  calls: ShopCalls,
  onWrite: (index: number, quantity: number) => void,
): HttpResponse {
  const url = new URL(request.url);
  const path = url.pathname.replace("/wp-json/wc/v3", "");
  if (request.method === "POST" && path === "/products/batch") {
    const { update } = JSON.parse(request.body ?? "") as { update: { id: number; stock_quantity: number }[] };
    calls.writes += 1;
    calls.items += update.length;
    return json({ update: update.map((item) => write(catalog, item, onWrite)) });
  }
  if (request.method !== "GET" || path !== "/products")
    return { ...json({ code: "rest_no_route", message: "No route" }), status: 404 };
  const { searchParams } = url;
  const sku = searchParams.get("sku");
  const include = searchParams.get("include");
  if (sku === null && include === null) {
    calls.pages += 1;
    return pageOf(catalog, Number(searchParams.get("page")), Number(searchParams.get("per_page")));
  }
  calls.reads += 1;
  const found =
    sku === null
      ? (include ?? "").split(",").map((id) => catalog.indexOfShopId(Number(id)))
      : sku.split(",").map((one) => catalog.indexOfSku(one));
  return list(
    catalog,
    found.filter((index) => index !== undefined),
    1,
  );
}

function write(
  catalog: Catalog,
  { id, stock_quantity: quantity }: { id: number; stock_quantity: number },
  onWrite: (index: number, quantity: number) => void,
): unknown {
  const index = catalog.indexOfShopId(id);
  if (index === undefined)
    return {
      id,
      error: { code: "woocommerce_rest_product_invalid_id", message: "Invalid ID.", data: { status: 400 } },
    };
  catalog.shop[index] = quantity;
  onWrite(index, quantity);
  return productJson(catalog, index);
}

function pageOf(catalog: Catalog, page: number, perPage: number): HttpResponse {
  const first = (page - 1) * perPage;
  const length = Math.max(Math.min(perPage, catalog.size - first), 0);
  return list(
    catalog,
    Array.from({ length }, (_, index) => first + index),
    Math.ceil(catalog.size / perPage),
  );
}

function list(catalog: Catalog, indexes: readonly number[], pages: number): HttpResponse {
  const total = pages === 1 ? indexes.length : catalog.size;
  const response = json(indexes.map((index) => productJson(catalog, index)));
  return {
    ...response,
    headers: { ...response.headers, "x-wp-total": String(total), "x-wp-totalpages": String(pages) },
  };
}

/** The fields that the hub asks for with `_fields`. */
function productJson(catalog: Catalog, index: number): Record<string, unknown> {
  return {
    id: catalog.shopIdOf(index),
    type: "simple",
    parent_id: 0,
    name: `Invented thing ${index}`,
    sku: catalog.skuOf(index),
    status: "publish",
    manage_stock: true,
    stock_quantity: catalog.shop[index],
    backorders: "no",
    date_created_gmt: "2026-11-21T08:18:32",
    date_modified_gmt: "2026-11-21T08:18:32",
    variations: [],
  };
}

function json(body: unknown): HttpResponse {
  return { status: 200, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}
