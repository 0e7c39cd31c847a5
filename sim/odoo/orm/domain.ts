/**
 * Odoo's domains: prefix lists of leaves and operators, parsed once and turned into a test of one row. Where a leaf can
 * be answered by an index it names the candidates, so that large tables are not walked.
 */
import { OdooError, repr } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { compileLeaf } from "./domain-leaf.ts";
import { sortIds } from "./order.ts";
import type { Row } from "./row.ts";

export interface Leaf {
  readonly kind: "leaf";
  readonly field: string;
  readonly operator: string;
  readonly value: unknown;
}

export type Node =
  | Leaf
  | { readonly kind: "and"; readonly nodes: readonly Node[] }
  | { readonly kind: "or"; readonly nodes: readonly Node[] }
  | { readonly kind: "not"; readonly node: Node };

export interface Compiled {
  readonly test: (row: Row) => boolean;
  /** A superset of the matching ids, when an index knows one. */
  readonly candidates?: ReadonlySet<number> | undefined;
}

export interface SearchOptions {
  readonly order?: string;
  readonly limit?: number;
  readonly offset?: number;
}

export function parseDomain(domain: unknown): Node {
  if (!Array.isArray(domain)) throw new OdooError("ValueError", `Domain() invalid item in domain: ${repr(domain)}`);
  const stack: Node[] = [];
  for (const item of [...(domain as unknown[])].reverse()) {
    if (item === "&" || item === "|") {
      const [first, second] = [stack.pop(), stack.pop()];
      if (first === undefined || second === undefined) throw new OdooError("ValueError", "Domain() missing operand");
      stack.push({ kind: item === "&" ? "and" : "or", nodes: [first, second] });
    } else if (item === "!") {
      const node = stack.pop();
      if (node === undefined) throw new OdooError("ValueError", "Domain() missing operand");
      stack.push({ kind: "not", node });
    } else {
      stack.push(parseLeaf(item));
    }
  }
  return { kind: "and", nodes: stack.reverse() };
}

const OPERATORS = new Set(
  "= != in not_in < <= > >= like ilike not_like not_ilike =like =ilike child_of parent_of any".split(" "),
);

function parseLeaf(item: unknown): Leaf {
  if (Array.isArray(item) && item.length === 3) {
    const [field, operator, value] = item as [unknown, unknown, unknown];
    if (typeof operator === "string" && OPERATORS.has(operator.toLowerCase().replace(" ", "_"))) {
      return { kind: "leaf", field: String(field), operator: operator.toLowerCase(), value };
    }
  }
  throw new OdooError("ValueError", `Domain() invalid item in domain: ${repr(item)}`);
}

export function compile(env: Environment, model: string, node: Node): Compiled {
  if (node.kind === "leaf") {
    return compileLeaf(env, model, node, (relation, domain) =>
      search(env.withContext({ active_test: false }), relation, domain, { order: "id" }),
    );
  }
  if (node.kind === "not") {
    const { test } = compile(env, model, node.node);
    return { test: (row) => !test(row) };
  }
  const parts = node.nodes.map((part) => compile(env, model, part));
  if (node.kind === "or") return { test: (row) => parts.some((part) => part.test(row)), candidates: union(parts) };
  const candidates = smallest(parts.map((part) => part.candidates));
  return { test: (row) => parts.every((part) => part.test(row)), candidates };
}

function smallest(sets: readonly (ReadonlySet<number> | undefined)[]): ReadonlySet<number> | undefined {
  let best: ReadonlySet<number> | undefined;
  for (const set of sets) if (set !== undefined && (best === undefined || set.size < best.size)) best = set;
  return best;
}

function union(parts: readonly Compiled[]): ReadonlySet<number> | undefined {
  const all = new Set<number>();
  for (const { candidates } of parts) {
    if (candidates === undefined) return undefined;
    for (const id of candidates) all.add(id);
  }
  return all;
}

function mentions(node: Node, field: string): boolean {
  if (node.kind === "leaf") return node.field === field;
  return node.kind === "not" ? mentions(node.node, field) : node.nodes.some((part) => mentions(part, field));
}

/** Ids that match, in the asked order. Archived records are left out unless the context or the domain asks for them. */
export function search(env: Environment, model: string, domain: unknown, options: SearchOptions = {}): number[] {
  const node = parseDomain(domain);
  const table = env.db.table(model);
  const { test, candidates } = compile(env, model, node);
  const definition = env.model(model);
  const onlyActive =
    Object.hasOwn(definition.fields, "active") && env.context["active_test"] !== false && !mentions(node, "active");
  const found: number[] = [];
  const visit = (row: Row | undefined): void => {
    if (row === undefined || (onlyActive && row["active"] !== true)) return;
    if (test(row)) found.push(row.id);
  };
  if (candidates === undefined) for (const row of table.rows.values()) visit(row);
  else for (const id of candidates) visit(table.rows.get(id));
  const sorted = sortIds(env, model, found, options.order ?? definition.order);
  const start = options.offset ?? 0;
  return options.limit === undefined ? sorted.slice(start) : sorted.slice(start, start + options.limit);
}
