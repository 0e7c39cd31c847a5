/** What a shop tells of itself, and the small things that orders refer to: taxes, coupons, customers. */
import { addressFrom, readAddress } from "./addresses.ts";
import { created, done, listed, Refusal, type Api, type Reply, type Request } from "./api.ts";
import { gmt, links, local } from "./links.ts";
import type { Coupon, Customer, TaxRate } from "./model.ts";
import { WOOCOMMERCE_VERSION, WORDPRESS_VERSION } from "./order-json.ts";
import { check, checkQuery, LIST_RULES, paging, type Rules } from "./parameters.ts";
import { isTrue } from "./product-edits.ts";

const MEGABYTE = 1024 * 1024;

export function systemStatus({ site, state }: Api): Reply {
  const { currency, decimals } = state.settings;
  return done({
    environment: {
      home_url: site.url,
      site_url: site.url,
      version: WOOCOMMERCE_VERSION,
      wp_version: WORDPRESS_VERSION,
      wp_multisite: false,
      wp_memory_limit: 512 * MEGABYTE,
      wp_debug_mode: false,
      wp_cron: true,
      wp_environment_type: "production",
      language: "en_US",
      server_info: "simulated",
      php_version: "8.2.35",
      default_timezone: "UTC",
    },
    settings: {
      api_enabled: false,
      force_ssl: site.url.startsWith("https:"),
      currency,
      number_of_decimals: decimals,
      HPOS_enabled: true,
    },
    active_plugins: [{ plugin: "woocommerce/woocommerce.php", name: "WooCommerce", version: WOOCOMMERCE_VERSION }],
    database: { wc_database_version: WOOCOMMERCE_VERSION },
  });
}

export function taxSettings({ state }: Api): Reply {
  const setting = (id: string, type: string, value: string) => ({
    id,
    label: id,
    description: "",
    type,
    default: "no",
    tip: "",
    value,
  });
  const { pricesIncludeTax, roundTaxAtSubtotal } = state.settings;
  return done([
    setting("woocommerce_prices_include_tax", "radio", pricesIncludeTax ? "yes" : "no"),
    setting("woocommerce_tax_based_on", "select", "shipping"),
    setting("woocommerce_shipping_tax_class", "select", "inherit"),
    setting("woocommerce_tax_round_at_subtotal", "checkbox", roundTaxAtSubtotal ? "yes" : "no"),
    setting("woocommerce_tax_classes", "textarea", ""),
    setting("woocommerce_tax_display_shop", "select", "excl"),
    setting("woocommerce_tax_display_cart", "select", "excl"),
    setting("woocommerce_price_display_suffix", "text", ""),
    setting("woocommerce_tax_total_display", "select", "itemized"),
  ]);
}

export function currentCurrency({ state }: Api): Reply {
  return done({ code: state.settings.currency, name: state.settings.currency, symbol: state.settings.currency });
}

export function paymentGateways(api: Api, request: Request): Reply {
  const offline = [
    ["bacs", "Direct bank transfer"],
    ["cheque", "Check payments"],
    ["cod", "Cash on delivery"],
  ] as const;
  const items = offline.map(([id, title]) => ({
    id,
    title,
    description: "",
    order: "",
    enabled: true,
    method_title: title,
    method_supports: ["products"],
  }));
  return listed(api, request, items, items.length, 1, 100);
}

const TAX_RULES = {
  country: { kind: "text" },
  state: { kind: "text" },
  rate: { kind: "text" },
  name: { kind: "text" },
  priority: { kind: "integer" },
  compound: { kind: "boolean" },
  shipping: { kind: "boolean" },
  class: { kind: "text" },
} as const satisfies Rules;

export function listTaxes(api: Api, request: Request): Reply {
  checkQuery(request, {
    ...LIST_RULES,
    class: { kind: "text" },
    orderby: { kind: "enum", values: ["id", "order", "priority"] },
  });
  const taxClass = request.query.get("class");
  const rates = [...api.state.taxRates.values()].filter(
    (rate) => taxClass === undefined || (rate.taxClass || "standard") === taxClass,
  );
  const { page, perPage } = paging(request);
  return listed(
    api,
    request,
    rates.slice((page - 1) * perPage, page * perPage).map((rate) => taxJson(api, rate)),
    rates.length,
    page,
    perPage,
  );
}

export function createTax(api: Api, request: Request): Reply {
  const body = request.body ?? {};
  check(body, TAX_RULES, "POST /taxes");
  const text = (name: string): string => (typeof body[name] === "string" ? body[name] : "");
  const rate: TaxRate = {
    id: api.state.nextId("rate"),
    country: text("country"),
    state: text("state"),
    rate: Number(text("rate") || "0").toFixed(4),
    name: text("name") || "Tax",
    priority: Number(body["priority"] ?? 1),
    compound: isTrue(body["compound"]),
    shipping: body["shipping"] === undefined || isTrue(body["shipping"]),
    taxClass: text("class") === "standard" ? "" : text("class"),
  };
  api.state.taxRates.set(rate.id, rate);
  return created(api, `/taxes/${rate.id}`, taxJson(api, rate));
}

export function deleteTax(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  const rate = api.state.taxRates.get(id);
  if (rate === undefined) throw new Refusal(404, "woocommerce_rest_invalid_id", "Invalid resource ID.");
  api.state.taxRates.delete(id);
  return done(taxJson(api, rate));
}

function taxJson({ site }: Api, rate: TaxRate): unknown {
  const { id, country, state, name, priority, compound, shipping, taxClass } = rate;
  const place = { country, state, postcode: "", city: "" };
  const rest = { order: id, class: taxClass || "standard", postcodes: [], cities: [] };
  return {
    id,
    ...place,
    rate: rate.rate,
    name,
    priority,
    compound,
    shipping,
    ...rest,
    _links: links(site, `/taxes/${id}`, "/taxes"),
  };
}

const COUPON_RULES = {
  code: { kind: "text" },
  discount_type: { kind: "enum", values: ["percent", "fixed_cart", "fixed_product"] },
  amount: { kind: "text" },
  free_shipping: { kind: "boolean" },
} as const satisfies Rules;

export function createCoupon(api: Api, request: Request): Reply {
  const body = request.body ?? {};
  check(body, COUPON_RULES, "POST /coupons");
  const code = typeof body["code"] === "string" ? body["code"].toLowerCase() : "";
  if ([...api.state.coupons.values()].some((coupon) => coupon.code === code)) {
    throw new Refusal(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists");
  }
  const coupon: Coupon = {
    id: api.state.nextId("post"),
    code,
    type: (body["discount_type"] ?? "fixed_cart") as Coupon["type"],
    amount: typeof body["amount"] === "string" ? body["amount"] : "0",
    freeShipping: isTrue(body["free_shipping"]),
    createdMs: api.state.nowMs(),
  };
  api.state.coupons.set(coupon.id, coupon);
  return created(api, `/coupons/${coupon.id}`, couponJson(api, coupon));
}

export function deleteCoupon(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  const coupon = api.state.coupons.get(id);
  if (coupon === undefined) throw new Refusal(404, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.");
  api.state.coupons.delete(id);
  return done(couponJson(api, coupon));
}

function couponJson({ site, state }: Api, { id, code, type, amount, freeShipping, createdMs }: Coupon): unknown {
  const dates = {
    date_created: local(site, createdMs),
    date_created_gmt: gmt(createdMs),
    date_modified: local(site, createdMs),
    date_modified_gmt: gmt(createdMs),
  };
  const shown = Number(amount).toFixed(state.settings.decimals);
  return {
    id,
    code,
    amount: shown,
    status: "publish",
    ...dates,
    discount_type: type,
    description: "",
    free_shipping: freeShipping,
    meta_data: [],
    _links: links(site, `/coupons/${id}`, "/coupons"),
  };
}

const CUSTOMER_RULES = {
  email: { kind: "text" },
  first_name: { kind: "text" },
  last_name: { kind: "text" },
  username: { kind: "text" },
  billing: { kind: "object" },
  shipping: { kind: "object" },
} as const satisfies Rules;

export function createCustomer(api: Api, request: Request): Reply {
  const body = request.body ?? {};
  check(body, CUSTOMER_RULES, "POST /customers");
  const text = (name: string): string => (typeof body[name] === "string" ? body[name] : "");
  const email = text("email");
  if ([...api.state.customers.values()].some((customer) => customer.email === email)) {
    throw new Refusal(
      400,
      "registration-error-email-exists",
      `An account is already registered with ${email}. Please log in or use a different email address.`,
    );
  }
  const customer: Customer = {
    id: api.state.nextId("customer"),
    email,
    firstName: text("first_name"),
    lastName: text("last_name"),
    username: text("username") || (email.split("@")[0] ?? ""),
    billing: addressFrom(readAddress(body["billing"])),
    shipping: addressFrom(readAddress(body["shipping"])),
    createdMs: api.state.nowMs(),
  };
  api.state.customers.set(customer.id, customer);
  return created(api, `/customers/${customer.id}`, customerJson(api, customer));
}

export function getCustomer(api: Api, id: number): Reply {
  return done(customerJson(api, customerOf(api, id)));
}

export function deleteCustomer(api: Api, request: Request, id: number): Reply {
  const customer = customerOf(api, id);
  if (request.query.get("force") !== "true")
    throw new Refusal(501, "woocommerce_rest_trash_not_supported", "Customers do not support trashing.");
  api.state.customers.delete(id);
  return done(customerJson(api, customer));
}

function customerOf({ state }: Api, id: number): Customer {
  const customer = state.customers.get(id);
  if (customer === undefined) throw new Refusal(404, "woocommerce_rest_invalid_id", "Invalid resource ID.");
  return customer;
}

function customerJson(
  { site }: Api,
  { id, email, firstName, lastName, username, billing, shipping, createdMs }: Customer,
): unknown {
  const dates = {
    date_created: local(site, createdMs),
    date_created_gmt: gmt(createdMs),
    date_modified: local(site, createdMs),
    date_modified_gmt: gmt(createdMs),
  };
  const { email: _email, ...shippingWithoutEmail } = shipping;
  return {
    id,
    ...dates,
    email,
    first_name: firstName,
    last_name: lastName,
    role: "customer",
    username,
    billing,
    shipping: shippingWithoutEmail,
    is_paying_customer: false,
    meta_data: [],
    _links: links(site, `/customers/${id}`, "/customers"),
  };
}
