/**
 * The app's webhook subscriptions in this shop: those that the hub needs, made where they are missing. Shopify deletes a
 * subscription after eight failed deliveries, so they are looked at again and again.
 */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { WebhookState } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import { compareIds } from "./decode-variant.ts";
import type { WebhooksQuery, WebhookSubscriptionInput } from "./generated.ts";
import { numericId } from "./ids.ts";
import { createWebhook, updateWebhook, webhooks } from "./operations/webhooks.ts";
import { PAGE_ITEMS_MAX, WEBHOOK_PAGES_MAX } from "./stock-limits.ts";
import { WEBHOOK_TOPICS, type WebhookTopic } from "./webhook-topics.ts";

export type Subscription = WebhooksQuery["webhookSubscriptions"]["nodes"][number];

/** A topic that the shop refuses (a scope that the app lacks) is reported as missing and keeps none of the others back. */
export async function ensureWebhooks(
  client: ShopifyClient,
  deliveryUrl: string,
  call: CallContext,
): Promise<Result<readonly WebhookState[]>> {
  const existing = await readWebhooks(client, call);
  if (!existing.ok) return existing;
  const states: WebhookState[] = [];
  for (const topic of WEBHOOK_TOPICS) {
    const ours = existing.value
      .filter((webhook) => webhook.topic === topic.topic && webhook.uri === deliveryUrl)
      .toSorted((a, b) => compareIds(numericId(a.id), numericId(b.id)));
    const [kept, ...others] = ours;
    const state =
      kept === undefined
        ? await create(client, topic, deliveryUrl, call)
        : await keep(client, topic, kept, deliveryUrl, call);
    if (!state.ok) return state;
    states.push(state.value);
    for (const { id } of others) states.push({ topic: topic.name, id: numericId(id), status: "duplicate" });
  }
  return ok(states);
}

/** All that this app has made through the API, other addresses' included. */
export async function readWebhooks(client: ShopifyClient, call: CallContext): Promise<Result<readonly Subscription[]>> {
  const found: Subscription[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < WEBHOOK_PAGES_MAX; pages += 1) {
    const read: Result<WebhooksQuery> = await client.request(webhooks, { first: PAGE_ITEMS_MAX, after }, call);
    if (!read.ok) return read;
    const { nodes, pageInfo }: WebhooksQuery["webhookSubscriptions"] = read.value.webhookSubscriptions;
    found.push(...nodes);
    if (!pageInfo.hasNextPage) return ok(found);
    after = pageInfo.endCursor;
  }
  const what = `more than ${WEBHOOK_PAGES_MAX} pages of webhook subscriptions`;
  return fail(
    failure("CONNECTION_BROKEN_ANSWER", { connection: client.connection, what }, { connection: client.connection }),
  );
}

function inputOf({ includeFields }: WebhookTopic, uri: string): WebhookSubscriptionInput {
  return { uri, format: "JSON", includeFields };
}

async function create(
  client: ShopifyClient,
  topic: WebhookTopic,
  uri: string,
  call: CallContext,
): Promise<Result<WebhookState>> {
  const webhook = inputOf(topic, uri);
  const answer = await client.request(createWebhook, { topic: topic.topic, webhook }, call);
  if (!answer.ok) return answer.failure.code === "ACCESS_DENIED" ? ok(missing(topic)) : answer;
  const created = answer.value.webhookSubscriptionCreate?.webhookSubscription ?? null;
  if (created === null) return ok(missing(topic));
  return ok({ topic: topic.name, id: numericId(created.id), status: "created" });
}

/** One that carries other fields, or in another format, than the hub reads is set right. */
async function keep(
  client: ShopifyClient,
  topic: WebhookTopic,
  { id, format, includeFields }: Subscription,
  uri: string,
  call: CallContext,
): Promise<Result<WebhookState>> {
  const told = { topic: topic.name, id: numericId(id) };
  const wanted = topic.includeFields.toSorted().join();
  if (format === "JSON" && includeFields.toSorted().join() === wanted) return ok({ ...told, status: "active" });
  const answer = await client.request(updateWebhook, { id, webhook: inputOf(topic, uri) }, call);
  if (!answer.ok) return answer;
  const isSet = (answer.value.webhookSubscriptionUpdate?.webhookSubscription ?? null) !== null;
  return ok({ ...told, status: isSet ? "re-enabled" : "disabled" });
}

function missing({ name }: WebhookTopic): WebhookState {
  return { topic: name, id: "", status: "missing" };
}
