/** Webhook subscriptions: made, changed and removed by the app. Their address is `uri`; the older fields are gone or loud. */
import { byId, PAGE_ARGS } from "../connections.ts";
import { gid, numberOf } from "../ids.ts";
import type { Subscription } from "../model.ts";
import { datedFields, legacyFields, textOf } from "../resolvers/values.ts";
import { search, textFilter, type Filters } from "../search.ts";
import { needScope } from "../scopes.ts";
import { Unsupported, onlyFields, plain, type, withArgs, type Args, type Context, type Tables } from "../table.ts";

type Input = Readonly<Record<string, unknown>>;

const FILTERS: Filters<Subscription> = { topic: textFilter(({ topic }) => topic) };
const INPUT_FIELDS = ["uri", "format", "includeFields", "metafieldNamespaces", "name"];

const TOPIC_SCOPES: readonly (readonly [prefix: string, scope: string])[] = [
  ["orders/", "read_orders"],
  ["refunds/", "read_orders"],
  ["fulfillments/", "read_orders"],
  ["fulfillment_orders/", "read_merchant_managed_fulfillment_orders"],
  ["products/", "read_products"],
  ["inventory_", "read_inventory"],
  ["locations/", "read_locations"],
];

function fault(message: string, field: readonly string[] | null) {
  return { webhookSubscription: null, userErrors: [{ field, message }] };
}

function checkUri(input: Input): string | null {
  const uri = textOf(input, "uri");
  if (URL.parse(uri) === null) return "Address is not a valid URL";
  // Loopback is let in over http, so that a program can be tried on one machine.
  if (!uri.startsWith("https://") && !/^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])/.test(uri))
    return "Address protocol http:// is not supported";
  return null;
}

function create(_: unknown, args: Args, context: Context) {
  const { state } = context;
  const input = args["webhookSubscription"] as Input;
  onlyFields(input, "WebhookSubscriptionInput", INPUT_FIELDS);
  if (input["format"] === "XML") throw new Unsupported("webhooks in XML");
  const topic = textOf(args, "topic");
  const name = context.topics.get(topic) ?? "";
  for (const [prefix, scope] of TOPIC_SCOPES)
    if (name.startsWith(prefix)) needScope(context.scopes, scope, "webhookSubscriptionCreate");
  const wrong = checkUri(input);
  if (wrong !== null) return fault(wrong, ["webhookSubscription", "callbackUrl"]);
  const uri = textOf(input, "uri");
  if ([...state.subscriptions.values()].some((one) => one.topic === topic && one.uri === uri))
    return fault("Address for this topic has already been taken", ["webhookSubscription", "callbackUrl"]);
  const nowMs = state.nowMs();
  const subscription: Subscription = {
    type: "WebhookSubscription",
    id: state.nextId("WebhookSubscription"),
    topic,
    uri,
    includeFields: (input["includeFields"] as readonly string[] | undefined) ?? [],
    metafieldNamespaces: (input["metafieldNamespaces"] as readonly string[] | undefined) ?? [],
    filter: null,
    apiVersion: context.apiVersion,
    createdMs: nowMs,
    updatedMs: nowMs,
    failures: 0,
  };
  state.subscriptions.set(subscription.id, subscription);
  return { webhookSubscription: subscription, userErrors: [] };
}

function find({ state }: Context, id: string): Subscription | undefined {
  return state.subscriptions.get(numberOf("WebhookSubscription", id) ?? 0);
}

function update(_: unknown, args: Args, context: Context) {
  const input = args["webhookSubscription"] as Input;
  onlyFields(input, "WebhookSubscriptionInput", INPUT_FIELDS);
  const subscription = find(context, textOf(args, "id"));
  if (subscription === undefined) return fault("Webhook subscription does not exist", ["id"]);
  if (input["uri"] !== undefined) {
    const wrong = checkUri(input);
    if (wrong !== null) return fault(wrong, ["webhookSubscription", "callbackUrl"]);
    subscription.uri = textOf(input, "uri");
  }
  if (Array.isArray(input["includeFields"])) subscription.includeFields = input["includeFields"] as readonly string[];
  subscription.updatedMs = context.state.nowMs();
  return { webhookSubscription: subscription, userErrors: [] };
}

function remove(_: unknown, args: Args, context: Context) {
  const subscription = find(context, textOf(args, "id"));
  if (subscription === undefined)
    return {
      deletedWebhookSubscriptionId: null,
      userErrors: [{ field: ["id"], message: "Webhook subscription does not exist" }],
    };
  context.state.subscriptions.delete(subscription.id);
  return { deletedWebhookSubscriptionId: gid("WebhookSubscription", subscription.id), userErrors: [] };
}

function list(args: Args, context: Context) {
  const topics = args["topics"] as readonly string[] | null | undefined;
  const uri = args["uri"];
  const found = [...context.state.subscriptions.values()]
    .filter(({ topic }) => topics === undefined || topics === null || topics.includes(topic))
    .filter((one) => uri === undefined || uri === null || one.uri === uri)
    .filter(search(args["query"], FILTERS, "webhookSubscriptions"));
  return byId(found, args, context);
}

export const WEBHOOK_ROOTS = {
  webhookSubscriptions: withArgs<undefined>([...PAGE_ARGS, "topics", "uri", "query", "sortKey"], (_, args, context) =>
    list(args, context),
  ),
  webhookSubscription: withArgs<undefined>(["id"], (_, args, context) => find(context, textOf(args, "id")) ?? null),
};

export const WEBHOOK_MUTATIONS = {
  webhookSubscriptionCreate: withArgs<undefined>(["topic", "webhookSubscription"], create),
  webhookSubscriptionUpdate: withArgs<undefined>(["id", "webhookSubscription"], update),
  webhookSubscriptionDelete: withArgs<undefined>(["id"], remove),
};

export const WEBHOOK_TABLES: Tables = {
  WebhookSubscription: type<Subscription>({
    ...legacyFields,
    ...datedFields,
    topic: ({ topic }) => topic,
    uri: ({ uri }) => uri,
    format: () => "JSON",
    includeFields: ({ includeFields }) => includeFields,
    metafieldNamespaces: ({ metafieldNamespaces }) => metafieldNamespaces,
    filter: ({ filter }) => filter,
    name: () => null,
    apiVersion: ({ apiVersion }) => ({ handle: apiVersion, displayName: apiVersion, supported: true }),
  }),
  WebhookSubscriptionCreatePayload: plain("webhookSubscription", "userErrors"),
  WebhookSubscriptionUpdatePayload: plain("webhookSubscription", "userErrors"),
  WebhookSubscriptionDeletePayload: plain("deletedWebhookSubscriptionId", "userErrors"),
};
