/**
 * A WooCommerce shop's world: makes its data through the REST API with the key that the hub has, and removes it again.
 * It needs nothing but the API, so that a simulated and a real shop are the same to it.
 */
import type { CallContext } from "../../src/core/ports/call.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Transport } from "../../src/core/ports/transport.ts";
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import { createWooClient, type Query, type WooClient } from "../../src/connectors/woocommerce/client.ts";
import { createWooCommerceConnector } from "../../src/connectors/woocommerce/connector.ts";
import { freeCall, valueOf } from "./outcomes.ts";
import type { OrderRecipe, Receiver, RefundRecipe, ShopWorld, VariableRecipe, VariantRecipe } from "./shop-world.ts";

export interface WooWorldOptions {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly tag: string;
  readonly receiver: Receiver;
  readonly pass: (ms: number) => Promise<void>;
}

const CONNECTION = "shop-contract";
const WEBHOOK_SECRET = "secret of the contract's webhooks";
const NOWHERE = "https://127.0.0.1:9";
const BATCH_MAX = 100;
const SKU_TAKEN = "product_invalid_sku";

type Json = Readonly<Record<string, unknown>>;

/** Speaks to the API, and remembers what is to be removed, newest first. */
class Maker {
  readonly made: string[] = [];
  private readonly client: WooClient;
  private readonly call: CallContext;

  constructor(client: WooClient, call: CallContext) {
    this.client = client;
    this.call = call;
  }

  async get(path: string, query: Query = {}): Promise<unknown> {
    return valueOf(await this.client.get(path, query, this.call)).body;
  }

  async post(path: string, body: Json): Promise<Json> {
    return valueOf(await this.client.write("POST", path, body, this.call)).body as Json;
  }

  async put(path: string, body: Json): Promise<void> {
    valueOf(await this.client.write("PUT", path, body, this.call));
  }

  async create(path: string, body: Json): Promise<string> {
    const { id } = await this.post(path, body);
    this.made.unshift(`${path}/${String(id)}`);
    return String(id);
  }

  async trash(path: string): Promise<void> {
    valueOf(await this.client.write("DELETE", path, undefined, this.call));
  }

  async remove(path: string): Promise<void> {
    valueOf(await this.client.write("DELETE", `${path}?force=true`, undefined, this.call));
  }
}

export function createWooWorld(options: WooWorldOptions): ShopWorld {
  const { transport, clock, tag } = options;
  const call = freeCall();
  const settings = {
    connection: CONNECTION,
    webhookSecret: WEBHOOK_SECRET,
    allowHttp: true,
    environment: "staging",
    transport,
    clock,
    key: options.key,
  };
  const at = (url: string, secret: string) => ({ ...settings, url, secret });
  const maker = new Maker(createWooClient(at(options.url, options.secret)), call);
  const productPath = (id: string, parentId: string | null) =>
    parentId === null ? `/products/${id}` : `/products/${parentId}/variations/${id}`;
  return {
    shop: createWooCommerceConnector(at(options.url, options.secret)),
    call,
    tag,
    withSecret: (secret) => createWooCommerceConnector(at(options.url, secret)),
    unreachable: () => createWooCommerceConnector(at(NOWHERE, options.secret)),
    createSimple: (recipe) => maker.create("/products", simple(recipe)),
    createVariable: (recipe) => createVariable(maker, recipe),
    tryDuplicateSku: async (sku) => {
      const client = createWooClient(at(options.url, options.secret));
      const answer = await client.write("POST", "/products", simple({ sku, name: "Second", quantity: 1 }), call);
      if (!answer.ok && answer.failure.params["status"]?.includes(SKU_TAKEN) === true) return null;
      const id = String((valueOf(answer).body as Json)["id"]);
      maker.made.unshift(`/products/${id}`);
      return id;
    },
    setStock: (id, parentId, quantity) => maker.put(productPath(id, parentId), { stock_quantity: quantity }),
    removeVariant: (id, parentId) => maker.remove(productPath(id, parentId)),
    createOrder: (recipe) => createOrder(maker, recipe),
    createOrders: (count, variantId) => createOrders(maker, count, variantId),
    setOrderStatus: (id, status) => maker.put(`/orders/${id}`, { status }),
    refundOrder: (id, refund) => refundOrder(maker, id, refund),
    trashOrder: (id) => maker.trash(`/orders/${id}`),
    discardOrder: (id) => maker.trash(`/orders/${id}`),
    removeOrder: (id) => maker.remove(`/orders/${id}`),
    pass: options.pass,
    now: () => new Date(clock.nowMs()).toISOString(),
    statuses: ["pending", "on-hold", "processing", "completed", "cancelled", "failed"],
    simpleParentOf: () => null,
    parentsCount: true,
    wellSubjects: [
      "right to read orders",
      "right to read products",
      "right to write orders",
      "right to write products",
      "currency",
    ],
    secrets: /cs_|oauth_/,
    stockLocation: WHOLE_SHOP,
    otherLocation: null,
    receiver: options.receiver,
    deliverWebhooks: async () => {
      await transport({
        method: "GET",
        url: `${options.url}/wp-cron.php?doing_wp_cron=${clock.nowMs()}`,
        headers: {},
        timeoutMs: 30_000,
      });
    },
    switchOffWebhook: (id) => maker.put(`/webhooks/${id}`, { status: "disabled" }),
    cleanUp: () => cleanUp(maker, options.receiver.url),
  };
}

function simple({ sku, name, quantity }: VariantRecipe): Json {
  const counted = quantity === null ? { manage_stock: false } : { manage_stock: true, stock_quantity: quantity };
  return { name, type: "simple", regular_price: "10.00", sku, ...counted };
}

async function createVariable(maker: Maker, { name, parentQuantity, variations }: VariableRecipe) {
  const options = variations.map(({ option }) => option);
  const counted = parentQuantity === undefined ? {} : { manage_stock: true, stock_quantity: parentQuantity };
  const attributes = [{ name: "Size", visible: true, variation: true, options }];
  const id = await maker.create("/products", { name, type: "variable", attributes, ...counted });
  const variationIds: string[] = [];
  for (const { option, sku, quantity } of variations) {
    const own = quantity === null ? {} : { manage_stock: true, stock_quantity: quantity };
    const body = { regular_price: "20.00", sku, attributes: [{ name: "Size", option }], ...own };
    // It goes with its parent.
    variationIds.push(String((await maker.post(`/products/${id}/variations`, body))["id"]));
  }
  return { id, variationIds };
}

function orderBody({ lines, paidBy, status, shipping, fee, email, note }: OrderRecipe): Json {
  return {
    line_items: lines.map(({ variantId, parentId, quantity }) =>
      parentId === null
        ? { product_id: Number(variantId), quantity }
        : { product_id: Number(parentId), variation_id: Number(variantId), quantity },
    ),
    billing: { first_name: "Kim", last_name: "Contract", country: "BE", ...(email === undefined ? {} : { email }) },
    ...(shipping === undefined
      ? {}
      : { shipping_lines: [{ method_id: "flat_rate", method_title: "Flat rate", total: shipping }] }),
    ...(fee === undefined ? {} : { fee_lines: [{ name: "Gift wrap", total: fee, tax_status: "taxable" }] }),
    ...(paidBy === undefined
      ? {}
      : {
          set_paid: true,
          payment_method: paidBy.method,
          payment_method_title: paidBy.method,
          transaction_id: paidBy.transactionId,
        }),
    ...(status === undefined ? {} : { status }),
    ...(note === undefined ? {} : { customer_note: note }),
  };
}

async function createOrder(maker: Maker, recipe: OrderRecipe): Promise<{ id: string; number: string }> {
  const id = await maker.create("/orders", orderBody(recipe));
  const { number } = (await maker.get(`/orders/${id}`)) as Json;
  return { id, number: String(number) };
}

/** The lines' shares of what was paid, and what goes back beyond them; the money is given back by hand. */
async function refundOrder(maker: Maker, id: string, { lines, amount, reason }: RefundRecipe): Promise<void> {
  const order = (await maker.get(`/orders/${id}`)) as { readonly line_items: readonly OrderItem[] };
  const cents = (text: string) => Math.round(Number(text) * 100);
  const text = (minor: number) => (minor / 100).toFixed(2);
  const restock = lines.some((line) => line.restock);
  const line_items = lines.map(({ line, quantity }) => {
    const item = order.line_items[line];
    if (item === undefined) throw new Error(`order ${id} has no line ${line}`);
    const share = (total: string) => Math.round((cents(total) * quantity) / item.quantity);
    return {
      id: item.id,
      quantity,
      refund_total: Number(text(share(item.total))),
      refund_tax: item.taxes.map((tax) => ({ id: tax.id, refund_total: Number(text(share(tax.total))) })),
    };
  });
  const named = line_items.flatMap(({ refund_total, refund_tax }) => [
    refund_total,
    ...refund_tax.map((tax) => tax.refund_total),
  ]);
  const total = named.reduce((sum, one) => sum + cents(String(one)), cents(amount ?? "0"));
  const body = { amount: text(total), api_refund: false, api_restock: restock, line_items };
  await maker.post(`/orders/${id}/refunds`, reason === undefined ? body : { ...body, reason });
}

interface OrderItem {
  readonly id: number;
  readonly quantity: number;
  readonly total: string;
  readonly taxes: readonly { readonly id: number; readonly total: string }[];
}

async function createOrders(maker: Maker, count: number, variantId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  const body = orderBody({ lines: [{ variantId, parentId: null, quantity: 1 }] });
  for (let left = count; left > 0; left -= BATCH_MAX) {
    const create = Array.from({ length: Math.min(left, BATCH_MAX) }, () => body);
    const made = (await maker.post("/orders/batch", { create }))["create"] as readonly Json[];
    for (const { id } of made) {
      ids.push(String(id));
      maker.made.unshift(`/orders/${String(id)}`);
    }
  }
  return ids;
}

async function cleanUp(maker: Maker, deliveryUrl: string): Promise<void> {
  const webhooks = (await maker.get("/webhooks", { per_page: BATCH_MAX })) as readonly Json[];
  for (const { id, delivery_url } of webhooks)
    if (delivery_url === deliveryUrl) maker.made.push(`/webhooks/${String(id)}`);
  const left: string[] = [];
  for (const path of maker.made) {
    // Removing what a case has removed already is answered as missing, which is as good.
    await maker
      .remove(path)
      .catch((error: unknown) => left.push(`${path}: ${error instanceof Error ? error.message : String(error)}`));
  }
  maker.made.length = 0;
  if (left.length > 0) throw new Error(`left behind in the shop:\n${left.join("\n")}`);
}
