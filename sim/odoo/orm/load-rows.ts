/**
 * The rows of a `load` grouped into records: a row that fills only columns of lines belongs to the record above it.
 */
import { OdooError, repr } from "../errors.ts";
import type { Environment } from "./environment.ts";

export interface LoadRecord {
  /** By field name: text, or for `field/sub` columns the records below it; `id` and `.id` name the record itself. */
  readonly cells: ReadonlyMap<string, unknown>;
  readonly from: number;
  readonly to: number;
}

type Path = readonly string[];

export function groupRows(
  env: Environment,
  model: string,
  paths: readonly Path[],
  data: readonly (readonly unknown[])[],
): LoadRecord[] {
  const isLine = paths.map((path) => isLinePath(env, model, path));
  const filled = (row: readonly unknown[], line: boolean) =>
    paths.some((_, at) => isLine[at] === line && truthy(row[at]));
  const records: LoadRecord[] = [];
  for (let from = 0; from < data.length;) {
    let end = from + 1;
    while (end < data.length) {
      const row = data[end] as readonly unknown[];
      if (!filled(row, true) || filled(row, false)) break;
      end += 1;
    }
    records.push(recordOf(env, model, paths, data.slice(from, end), { from, to: end - 1 }));
    from = end;
  }
  return records;
}

function truthy(value: unknown): boolean {
  return value !== "" && value !== null && value !== undefined && value !== false && value !== 0;
}

function isLinePath(env: Environment, model: string, path: Path): boolean {
  const name = path[0] ?? "";
  if (name === "id" || name === ".id") return false;
  const field = env.field(model, name);
  if (field === undefined || field.hidden === true) {
    if (env.version === 14) throw new OdooError("KeyError", name);
    throw new OdooError("ValueError", `Invalid field name ${repr(name)}`);
  }
  return field.type === "one2many";
}

function recordOf(
  env: Environment,
  model: string,
  paths: readonly Path[],
  rows: readonly (readonly unknown[])[],
  span: { readonly from: number; readonly to: number },
): LoadRecord {
  const cells = new Map<string, unknown>();
  const below = new Map<string, { path: Path; at: number }[]>();
  for (const [at, path] of paths.entries()) {
    const name = path[0] as string;
    if (path.length === 1) cells.set(name, rows[0]?.[at] ?? "");
    else below.set(name, [...(below.get(name) ?? []), { path: path.slice(1), at }]);
  }
  for (const [name, columns] of below) {
    const relation = env.field(model, name)?.relation;
    if (relation === undefined) throw new OdooError("ValueError", `Invalid field name ${repr(name)}`);
    const several = isLinePath(env, model, [name]);
    const picked = (several ? rows : rows.slice(0, 1)).map((row) => columns.map(({ at }) => row[at]));
    const kept = several ? picked.filter((row) => row.some(truthy)) : picked;
    const inner = columns.map(({ path }) => path);
    cells.set(name, groupRows(env, relation, inner, kept));
  }
  return { cells, from: span.from, to: span.to };
}
