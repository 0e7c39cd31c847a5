/** The simulated Shopify shop of a world: its catalog, what its customers do, and its books. */
import { createSimulatedShopify, DEFAULT_APP, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import type { CheckoutLine } from "../../sim/shopify/checkout.ts";
import type { PaymentDraft } from "../../sim/shopify/payments.ts";
import type { OrderSnapshot } from "../../sim/shopify/snapshot.ts";
import type { ShopifySchema } from "../../tools/shopify-schema.ts";
import { amountOf, cents, type ShopBookOrder } from "./books.ts";
import { WEBHOOK_SECRET } from "./hub-process.ts";
import { ON_DELIVERY_SKU, SELLABLE, UNKNOWN_SKU, type OrderPlan, type OrderStep, type WorldPlan } from "./plan.ts";
import { address, nameOf, PLACES, type Place, type ShopRate, type ShopSide, type ShopSideOptions } from "./sides.ts";

export type { ShopifySchema } from "../../tools/shopify-schema.ts";

const METHODS = { card: "shopify_payments", bacs: "Bank Deposit", cod: "Cash on Delivery (COD)" } as const;
const MARK = "stockbridge.status";
const BOOK = "BOOK";

interface Tax {
  readonly title: string;
  readonly percent: string;
}

const TAXES: Readonly<
  Record<OrderPlan["country"], { readonly standard: readonly Tax[]; readonly book: readonly Tax[] }>
> = {
  NL: { standard: [{ title: "BTW", percent: "21" }], book: [{ title: "BTW laag", percent: "9" }] },
  DE: { standard: [{ title: "MwSt.", percent: "19" }], book: [{ title: "MwSt. reduziert", percent: "7" }] },
  US: {
    standard: [
      { title: "State tax", percent: "6.625" },
      { title: "City tax", percent: "1.5" },
    ],
    book: [{ title: "Book tax", percent: "4" }],
  },
};

/** As the hub calls a rate that has no id of its own. */
const RATES: readonly ShopRate[] = (["NL", "DE", "US"] as const).flatMap((country) =>
  [...TAXES[country].standard, ...TAXES[country].book].map(({ title, percent }) => ({
    id: `${title} ${percent}%`,
    country,
    percent,
  })),
);

export interface ShopifySide extends ShopSide {
  /** For what only one scenario does. */
  readonly desk: SimulatedShopify;
}

export function createShopifySide(options: ShopSideOptions, schema: ShopifySchema): ShopifySide {
  const { plan, shop: own, time, random, deliver } = options;
  const baseUrl = "https://simulated.myshopify.com";
  const app = { ...DEFAULT_APP, clientSecret: WEBHOOK_SECRET };
  const settings = { currency: "USD", country: "NL", taxesIncluded: own.pricesIncludeTax, taxes: TAXES.NL.standard };
  const desk = createSimulatedShopify({ schema, clock: time.clock, random, baseUrl, app, deliver, settings });
  const places = new Map(
    PLACES.slice(0, own.locations).map((place): [string, Place] => [desk.createLocation(`Store ${place}`), place]),
  );
  addCatalog(desk, plan, [...places.keys()][0] ?? "");
  const customers = [1, 2].map((number) =>
    desk.addCustomer({ email: `member${number}@example.test`, firstName: "Member", lastName: `Number${number}` }),
  );
  const countries = new Map<string, OrderPlan["country"]>();
  return {
    id: own.id,
    kind: "shopify",
    address: baseUrl,
    server: (request) => desk.handle(request),
    key: app.clientId,
    secret: app.clientSecret,
    places,
    rates: RATES,
    methods: METHODS,
    place: (order) => {
      const placed = place(desk, order, customers);
      if (placed !== null) countries.set(placed, order.country);
      return placed;
    },
    step: (orderId, step) => takeStep(desk, orderId, step),
    deliverDue: async () => {
      await desk.deliverDueWebhooks();
    },
    desk,
    books: () => booksOf(desk, own.id, places, countries),
  };
}

function booksOf(
  desk: SimulatedShopify,
  shop: string,
  places: ReadonlyMap<string, Place>,
  countries: ReadonlyMap<string, OrderPlan["country"]>,
): ReturnType<ShopSide["books"]> {
  const { orders, variants } = desk.snapshot();
  return {
    shopOrders: orders.map((order): ShopBookOrder => ({
      shop,
      id: order.id,
      number: order.number,
      status: statusOf(order),
      total: soldFor(order),
      paid: ["PAID", "PARTIALLY_REFUNDED", "REFUNDED"].includes(order.financialStatus),
      method: order.gateways[0] ?? "",
      email: order.email,
      isGuest: order.customerId === null,
      lines: unitsOf(order, ({ quantity }) => quantity),
      refundedUnits: unitsOf(order, ({ quantity, currentQuantity }) => quantity - currentQuantity),
      refunds: refundsOf(order),
      isMoneyBack: true,
      fulfilled: unitsOf(order, ({ fulfilled }) => fulfilled),
      routes: routesOf(order, places),
      taxCountry: countries.get(order.id) ?? "NL",
      mark: order.metafields[MARK] ?? "",
    })),
    shopStock: variants.flatMap(({ sku, tracked, levels }) =>
      sku === "" || !tracked
        ? []
        : [...places].map(([location, place]) => ({
            shop,
            sku,
            place,
            offered: levels.find(({ locationId }) => locationId === location)?.available ?? null,
          })),
    ),
    unsupported: desk.unsupported,
  };
}

function routesOf({ routes }: OrderSnapshot, places: ReadonlyMap<string, Place>): ShopBookOrder["routes"] {
  const found = new Map<Place, Map<string, number>>();
  for (const { locationId, sku, quantity } of routes) {
    const place = places.get(locationId);
    if (place === undefined || sku === "") continue;
    const there = found.get(place) ?? new Map<string, number>();
    found.set(place, there.set(sku, (there.get(sku) ?? 0) + quantity));
  }
  return found;
}

function refundsOf({ refunds }: OrderSnapshot): readonly string[] {
  return refunds.map(({ money }) => money).filter((money) => cents(money) !== 0n);
}

/** What the order is now, and what was given back of it: an edit made another order of it, a refund did not. */
function soldFor(order: OrderSnapshot): string {
  return amountOf(refundsOf(order).reduce((sum, money) => sum + cents(money), cents(order.currentTotal)));
}

function unitsOf(
  { lines }: OrderSnapshot,
  count: (line: OrderSnapshot["lines"][number]) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) if (line.sku !== "") sums.set(line.sku, (sums.get(line.sku) ?? 0) + count(line));
  return sums;
}

/** In the words of the worlds, as a merchant reads the admin's two columns. */
function statusOf({ cancelled, financialStatus, fulfillmentStatus }: OrderSnapshot): string {
  if (cancelled || financialStatus === "VOIDED") return "cancelled";
  if (financialStatus === "EXPIRED") return "failed";
  if (financialStatus === "REFUNDED") return "refunded";
  if (fulfillmentStatus === "FULFILLED") return "completed";
  return ["PENDING", "PARTIALLY_PAID"].includes(financialStatus) ? "on-hold" : "processing";
}

/** The shop's numbers start out wrong: the first sweep has something to do. */
function addCatalog(desk: SimulatedShopify, { opening }: WorldPlan, location: string): void {
  const variant = (sku: string, price: string, title?: string) => ({
    sku,
    price,
    stock: { [location]: Math.max(0, (opening[sku] ?? 0) - 3) },
    ...(title === undefined ? {} : { title }),
  });
  const prices: Readonly<Record<string, string>> = { MUG: "9.95", POSTER: "13.37", BOOK: "24.99" };
  for (const sku of SELLABLE) {
    const price = prices[sku];
    if (price !== undefined) desk.createProduct({ title: sku.toLowerCase(), variants: [variant(sku, price)] });
  }
  desk.createProduct({
    title: "Shirt",
    variants: [variant("SHIRT-S", "19.90", "S"), variant("SHIRT-M", "20.10", "M")],
  });
  desk.createProduct({ title: "Table made to order", variants: [variant(ON_DELIVERY_SKU, "349.00")] });
  desk.createProduct({
    title: "Lamp, new this week",
    variants: [{ ...variant(UNKNOWN_SKU, "79.90"), stock: { [location]: 5 } }],
  });
  // Never ordered: what the sweep must report and leave alone.
  desk.createProduct({ title: "Gift wrapping", variants: [{ sku: "WRAP", price: "2.00", tracked: false }] });
  desk.createProduct({ title: "Without a SKU", variants: [{ price: "1.00", stock: { [location]: 4 } }] });
}

function place(desk: SimulatedShopify, order: OrderPlan, customers: readonly string[]): string | null {
  const { customer, country } = order;
  const isGuest = customer.kind === "guest";
  const number = isGuest ? customer.email.length : customer.index + 1;
  const person = isGuest
    ? nameOf(customer.email)
    : { email: `member${number}@example.test`, first_name: "Member", last_name: `Number${number}` };
  const home = addressOf(country, number, person);
  const customerId = isGuest ? undefined : customers[customer.index];
  const taxes = TAXES[country];
  const lines: CheckoutLine[] = order.lines.map(({ sku, quantity }) => ({
    sku,
    quantity,
    ...(sku === BOOK ? { taxes: taxes.book } : {}),
  }));
  if (order.fee !== null) lines.push({ title: "Gift wrap", quantity: 1, price: order.fee });
  const placed = desk.checkout({
    lines,
    email: person.email,
    ...(customerId === undefined ? {} : { customerId }),
    billing: home,
    shippingAddress: order.index % 4 === 0 ? { ...addressOf(country, number + 50, person), firstName: "Gift" } : home,
    taxes: taxes.standard,
    ...(order.coupon === null ? {} : { discount: { code: order.coupon, amount: "5.00" } }),
    ...(order.shipping === null ? {} : { shipping: { title: "Parcel", price: order.shipping } }),
    payments: [paymentOf(order)],
  });
  if (placed === null) return null;
  if (order.status === "completed") desk.fulfil(placed.id);
  return placed.id;
}

function paymentOf({ method, paid, index }: OrderPlan): PaymentDraft {
  const gateway = METHODS[method];
  if (method !== "card") return { gateway, state: "pending" };
  return { gateway, state: paid ? "captured" : "authorized", reference: `ch_${index}` };
}

function addressOf(country: OrderPlan["country"], number: number, person: ReturnType<typeof nameOf>) {
  const { address_1, city, postcode, phone } = address(country, number);
  const { first_name, last_name } = person;
  return {
    firstName: first_name,
    lastName: last_name,
    address1: address_1,
    city,
    zip: postcode,
    countryCode: country,
    phone,
  };
}

/** A step that the order's state does not allow any more (paid after it was cancelled) is not taken. */
function takeStep(desk: SimulatedShopify, orderId: string, step: OrderStep): void {
  const order = desk.order(orderId);
  if (order === null || order.cancelled) return;
  const { financialStatus, fulfillmentStatus, lines } = order;
  const isOpen = fulfillmentStatus !== "FULFILLED";
  switch (step.kind) {
    case "status":
      if (step.status === "completed" && isOpen && financialStatus !== "REFUNDED") desk.fulfil(orderId);
      if (["cancelled", "failed"].includes(step.status) && fulfillmentStatus === "UNFULFILLED") desk.cancel(orderId);
      return;
    case "pay":
      if (financialStatus === "PENDING") desk.markPaid(orderId);
      if (financialStatus === "AUTHORIZED") desk.capture(orderId);
      return;
    case "edit": {
      const [first] = lines;
      if (first !== undefined && financialStatus === "PENDING" && fulfillmentStatus === "UNFULFILLED")
        desk.edit(orderId, { quantities: { [first.id]: step.quantity } });
      return;
    }
    case "refund":
      if (["PAID", "PARTIALLY_REFUNDED"].includes(financialStatus)) refund(desk, order, step);
      return;
  }
}

/** All: every unit and what is left of the shipping. A unit: one of the first line. */
function refund(
  desk: SimulatedShopify,
  order: OrderSnapshot,
  { part, restock }: Extract<OrderStep, { kind: "refund" }>,
): void {
  const units = order.lines.filter(({ currentQuantity }) => currentQuantity > 0);
  const taken = part === "all" ? units : units.slice(0, 1);
  const lines = taken.map(({ id, currentQuantity, fulfilled }) => ({
    lineId: id,
    quantity: part === "all" ? currentQuantity : 1,
    restock: restock ? (fulfilled > 0 ? ("RETURN" as const) : ("CANCEL" as const)) : ("NO_RESTOCK" as const),
  }));
  if (lines.length > 0) desk.refund(order.id, { lines, ...(part === "all" ? { shipping: true as const } : {}) });
}
