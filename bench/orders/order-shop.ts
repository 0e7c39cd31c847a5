/** A simulated WooCommerce over HTTP in which invented guests place paid orders of two products each. */
import { systemClock } from "../../src/app/system-clock.ts";
import { serve } from "../../sim/http-server.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShop, type SimulatedShop } from "../../sim/woocommerce/shop.ts";
import type { OrderSnapshot } from "../../sim/woocommerce/snapshot.ts";
import { PRODUCTS, REFUSED_SKU, skuOf } from "./odoo-books.ts";

const STATUS_KEY = "_stockbridge_status";
const PRICE_CENTS_FIRST = 995;
const PRICE_CENTS_STEP = 250;
const CENTS = 100;

export interface Placed {
  readonly order: OrderSnapshot;
  /** Who takes it to Odoo. */
  readonly by: "hub" | "bare";
  /** It carries the product that Odoo refuses. */
  readonly refused: boolean;
}

export interface OrderShop {
  readonly connection: string;
  readonly url: string;
  readonly rateId: string;
  /** Every order's number begins with it. */
  readonly numberPrefix: string;
  readonly placed: readonly Placed[];
  place(count: number, by: Placed["by"]): readonly OrderSnapshot[];
  placeRefused(): OrderSnapshot;
  /** What the hub has written onto the order; null: nothing yet. */
  statusOf(orderId: string): string | null;
  /** For people: which of the hub's orders are not synced, and why. */
  openOnes(): string;
  close(): Promise<void>;
}

/** Order numbers and external ids carry `mark`. */
export async function openOrderShop(mark: string): Promise<OrderShop> {
  const numberPrefix = `B${mark}-`;
  const settings = { currency: "USD", country: "US", orderNumber: (id: number) => `${numberPrefix}${id}` };
  const shop = createSimulatedShop({
    clock: systemClock,
    random: createRandom(mark),
    baseUrl: "http://127.0.0.1:1",
    settings,
  });
  const server = await serve((request) => shop.handle(request));
  shop.setBaseUrl(server.url);
  const rateId = shop.addTaxRate({ percent: "15", name: "Tax", country: "US" });
  for (let product = 0; product < PRODUCTS; product += 1) {
    shop.addProduct({ name: `Invented thing ${product}`, sku: skuOf(product), price: priceOf(product) });
  }
  shop.addProduct({ name: "Invented thing that nobody can book", sku: REFUSED_SKU, price: "5.00" });
  const placed: Placed[] = [];
  const put = (skus: readonly string[], by: Placed["by"]): OrderSnapshot => {
    const order = placeOne(shop, mark, placed.length, skus);
    placed.push({ order, by, refused: skus.includes(REFUSED_SKU) });
    return order;
  };
  const statusOf = (orderId: string): string | null => {
    const status = shop.order(orderId)?.meta[STATUS_KEY];
    return typeof status === "string" && status !== "" ? status : null;
  };
  return {
    connection: `shop-${mark}`,
    url: server.url,
    rateId,
    numberPrefix,
    placed,
    place: (count, by) =>
      Array.from({ length: count }, () =>
        put([skuOf(placed.length % PRODUCTS), skuOf((placed.length + 3) % PRODUCTS)], by),
      ),
    placeRefused: () => put([skuOf(0), REFUSED_SKU], "hub"),
    statusOf,
    openOnes: () => {
      const open = placed.filter(({ order, by }) => by === "hub" && statusOf(order.id) !== "synced");
      return open.map(({ order }) => `${order.number}: ${JSON.stringify(shop.order(order.id)?.meta)}`).join("; ");
    },
    close: () => server.close(),
  };
}

function priceOf(product: number): string {
  return ((PRICE_CENTS_FIRST + PRICE_CENTS_STEP * product) / CENTS).toFixed(2);
}

/** Another guest each time. */
function placeOne(shop: SimulatedShop, mark: string, nth: number, skus: readonly string[]): OrderSnapshot {
  const { id } = shop.placeOrder({
    items: skus.map((sku, line) => ({ sku, quantity: 1 + ((nth + line) % 3) })),
    billing: {
      first_name: "Bench",
      last_name: `Customer ${nth}`,
      address_1: `${nth} Invented Street`,
      city: "Sampletown",
      state: "CA",
      postcode: "90001",
      country: "US",
      email: `bench-${mark}-${nth}@example.test`,
      phone: "+15550000000",
    },
    method: "stripe",
    transactionId: `tx-${mark}-${nth}`,
    paid: true,
  });
  const order = shop.order(id);
  if (order === null) throw new Error(`the shop lost order ${id}`);
  return order;
}
