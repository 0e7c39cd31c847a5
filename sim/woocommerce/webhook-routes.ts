/** `/webhooks`: made with a ping, never telling their secret, switched on again by hand only. */
import { created, done, listed, Refusal, type Api, type Reply, type Request } from "./api.ts";
import { gmt, links, local } from "./links.ts";
import type { Webhook } from "./model.ts";
import { check, checkQuery, LIST_RULES, paging, sorted, type Rules } from "./parameters.ts";

const STATUSES = ["active", "paused", "disabled"] as const;

const HOOKS: Readonly<Record<string, readonly string[]>> = {
  "order.created": ["woocommerce_new_order"],
  "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
  "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
  "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
  "product.created": [
    "woocommerce_process_product_meta",
    "woocommerce_new_product",
    "woocommerce_new_product_variation",
  ],
  "product.updated": [
    "woocommerce_process_product_meta",
    "woocommerce_update_product",
    "woocommerce_update_product_variation",
  ],
  "product.deleted": ["wp_trash_post"],
  "product.restored": ["untrashed_post"],
  "customer.created": ["user_register", "woocommerce_created_customer", "woocommerce_new_customer"],
  "customer.updated": ["profile_update", "woocommerce_update_customer"],
  "customer.deleted": ["delete_user"],
};

const WEBHOOK_RULES = {
  id: { kind: "integer" },
  name: { kind: "text" },
  status: { kind: "enum", values: STATUSES },
  topic: { kind: "text" },
  secret: { kind: "text" },
  delivery_url: { kind: "text" },
} as const satisfies Rules;

export function listWebhooks(api: Api, request: Request): Reply {
  checkQuery(request, {
    ...LIST_RULES,
    orderby: { kind: "enum", values: ["date", "id", "title"] },
    status: { kind: "enum", values: ["all", ...STATUSES] },
  });
  const status = request.query.get("status") ?? "all";
  const all = [...api.state.webhooks.values()].map((webhook) => ({
    ...webhook,
    modifiedMs: webhook.modifiedMs ?? webhook.createdMs,
    webhook,
  }));
  const found = sorted(
    all.filter((one) => status === "all" || one.status === status),
    request,
  );
  const { page, perPage } = paging(request);
  const items = found.slice((page - 1) * perPage, page * perPage).map(({ webhook }) => webhookJson(api, webhook));
  return listed(api, request, items, found.length, page, perPage);
}

export function getWebhook(api: Api, id: number): Reply {
  return done(webhookJson(api, webhookOf(api, id)));
}

export async function createWebhook(api: Api, request: Request): Promise<Reply> {
  const body = request.body ?? {};
  check(body, WEBHOOK_RULES, "POST /webhooks");
  const topic = topicOf(body["topic"]);
  const deliveryUrl = urlOf(body["delivery_url"]);
  const webhook: Webhook = {
    id: api.state.nextId("webhook"),
    name: typeof body["name"] === "string" ? body["name"] : "Webhook created",
    topic,
    status: statusOf(body["status"]) ?? "active",
    secret: typeof body["secret"] === "string" ? body["secret"] : api.state.random.hex(32),
    deliveryUrl,
    failures: 0,
    createdMs: api.state.nowMs(),
    modifiedMs: null,
  };
  api.state.webhooks.set(webhook.id, webhook);
  if (webhook.status === "active") await api.webhooks.ping(webhook);
  return created(api, `/webhooks/${webhook.id}`, webhookJson(api, webhook));
}

export async function updateWebhook(api: Api, request: Request, id: number): Promise<Reply> {
  const webhook = webhookOf(api, id);
  const body = request.body ?? {};
  check(body, WEBHOOK_RULES, "PUT /webhooks/{id}");
  if (body["topic"] !== undefined) webhook.topic = topicOf(body["topic"]);
  if (body["delivery_url"] !== undefined) webhook.deliveryUrl = urlOf(body["delivery_url"]);
  if (typeof body["name"] === "string") webhook.name = body["name"];
  if (typeof body["secret"] === "string") webhook.secret = body["secret"];
  const wasActive = webhook.status === "active";
  webhook.status = statusOf(body["status"]) ?? webhook.status;
  webhook.modifiedMs = api.state.nowMs();
  if (!wasActive && webhook.status === "active") await api.webhooks.ping(webhook);
  return done(webhookJson(api, webhook));
}

export function deleteWebhook(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  const webhook = webhookOf(api, id);
  if (request.query.get("force") !== "true")
    throw new Refusal(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.");
  api.state.webhooks.delete(id);
  return done(webhookJson(api, webhook));
}

function webhookOf({ state }: Api, id: number): Webhook {
  const webhook = state.webhooks.get(id);
  if (webhook === undefined) throw new Refusal(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.");
  return webhook;
}

function topicOf(value: unknown): string {
  if (typeof value === "string" && HOOKS[value] !== undefined) return value;
  throw new Refusal(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic is required and must be valid.");
}

function urlOf(value: unknown): string {
  if (typeof value === "string" && /^https?:\/\/./.test(value)) return value;
  throw new Refusal(
    400,
    "woocommerce_rest_shop_webhook_invalid_delivery_url",
    "Webhook delivery URL must be a valid URL starting with http:// or https://.",
  );
}

function statusOf(value: unknown): Webhook["status"] | null {
  return STATUSES.find((known) => known === value) ?? null;
}

function webhookJson({ site }: Api, { id, name, status, topic, deliveryUrl, createdMs, modifiedMs }: Webhook): unknown {
  const [resource = "", event = ""] = topic.split(".");
  return {
    id,
    name,
    status,
    topic,
    resource,
    event,
    hooks: HOOKS[topic] ?? [],
    delivery_url: deliveryUrl,
    date_created: local(site, createdMs),
    date_created_gmt: gmt(createdMs),
    date_modified: local(site, modifiedMs),
    date_modified_gmt: gmt(modifiedMs),
    _links: links(site, `/webhooks/${id}`, "/webhooks"),
  };
}
