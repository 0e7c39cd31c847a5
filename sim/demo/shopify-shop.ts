/** The demo's Shopify shop: stock at two locations, payments in parts, and parcels that Odoo tells it of. */
import { createSimulatedShopify, DEFAULT_APP, type SimulatedShopify } from "../shopify/shop.ts";
import type { SchemaSource } from "../shopify/schema.ts";
import {
  ARTICLES,
  catalogOf,
  COUNTRY,
  COUPON,
  CURRENCY,
  NEW_ARTICLE,
  TAX_PERCENTS,
  type Article,
  type Warehouse,
} from "./catalog.ts";
import { amountOf, cents } from "./cents.ts";
import {
  webhookCarrier,
  type Basket,
  type DemoOrder,
  type DemoShop,
  type DemoShopOptions,
  type PaidBy,
} from "./shop.ts";

const ID = "boutique";
const TAX_TITLE = "BTW";
const PLACES = [
  { name: "Warehouse", warehouse: "WH" },
  { name: "Town shop", warehouse: "TOWN" },
] as const;
const GATEWAYS = { card: "shopify_payments", transfer: "Bank Deposit", "gift-card": "gift_card" } as const;
const ENDED = ["VOIDED", "EXPIRED", "REFUNDED"];

type Locations = ReadonlyMap<string, Warehouse>;

export function createShopifyShop({ clock, random, send }: DemoShopOptions, schema: SchemaSource): DemoShop {
  const webhooks = webhookCarrier(send, ({ headers }) => headers["x-shopify-topic"]?.startsWith("orders/") === true);
  const app = { ...DEFAULT_APP, clientId: random.hex(32), clientSecret: `shpss_${random.hex(32)}` };
  const shop = createSimulatedShopify({
    schema,
    clock,
    random,
    app,
    settings: {
      name: "Example Boutique",
      currency: CURRENCY,
      country: COUNTRY,
      taxes: [{ title: TAX_TITLE, percent: TAX_PERCENTS.standard }],
    },
    deliver: webhooks.deliver,
  });
  const locations: Locations = new Map(PLACES.map(({ name, warehouse }) => [shop.createLocation(name), warehouse]));
  stockCatalog(shop, locations);
  const order = (id: string): DemoOrder => {
    const found = shop.order(id);
    if (found === null) throw new Error(`the shop has no order ${id}`);
    return toOrder(found, locations);
  };
  return {
    id: ID,
    kind: "shopify",
    label: "Shopify",
    kindLabel: "Shopify",
    payments: new Set(["card", "transfer", "gift-card"] satisfies PaidBy[]),
    hearsOfParcels: true,
    places: PLACES,
    configuration: {
      connection: [`clientId: ${app.clientId}`, "clientSecret: ${BOUTIQUE_CLIENT_SECRET}"],
      taxes: {
        [`${TAX_TITLE} ${TAX_PERCENTS.standard}%`]: "standard",
        [`${TAX_TITLE} ${TAX_PERCENTS.reduced}%`]: "reduced",
      },
      journals: { [GATEWAYS.card]: "bank", [GATEWAYS.transfer]: "bank", [GATEWAYS["gift-card"]]: "giftCards" },
      deliveries: "odoo",
      stock: ["shopLocations:", ...[...locations].map(([id, warehouse]) => `  "${id}": { warehouse: ${warehouse} }`)],
    },
    secrets: { BOUTIQUE_CLIENT_SECRET: app.clientSecret },
    handle: (request) => shop.handle(request),
    setBaseUrl: (url) => shop.setBaseUrl(url),
    deliverDueWebhooks: () => shop.deliverDueWebhooks(),
    repeatLastWebhook: webhooks.repeat,
    buy: (basket) => {
      const placed = shop.checkout(checkoutOf(basket));
      return placed === null ? null : order(placed.id);
    },
    moneyArrives: (id) => shop.markPaid(id),
    takeBack: (id, sku, quantity) => takeBack(shop, id, sku, quantity),
    order,
    orders: () => shop.snapshot().orders.map((found) => toOrder(found, locations)),
    offers: () =>
      shop.snapshot().variants.flatMap(({ sku, levels }) =>
        levels.flatMap(({ locationId, available }) => {
          const warehouse = locations.get(locationId);
          return warehouse === undefined ? [] : [{ sku, warehouse, units: available }];
        }),
      ),
    unsupported: shop.unsupported,
  };
}

/** Each article is stocked at the first of its places alone: where else it lies in Odoo, the hub stocks it. */
function stockCatalog(shop: SimulatedShopify, locations: Locations): void {
  const stocked = ({ sku, onHand }: Article): Readonly<Record<string, number>> => {
    const [first] = [...locations].filter(([, warehouse]) => onHand[warehouse] !== undefined);
    if (first === undefined) return {};
    const [id, warehouse] = first;
    return { [id]: sku === NEW_ARTICLE.sku ? (onHand[warehouse] ?? 0) : 0 };
  };
  const articles = catalogOf(PLACES.map(({ warehouse }) => warehouse));
  const shirts = articles.filter(({ sku }) => sku.startsWith("TSHIRT"));
  for (const article of articles.filter((one) => !shirts.includes(one))) {
    const { sku, price, name } = article;
    shop.createProduct({ title: name, variants: [{ sku, price, stock: stocked(article) }] });
  }
  shop.createProduct({
    title: "T-shirt, black",
    variants: shirts.map((shirt) => ({
      title: shirt.name.slice(-1),
      sku: shirt.sku,
      price: shirt.price,
      stock: stocked(shirt),
    })),
  });
}

function articleOf(sku: string): Article {
  const found = [...ARTICLES, NEW_ARTICLE].find((one) => one.sku === sku);
  if (found === undefined) throw new Error(`the demo has no ${sku}`);
  return found;
}

function checkoutOf(basket: Basket): Parameters<SimulatedShopify["checkout"]>[0] {
  const { shopper, items, parcel, giftWrapping, coupon, pricesWithTax, paidBy, giftCard = "" } = basket;
  if (paidBy === "on-delivery") throw new Error("nobody pays this shop on delivery");
  const sum = items.reduce((total, { sku, quantity }) => total + cents(articleOf(sku).price) * BigInt(quantity), 0n);
  const payment = { gateway: GATEWAYS[paidBy] };
  return {
    lines: [
      ...items.map(({ sku, quantity }) => ({
        sku,
        quantity,
        ...(articleOf(sku).reduced === true ? { taxes: [{ title: TAX_TITLE, percent: TAX_PERCENTS.reduced }] } : {}),
      })),
      ...(giftWrapping === undefined ? [] : [{ title: "Gift wrapping", quantity: 1, price: giftWrapping }]),
    ],
    email: shopper.email,
    billing: addressOf(basket),
    ...(pricesWithTax === undefined ? {} : { taxesIncluded: pricesWithTax }),
    ...(parcel === undefined ? {} : { shipping: { title: "Parcel", price: parcel } }),
    ...(coupon === true
      ? { discount: { code: COUPON.code, amount: amountOf((sum * COUPON.percent + 50n) / 100n) } }
      : {}),
    payments:
      paidBy === "gift-card"
        ? [{ ...payment, amount: giftCard }, { gateway: GATEWAYS.card }]
        : [{ ...payment, state: paidBy === "transfer" ? "pending" : "captured" }],
  };
}

function addressOf({ shopper: { firstName, lastName, street, city, postcode } }: Basket) {
  return { firstName, lastName, address1: street, city, zip: postcode, countryCode: COUNTRY };
}

/** What was sent comes back, what was not is not sent: Shopify tells the two apart. */
function takeBack(shop: SimulatedShopify, id: string, sku: string, quantity: number): string {
  const line = shop.order(id)?.lines.find((one) => one.sku === sku);
  if (line === undefined) throw new Error(`order ${id} has no ${sku}`);
  const restock = line.fulfilled >= quantity ? "RETURN" : "CANCEL";
  shop.refund(id, { lines: [{ lineId: line.id, quantity, restock }], note: "Sent back" });
  return shop.order(id)?.refunds.at(-1)?.money ?? "";
}

type Snapshot = NonNullable<ReturnType<SimulatedShopify["order"]>>;

function toOrder(found: Snapshot, locations: Locations): DemoOrder {
  const { id, number, financialStatus, fulfillmentStatus, cancelled, metafields } = found;
  // The story buys nothing that comes from two places at once.
  const [route] = found.routes;
  return {
    id,
    number,
    status: `${wordOf(financialStatus)}, ${wordOf(fulfillmentStatus)}`,
    isAccepted: !cancelled && !ENDED.includes(financialStatus),
    total: found.total,
    tax: found.totalTax,
    received: { amount: found.received, parts: cents(found.received) === 0n ? 0 : found.gateways.length },
    refunds: found.refunds.map(({ money }) => money),
    lines: found.lines.map((line) => ({
      sku: line.sku,
      quantity: line.quantity,
      left: line.currentQuantity,
      sent: line.fulfilled,
    })),
    warehouse: locations.get(route?.locationId ?? "") ?? "WH",
    mark: { status: metafields["stockbridge.status"] ?? "", sentence: metafields["stockbridge.sentence"] ?? "" },
    parcels: found.fulfillments
      .filter(({ status }) => status === "SUCCESS")
      .map((parcel) => parcel.tracking.join(", ")),
  };
}

function wordOf(status: string): string {
  return status.toLowerCase().replaceAll("_", " ");
}
