/**
 * A simulated Shopify shop's world: what people do there is done at its desk, as in the admin and the checkout; the hub's own
 * connector speaks to its API.
 */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { ShopPort } from "../../src/core/ports/shop.ts";
import type { Transport } from "../../src/core/ports/transport.ts";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import type { SimulatedShopify } from "../../sim/shopify/shop.ts";
import { DEFAULT_APP } from "../../sim/shopify/shop.ts";
import type { VariantDraft } from "../../sim/shopify/catalog-desk.ts";
import { freeCall } from "./outcomes.ts";
import type { OrderRecipe, Receiver, RefundRecipe, ShopWorld, VariableRecipe, VariantRecipe } from "./shop-world.ts";

export interface ShopifyWorldOptions {
  readonly sim: SimulatedShopify;
  readonly url: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly tag: string;
  readonly receiver: Receiver;
  readonly pass: (ms: number) => Promise<void>;
}

const CONNECTION = "shop-contract";
const NOWHERE = "https://127.0.0.1:9";

/** What the desk has made, so that it can be removed again. */
class Made {
  /** Products by their variants. */
  readonly parents = new Map<string, string>();
  readonly products = new Set<string>();
  readonly orders = new Set<string>();
}

/** The merchant's people, who make products and orders. */
class Desk {
  readonly made = new Made();
  private readonly sim: SimulatedShopify;
  private readonly stockLocation: string;

  constructor(sim: SimulatedShopify, stockLocation: string) {
    this.sim = sim;
    this.stockLocation = stockLocation;
  }

  simple(recipe: VariantRecipe): string {
    return this.product(recipe.name, [this.stocked(recipe)]).variationIds[0] ?? "";
  }

  variable({ name, variations }: VariableRecipe) {
    return this.product(
      name,
      variations.map(({ option, ...own }) => ({ title: option, ...this.stocked({ name, ...own }) })),
    );
  }

  order(recipe: OrderRecipe) {
    const placed = placeOrder(this.sim, recipe);
    this.made.orders.add(placed.id);
    return placed;
  }

  remove(id: string): void {
    this.sim.deleteOrder(id);
    this.made.orders.delete(id);
  }

  cleanUp(deliveryUrl: string): void {
    for (const id of this.made.orders) this.sim.deleteOrder(id);
    const left = new Set(this.sim.snapshot().variants.map(({ productId }) => productId));
    for (const id of this.made.products) if (left.has(id)) this.sim.deleteProduct(id);
    for (const { id, uri } of this.sim.snapshot().subscriptions)
      if (uri === deliveryUrl) this.sim.deleteSubscription(id);
  }

  private product(title: string, variants: readonly VariantDraft[]) {
    const { id, variantIds } = this.sim.createProduct({ title, variants });
    this.made.products.add(id);
    for (const variantId of variantIds) this.made.parents.set(variantId, id);
    return { id, variationIds: variantIds };
  }

  private stocked({ sku, quantity }: VariantRecipe): VariantDraft {
    const stock = quantity === null ? {} : { [this.stockLocation]: quantity };
    return { sku, tracked: quantity !== null, stock, oversell: true };
  }
}

export function createShopifyWorld(options: ShopifyWorldOptions): ShopWorld {
  const { sim, clock, tag } = options;
  const stockLocation = sim.createLocation(`${tag} warehouse`);
  const desk = new Desk(sim, stockLocation);
  return {
    shop: connector(options, options.url, DEFAULT_APP.accessToken),
    call: freeCall(),
    tag,
    withSecret: (secret) => connector(options, options.url, secret),
    unreachable: () => connector(options, NOWHERE, DEFAULT_APP.accessToken),
    // Shopify has no order that is only begun: what was not paid is on hold.
    statuses: ["on-hold", "processing", "completed", "cancelled"],
    simpleParentOf: (id) => desk.made.parents.get(id) ?? null,
    parentsCount: false,
    wellSubjects: ["shop", "API version", "access scopes"],
    secrets: /shpat_|shpss_/,
    stockLocation,
    otherLocation: sim.createLocation(`${tag} shop`),
    createSimple: async (recipe) => desk.simple(recipe),
    createVariable: async (recipe) => desk.variable(recipe),
    tryDuplicateSku: async (sku) => desk.simple({ sku, name: "Second", quantity: 1 }),
    setStock: async (id, _, quantity) => sim.setAvailable(id, stockLocation, quantity),
    removeVariant: async (id) => sim.deleteVariant(id),
    createOrder: async (recipe) => desk.order(recipe),
    createOrders: async (count, variantId) =>
      Array.from({ length: count }, () => desk.order({ lines: [{ variantId, parentId: null, quantity: 1 }] }).id),
    setOrderStatus: async (id, status) => {
      if (status === "completed") sim.fulfil(id);
      else sim.cancel(id);
    },
    refundOrder: async (id, recipe) => refund(sim, id, recipe),
    trashOrder: null,
    discardOrder: async (id) => desk.remove(id),
    removeOrder: async (id) => desk.remove(id),
    pass: options.pass,
    now: () => new Date(clock.nowMs()).toISOString(),
    receiver: options.receiver,
    deliverWebhooks: async () => {
      await sim.deliverDueWebhooks();
    },
    switchOffWebhook: async (id) => sim.deleteSubscription(id),
    cleanUp: async () => desk.cleanUp(options.receiver.url),
  };
}

function connector({ transport, clock }: ShopifyWorldOptions, url: string, accessToken: string): ShopPort {
  return createShopifyConnector({
    connection: CONNECTION,
    url,
    credentials: { kind: "token", accessToken },
    webhookSecret: DEFAULT_APP.clientSecret,
    currency: "shop",
    environment: "staging",
    allowHttp: true,
    transport,
    clock,
  });
}

function placeOrder(sim: SimulatedShopify, recipe: OrderRecipe): { readonly id: string; readonly number: string } {
  const { paidBy, status } = recipe;
  const isPaid = paidBy !== undefined || (status !== undefined && status !== "on-hold");
  const placed = sim.checkout({
    lines: [
      ...recipe.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      ...(recipe.fee === undefined ? [] : [{ title: "Gift wrap", quantity: 1, price: recipe.fee }]),
    ],
    billing: { firstName: "Kim", lastName: "Contract", countryCode: "BE" },
    ...(recipe.shipping === undefined
      ? {}
      : { shipping: { title: "Flat rate", code: "flat_rate", price: recipe.shipping } }),
    ...(recipe.email === undefined ? {} : { email: recipe.email }),
    ...(recipe.note === undefined ? {} : { note: recipe.note }),
    payments: [
      paidBy === undefined
        ? { gateway: isPaid ? "shopify_payments" : "Bank Deposit", state: isPaid ? "captured" : "pending" }
        : { gateway: paidBy.method, reference: paidBy.transactionId },
    ],
  });
  if (placed === null) throw new Error("the simulated Shopify is sold out");
  if (status === "completed") sim.fulfil(placed.id);
  if (status === "cancelled") sim.cancel(placed.id);
  return placed;
}

function refund(sim: SimulatedShopify, id: string, { lines, amount, reason }: RefundRecipe): void {
  const order = sim.order(id);
  sim.refund(id, {
    lines: lines.map(({ line, quantity, restock }) => ({
      lineId: order?.lines[line]?.id ?? "",
      quantity,
      restock: restock ? "CANCEL" : "NO_RESTOCK",
    })),
    ...(amount === undefined ? {} : { amount }),
    ...(reason === undefined ? {} : { note: reason }),
  });
}
