/**
 * Which access scopes the Shopify operations need, from the schema's own table: per operation every type and field that it reads
 * or writes. Where one of several scopes is enough, the first of PREFERRED is taken; a rule that cannot be read is an error.
 */
import { getNamedType, TypeInfo, visit, visitWithTypeInfo, type GraphQLSchema } from "graphql";
import { API_VERSION } from "../src/connectors/shopify/api-version.ts";
import { parsed, type FoundOperation } from "./shopify-operations.ts";
import type { AccessRule } from "./shopify-schema.ts";

export interface ScopeUse {
  readonly scope: string;
  /** Operations that need it, each with the first type or field of it that does. */
  readonly uses: readonly { readonly operation: string; readonly place: string }[];
}

/** Among scopes of which one is enough. What a fulfilment service's own app or a marketplace would use comes last. */
const PREFERRED = [
  "read_orders",
  "read_locations",
  "read_inventory",
  "read_products",
  "read_customers",
  "read_merchant_managed_fulfillment_orders",
  "write_orders",
  "write_inventory",
  "write_merchant_managed_fulfillment_orders",
];

/**
 * What the table leaves to the owner of the thing: who writes metafields or tags on an order must be allowed to write orders.
 * The hub writes them on orders only.
 */
const BY_OWNER: Readonly<Record<string, string>> = {
  "Mutation.metafieldsSet": "write_orders",
  "Mutation.tagsAdd": "write_orders",
  "Mutation.tagsRemove": "write_orders",
};

/** `a` / `a or b` / `a, b or c`, each with "access scope" behind it; what comes after "Also:" concerns people, not apps. */
const ALTERNATIVES = /^(?:`[a-z_]+` access scope(?:, | or )?)+\.?$/;

/** One scope of those that a rule accepts; null where it asks for none. Throws an Error for a rule in other words. */
export function scopeOf(rule: AccessRule): string | null {
  if (rule.offlineScopes.length === 0) return null;
  const [first] = rule.offlineScopes;
  if (rule.offlineScopes.length === 1 && first !== undefined) return first;
  const words = (rule.requiredAccess.split(" Also:")[0] ?? "").trim();
  const accepted = [...words.matchAll(/`([a-z_]+)`/g)].map((match) => match[1] ?? "");
  const preferred = PREFERRED.find((scope) => accepted.includes(scope));
  if (!ALTERNATIVES.test(words) || preferred === undefined)
    throw new Error(`it cannot be told which scope ${placeOf(rule)} needs: ${rule.requiredAccess}`);
  return preferred;
}

/** The text of scopes-table.ts, before it is formatted. */
export function scopesTable(scopes: readonly ScopeUse[]): string {
  const rows = scopes.map(({ scope, uses }) => {
    const said = uses.map(({ operation, place }) => JSON.stringify(`${operation}: ${place}`));
    return `{ scope: ${JSON.stringify(scope)}, uses: [${said.join(", ")}] },`;
  });
  return `${TABLE_HEADER}\nexport const REQUIRED_SCOPES = [${rows.join("\n")}] as const;\n`;
}

const TABLE_HEADER = `/**
 * The access scopes that the operations need, and what of each operation needs them first: computed from the table in Shopify's
 * schema ${API_VERSION}. Not written by hand: after a change of operations/ run \`node tools/run.mjs tools/shopify-types.ts\`.
 */
`;

/** The union over all operations, by name of the scope. */
export function scopesOf(
  operations: readonly FoundOperation[],
  schema: GraphQLSchema,
  access: readonly AccessRule[],
): readonly ScopeUse[] {
  const rules = new Map(access.map((rule) => [placeOf(rule), rule]));
  const uses = new Map<string, { operation: string; place: string }[]>();
  for (const found of operations) {
    for (const [scope, place] of neededBy(found, schema, rules)) {
      const known = uses.get(scope) ?? [];
      uses.set(scope, [...known, { operation: found.operation.name, place }]);
    }
  }
  const sorted = [...uses].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([scope, list]) => ({ scope, uses: list }));
}

function neededBy(
  found: FoundOperation,
  schema: GraphQLSchema,
  rules: ReadonlyMap<string, AccessRule>,
): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  const look = (place: string): void => {
    const rule = rules.get(place);
    const scope = BY_OWNER[place] ?? (rule === undefined ? null : scopeOf(rule));
    if (scope !== null && !needed.has(scope)) needed.set(scope, place);
  };
  const document = parsed(found);
  if (typeof document === "string") throw new Error(document);
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: ({ name }) => {
        look(`${info.getParentType()?.name}.${name.value}`);
        const type = info.getType();
        if (type !== undefined && type !== null) look(getNamedType(type).name);
      },
      InlineFragment: ({ typeCondition }) => {
        if (typeCondition !== undefined) look(typeCondition.name.value);
      },
      FragmentDefinition: ({ typeCondition }) => look(typeCondition.name.value),
    }),
  );
  return needed;
}

function placeOf({ typeName, fieldName }: AccessRule): string {
  return fieldName === undefined ? typeName : `${typeName}.${fieldName}`;
}
