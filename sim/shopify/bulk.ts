/**
 * Bulk operations: one query read whole in the shop's own time, told as JSON lines; what stands in a connection becomes lines
 * of its own with the id of what it belongs to. Served by the shop itself for seven days.
 */
import { Kind, OperationTypeNode, parse, type FieldNode, type SelectionSetNode } from "graphql";
import { gid, instant, instantOrNull, numberOf } from "./ids.ts";
import type { BulkOperation } from "./model.ts";
import { textOf } from "./resolvers/values.ts";
import type { ShopifyState } from "./state.ts";
import { plain, type, withArgs, type Args, type BulkStart, type Context, type Tables } from "./table.ts";
import { byId, PAGE_ARGS } from "./connections.ts";
import type { Event } from "./events.ts";

/** The shop's own pace, and what it takes before the first line. */
const START_MS = 2_000;
const OBJECTS_PER_SECOND = 1_000;
const RUNNING_MAX = 5;
const URL_LIFE_MS = 7 * 24 * 3_600_000;
export const RESULT_PATH = "/bulk-results/";

export class BulkRunner {
  private readonly state: ShopifyState;
  private readonly read: (query: string) => unknown;
  private readonly emit: (event: Event) => void;

  /** `read` answers the whole data of a query, or throws what is wrong with it as an Error. */
  constructor(state: ShopifyState, read: (query: string) => unknown, emit: (event: Event) => void) {
    this.state = state;
    this.read = read;
    this.emit = emit;
  }

  readonly start = (query: string, grouped: boolean): BulkStart => {
    this.settle();
    const running = [...this.state.bulkOperations.values()].filter(
      ({ status }) => status === "CREATED" || status === "RUNNING",
    );
    if (running.length >= RUNNING_MAX)
      return {
        ok: false,
        code: "LIMIT_REACHED",
        message: `No more than ${RUNNING_MAX} bulk query operations can run at the same time`,
      };
    const problem = refusalOf(query);
    if (problem !== null) return { ok: false, code: "INVALID", message: problem };
    const result = linesOf(query, this.read(query), grouped);
    const nowMs = this.state.nowMs();
    const operation: BulkOperation = {
      type: "BulkOperation",
      id: this.state.nextId("BulkOperation"),
      query,
      status: "CREATED",
      createdMs: nowMs,
      readyMs: nowMs + START_MS + Math.ceil((result.lines.length / OBJECTS_PER_SECOND) * 1_000),
      completedMs: null,
      objects: result.lines.length,
      roots: result.roots,
      file: Buffer.from(result.lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
    };
    this.state.bulkOperations.set(operation.id, operation);
    return { ok: true, operation };
  };

  /** Moves on what has gone on since it was looked at last. */
  readonly settle = (): void => {
    const nowMs = this.state.clock.nowMs();
    for (const operation of this.state.bulkOperations.values()) {
      if (operation.status !== "CREATED" && operation.status !== "RUNNING") continue;
      if (nowMs < operation.readyMs) {
        if (nowMs > operation.createdMs) operation.status = "RUNNING";
        continue;
      }
      operation.status = "COMPLETED";
      operation.completedMs = operation.readyMs;
      this.emit({
        topic: "bulk_operations/finish",
        body: {
          admin_graphql_api_id: gid("BulkOperation", operation.id),
          status: "completed",
          type: "query",
          error_code: null,
        },
      });
    }
  };

  /** The file at this path; null: there is none (any more). */
  file(path: string): Buffer | null {
    this.settle();
    const operation = this.state.bulkOperations.get(Number(/^\/bulk-results\/(\d+)\.jsonl$/.exec(path)?.[1] ?? 0));
    if (
      operation === undefined ||
      operation.completedMs === null ||
      this.state.clock.nowMs() > operation.completedMs + URL_LIFE_MS
    )
      return null;
    return operation.file;
  }
}

/** Two levels of connections, five in all, and nothing without one. */
const CONNECTIONS_MAX = 5;
const DEPTH_MAX = 2;

function refusalOf(query: string): string | null {
  let set: SelectionSetNode | undefined;
  try {
    const [definition] = parse(query).definitions;
    set =
      definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.QUERY
        ? definition.selectionSet
        : undefined;
  } catch {
    return "Invalid bulk query: it cannot be parsed";
  }
  if (set === undefined) return "Invalid bulk query: it must be one query";
  const counts = { connections: 0, depth: 0 };
  countConnections(set, 0, counts);
  if (counts.connections === 0) return "Bulk queries must contain at least one connection.";
  if (counts.connections > CONNECTIONS_MAX)
    return `Bulk queries cannot contain more than ${CONNECTIONS_MAX} connections.`;
  if (counts.depth > DEPTH_MAX) return "Bulk queries cannot contain connections with a nesting depth greater than 2.";
  return null;
}

function countConnections(set: SelectionSetNode, depth: number, counts: { connections: number; depth: number }): void {
  for (const selection of set.selections) {
    if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
    const isConnection = isConnectionField(selection);
    if (isConnection) counts.connections += 1;
    counts.depth = Math.max(counts.depth, depth + (isConnection ? 1 : 0));
    countConnections(selection.selectionSet, depth + (isConnection ? 1 : 0), counts);
  }
}

function isConnectionField({ selectionSet }: FieldNode): boolean {
  return (
    selectionSet?.selections.some(
      (part) => part.kind === Kind.FIELD && (part.name.value === "edges" || part.name.value === "nodes"),
    ) === true
  );
}

type Json = Record<string, unknown>;

/** Grouped: each thing's children right behind it; else all of one level before the next. */
function linesOf(
  query: string,
  data: unknown,
  grouped: boolean,
): { readonly lines: readonly Json[]; readonly roots: number } {
  const levels: Json[][] = [[], []];
  const lines: Json[] = [];
  let roots = 0;
  const tell = (node: unknown, parent: string | null, depth: number): void => {
    const children: { readonly nodes: readonly unknown[] }[] = [];
    const line = stripped(node, children) as Json;
    if (parent !== null) line["__parentId"] = parent;
    else roots += 1;
    if (grouped) lines.push(line);
    else levels[depth]?.push(line);
    for (const { nodes } of children) for (const child of nodes) tell(child, String(line["id"]), depth + 1);
  };
  const top: { readonly nodes: readonly unknown[] }[] = [];
  stripped(data, top);
  for (const { nodes } of top) for (const node of nodes) tell(node, null, 0);
  if (query.trim() === "") throw new Error("an empty query reached the bulk reader");
  return { lines: grouped ? lines : levels.flat(), roots };
}

/** The value without its connections, which are handed out. */
function stripped(value: unknown, connections: { readonly nodes: readonly unknown[] }[]): unknown {
  if (Array.isArray(value)) return value.map((one) => stripped(one, connections));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, part]) => {
    const nodes = nodesOf(part);
    if (nodes === null) return [[name, stripped(part, connections)]];
    connections.push({ nodes });
    return [];
  });
  return Object.fromEntries(entries) as Json;
}

function nodesOf(part: unknown): readonly unknown[] | null {
  if (typeof part !== "object" || part === null) return null;
  const { edges, nodes } = part as {
    readonly edges?: readonly { readonly node: unknown }[];
    readonly nodes?: readonly unknown[];
  };
  return edges?.map(({ node }) => node) ?? nodes ?? null;
}

export const BULK_ROOTS = {
  bulkOperation: withArgs<undefined>(
    ["id"],
    (_, args, { state }) => state.bulkOperations.get(numberOf("BulkOperation", textOf(args, "id")) ?? 0) ?? null,
  ),
  bulkOperations: withArgs<undefined>(PAGE_ARGS, (_, args, context) =>
    byId(context.state.bulkOperations.values(), args, context),
  ),
};

function run(_: unknown, args: Args, context: Context) {
  const started = context.startBulk(textOf(args, "query"), args["groupObjects"] === true);
  if (started.ok) return { bulkOperation: started.operation, userErrors: [] };
  return { bulkOperation: null, userErrors: [{ field: ["query"], message: started.message, code: started.code }] };
}

function cancel(_: unknown, args: Args, { state }: Context) {
  const operation = state.bulkOperations.get(numberOf("BulkOperation", textOf(args, "id")) ?? 0);
  if (operation === undefined)
    return { bulkOperation: null, userErrors: [{ field: ["id"], message: "Bulk operation does not exist" }] };
  if (operation.status === "CREATED" || operation.status === "RUNNING") operation.status = "CANCELED";
  return { bulkOperation: operation, userErrors: [] };
}

export const BULK_MUTATIONS = {
  bulkOperationRunQuery: withArgs<undefined>(["query", "groupObjects"], run),
  bulkOperationCancel: withArgs<undefined>(["id"], cancel),
};

export const BULK_TABLES: Tables = {
  BulkOperationRunQueryPayload: plain("bulkOperation", "userErrors"),
  BulkOperationCancelPayload: plain("bulkOperation", "userErrors"),
  BulkOperation: type<BulkOperation>({
    id: ({ id }) => gid("BulkOperation", id),
    type: () => "QUERY",
    query: ({ query }) => query,
    status: ({ status }) => status,
    errorCode: () => null,
    createdAt: ({ createdMs }) => instant(createdMs),
    completedAt: ({ completedMs }) => instantOrNull(completedMs),
    objectCount: ({ status, objects }) => (status === "COMPLETED" ? String(objects) : "0"),
    rootObjectCount: ({ status, roots }) => (status === "COMPLETED" ? String(roots) : "0"),
    fileSize: ({ status, file }) => (status === "COMPLETED" ? String(file.byteLength) : null),
    partialDataUrl: () => null,
    // No objects, no file.
    url: ({ id, status, objects }, _, { url }) =>
      status === "COMPLETED" && objects > 0 ? `${url}${RESULT_PATH}${id}.jsonl` : null,
  }),
};
