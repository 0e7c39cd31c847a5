/** Values that are made as they are told: money, errors, places. */
import type { Bag, Metafield, MetafieldOwner, TaxLine } from "../model.ts";
import { gid, instant, levelGid } from "../ids.ts";
import { shownAmount } from "../money.ts";
import type { ShopifyState } from "../state.ts";
import { plain, type, withArgs, type Args, type Tables } from "../table.ts";
import { byId } from "../connections.ts";
import type { Level } from "../model.ts";

export interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}

export interface MoneyBag {
  readonly shopMoney: Money;
  readonly presentmentMoney: Money;
}

/** A money set in the shop's currency and in the one that the customer saw. */
export function moneyBag(bag: Bag, state: ShopifyState, presentmentCurrency: string): MoneyBag {
  const { currency } = state.settings;
  return {
    shopMoney: { amount: shownAmount(bag.shop, currency), currencyCode: currency },
    presentmentMoney: { amount: shownAmount(bag.presentment, presentmentCurrency), currencyCode: presentmentCurrency },
  };
}

export function taxLine(tax: TaxLine, state: ShopifyState, presentmentCurrency: string) {
  return {
    title: tax.title,
    ratePercentage: Number(tax.percent),
    rate: Number((Number(tax.percent) / 100).toFixed(8)),
    channelLiable: tax.channelLiable,
    source: "Shopify",
    priceSet: moneyBag(tax.amount, state, presentmentCurrency),
  };
}

/** A reader of arguments: the schema has checked their types. */
export function textOf(args: Args, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : "";
}

export function sortKeyOf({ sortKey }: Args, byDefault: string): string {
  return typeof sortKey === "string" ? sortKey : byDefault;
}

export function orNull(text: string): string | null {
  return text === "" ? null : text;
}

export function gidOf(node: { readonly type: string; readonly id: number }): string {
  return node.type === "InventoryLevel" ? levelGid(node as Level) : gid(node.type, node.id);
}

interface Owner {
  readonly metafields: readonly Metafield[];
}

/** Without a namespace: the app's own. */
const APP_NAMESPACE = "app--1000001";

export function namespaceOf(given: unknown): string {
  if (typeof given !== "string" || given === "") return APP_NAMESPACE;
  return given.startsWith("$app") ? given.replace("$app", APP_NAMESPACE).replace(":", "--") : given;
}

export const metafieldFields = {
  metafield: withArgs<Owner>(
    ["namespace", "key"],
    ({ metafields }, args) =>
      metafields.find(({ namespace, key }) => namespace === namespaceOf(args["namespace"]) && key === args["key"]) ??
      null,
  ),
  metafields: withArgs<Owner>(
    ["first", "after", "last", "before", "reverse", "namespace", "keys"],
    ({ metafields }, args, context) => {
      const namespace = args["namespace"] === undefined ? null : namespaceOf(args["namespace"]);
      const keys = args["keys"] as readonly string[] | undefined;
      const found = metafields
        .filter((one) => namespace === null || one.namespace === namespace)
        .filter((one) => keys === undefined || keys.includes(one.key) || keys.includes(`${one.namespace}.${one.key}`));
      return byId(found, args, context);
    },
  ),
};

export const legacyFields = {
  id: (node: { readonly type: string; readonly id: number }) => gidOf(node),
  legacyResourceId: ({ id }: { readonly id: number }) => String(id),
};

export const datedFields = {
  createdAt: ({ createdMs }: { readonly createdMs: number }) => instant(createdMs),
  updatedAt: ({ updatedMs }: { readonly updatedMs: number }) => instant(updatedMs),
};

const USER_ERROR_TYPES = [
  "InventorySetQuantitiesUserError",
  "InventoryAdjustQuantitiesUserError",
  "BulkOperationUserError",
];

export const VALUE_TABLES: Tables = {
  MoneyBag: plain("shopMoney", "presentmentMoney"),
  MoneyV2: plain("amount", "currencyCode"),
  TaxLine: plain("title", "ratePercentage", "rate", "channelLiable", "source", "priceSet"),
  Count: plain("count", "precision"),
  Attribute: plain("key", "value"),
  UserError: plain("field", "message"),
  MetafieldsSetUserError: plain("field", "message", "code", "elementIndex"),
  ...Object.fromEntries(USER_ERROR_TYPES.map((name) => [name, plain("field", "message", "code")])),
  Metafield: type<Metafield>({
    ...legacyFields,
    ...datedFields,
    namespace: ({ namespace }) => namespace,
    key: ({ key }) => key,
    type: ({ valueType }) => valueType,
    value: ({ value }) => value,
    jsonValue: ({ valueType, value }) =>
      (valueType === "json" || valueType.startsWith("number") || valueType === "boolean"
        ? JSON.parse(value)
        : value) as unknown,
    ownerType: ({ owner }) => OWNER_TYPES[owner.type],
    owner: ({ owner }) => owner,
  }),
};

const OWNER_TYPES: Readonly<Record<MetafieldOwner["type"], string>> = {
  Order: "ORDER",
  Product: "PRODUCT",
  ProductVariant: "PRODUCTVARIANT",
  Customer: "CUSTOMER",
};
