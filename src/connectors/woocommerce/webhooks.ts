/**
 * The shop's webhooks: those that the hub needs, created with its secret and switched on again when the shop has
 * switched them off. WooCommerce never retries a delivery and disables a webhook after a few failures in a row.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { WebhookState } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { broken } from "./answer.ts";
import type { WooClient } from "./client.ts";
import { WEBHOOK_PAGES_MAX } from "./limits.ts";
import { readAll } from "./listing.ts";
import { webhookShape, type WebhookShape } from "./shapes.ts";

export const WEBHOOK_TOPICS = [
  "order.created",
  "order.updated",
  "order.deleted",
  "order.restored",
  "product.created",
  "product.updated",
  "product.deleted",
] as const;
export type WebhookTopic = (typeof WEBHOOK_TOPICS)[number];

/** How the hub names its webhooks; a check without the delivery address knows them by it. */
export const WEBHOOK_NAME_PREFIX = "Stockbridge ";

export async function ensureWebhooks(
  client: WooClient,
  secret: string,
  deliveryUrl: string,
  call: CallContext,
): Promise<Result<readonly WebhookState[]>> {
  const existing = await readWebhooks(client, call);
  if (!existing.ok) return existing;
  const states: WebhookState[] = [];
  for (const topic of WEBHOOK_TOPICS) {
    const ours = existing.value.filter((webhook) => webhook.topic === topic && webhook.delivery_url === deliveryUrl);
    // One that works is kept, whichever is older.
    const [kept, ...others] = ours.toSorted(
      (a, b) => Number(b.status === "active") - Number(a.status === "active") || a.id - b.id,
    );
    const state =
      kept === undefined
        ? await create(client, topic, secret, deliveryUrl, call)
        : await enable(client, kept, secret, call);
    if (!state.ok) return state;
    states.push(state.value, ...others.map(({ id }): WebhookState => ({ topic, id: String(id), status: "duplicate" })));
  }
  return ok(states);
}

/** All of the shop, other programs' included. */
export async function readWebhooks(client: WooClient, call: CallContext): Promise<Result<readonly WebhookShape[]>> {
  const read = await readAll(
    client,
    "/webhooks",
    { status: "all", orderby: "id", order: "asc" },
    WEBHOOK_PAGES_MAX,
    call,
  );
  if (!read.ok) return read;
  return ok(
    read.value.map((body) => webhookShape.safeParse(body)).flatMap((parsed) => (parsed.success ? [parsed.data] : [])),
  );
}

async function create(
  client: WooClient,
  topic: WebhookTopic,
  secret: string,
  deliveryUrl: string,
  call: CallContext,
): Promise<Result<WebhookState>> {
  const body = { name: `${WEBHOOK_NAME_PREFIX}${topic}`, topic, secret, delivery_url: deliveryUrl, status: "active" };
  return told(client, topic, "created", await client.write("POST", "/webhooks", body, call));
}

async function enable(
  client: WooClient,
  webhook: WebhookShape,
  secret: string,
  call: CallContext,
): Promise<Result<WebhookState>> {
  if (webhook.status === "active") return ok({ topic: webhook.topic, id: String(webhook.id), status: "active" });
  // The secret too: a webhook that was refused for a wrong one was disabled for it.
  return told(
    client,
    webhook.topic,
    "re-enabled",
    await client.write("PUT", `/webhooks/${webhook.id}`, { status: "active", secret }, call),
  );
}

function told(
  client: WooClient,
  topic: string,
  done: "created" | "re-enabled",
  answer: Awaited<ReturnType<WooClient["write"]>>,
): Result<WebhookState> {
  if (!answer.ok) return answer;
  const parsed = webhookShape.safeParse(answer.value.body);
  if (!parsed.success) return fail(broken({ connection: client.connection, what: `webhook ${topic}` }, "no webhook"));
  return ok({ topic, id: String(parsed.data.id), status: parsed.data.status === "active" ? done : "disabled" });
}
