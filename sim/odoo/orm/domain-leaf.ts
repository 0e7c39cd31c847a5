/**
 * One condition of a domain, `[field, operator, value]`, as a test of a row.
 */
import { NotSimulatedError, OdooError, repr } from "../errors.ts";
import { parseInstant } from "../instants.ts";
import type { Compiled, Leaf } from "./domain.ts";
import type { Environment } from "./environment.ts";
import { isMany, isStored, type FieldDefinition } from "./field.ts";
import { isObject, plainText, type Row } from "./row.ts";

const NEGATIVE: Readonly<Record<string, string>> = {
  "!=": "=",
  "not in": "in",
  "not like": "like",
  "not ilike": "ilike",
};

/** Finds the records of a comodel that a nested domain means. */
export type SubSearch = (relation: string, domain: unknown) => readonly number[];

export function compileLeaf(env: Environment, model: string, leaf: Leaf, find: SubSearch): Compiled {
  const dot = leaf.field.indexOf(".");
  const name = dot < 0 ? leaf.field : leaf.field.slice(0, dot);
  if (name === "id") return leaf.operator.endsWith("_of") ? compileOwnTree(env, model, leaf) : compileId(leaf);
  const field = env.field(model, name);
  if (field === undefined || field.hidden === true) throw unknownField(env, model, leaf);
  if (dot >= 0) return compilePath(env, model, name, field, { ...leaf, field: leaf.field.slice(dot + 1) }, find);
  if (leaf.operator === "any") {
    return membership(env, model, name, field, new Set(find(field.relation ?? "", leaf.value)));
  }
  if (leaf.operator === "child_of" || leaf.operator === "parent_of") return compileTree(env, model, name, field, leaf);
  const positive = NEGATIVE[leaf.operator];
  if (positive !== undefined) {
    const { test } = compilePositive(env, model, name, field, { ...leaf, operator: positive });
    return { test: (row) => !test(row) };
  }
  return compilePositive(env, model, name, field, leaf);
}

function unknownField(env: Environment, model: string, leaf: Leaf): OdooError {
  const where = env.version === 19 ? "condition" : "leaf";
  const condition = `('${leaf.field}', '${leaf.operator}', ${repr(leaf.value)})`;
  return new OdooError("ValueError", `Invalid field ${model}.${leaf.field} in ${where} ${condition}`);
}

function compileId(leaf: Leaf): Compiled {
  const wanted = new Set(listOf(leaf.value).filter((id): id is number => typeof id === "number"));
  switch (leaf.operator) {
    case "=":
    case "in":
      return { test: (row) => wanted.has(row.id), candidates: wanted };
    case "!=":
    case "not in":
      return { test: (row) => !wanted.has(row.id) };
    default:
      return { test: comparison(leaf.operator, Number(leaf.value), (row) => row.id) };
  }
}

/** `partner_id.email = x`: the partners first, then those who point to them. */
function compilePath(
  env: Environment,
  model: string,
  name: string,
  field: FieldDefinition,
  rest: Leaf,
  find: SubSearch,
): Compiled {
  if (field.relation === undefined) throw new OdooError("ValueError", `Invalid field ${model}.${name}.${rest.field}`);
  const ids = find(field.relation, [[rest.field, rest.operator, rest.value]]);
  return membership(env, model, name, field, new Set(ids));
}

/** The field's value is one of these ids, or one of its ids is. */
function membership(
  env: Environment,
  model: string,
  name: string,
  field: FieldDefinition,
  wanted: ReadonlySet<number>,
): Compiled {
  const table = env.db.table(model);
  if (table.isIndexed(name)) {
    const candidates = new Set<number>();
    for (const key of wanted) for (const id of table.lookup(name, key)) candidates.add(id);
    return { test: (row) => candidates.has(row.id), candidates };
  }
  if (field.type === "one2many" && field.inverse !== undefined) {
    const lines = env.db.table(field.relation ?? "");
    const candidates = new Set<number>();
    for (const line of wanted) {
      const row = lines.rows.get(line);
      const owner = row?.[field.inverse];
      if (row !== undefined && typeof owner === "number" && field.only?.(row) !== false) candidates.add(owner);
    }
    return { test: (row) => candidates.has(row.id), candidates };
  }
  const read = reader(env, model, name, field);
  if (isMany(field)) return { test: (row) => (read(row) as readonly number[]).some((id) => wanted.has(id)) };
  return { test: (row) => wanted.has(read(row) as number) };
}

function compileOwnTree(env: Environment, model: string, leaf: Leaf): Compiled {
  const wanted = tree(env, model, leaf);
  return { test: (row) => wanted.has(row.id), candidates: wanted };
}

function compileTree(env: Environment, model: string, name: string, field: FieldDefinition, leaf: Leaf): Compiled {
  return membership(env, model, name, field, tree(env, field.relation ?? "", leaf));
}

/** The named records with everything below (or above) them. */
function tree(env: Environment, relation: string, leaf: Leaf): ReadonlySet<number> {
  const parent = env.model(relation).parentField;
  if (parent === undefined) throw new NotSimulatedError(`${leaf.operator} on ${relation}`);
  const table = env.db.table(relation);
  const wanted = new Set<number>();
  const open = listOf(leaf.value).filter((id): id is number => typeof id === "number");
  while (open.length > 0) {
    const id = open.pop() as number;
    if (wanted.has(id)) continue;
    wanted.add(id);
    if (leaf.operator === "child_of") open.push(...table.lookup(parent, id));
    else {
      const above = table.rows.get(id)?.[parent];
      if (typeof above === "number") open.push(above);
    }
  }
  return wanted;
}

function compilePositive(env: Environment, model: string, name: string, field: FieldDefinition, leaf: Leaf): Compiled {
  if (isMany(field) || field.type === "many2one") return compileRelation(env, model, name, field, leaf);
  const read = reader(env, model, name, field);
  if (leaf.operator === "=" || leaf.operator === "in") {
    const wanted = new Set(listOf(leaf.value).map((value) => comparable(field, value)));
    const test = (row: Row) => wanted.has(normal(field, read(row)));
    const table = env.db.table(model);
    // An index knows no empty values.
    if (!table.isIndexed(name) || wanted.has(null)) return { test };
    const candidates = new Set<number>();
    for (const key of wanted) for (const id of table.lookup(name, key)) candidates.add(id);
    return { test, candidates };
  }
  if (leaf.operator.endsWith("like")) return { test: likeTest(leaf, (row) => read(row)) };
  const bound = comparable(field, leaf.value);
  return { test: comparison(leaf.operator, bound, (row) => normal(field, read(row))) };
}

function compileRelation(env: Environment, model: string, name: string, field: FieldDefinition, leaf: Leaf): Compiled {
  if (leaf.operator.endsWith("like")) {
    const relation = field.relation ?? "";
    const test = likeTest(leaf, (row) => env.displayName(relation, row.id));
    const ids = [...env.db.table(relation).rows.values()].filter(test).map((row) => row.id);
    return membership(env, model, name, field, new Set(ids));
  }
  if (leaf.operator !== "=" && leaf.operator !== "in") {
    throw new NotSimulatedError(`domain operator ${leaf.operator} on ${model}.${name}`);
  }
  const values = listOf(leaf.value);
  const names = values.filter((value): value is string => typeof value === "string");
  if (names.length > 0) throw new NotSimulatedError(`domain on ${model}.${name} by name`);
  const wanted = new Set(values.filter((id): id is number => typeof id === "number"));
  const found = membership(env, model, name, field, wanted);
  if (!values.some((value) => value === false || value === null)) return found;
  const read = reader(env, model, name, field);
  const isEmpty = (value: unknown) => (Array.isArray(value) ? value.length === 0 : typeof value !== "number");
  return { test: (row) => isEmpty(read(row)) || found.test(row) };
}

function reader(env: Environment, model: string, name: string, field: FieldDefinition): (row: Row) => unknown {
  if (isStored(field)) return field.type === "many2many" ? (row) => row[name] ?? [] : (row) => row[name] ?? null;
  return (row) => env.value(model, row, name);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (isObject(value)) throw new OdooError("ValueError", `Invalid value ${JSON.stringify(value)} in a domain`);
  return [value];
}

/** The stored form of a value given in a domain. */
function comparable(field: FieldDefinition, value: unknown): unknown {
  if (field.type === "boolean") return Boolean(value);
  if (value === null || value === undefined || value === false) {
    return field.type === "integer" || field.type === "float" || field.type === "monetary" ? 0 : null;
  }
  if (field.type === "datetime") {
    const us = parseInstant(plainText(value));
    if (us === undefined) throw new OdooError("ValueError", `Invalid isoformat string: ${repr(value)}`);
    return us;
  }
  if (field.type === "integer" || field.type === "float" || field.type === "monetary") return Number(value);
  return value;
}

function normal(field: FieldDefinition, value: unknown): unknown {
  if (field.type === "boolean") return value === true;
  const missing = value === null || value === undefined;
  if (field.type === "integer" || field.type === "float" || field.type === "monetary") return missing ? 0 : value;
  return missing ? null : value;
}

function comparison(operator: string, bound: unknown, read: (row: Row) => unknown): (row: Row) => boolean {
  const ordered = (value: unknown): value is number | string => typeof value === "number" || typeof value === "string";
  const test = (compare: (a: number | string, b: number | string) => boolean) => (row: Row) => {
    const value = read(row);
    return ordered(value) && ordered(bound) && compare(value, bound);
  };
  switch (operator) {
    case "<":
      return test((a, b) => a < b);
    case "<=":
      return test((a, b) => a <= b);
    case ">":
      return test((a, b) => a > b);
    case ">=":
      return test((a, b) => a >= b);
    default:
      throw new NotSimulatedError(`domain operator ${operator}`);
  }
}

function likeTest(leaf: Leaf, read: (row: Row) => unknown): (row: Row) => boolean {
  const pattern = String(leaf.value);
  const whole = leaf.operator.startsWith("=");
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  const flags = leaf.operator.includes("ilike") ? "isu" : "su";
  const expression = new RegExp(whole ? `^${source}$` : source, flags);
  return (row) => {
    const value = read(row);
    return typeof value === "string" && expression.test(value);
  };
}
