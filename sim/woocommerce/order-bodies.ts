/** Orders made through the API: lines by id or SKU, prices as given or the product's, coupons that must exist. */
import { readAddress } from "./addresses.ts";
import { Refusal, type Api } from "./api.ts";
import type { Coupon, Order, Product } from "./model.ts";
import { createOrder, type DraftItem, type OrderDraft } from "./order-flow.ts";
import { isTrue } from "./product-edits.ts";

type Body = Readonly<Record<string, unknown>>;

export function createFromBody(api: Api, body: Body): Order {
  const coupons = list(body["coupon_lines"]).map(({ code }) => ({
    code: text(code),
    coupon: findCoupon(api, text(code)),
  }));
  const unknown = coupons.find(({ coupon }) => coupon === null);
  if (unknown !== undefined) {
    // The refused order stays behind as a draft.
    const draft = createOrder(api.state, draftOf(api, body, [], "checkout-draft"), api.webhooks.emit);
    const message = `Coupon &quot;${unknown.code}&quot; cannot be applied because it does not exist.`;
    throw new Refusal(400, "woocommerce_rest_invalid_coupon", message, { new_draft_order_id: draft.id });
  }
  const found = coupons.flatMap(({ coupon }) => (coupon === null ? [] : [coupon]));
  return createOrder(api.state, draftOf(api, body, found, text(body["status"]) || "pending"), api.webhooks.emit);
}

function draftOf(api: Api, body: Body, coupons: readonly Coupon[], status: string): OrderDraft {
  const { settings } = api.state;
  return {
    status,
    items: list(body["line_items"]).map((line) => itemOf(api, line)),
    customerId: Number(body["customer_id"] ?? 0),
    billing: readAddress(body["billing"]),
    shippingAddress: readAddress(body["shipping"]),
    coupons,
    shipping: list(body["shipping_lines"]).map(({ method_id, method_title, total }) => ({
      methodId: text(method_id),
      title: text(method_title),
      total: text(total) || "0",
    })),
    fees: list(body["fee_lines"]).map(({ name, total, tax_status }) => ({
      name: text(name),
      total: text(total) || "0",
      taxable: tax_status !== "none",
    })),
    paymentMethod: text(body["payment_method"]),
    paymentTitle: text(body["payment_method_title"]),
    transactionId: text(body["transaction_id"]),
    customerNote: text(body["customer_note"]),
    createdVia: "rest-api",
    currency: text(body["currency"]) || settings.currency,
    pricesIncludeTax: settings.pricesIncludeTax,
    meta: list(body["meta_data"]).map(({ key, value }) => ({ key: text(key), value })),
    paid: isTrue(body["set_paid"]),
  };
}

/** A product that does not exist makes an empty line, not a refusal. */
function itemOf({ state }: Api, line: Body): DraftItem {
  const id = Number(line["variation_id"] ?? 0) || Number(line["product_id"] ?? 0);
  const bySku = text(line["sku"]) === "" ? undefined : state.bySku(text(line["sku"]))[0];
  const product: Product | undefined = id === 0 ? bySku : state.products.get(id);
  return {
    product: product ?? null,
    quantity: Number(line["quantity"] ?? 1),
    ...(line["subtotal"] === undefined ? {} : { subtotal: text(line["subtotal"]) }),
    ...(line["total"] === undefined ? {} : { total: text(line["total"]) }),
  };
}

function findCoupon({ state }: Api, code: string): Coupon | null {
  return [...state.coupons.values()].find((coupon) => coupon.code === code.toLowerCase()) ?? null;
}

function list(value: unknown): Body[] {
  return Array.isArray(value)
    ? value.filter((entry): entry is Body => typeof entry === "object" && entry !== null)
    : [];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
