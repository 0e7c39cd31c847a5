/** What apps hang onto things: metafields and tags. */
import { parseGid } from "../ids.ts";
import type { Metafield, MetafieldOwner, Order, Product } from "../model.ts";
import { ordersEvent } from "../order-body.ts";
import { productChanged } from "../catalog-desk.ts";
import { namespaceOf, textOf } from "../resolvers/values.ts";
import { needScope } from "../scopes.ts";
import { ApiError, onlyFields, plain, withArgs, type Args, type Context, type Tables } from "../table.ts";

type Input = Readonly<Record<string, unknown>>;

const METAFIELDS_MAX = 25;
const TAGS_MAX = 250;
const TAG_CHARS_MAX = 40;
const KEY_CHARS_MAX = 64;
const VALUE_CHARS_MAX = 65_536;
const TYPES = new Set([
  "single_line_text_field",
  "multi_line_text_field",
  "number_integer",
  "number_decimal",
  "boolean",
  "json",
  "date_time",
  "id",
  "url",
]);

const WRITE_SCOPES = {
  Order: "write_orders",
  Product: "write_products",
  ProductVariant: "write_products",
  Customer: "write_customers",
} as const;

function ownerOf(gid: string, { state }: Context): MetafieldOwner | null {
  const parsed = parseGid(gid);
  switch (parsed?.type) {
    case "Order":
      return state.orders.get(parsed.id) ?? null;
    case "Product":
      return state.products.get(parsed.id) ?? null;
    case "ProductVariant":
      return state.variants.get(parsed.id) ?? null;
    case "Customer":
      return state.customers.get(parsed.id) ?? null;
    default:
      return null;
  }
}

/** All or none of them. */
function setMetafields(_: unknown, args: Args, context: Context) {
  const inputs = args["metafields"] as readonly Input[];
  if (inputs.length > METAFIELDS_MAX)
    throw new ApiError(
      `The input array size of ${inputs.length} is greater than the maximum allowed of ${METAFIELDS_MAX}.`,
      "MAX_INPUT_SIZE_EXCEEDED",
    );
  const errors = inputs.flatMap((input, index) => {
    onlyFields(input, "MetafieldsSetInput", ["ownerId", "namespace", "key", "type", "value"]);
    return metafieldErrors(input, index, context);
  });
  if (errors.length > 0) return { metafields: [], userErrors: errors };
  const owners = new Set<MetafieldOwner>();
  const metafields = inputs.map((input) => {
    const owner = ownerOf(textOf(input, "ownerId"), context) as MetafieldOwner;
    owners.add(owner);
    return setOne(owner, input, context);
  });
  for (const owner of owners) touched(owner, context);
  return { metafields, userErrors: [] };
}

function metafieldErrors(input: Input, index: number, context: Context) {
  const owner = ownerOf(textOf(input, "ownerId"), context);
  const at = (field: string, code: string, message: string) => [
    { field: ["metafields", String(index), field], code, message, elementIndex: index },
  ];
  if (owner === null) return at("ownerId", "INVALID", "Owner does not exist.");
  needScope(context.scopes, WRITE_SCOPES[owner.type], "metafieldsSet");
  const known = existing(owner, input);
  const type = textOf(input, "type");
  if (type === "" && known === undefined) return at("type", "BLANK", "Type can't be blank");
  if (type !== "" && !TYPES.has(type)) return at("type", "INCLUSION", `Type ${type} is not a known one`);
  if (known !== undefined && type !== "" && type !== known.valueType)
    return at("type", "INVALID_TYPE", `Type must be consistent with the metafield's: '${known.valueType}'`);
  const value = textOf(input, "value");
  if (value === "") return at("value", "BLANK", "Value can't be blank.");
  if (value.length > VALUE_CHARS_MAX) return at("value", "TOO_LONG", "Value is too long.");
  if ((type === "" ? known?.valueType : type) === "single_line_text_field" && /[\r\n]/.test(value))
    return at("value", "INVALID_VALUE", "Value must be a single line text string.");
  const key = textOf(input, "key");
  if (key.length < 2 || key.length > KEY_CHARS_MAX)
    return at("key", key.length < 2 ? "TOO_SHORT" : "TOO_LONG", "Key must have 2 to 64 characters.");
  return [];
}

function existing(owner: MetafieldOwner, input: Input): Metafield | undefined {
  const wanted = namespaceOf(input["namespace"]);
  return owner.metafields.find(({ namespace, key }) => namespace === wanted && key === input["key"]);
}

function setOne(owner: MetafieldOwner, input: Input, { state }: Context): Metafield {
  const nowMs = state.nowMs();
  const known = existing(owner, input);
  if (known !== undefined) {
    known.value = textOf(input, "value");
    known.updatedMs = nowMs;
    return known;
  }
  const made: Metafield = {
    type: "Metafield",
    id: state.nextId("Metafield"),
    owner,
    namespace: namespaceOf(input["namespace"]),
    key: textOf(input, "key"),
    valueType: textOf(input, "type"),
    value: textOf(input, "value"),
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  owner.metafields.push(made);
  state.metafields.set(made.id, made);
  return made;
}

/** Its owner is dated anew and told of. */
function touched(owner: MetafieldOwner, context: Context): void {
  if (owner.type === "Order") ordersEvent(context, "orders/updated", owner);
  else if (owner.type === "Product") productChanged(context, owner);
  else owner.updatedMs = context.state.nowMs();
}

type Tagged = Order | Product;

function tagging(change: (before: readonly string[], given: readonly string[]) => string[], name: string) {
  return withArgs<undefined>(["id", "tags"], (_, args, context) => {
    const owner = ownerOf(textOf(args, "id"), context);
    if (owner === null || (owner.type !== "Order" && owner.type !== "Product"))
      return { node: null, userErrors: [{ field: ["id"], message: "Node does not exist" }] };
    needScope(context.scopes, WRITE_SCOPES[owner.type], name);
    const given = (args["tags"] as readonly string[])
      .flatMap((tag) => tag.split(","))
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    if (given.some((tag) => tag.length > TAG_CHARS_MAX))
      return {
        node: null,
        userErrors: [{ field: ["tags"], message: `Tags may have at most ${TAG_CHARS_MAX} characters` }],
      };
    return setTags(owner, change(owner.tags, given), context);
  });
}

function setTags(owner: Tagged, tags: string[], context: Context) {
  if (tags.length > TAGS_MAX)
    return { node: null, userErrors: [{ field: ["tags"], message: `There may be at most ${TAGS_MAX} tags` }] };
  const isSame = tags.length === owner.tags.length && tags.every((tag) => owner.tags.includes(tag));
  owner.tags = tags;
  if (!isSame) touched(owner, context);
  return { node: owner, userErrors: [] };
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

export const OWNER_MUTATIONS = {
  metafieldsSet: withArgs<undefined>(["metafields"], setMetafields),
  tagsAdd: tagging(
    (before, given) => [
      ...before,
      ...given.filter(
        (tag, at) => !before.some((one) => same(one, tag)) && given.findIndex((one) => same(one, tag)) === at,
      ),
    ],
    "tagsAdd",
  ),
  tagsRemove: tagging((before, given) => before.filter((tag) => !given.some((one) => same(one, tag))), "tagsRemove"),
};

export const OWNER_PAYLOADS: Tables = {
  MetafieldsSetPayload: plain("metafields", "userErrors"),
  TagsAddPayload: plain("node", "userErrors"),
  TagsRemovePayload: plain("node", "userErrors"),
};
