/** The demo's WooCommerce shop: sells from one warehouse, and knows one payment for each order and no parcels. */
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../woocommerce/shop.ts";
import { catalogOf, COUNTRY, COUPON, CURRENCY, NEW_ARTICLE, TAX_PERCENTS, type Shopper } from "./catalog.ts";
import {
  webhookCarrier,
  type Basket,
  type DemoOrder,
  type DemoShop,
  type DemoShopOptions,
  type PaidBy,
} from "./shop.ts";

const ID = "shop-eu";
const WAREHOUSE = "WH";
const REDUCED = "reduced-rate";
const ACCEPTED = ["processing", "completed", "on-hold"];
const METHODS = {
  card: { method: "stripe", methodTitle: "Credit card", paid: true },
  transfer: { method: "bacs", methodTitle: "Bank transfer", paid: false },
  "on-delivery": { method: "cod", methodTitle: "Cash on delivery", paid: false },
} as const;

export function createWooCommerceShop({ clock, random, send }: DemoShopOptions): DemoShop {
  const webhooks = webhookCarrier(send, ({ headers }) => headers["x-wc-webhook-topic"]?.startsWith("order.") === true);
  const shop = createSimulatedShop({
    clock,
    random,
    baseUrl: "http://127.0.0.1",
    settings: { currency: CURRENCY, country: COUNTRY },
    deliver: webhooks.deliver,
  });
  const taxes = stockCatalog(shop);
  const order = (id: string): DemoOrder => {
    const found = shop.order(id);
    if (found === null) throw new Error(`the shop has no order ${id}`);
    return toOrder(found);
  };
  return {
    id: ID,
    kind: "woocommerce",
    label: "Woo",
    kindLabel: "WooCommerce",
    payments: new Set(["card", "transfer", "on-delivery"] satisfies PaidBy[]),
    hearsOfParcels: false,
    places: [{ name: "the shop", warehouse: WAREHOUSE }],
    configuration: {
      connection: ["key: ${SHOP_EU_KEY}", "secret: ${SHOP_EU_SECRET}", "webhookSecret: ${SHOP_EU_WEBHOOK_SECRET}"],
      taxes,
      journals: { stripe: "bank", bacs: "bank", cod: "bank" },
      deliveries: "apart",
      stock: [`warehouse: ${WAREHOUSE}`],
    },
    secrets: {
      SHOP_EU_KEY: DEFAULT_KEY.key,
      SHOP_EU_SECRET: DEFAULT_KEY.secret,
      SHOP_EU_WEBHOOK_SECRET: random.hex(32),
    },
    handle: (request) => shop.handle(request),
    setBaseUrl: (url) => shop.setBaseUrl(url),
    deliverDueWebhooks: () => shop.deliverDueWebhooks(),
    repeatLastWebhook: webhooks.repeat,
    buy: (basket) => (isOffered(shop, basket) ? order(place(shop, basket)) : null),
    moneyArrives: (id) => shop.payOrder(id, "SEPA-0042"),
    takeBack: (id, sku, quantity) => takeBack(shop, id, sku, quantity),
    order,
    orders: () => shop.snapshot().orders.map(toOrder),
    offers: () => shop.snapshot().variants.map(({ sku, stock }) => ({ sku, warehouse: WAREHOUSE, units: stock ?? 0 })),
    unsupported: shop.unsupported,
  };
}

/** The shop's counts start out empty, but for what only the shop knows: the first comparison fills them. */
function stockCatalog(shop: SimulatedShop): Readonly<Record<string, "standard" | "reduced">> {
  const standard = shop.addTaxRate({ country: COUNTRY, percent: TAX_PERCENTS.standard, name: "BTW 21%" });
  const reduced = shop.addTaxRate({
    country: COUNTRY,
    percent: TAX_PERCENTS.reduced,
    name: "BTW 9%",
    taxClass: REDUCED,
  });
  const articles = catalogOf([WAREHOUSE]);
  const isShirt = ({ sku }: { readonly sku: string }): boolean => sku.startsWith("TSHIRT");
  for (const { name, sku, price, reduced: isReduced } of articles.filter((article) => !isShirt(article))) {
    const stock = sku === NEW_ARTICLE.sku ? (NEW_ARTICLE.onHand[WAREHOUSE] ?? 0) : 0;
    shop.addProduct({ name, sku, price, stock, ...(isReduced === true ? { taxClass: REDUCED } : {}) });
  }
  shop.addVariableProduct({
    name: "T-shirt, black",
    variations: articles
      .filter(isShirt)
      .map(({ sku, price, name }) => ({ option: name.slice(-1), sku, price, stock: 0 })),
  });
  shop.addCoupon({ code: COUPON.code, type: "percent", amount: String(COUPON.percent) });
  return { [standard]: "standard", [reduced]: "reduced" };
}

function isOffered(shop: SimulatedShop, { items }: Basket): boolean {
  const { variants } = shop.snapshot();
  return items.every(({ sku, quantity }) => (variants.find((one) => one.sku === sku)?.stock ?? 0) >= quantity);
}

function place(shop: SimulatedShop, basket: Basket): string {
  if (basket.paidBy === "gift-card") throw new Error("this shop sells no gift cards");
  const { items, parcel, giftWrapping, coupon, pricesWithTax } = basket;
  const method = METHODS[basket.paidBy];
  return shop.placeOrder({
    items,
    billing: addressOf(basket.shopper),
    ...method,
    ...(method.paid ? { transactionId: `ch_${shop.snapshot().orders.length + 1}` } : {}),
    ...(parcel === undefined ? {} : { shipping: { total: parcel, title: "Parcel" } }),
    ...(giftWrapping === undefined ? {} : { fees: [{ name: "Gift wrapping", total: giftWrapping }] }),
    ...(coupon === true ? { coupons: [COUPON.code] } : {}),
    ...(pricesWithTax === undefined ? {} : { pricesIncludeTax: pricesWithTax }),
  }).id;
}

function addressOf({ firstName, lastName, email, street, city, postcode }: Shopper) {
  return { first_name: firstName, last_name: lastName, email, address_1: street, city, postcode, country: COUNTRY };
}

function takeBack(shop: SimulatedShop, id: string, sku: string, quantity: number): string {
  const lines = shop.order(id)?.lines ?? [];
  const at = lines.findIndex((line) => line.sku === sku);
  const line = lines[at];
  if (line === undefined) throw new Error(`order ${id} has no ${sku}`);
  shop.refundOrder(id, { quantities: { [at]: quantity }, restock: true, byGateway: true, reason: "Sent back" });
  return shop.order(id)?.refunds.at(-1)?.total ?? "";
}

type Snapshot = NonNullable<ReturnType<SimulatedShop["order"]>>;

function toOrder(found: Snapshot): DemoOrder {
  const { id, number, status, total, totalTax, paid, lines, refunds, meta } = found;
  const text = (key: string): string => (typeof meta[key] === "string" ? meta[key] : "");
  const back = (sku: string): number =>
    refunds
      .flatMap(({ pieces }) => pieces)
      .filter((piece) => piece.sku === sku)
      .reduce((sum, piece) => sum + piece.quantity, 0);
  return {
    id,
    number,
    status,
    isAccepted: ACCEPTED.includes(status),
    total,
    tax: totalTax,
    received: { amount: paid ? total : "0.00", parts: paid ? 1 : 0 },
    refunds: refunds.map((refund) => refund.total),
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity, left: quantity - back(sku), sent: 0 })),
    warehouse: WAREHOUSE,
    mark: { status: text("_stockbridge_status"), sentence: text("_stockbridge_message") },
    parcels: [],
  };
}
