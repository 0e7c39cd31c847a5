/** The contract about webhooks, end to end: created, delivered to a real receiver, decoded, switched on again. */
import assert from "node:assert/strict";
import type { Delivery, WebhookState } from "../../src/core/ports/shop.ts";
import type { VariantRef } from "../../src/core/stock/shop-variant.ts";
import { failureOf, readVariants, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { Received, ShopWorld } from "./shop-world.ts";
import { writeOf } from "./stock-levels.ts";

const ATTEMPTS_MAX = 30;
const WAIT_MS = 1_000;

async function ensure({ shop, receiver, call }: ShopWorld): Promise<readonly WebhookState[]> {
  return valueOf(await shop.ensureWebhooks(receiver.url, call));
}

/** Waits until a delivery that fits has come. */
async function delivered(
  world: ShopWorld,
  what: string,
  fits: (delivery: Delivery) => boolean,
  from = 0,
): Promise<{ delivery: Delivery; received: Received }> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    await world.deliverWebhooks();
    for (const received of world.receiver.received.slice(from)) {
      const decoded = world.shop.decodeDelivery(received.headers, received.raw);
      if (decoded.ok && fits(decoded.value)) return { delivery: decoded.value, received };
    }
    await world.pass(WAIT_MS);
  }
  throw new Error(`no delivery of ${what} within ${ATTEMPTS_MAX} s`);
}

export const WEBHOOK_CASES: readonly ContractCase[] = [
  {
    name: "webhooks are created once, found again, and made to work again when the shop has stopped one",
    run: async (world) => {
      const first = await ensure(world);
      assert.ok(first.length > 0 && first.every(({ status }) => status === "created"), JSON.stringify(first));
      const second = await ensure(world);
      assert.deepEqual(
        second.map(({ topic, id, status }) => [topic, id, status]),
        first.map(({ topic, id }) => [topic, id, "active"]),
      );
      await world.switchOffWebhook(first[0]?.id ?? "");
      const third = await ensure(world);
      assert.deepEqual(
        third.slice(1).map(({ id, status }) => [id, status]),
        first.slice(1).map(({ id }) => [id, "active"]),
      );
      const [again] = third;
      assert.equal(again?.topic, first[0]?.topic);
      // The same one, or another where the shop had deleted it.
      assert.ok(again?.status === (again?.id === first[0]?.id ? "re-enabled" : "created"), JSON.stringify(again));
      const pings = world.receiver.received
        .map(({ headers, raw }) => world.shop.decodeDelivery(headers, raw))
        .filter((one) => one.ok && one.value.deliveryId === null);
      for (const ping of pings) assert.ok(valueOf(ping).ignored !== null && valueOf(ping).keys.length === 0);
      const lines = await world.shop.check(world.call);
      for (const { topic } of first)
        assert.equal(lines.find(({ subject }) => subject === `webhook ${topic}`)?.status, "ok", topic);
    },
  },
  {
    name: "a new order is delivered with its key and what it holds, and a changed one as well",
    run: async (world) => {
      await ensure(world);
      const mug = await world.createSimple({ sku: `${world.tag}-HOOK`, name: "Mug", quantity: 20 });
      const { id, number } = await world.createOrder({
        lines: [{ variantId: mug, parentId: null, quantity: 2 }],
        status: "processing",
      });
      const isOurs = ({ keys }: Delivery) => keys.some((key) => key.flow === "order" && key.id === id);
      const { delivery, received } = await delivered(world, "a new order", isOurs);
      assert.deepEqual(delivery.keys, [{ flow: "order", connection: world.shop.connection, id }]);
      assert.deepEqual(delivery.holds, {
        orderId: id,
        placedAt: valueOf((await world.shop.readOrders([id], world.call)).get(id))?.createdAt,
        lines: [{ orderId: id, orderNumber: number, variantId: mug, quantity: "2", locationId: null }],
      });
      assert.ok(delivery.deliveryId !== null && delivery.ignored === null);
      refusedWhenTouched(world, received);
      await world.setOrderStatus(id, "cancelled");
      const cancelled = await delivered(
        world,
        "the cancelled order",
        (one) => isOurs(one) && one.holds?.lines.length === 0,
      );
      assert.notEqual(cancelled.delivery.deliveryId, delivery.deliveryId);
      const other = await world.createOrder({
        lines: [{ variantId: mug, parentId: null, quantity: 1 }],
        status: "processing",
      });
      await delivered(world, "the other order", ({ keys }) => keys.some((key) => key.id === other.id));
      await world.discardOrder(other.id);
      await delivered(
        world,
        "the discarded order",
        ({ topic, keys }) => /delete/.test(topic) && keys.some((key) => key.flow === "order" && key.id === other.id),
      );
    },
  },
  {
    name: "changed stock is delivered by the variant's own key or by what is counted, the hub's own writes too",
    run: async (world) => {
      const { tag, shop, call } = world;
      await ensure(world);
      const mug = await world.createSimple({ sku: `${tag}-HS`, name: "Mug", quantity: 20 });
      const shirt = await world.createVariable({
        name: "Shirt",
        variations: [{ option: "S", sku: `${tag}-HS-S`, quantity: 3 }],
      });
      const small = { id: shirt.variationIds[0] ?? "", parentId: shirt.id, sku: `${tag}-HS-S` };
      const mugItem = await itemOf(world, { id: mug, parentId: null, sku: `${tag}-HS` });
      const before = await settled(world);
      await world.setStock(mug, null, 19);
      await delivered(world, "a simple product's stock", tellsOf(mug, mugItem), before);
      const from = await settled(world);
      const write = await writeOf(world, small, 2);
      valueOf((await shop.writeStock([write], call))[0]);
      const isSmall = tellsOf(small.id, write.itemId);
      const { delivery } = await delivered(world, "a variation's stock", isSmall, from);
      if (delivery.itemIds.length > 0) assert.deepEqual([delivery.keys, delivery.itemIds], [[], [write.itemId]]);
      else assert.deepEqual(delivery.keys, [{ flow: "stock", connection: shop.connection, id: small.id }]);
    },
  },
];

/** How many have come by now: what is looked for comes after them. */
async function settled(world: ShopWorld): Promise<number> {
  await world.deliverWebhooks();
  return world.receiver.received.length;
}

async function itemOf({ shop, call }: ShopWorld, ref: VariantRef): Promise<string | null> {
  return valueOf((await readVariants(shop, [ref], call)).get(ref.id))?.itemId ?? null;
}

function tellsOf(variantId: string, itemId: string | null): (delivery: Delivery) => boolean {
  return ({ keys, itemIds }) =>
    (itemId !== null && itemIds.includes(itemId)) || keys.some((key) => key.flow === "stock" && key.id === variantId);
}

/** One byte more, another signature, none at all: nothing of it is believed. */
function refusedWhenTouched({ shop }: ShopWorld, { headers, raw }: Received): void {
  const name = Object.keys(headers).find((header) => header.endsWith("-signature") || header.endsWith("-sha256")) ?? "";
  assert.notEqual(name, "", "the delivery is not signed");
  failureOf(shop.decodeDelivery(headers, Buffer.concat([raw, Buffer.from(" ")])), "WEBHOOK_SIGNATURE_INVALID");
  failureOf(shop.decodeDelivery({ ...headers, [name]: "AAAA" }, raw), "WEBHOOK_SIGNATURE_INVALID");
  failureOf(shop.decodeDelivery({ ...headers, [name]: "" }, raw), "WEBHOOK_SIGNATURE_MISSING");
}
