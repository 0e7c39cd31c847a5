/** The simulated WooCommerce shop of a world: its catalog, what its customers do, and its books. */
import type { RefundRequest } from "../../sim/woocommerce/checkout.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../../sim/woocommerce/shop.ts";
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import { amountOf, cents, type ShopBookOrder } from "./books.ts";
import { ON_DELIVERY_SKU, UNKNOWN_SKU, type OrderPlan, type OrderStep, type WorldPlan } from "./plan.ts";
import { address, nameOf, type ShopSide, type ShopSideOptions } from "./sides.ts";

const COUPONS = { percent: "TENOFF", fixed: "FIVE" } as const;
const MARK = "_stockbridge_status";
const METHODS = { card: "card", bacs: "bacs", cod: "cod" } as const;

export interface WooCommerceSide extends ShopSide {
  /** For what only one scenario does. */
  readonly desk: SimulatedShop;
}

export function createWooCommerceSide(options: ShopSideOptions): WooCommerceSide {
  const { plan, shop: own, time, random, deliver } = options;
  const baseUrl = "https://shop.example.test";
  const settings = {
    currency: "USD",
    country: "NL",
    pricesIncludeTax: own.pricesIncludeTax,
    roundTaxAtSubtotal: own.roundTaxAtSubtotal,
    utcOffsetMinutes: own.utcOffsetMinutes,
  };
  const shop = createSimulatedShop({ clock: time.clock, random, baseUrl, deliver, settings });
  const rates = addRates(shop);
  addCatalog(shop, plan);
  shop.addCoupon({ code: COUPONS.percent, type: "percent", amount: "10" });
  shop.addCoupon({ code: COUPONS.fixed, type: "fixed_cart", amount: "5.00" });
  const customers = [1, 2].map((number) =>
    shop.addCustomer({
      email: `member${number}@example.test`,
      firstName: "Member",
      lastName: `Number${number}`,
      billing: address("NL", number),
    }),
  );
  const countries = new Map<string, string>();
  return {
    id: own.id,
    kind: "woocommerce",
    address: baseUrl,
    server: (request) => shop.handle(request),
    key: DEFAULT_KEY.key,
    secret: DEFAULT_KEY.secret,
    places: new Map([[WHOLE_SHOP, "WH"]]),
    rates,
    methods: METHODS,
    place: (order) => {
      if (own.checksStock && !isOffered(shop, order)) return null;
      const { id } = place(shop, order, customers);
      countries.set(id, order.country);
      return id;
    },
    step: (orderId, step) => takeStep(shop, orderId, step),
    deliverDue: async () => {
      await shop.deliverDueWebhooks();
    },
    desk: shop,
    books: () => booksOf(shop, own.id, countries),
  };
}

function booksOf(
  shop: SimulatedShop,
  id: string,
  countries: ReadonlyMap<string, string>,
): ReturnType<ShopSide["books"]> {
  const { orders, variants } = shop.snapshot();
  return {
    shopOrders: orders.map((order): ShopBookOrder => ({
      shop: id,
      id: order.id,
      number: order.number,
      status: order.status,
      total: order.total,
      paid: order.paid,
      method: order.paymentMethod,
      email: order.email,
      isGuest: order.customerId === null,
      lines: quantities(order.lines),
      refundedUnits: quantities(order.refunds.flatMap(({ pieces }) => pieces)),
      refunds: order.refunds.map(({ total }) => total),
      // By hand: of a bank transfer it can only have gone by bank.
      isMoneyBack: order.paymentMethod === METHODS.bacs,
      fulfilled: order.status === "completed" ? quantities(order.lines) : null,
      routes: new Map([["WH", quantities(order.lines)]]),
      taxCountry: countries.get(order.id) ?? "NL",
      mark: typeof order.meta[MARK] === "string" ? order.meta[MARK] : "",
    })),
    shopStock: variants.flatMap(({ sku, managed, stock }) =>
      managed && sku !== "" ? [{ shop: id, sku, place: "WH", offered: stock ?? 0 }] : [],
    ),
    unsupported: shop.unsupported,
  };
}

function quantities(
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

function addRates(shop: SimulatedShop): ShopSide["rates"] {
  const reduced = "reduced-rate";
  const rates = [
    { country: "NL", percent: "21", name: "BTW 21%" },
    { country: "NL", percent: "9", name: "BTW 9%", taxClass: reduced },
    { country: "DE", percent: "19", name: "MwSt. 19%" },
    { country: "DE", percent: "7", name: "MwSt. 7%", taxClass: reduced },
    { country: "US", percent: "6.625", name: "State tax" },
    { country: "US", percent: "1.5", name: "City tax", priority: 2 },
    { country: "US", percent: "4", name: "Book tax", taxClass: reduced },
  ] as const;
  return rates.map((rate) => ({ id: shop.addTaxRate(rate), country: rate.country, percent: rate.percent }));
}

/** The shop's numbers start out wrong: the first sweep has something to do. */
function addCatalog(shop: SimulatedShop, { opening }: WorldPlan): void {
  const stock = (sku: string): number => Math.max(0, (opening[sku] ?? 0) - 3);
  shop.addProduct({ name: "Mug", sku: "MUG", price: "9.95", stock: stock("MUG") });
  shop.addProduct({ name: "Poster", sku: "POSTER", price: "13.37", stock: stock("POSTER") });
  shop.addProduct({ name: "Book", sku: "BOOK", price: "24.99", stock: stock("BOOK"), taxClass: "reduced-rate" });
  shop.addProduct({
    name: "Table made to order",
    sku: ON_DELIVERY_SKU,
    price: "349.00",
    stock: stock(ON_DELIVERY_SKU),
  });
  shop.addProduct({ name: "Lamp, new this week", sku: UNKNOWN_SKU, price: "79.90", stock: 5 });
  shop.addVariableProduct({
    name: "Shirt",
    variations: [
      { option: "S", sku: "SHIRT-S", price: "19.90", stock: stock("SHIRT-S") },
      { option: "M", sku: "SHIRT-M", price: "20.10", stock: stock("SHIRT-M") },
    ],
  });
  // Never ordered: what the sweep must report and leave alone.
  shop.addProduct({ name: "Gift wrapping", sku: "WRAP", price: "2.00" });
  shop.addProduct({ name: "Without a SKU", price: "1.00", stock: 4 });
}

/** The checkout of the real shop refuses what is not there. */
function isOffered(shop: SimulatedShop, { lines }: OrderPlan): boolean {
  const offered = new Map(
    shop.snapshot().variants.map(({ sku, managed, stock }) => [sku, managed ? (stock ?? 0) : null]),
  );
  return lines.every(({ sku, quantity }) => (offered.get(sku) ?? quantity) >= quantity);
}

function place(shop: SimulatedShop, order: OrderPlan, customers: readonly string[]): { readonly id: string } {
  const { customer } = order;
  const isGuest = customer.kind === "guest";
  const number = isGuest ? customer.email.length : customer.index + 1;
  const billing = {
    ...address(order.country, number),
    ...(isGuest
      ? nameOf(customer.email)
      : { email: `member${number}@example.test`, first_name: "Member", last_name: `Number${number}` }),
  };
  const customerId = isGuest ? undefined : customers[customer.index];
  return shop.placeOrder({
    items: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    ...(customerId === undefined ? {} : { customerId }),
    billing,
    ...(order.index % 4 === 0
      ? { shippingAddress: { ...address(order.country, number + 50), first_name: "Gift", last_name: "Receiver" } }
      : {}),
    ...(order.shipping === null ? {} : { shipping: { total: order.shipping } }),
    ...(order.fee === null ? {} : { fees: [{ name: "Gift wrap", total: order.fee }] }),
    ...(order.coupon === null ? {} : { coupons: [COUPONS[order.coupon]] }),
    method: order.method,
    methodTitle: { card: "Credit card", bacs: "Bank transfer", cod: "Cash on delivery" }[order.method],
    ...(order.method === "card" ? { transactionId: `ch_${order.index}` } : {}),
    paid: order.paid,
    status: order.status,
  });
}

/** A step that the order's status does not allow any more (paid after it was cancelled) is not taken. */
function takeStep(shop: SimulatedShop, orderId: string, step: OrderStep): void {
  const status = shop.order(orderId)?.status ?? "";
  switch (step.kind) {
    case "status":
      shop.setStatus(orderId, step.status);
      return;
    case "pay":
      if (["pending", "on-hold", "failed"].includes(status)) shop.payOrder(orderId, `tx_${orderId}`);
      return;
    case "edit":
      if (["pending", "on-hold"].includes(status)) shop.editOrder(orderId, { quantities: { 0: step.quantity } });
      return;
    case "refund":
      if (["processing", "completed"].includes(status)) shop.refundOrder(orderId, refundOf(shop, orderId, step));
      return;
  }
}

/** All: every piece and the rest of the money (shipping, fees). A unit: one piece of the first line. */
function refundOf(shop: SimulatedShop, orderId: string, step: Extract<OrderStep, { kind: "refund" }>): RefundRequest {
  const { part, restock } = step;
  const lines = shop.order(orderId)?.lines ?? [];
  if (part === "unit") return { quantities: { 0: 1 }, restock };
  return {
    quantities: Object.fromEntries(lines.map(({ quantity }, at) => [at, quantity])),
    restock,
    amount: leftOf(shop, orderId),
  };
}

function leftOf(shop: SimulatedShop, orderId: string): string {
  const { total = "0", refunded = "0" } = shop.order(orderId) ?? {};
  return amountOf(cents(total) - cents(refunded));
}
