/**
 * Sorting as Odoo's `order` says. A many2one sorts by its comodel's own order; empty values come last when ascending.
 */
import { OdooError } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { plainText, type Row } from "./row.ts";

type Compare = (a: Row, b: Row) => number;

const MANY2ONE_DEPTH_MAX = 4;

export function sortIds(env: Environment, model: string, ids: readonly number[], order: string): number[] {
  if (ids.length < 2) return [...ids];
  if (order === "id") return [...ids].sort((a, b) => a - b);
  const table = env.db.table(model);
  const compare = comparison(env, model, order, 0);
  return ids
    .map((id) => table.rows.get(id) as Row)
    .sort(compare)
    .map((row) => row.id);
}

function comparison(env: Environment, model: string, order: string, depth: number): Compare {
  const parts = order.split(",").map((part) => part.trim().split(/\s+/));
  const compares = parts.map(([field, direction]) => {
    const ascending = fieldComparison(env, model, field ?? "", depth);
    return direction?.toLowerCase() === "desc" ? (a: Row, b: Row) => ascending(b, a) : ascending;
  });
  return (a, b) => {
    for (const compare of compares) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return a.id - b.id;
  };
}

function fieldComparison(env: Environment, model: string, name: string, depth: number): Compare {
  if (name === "id") return (a, b) => a.id - b.id;
  const field = env.field(model, name);
  if (field === undefined || field.hidden === true) {
    throw new OdooError("ValueError", `Invalid field '${name}' on '${model}'`);
  }
  if (field.type === "many2one" && field.relation !== undefined && depth < MANY2ONE_DEPTH_MAX) {
    return many2oneComparison(env, field.relation, name, depth);
  }
  return (a, b) => compareValues(a[name], b[name]);
}

function many2oneComparison(env: Environment, relation: string, name: string, depth: number): Compare {
  const table = env.db.table(relation);
  const inner = comparison(env, relation, env.model(relation).order, depth + 1);
  return (a, b) => {
    const [left, right] = [a[name], b[name]];
    if (left === right) return 0;
    if (typeof left !== "number") return 1;
    if (typeof right !== "number") return -1;
    const [leftRow, rightRow] = [table.rows.get(left), table.rows.get(right)];
    if (leftRow === undefined || rightRow === undefined) return left - right;
    return inner(leftRow, rightRow);
  };
}

function compareValues(a: unknown, b: unknown): number {
  const left = a ?? null;
  const right = b ?? null;
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  const [first, second] = [plainText(left), plainText(right)];
  return first < second ? -1 : Number(first > second);
}
