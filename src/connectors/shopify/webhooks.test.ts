/** Subscriptions of a scripted shop: made where missing, set right, reported; and the check's lines about them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WebhookState } from "../../core/ports/shop.ts";
import { checkWebhooks } from "./check-webhooks.ts";
import { errorResponse, scriptedShopify, type ShopScript } from "./testing/scripted-shopify.ts";
import { WEBHOOK_TOPICS } from "./webhook-topics.ts";
import { ensureWebhooks } from "./webhooks.ts";

const URL = "https://hub.example.test/webhooks/shop-us";

interface Kept {
  id: string;
  topic: string;
  uri: string;
  format: string;
  includeFields: readonly string[];
}

/** A shop that keeps what is made, a page of `perPage` at a time. */
function shop(kept: Kept[], perPage = 250, change: Partial<Record<string, ShopScript>> = {}) {
  const script: ShopScript = (asked, place) => {
    const own = change[asked.name];
    if (own !== undefined) return own(asked, place);
    const { variables } = asked;
    if (asked.name === "Webhooks") {
      const from = Number(variables["after"] ?? 0);
      const pageInfo = { hasNextPage: kept.length > from + perPage, endCursor: String(from + perPage) };
      return { webhookSubscriptions: { nodes: kept.slice(from, from + perPage), pageInfo } };
    }
    const webhook = variables["webhook"] as Pick<Kept, "uri" | "format" | "includeFields">;
    if (asked.name === "CreateWebhook") {
      const id = `gid://shopify/WebhookSubscription/${kept.length + 1}`;
      kept.push({ id, topic: String(variables["topic"]), ...webhook });
      return { webhookSubscriptionCreate: { webhookSubscription: { id }, userErrors: [] } };
    }
    const found = kept.find(({ id }) => id === variables["id"]) ?? assert.fail();
    Object.assign(found, webhook);
    return { webhookSubscriptionUpdate: { webhookSubscription: { id: found.id }, userErrors: [] } };
  };
  return scriptedShopify(script);
}

async function ensure({ client, call }: ReturnType<typeof shop>): Promise<readonly WebhookState[]> {
  const ensured = await ensureWebhooks(client, URL, call);
  assert.ok(ensured.ok);
  return ensured.value;
}

const statuses = (states: readonly WebhookState[]) => [...new Set(states.map(({ status }) => status))];

describe("subscriptions", () => {
  test("are made once, with the fields that are needed, and found again page by page", async () => {
    const kept: Kept[] = [];
    const first = await ensure(shop(kept));
    assert.deepEqual(statuses(first), ["created"]);
    assert.deepEqual(
      first.map(({ topic }) => topic),
      WEBHOOK_TOPICS.map(({ name }) => name),
    );
    const create = kept.find(({ topic }) => topic === "ORDERS_CREATE");
    assert.equal(create?.uri, URL);
    assert.ok(create.includeFields.includes("line_items.variant_id"));
    assert.ok(!create.includeFields.some((field) => /customer|address|email|phone|note/.test(field)));
    const again = shop(kept, 5);
    assert.deepEqual(statuses(await ensure(again)), ["active"]);
    assert.ok(again.names().every((name) => name === "Webhooks"));
  });

  test("that Shopify deleted are made again; those for another address are left alone", async () => {
    const kept: Kept[] = [];
    await ensure(shop(kept));
    for (const each of kept) if (each.topic === "ORDERS_CREATE") each.uri = "https://other.example.test/";
    const states = await ensure(shop(kept));
    assert.deepEqual(
      states.filter(({ status }) => status !== "active").map(({ topic, status }) => [topic, status]),
      [["orders/create", "created"]],
    );
    assert.equal(kept.filter(({ topic }) => topic === "ORDERS_CREATE").length, 2);
  });

  test("of another format or with other fields are set right", async () => {
    const kept: Kept[] = [];
    await ensure(shop(kept));
    Object.assign(kept[0] ?? {}, { includeFields: [] });
    Object.assign(kept[1] ?? {}, { format: "XML" });
    const states = await ensure(shop(kept));
    assert.equal(states.filter(({ status }) => status === "re-enabled").length, 2);
    assert.deepEqual(statuses(await ensure(shop(kept))), ["active"]);
  });

  test("that exist twice are reported, the older one kept", async () => {
    const kept: Kept[] = [];
    await ensure(shop(kept));
    kept.unshift({ ...(kept[0] ?? assert.fail()), id: "gid://shopify/WebhookSubscription/100" });
    const states = await ensure(shop(kept));
    assert.deepEqual(states.slice(0, 2), [
      { topic: "orders/create", id: "1", status: "active" },
      { topic: "orders/create", id: "100", status: "duplicate" },
    ]);
  });

  test("that the shop refuses are missing, and keep none of the others back", async () => {
    const refusing = shop([], 250, {
      CreateWebhook: ({ variables }) => {
        if (variables["topic"] === "REFUNDS_CREATE") return errorResponse("ACCESS_DENIED");
        const userErrors = [
          { field: ["topic"], message: "You cannot create a webhook subscription with the specified topic" },
        ];
        const id = "gid://shopify/WebhookSubscription/1";
        return variables["topic"] === "ORDERS_EDITED"
          ? { webhookSubscriptionCreate: { webhookSubscription: null, userErrors } }
          : { webhookSubscriptionCreate: { webhookSubscription: { id }, userErrors: [] } };
      },
    });
    const states = await ensure(refusing);
    assert.deepEqual(
      states.filter(({ status }) => status === "missing").map(({ topic }) => topic),
      ["orders/edited", "refunds/create"],
    );
    assert.equal(states.length, WEBHOOK_TOPICS.length);
  });

  test("a listing that does not end fails by name", async () => {
    const pageInfo = { hasNextPage: true, endCursor: "x" };
    const { client, call, requests } = shop([], 250, {
      Webhooks: () => ({ webhookSubscriptions: { nodes: [], pageInfo } }),
    });
    assert.equal((await ensureWebhooks(client, URL, call)).ok, false);
    assert.equal(requests.length, 10);
  });
});

describe("the check", () => {
  test("says of each topic whether the shop tells it", async () => {
    const kept: Kept[] = [];
    await ensure(shop(kept));
    kept.splice(0, 1, { ...(kept[1] ?? assert.fail()), id: "gid://shopify/WebhookSubscription/100" });
    const { client, call } = shop(kept);
    const lines = await checkWebhooks(client, call);
    const of = (name: string) => lines.find(({ subject }) => subject === `webhook ${name}`);
    assert.match(of("orders/create")?.sentence ?? "", /no webhook orders\/create/);
    assert.match(of("orders/updated")?.sentence ?? "", /more than once/);
    assert.equal(of("refunds/create")?.status, "ok");
    assert.equal(lines.length, WEBHOOK_TOPICS.length);
  });

  test("says in one line that there is none at all", async () => {
    const { client, call } = shop([]);
    const [line, ...others] = await checkWebhooks(client, call);
    assert.deepEqual([line?.status, others], ["warning", []]);
    assert.match(line?.sentence ?? "", /none of the 16 webhooks .* polling only$/);
  });

  test("says why the subscriptions cannot be read", async () => {
    const { client, call } = shop([], 250, { Webhooks: () => errorResponse("ACCESS_DENIED") });
    assert.deepEqual(
      (await checkWebhooks(client, call)).map(({ status }) => status),
      ["error"],
    );
  });
});
