/**
 * The real schema, built once for each introspection result, with every document parsed, validated and looked through once:
 * simulations send the same few documents thousands of times.
 */
import {
  buildClientSchema,
  isEnumType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  type OperationDefinitionNode,
} from "graphql";
import { scopesOf, type ScopeTable } from "./scopes.ts";
import type { Tables, Topics } from "./table.ts";

/** What reading one type, or one field of it, needs: a row of the table that comes with the schema. */
export interface AccessRule {
  readonly type: "type" | "field";
  readonly typeName: string;
  readonly fieldName?: string;
  /** In Shopify's words; "" where nothing is needed. */
  readonly requiredAccess: string;
  /** Any of these is enough. */
  readonly offlineScopes: readonly string[];
}

/** Taken from outside: the schema belongs to Shopify. */
export interface SchemaSource {
  readonly introspection: IntrospectionQuery;
  readonly access: readonly AccessRule[];
}

export interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** What of it is not simulated, e.g. `Order.disputes`. */
  readonly unsupported: readonly string[];
}

export type Preparation =
  | { readonly ok: true; readonly prepared: Prepared }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

export interface BuiltSchema {
  readonly schema: GraphQLSchema;
  readonly topics: Topics;
  readonly scopes: ScopeTable;
  readonly prepare: (text: string, tables: Tables) => Preparation;
}

/** More texts than any program sends; a client that builds its texts anew each time is a defect. */
const DOCUMENTS_MAX = 2_000;
const TOPIC_IN_TEXT = /`([a-z_]+(?:\/[a-z_]+)+)`/;

const built = new WeakMap<IntrospectionQuery, BuiltSchema>();

export function builtSchema(source: SchemaSource): BuiltSchema {
  const known = built.get(source.introspection);
  if (known !== undefined) return known;
  const schema = buildClientSchema(source.introspection, { assumeValid: true });
  const documents = new Map<string, Preparation>();
  const made: BuiltSchema = {
    schema,
    topics: topicsOf(schema),
    scopes: scopesOf(source.access),
    prepare: (text, tables) => {
      const before = documents.get(text);
      if (before !== undefined) return before;
      const preparation = prepare(schema, text, tables);
      if (documents.size >= DOCUMENTS_MAX) documents.clear();
      documents.set(text, preparation);
      return preparation;
    },
  };
  built.set(source.introspection, made);
  return made;
}

function prepare(schema: GraphQLSchema, text: string, tables: Tables): Preparation {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return { ok: false, errors: [error as GraphQLError] };
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return { ok: false, errors };
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1)
    return {
      ok: true,
      prepared: { document, operation: operation as never, unsupported: ["several operations in one document"] },
    };
  return { ok: true, prepared: { document, operation, unsupported: missing(schema, document, tables) } };
}

/** Fields and arguments without a resolver. Fields of interfaces are found when the object behind them is known. */
function missing(schema: GraphQLSchema, document: DocumentNode, tables: Tables): string[] {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => {
        const parent = info.getParentType();
        const name = node.name.value;
        if (!isObjectType(parent) || name.startsWith("__")) return;
        const field = tables[parent.name]?.[name];
        if (field === undefined) {
          if (!isConnectionPart(parent.name, name)) found.add(`${parent.name}.${name}`);
          return;
        }
        for (const argument of node.arguments ?? [])
          if (!field.args.includes(argument.name.value) && argument.value.kind !== Kind.NULL)
            found.add(`${parent.name}.${name}(${argument.name.value}:)`);
      },
    }),
  );
  return [...found];
}

const CONNECTION_FIELDS = new Set(["edges", "nodes", "pageInfo"]);
const EDGE_FIELDS = new Set(["node", "cursor"]);
const PAGE_INFO_FIELDS = new Set(["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"]);

/** Connections, their edges and their places are the same for every kind of thing. */
export function isConnectionPart(typeName: string, field: string): boolean {
  if (typeName === "PageInfo") return PAGE_INFO_FIELDS.has(field);
  if (typeName.endsWith("Connection")) return CONNECTION_FIELDS.has(field);
  return typeName.endsWith("Edge") && EDGE_FIELDS.has(field);
}

function topicsOf(schema: GraphQLSchema): Topics {
  const type = schema.getType("WebhookSubscriptionTopic");
  if (!isEnumType(type)) throw new Error("the schema has no WebhookSubscriptionTopic");
  return new Map(
    type.getValues().flatMap(({ name, description }) => {
      const topic = TOPIC_IN_TEXT.exec(description ?? "")?.[1];
      return topic === undefined ? [] : [[name, topic] as const];
    }),
  );
}
