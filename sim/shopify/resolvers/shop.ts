/** The shop itself, the app's rights, and things by their id alone. */
import { parseGid } from "../ids.ts";
import { ApiError, Unsupported, plain, type, withArgs, type Context, type Tables } from "../table.ts";
import { orderOf } from "./orders.ts";
import { refundOf } from "./order-parts.ts";
import { fulfillmentOf, fulfillmentOrderOf } from "./fulfilments.ts";
import { textOf } from "./values.ts";

const NODES_MAX = 250;

type Find = (id: number, gid: string, context: Context) => unknown;

const FINDERS: Readonly<Record<string, Find>> = {
  Product: (id, _, { state }) => state.products.get(id),
  ProductVariant: (id, _, { state }) => state.variants.get(id),
  InventoryItem: (id, _, { state }) => state.items.get(id),
  InventoryLevel: (id, _, { state }) => state.levels.get(id),
  Location: (id, _, { state }) => state.locations.get(id),
  Customer: (id, _, { state }) => state.customers.get(id),
  Order: (_, gid, context) => orderOf(gid, context),
  Refund: (_, gid, { state }) => refundOf(state, gid),
  Fulfillment: (_, gid, { state }) => fulfillmentOf(state, gid),
  FulfillmentOrder: (_, gid, { state }) => fulfillmentOrderOf(state, gid),
  WebhookSubscription: (id, _, { state }) => state.subscriptions.get(id),
  BulkOperation: (id, _, { state }) => state.bulkOperations.get(id),
  Metafield: (id, _, { state }) => state.metafields.get(id),
};

function node(gid: string, context: Context): unknown {
  const parsed = parseGid(gid);
  if (parsed === null) throw new ApiError(`Invalid global id '${gid}'`, "argumentLiteralsIncompatible");
  const find = FINDERS[parsed.type];
  if (find === undefined) throw new Unsupported(`node ${parsed.type}`);
  return find(parsed.id, gid, context) ?? null;
}

export const SHOP_ROOTS = {
  shop: () => ({}),
  currentAppInstallation: () => ({}),
  node: withArgs<undefined>(["id"], (_, args, context) => node(textOf(args, "id"), context)),
  nodes: withArgs<undefined>(["ids"], (_, args, context) => {
    const ids = args["ids"] as readonly string[];
    if (ids.length > NODES_MAX)
      throw new ApiError(
        `The input array size of ${ids.length} is greater than the maximum allowed of ${NODES_MAX}.`,
        "MAX_INPUT_SIZE_EXCEEDED",
      );
    return ids.map((id) => node(id, context));
  }),
  publicApiVersions: (_: undefined, __: unknown, { apiVersion }: Context) => [
    { handle: apiVersion, displayName: `${apiVersion} (Latest)`, supported: true },
  ],
};

export const SHOP_TABLES: Tables = {
  Shop: type<object>({
    id: () => "gid://shopify/Shop/1000001",
    name: (_, __, { state }) => state.settings.name,
    myshopifyDomain: (_, __, { domain }) => domain,
    email: () => "owner@example.test",
    contactEmail: () => "owner@example.test",
    url: (_, __, { url }) => url,
    currencyCode: (_, __, { state }) => state.settings.currency,
    enabledPresentmentCurrencies: (_, __, { state }) => [
      state.settings.currency,
      ...Object.keys(state.settings.exchangeRates),
    ],
    taxesIncluded: (_, __, { state }) => state.settings.taxesIncluded,
    taxShipping: () => true,
    ianaTimezone: () => "Europe/Brussels",
    orderNumberFormatPrefix: (_, __, { state }) => state.settings.orderNumberPrefix,
    orderNumberFormatSuffix: () => "",
    plan: () => ({ publicDisplayName: "Simulated", partnerDevelopment: true, shopifyPlus: false }),
  }),
  ShopPlan: plain("publicDisplayName", "partnerDevelopment", "shopifyPlus"),
  AppInstallation: type<object>({
    id: () => "gid://shopify/AppInstallation/1000001",
    accessScopes: (_, __, { scopes }) => [...scopes].map((handle) => ({ handle, description: handle })),
    app: () => ({ id: "gid://shopify/App/1000001", title: "Simulated app", handle: "simulated-app" }),
  }),
  App: plain("id", "title", "handle"),
  AccessScope: plain("handle", "description"),
  ApiVersion: plain("handle", "displayName", "supported"),
};
