/** From an HTTP request to a route and back: who may ask, which route it is, and every answer in the shop's clothes. */
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { Refusal, Unsupported, type Api, type Reply, type Request } from "./api.ts";
import type { Authenticator } from "./auth.ts";
import * as orders from "./order-routes.ts";
import { phpJson } from "./php-json.ts";
import * as products from "./product-routes.ts";
import * as refunds from "./refund-routes.ts";
import * as settings from "./setting-routes.ts";
import * as variations from "./variation-routes.ts";
import * as webhooks from "./webhook-routes.ts";

type Handler = (api: Api, request: Request, id: number, second: number) => Reply | Promise<Reply>;

interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const edit = (handler: Handler): Record<string, Handler> => ({ PUT: handler, POST: handler, PATCH: handler });

const ROUTES: readonly Route[] = [
  { pattern: /^\/products$/, methods: { GET: products.listProducts, POST: products.createProduct } },
  { pattern: /^\/products\/batch$/, methods: edit(products.batchProducts) },
  {
    pattern: /^\/products\/(\d+)$/,
    methods: { GET: products.getProduct, ...edit(products.updateProduct), DELETE: products.deleteProduct },
  },
  {
    pattern: /^\/products\/(\d+)\/variations$/,
    methods: { GET: variations.listVariations, POST: variations.createVariation },
  },
  { pattern: /^\/products\/(\d+)\/variations\/batch$/, methods: edit(variations.batchVariations) },
  {
    pattern: /^\/products\/(\d+)\/variations\/(\d+)$/,
    methods: { GET: variations.getVariation, ...edit(variations.updateVariation), DELETE: variations.deleteVariation },
  },
  { pattern: /^\/orders$/, methods: { GET: orders.listOrders, POST: orders.createOrder } },
  { pattern: /^\/orders\/batch$/, methods: edit(orders.batchOrders) },
  {
    pattern: /^\/orders\/(\d+)$/,
    methods: { GET: orders.getOrder, ...edit(orders.updateOrder), DELETE: orders.deleteOrder },
  },
  { pattern: /^\/orders\/(\d+)\/notes$/, methods: { GET: orders.listNotes, POST: orders.createNote } },
  { pattern: /^\/orders\/(\d+)\/refunds$/, methods: { GET: refunds.listRefunds, POST: refunds.createRefund } },
  {
    pattern: /^\/orders\/(\d+)\/refunds\/(\d+)$/,
    methods: { GET: (api, _request, order, id) => refunds.getRefund(api, order, id), DELETE: refunds.deleteRefund },
  },
  { pattern: /^\/refunds$/, methods: { GET: refunds.listAllRefunds } },
  { pattern: /^\/webhooks$/, methods: { GET: webhooks.listWebhooks, POST: webhooks.createWebhook } },
  {
    pattern: /^\/webhooks\/(\d+)$/,
    methods: {
      GET: (api, _request, id) => webhooks.getWebhook(api, id),
      ...edit(webhooks.updateWebhook),
      DELETE: webhooks.deleteWebhook,
    },
  },
  { pattern: /^\/system_status$/, methods: { GET: settings.systemStatus } },
  { pattern: /^\/settings\/tax$/, methods: { GET: settings.taxSettings } },
  { pattern: /^\/data\/currencies\/current$/, methods: { GET: settings.currentCurrency } },
  { pattern: /^\/payment_gateways$/, methods: { GET: settings.paymentGateways } },
  { pattern: /^\/taxes$/, methods: { GET: settings.listTaxes, POST: settings.createTax } },
  { pattern: /^\/taxes\/(\d+)$/, methods: { DELETE: settings.deleteTax } },
  { pattern: /^\/coupons$/, methods: { POST: settings.createCoupon } },
  { pattern: /^\/coupons\/(\d+)$/, methods: { DELETE: settings.deleteCoupon } },
  { pattern: /^\/customers$/, methods: { POST: settings.createCustomer } },
  {
    pattern: /^\/customers\/(\d+)$/,
    methods: { GET: (api, _request, id) => settings.getCustomer(api, id), DELETE: settings.deleteCustomer },
  },
];

/** What a real shop serves beside them. */
const REAL =
  /^\/(coupons|customers|orders|products|reports|settings|shipping|taxes|webhooks|system_status|payment_gateways|shipping_methods|data|refunds|layout_templates)(\/|$)/;

export interface RouterOptions {
  readonly api: Api;
  readonly auth: Authenticator;
  /** Called with what a real shop does and this one does not. */
  readonly onUnsupported: (what: string) => void;
}

export async function route(request: HttpRequest, { api, auth, onUnsupported }: RouterOptions): Promise<HttpResponse> {
  const url = new URL(request.url);
  const base = `${new URL(api.site.url).pathname.replace(/\/$/, "")}/wp-json/wc/v3`;
  if (!url.pathname.startsWith(base)) return themePage(api);
  const path = url.pathname.slice(base.length).replace(/\/$/, "");
  const query = new Map(url.searchParams);
  try {
    const isHttps = url.protocol === "https:";
    const address = `${api.site.url}/wp-json/wc/v3${path}`;
    auth.check({ method: request.method, isHttps, address, query, authorization: header(request, "authorization") });
    const reply = await run(api, { method: request.method, path, query, body: bodyOf(request) });
    return clothed(api, reply);
  } catch (error) {
    if (error instanceof Refusal) return clothed(api, { status: error.status, body: error.body, headers: {} });
    if (!(error instanceof Unsupported)) throw error;
    const what = `${request.method} ${path}: ${error.message}`;
    onUnsupported(what);
    return clothed(api, {
      status: 501,
      body: { code: "not_simulated", message: `The simulated shop does not do this: ${what}`, data: { status: 501 } },
      headers: {},
    });
  }
}

function run(api: Api, request: Request): Reply | Promise<Reply> {
  for (const { pattern, methods } of ROUTES) {
    const match = pattern.exec(request.path);
    const handler = match === null ? undefined : methods[request.method];
    if (match !== null && handler !== undefined) return handler(api, request, Number(match[1]), Number(match[2]));
    if (match !== null) throw new Unsupported("this method");
  }
  if (REAL.test(request.path)) throw new Unsupported("this address");
  throw new Refusal(404, "rest_no_route", "No route was found matching the URL and request method.");
}

function bodyOf({ body }: HttpRequest): Request["body"] {
  if (body === undefined || body === "") return null;
  try {
    const parsed = JSON.parse(body) as unknown;
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : {};
  } catch {
    throw new Refusal(400, "rest_invalid_json", "Invalid JSON body passed.", {
      json_error_code: 4,
      json_error_message: "Syntax error",
    });
  }
}

function header({ headers }: HttpRequest, name: string): string | undefined {
  return Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1];
}

function clothed({ site }: Api, { status, body, headers }: Reply): HttpResponse {
  return {
    status,
    headers: {
      "content-type": "application/json; charset=UTF-8",
      "x-robots-tag": "noindex",
      link: `<${site.url}/wp-json/>; rel="https://api.w.org/"`,
      "x-content-type-options": "nosniff",
      "access-control-expose-headers": "X-WP-Total, X-WP-TotalPages, Link",
      expires: "Wed, 11 Jan 1984 05:00:00 GMT",
      "cache-control": "no-cache, must-revalidate, max-age=0, no-store, private",
      ...headers,
    },
    body: phpJson(body),
  };
}

/** Whatever is not the API is the theme's. */
function themePage({ site }: Api): HttpResponse {
  const body = `<!DOCTYPE html><html lang="en"><head><title>Page not found</title></head><body><h1>Page not found</h1><a href="${site.url}/">Shop</a></body></html>`;
  return { status: 404, headers: { "content-type": "text/html; charset=UTF-8" }, body };
}
