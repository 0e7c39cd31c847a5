/**
 * One GraphQL request: parsed, validated against the real schema, weighed, carried out by our resolvers. Errors have the
 * shapes of Shopify's; what is not simulated ends the whole request with 501 and a name.
 */
import { execute, getNamedType, GraphQLError, type ExecutionResult, type GraphQLFieldResolver } from "graphql";
import type { HttpResponse } from "../../src/core/ports/transport.ts";
import type { Bucket } from "./bucket.ts";
import { costOf } from "./cost.ts";
import { isConnectionPart, type BuiltSchema, type Prepared } from "./schema.ts";
import { checkAccess, checkNodes } from "./scopes.ts";
import { ApiError, Unsupported, type Args, type Context, type Tables } from "./table.ts";
import type { Idempotency } from "./idempotency.ts";

export const QUERY_POINTS_MAX = 1_000;

export interface EndpointOptions {
  readonly built: BuiltSchema;
  readonly tables: Tables;
  readonly bucket: Bucket;
  readonly idempotency: Idempotency;
  readonly onUnsupported: (what: string) => void;
  readonly onCost: (points: number) => void;
  readonly onThrottled: () => void;
}

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Body = Readonly<Record<string, unknown>>;

export function answerGraphql(request: GraphqlRequest, context: Context, options: EndpointOptions): HttpResponse {
  const { built, tables, bucket } = options;
  const preparation = built.prepare(request.query, tables);
  if (!preparation.ok) return ok({ errors: preparation.errors.map((error) => error.toJSON()) });
  const { prepared } = preparation;
  if (prepared.unsupported.length > 0) return unsupported(prepared.unsupported.join(", "), options);
  const requested = costOf(built.schema, prepared, request.variables);
  if (requested > QUERY_POINTS_MAX) return ok({ errors: [tooDear(requested)] });
  if (!bucket.take(requested)) {
    options.onThrottled();
    return ok(throttled(requested, bucket));
  }
  const result = carriedOut(request, prepared, context, options);
  const loud = result.errors?.find(({ originalError }) => originalError instanceof Unsupported);
  if (loud !== undefined)
    return unsupported(
      (loud.originalError as Unsupported).message.replace("the simulated Shopify does not do ", ""),
      options,
    );
  const actual = costOf(built.schema, prepared, request.variables, result.data ?? {});
  bucket.giveBack(requested - actual);
  options.onCost(actual);
  const cost = { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: bucket.status() };
  return ok({ ...told(result), extensions: { cost } });
}

/** The whole data of one query, for a bulk operation; nothing is weighed. */
export function readAll(query: string, context: Context, options: EndpointOptions): ExecutionResult {
  const preparation = options.built.prepare(query, options.tables);
  if (!preparation.ok) return { errors: preparation.errors };
  const { prepared } = preparation;
  if (prepared.unsupported.length > 0) throw new Unsupported(prepared.unsupported.join(", "));
  return carriedOut({ query, variables: {} }, prepared, { ...context, bulk: true }, options);
}

function carriedOut(
  { variables }: GraphqlRequest,
  { document }: Prepared,
  context: Context,
  { built, tables, idempotency }: EndpointOptions,
): ExecutionResult {
  const result = execute({
    schema: built.schema,
    document,
    variableValues: variables,
    contextValue: context,
    fieldResolver: fieldResolver(built, tables, idempotency),
    typeResolver: (value) => (value as { readonly type: string }).type,
  });
  if (result instanceof Promise) throw new Error("a resolver of the simulated Shopify did not answer at once");
  const bug = result.errors?.find(
    ({ originalError: cause }) =>
      cause !== undefined &&
      !(cause instanceof ApiError) &&
      !(cause instanceof Unsupported) &&
      !(cause instanceof GraphQLError),
  );
  if (bug?.originalError) throw bug.originalError;
  return result;
}

function fieldResolver(
  built: BuiltSchema,
  tables: Tables,
  idempotency: Idempotency,
): GraphQLFieldResolver<unknown, Context> {
  return (source, args: Args, context, info) => {
    const { name } = info.parentType;
    const field = tables[name]?.[info.fieldName];
    if (field === undefined) {
      if (isConnectionPart(name, info.fieldName)) return (source as Record<string, unknown>)[info.fieldName];
      throw new Unsupported(`${name}.${info.fieldName}`);
    }
    checkAccess(built.scopes, context.scopes, name, info.fieldName, getNamedType(info.returnType).name);
    const resolve = () => field.resolve(source as never, args, context);
    if (name === "Mutation") return idempotency.once(info, args, resolve);
    const value = resolve();
    if (name === "QueryRoot" && (info.fieldName === "node" || info.fieldName === "nodes"))
      checkNodes(built.scopes, context.scopes, info.fieldName, value);
    return value;
  };
}

function told({ data, errors }: ExecutionResult): Body {
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map(shownError) }),
  };
}

function shownError(error: GraphQLError): Body {
  const { message, locations, path, originalError } = error;
  const extensions = originalError instanceof ApiError ? originalError.extensions : error.extensions;
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

function throttled(requested: number, bucket: Bucket): Body {
  return {
    errors: [
      {
        message: "Throttled",
        extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" },
      },
    ],
    extensions: { cost: { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: bucket.status() } },
  };
}

function tooDear(cost: number): Body {
  return {
    message: `Query cost is ${cost}, which exceeds the single query max cost limit (${QUERY_POINTS_MAX}).`,
    extensions: {
      code: "MAX_COST_EXCEEDED",
      cost,
      maxCost: QUERY_POINTS_MAX,
      documentation: "https://shopify.dev/api/usage/rate-limits",
    },
  };
}

function unsupported(what: string, { onUnsupported }: EndpointOptions): HttpResponse {
  onUnsupported(what);
  return {
    status: 501,
    headers: JSON_HEADERS,
    body: JSON.stringify({ errors: `the simulated Shopify does not do ${what}` }),
  };
}

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" };

function ok(body: Body): HttpResponse {
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(body) };
}
