/**
 * An Odoo 19 that answers at once what the hub asks about stock over JSON-2: what it needs at its start, products by internal
 * reference, and quants. It counts its calls; what it does not know is refused as Odoo refuses it.
 */
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { serve, type RunningServer } from "../../sim/http-server.ts";
import type { OdooGiven } from "../hub/messages.ts";
import type { Catalog } from "./catalog.ts";

export interface OdooCalls {
  products: number;
  quants: number;
  /** Version, fields, rights, warehouse: what does not grow with the catalog. */
  other: number;
}

export interface OdooEndpoint extends RunningServer {
  readonly calls: OdooCalls;
  readonly given: OdooGiven;
}

export const WAREHOUSE = "WH";
const WAREHOUSE_VIEW_ID = 4;
const CREATED = "2026-01-01 00:00:00";
/** Fields that only older versions have. */
const GONE = new Set([
  "detailed_type",
  "tax_id",
  "exclude_from_invoice_tab",
  "account_internal_type",
  "ref",
  "reserved_availability",
  "quantity_done",
]);

type Row = Readonly<Record<string, unknown>>;
type Domain = readonly (readonly [field: string, operator: string, value: unknown])[];

/** Small tables, one row each as a fresh database has them. */
const TABLES: Readonly<Record<string, Row>> = {
  "res.users": { id: 2, login: "hub", company_id: 1, tz: "UTC", create_date: CREATED },
  "res.company": {
    id: 1,
    name: "Bench Company",
    create_date: CREATED,
    currency_id: 1,
    partner_id: 1,
    tax_calculation_rounding_method: "round_globally",
  },
  "res.partner": { id: 1, tz: "UTC" },
  "res.currency": { id: 1, name: "USD", decimal_places: 2, create_date: CREATED },
  "res.country": { id: 1, code: "US", create_date: CREATED },
  "ir.module.module": { id: 1, name: "stock" },
  "stock.warehouse": { id: 1, code: WAREHOUSE, view_location_id: WAREHOUSE_VIEW_ID },
};

export async function serveOdoo(catalog: Catalog): Promise<OdooEndpoint> {
  const calls: OdooCalls = { products: 0, quants: 0, other: 0 };
  const server = await serve(async (request) => answer(catalog, request, calls));
  return {
    ...server,
    calls,
    given: { url: server.url, database: "bench", user: "hub", apiKey: "a-key-for-benchmarks" },
  };
}

function answer(catalog: Catalog, request: HttpRequest, calls: OdooCalls): HttpResponse {
  const { pathname } = new URL(request.url);
  if (pathname === "/web/version") {
    calls.other += 1;
    return json(200, { version: "19.0", version_info: [19, 0, 0, "final", 0, ""] });
  }
  const [, model = "", method = ""] = /^\/json\/2\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  const body = JSON.parse(request.body ?? "{}") as Readonly<Record<string, unknown>>;
  if (model === "product.product" && method === "search_read") {
    calls.products += 1;
    return json(200, products(catalog, body["domain"] as Domain, Number(body["limit"])));
  }
  if (model === "stock.quant" && method === "search_read") {
    calls.quants += 1;
    return json(200, quants(catalog, body["domain"] as Domain, Number(body["limit"])));
  }
  calls.other += 1;
  const found = other(model, method, body);
  return found === undefined
    ? json(404, { name: "werkzeug.exceptions.NotFound", message: `the method '${model}.${method}' does not exist` })
    : json(200, found);
}

function other(model: string, method: string, body: Readonly<Record<string, unknown>>): unknown {
  if (method === "fields_get") {
    const fields = (body["allfields"] as readonly string[]).filter((name) => !GONE.has(name));
    return Object.fromEntries(fields.map((name) => [name, { type: "char", digits: false }]));
  }
  if (method === "has_access" || method === "has_group") return true;
  if (method === "context_get") return { uid: 2, lang: "en_US", tz: "UTC" };
  const row = TABLES[model];
  return method === "search_read" && row !== undefined ? [row] : undefined;
}

function condition(domain: Domain, field: string, operator: string): unknown {
  return domain.find(([name, how]) => name === field && how === operator)?.[2];
}

function products(catalog: Catalog, domain: Domain, limit: number): Row[] {
  const skus = condition(domain, "default_code", "in") as readonly string[] | undefined;
  const indexes =
    skus === undefined
      ? following(catalog, domain, limit)
      : skus.map((sku) => catalog.indexOfSku(sku)).filter((index) => index !== undefined);
  return indexes.map((index) => ({
    id: catalog.productIdOf(index),
    default_code: catalog.skuOf(index),
    name: `Invented thing ${index}`,
    active: true,
    is_storable: true,
    invoice_policy: "order",
  }));
}

/** One quant for each product, with the product's own id; nothing is reserved. */
function quants(catalog: Catalog, domain: Domain, limit: number): Row[] {
  const ids = condition(domain, "product_id", "in") as readonly number[] | undefined;
  const indexes =
    ids === undefined
      ? following(catalog, domain, limit)
      : ids.map((id) => catalog.indexOfProduct(id)).filter((index) => index !== undefined);
  return indexes.map((index) => {
    const id = catalog.productIdOf(index);
    return { id, product_id: id, quantity: catalog.odoo[index], reserved_quantity: 0 };
  });
}

/** By id, after the last one seen. */
function following(catalog: Catalog, domain: Domain, limit: number): number[] {
  const after = Number(condition(domain, "id", ">") ?? 0);
  const first = after === 0 ? 0 : (catalog.indexOfProduct(after) ?? catalog.size) + 1;
  return Array.from({ length: Math.max(Math.min(limit, catalog.size - first), 0) }, (_, index) => first + index);
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
