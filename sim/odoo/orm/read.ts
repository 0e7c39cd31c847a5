/**
 * Records as Odoo answers them: False for empty, `[id, name]` for many2one, text for instants.
 */
import { NotSimulatedError, OdooError } from "../errors.ts";
import { formatInstant } from "../instants.ts";
import type { Environment } from "./environment.ts";
import { isMany, isStored, type FieldDefinition } from "./field.ts";
import type { Row } from "./row.ts";

export interface ReadOptions {
  /** False answers bare ids for many2one (19's `load: null`). */
  readonly names: boolean;
}

export type Answer = Record<string, unknown>;

/** Ids that do not exist are left out, as in Odoo. */
export function read(
  env: Environment,
  model: string,
  ids: readonly number[],
  fields: readonly string[] | null,
  options: ReadOptions = { names: true },
): Answer[] {
  const table = env.db.table(model);
  const rows = ids.map((id) => table.rows.get(id)).filter((row): row is Row => row !== undefined);
  const answers: Answer[] = rows.map((row) => ({ id: row.id }));
  const names = fields === null || fields.length === 0 ? visibleFields(env, model) : fields;
  for (const name of names) {
    if (name === "id") continue;
    fill(env, model, name, rows, answers, options);
  }
  return answers;
}

export function visibleFields(env: Environment, model: string): string[] {
  const fields = Object.entries(env.model(model).fields);
  return ["id", "display_name", ...fields.filter(([, field]) => field.hidden !== true).map(([name]) => name)];
}

function fill(
  env: Environment,
  model: string,
  name: string,
  rows: readonly Row[],
  answers: readonly Answer[],
  options: ReadOptions,
): void {
  if (name === "display_name") {
    for (const [at, row] of rows.entries()) (answers[at] as Answer)[name] = env.displayName(model, row.id);
    return;
  }
  const field = env.field(model, name);
  if (field === undefined || field.hidden === true) throw unknownField(env, model, name);
  const values = valuesOf(env, model, name, field, rows);
  const show = formatter(env, field, options);
  for (const [at, value] of values.entries()) (answers[at] as Answer)[name] = show(value);
}

function unknownField(env: Environment, model: string, name: string): OdooError {
  return new OdooError("ValueError", `Invalid field '${name}' on ${env.version === 19 ? "" : "model "}'${model}'`);
}

function valuesOf(
  env: Environment,
  model: string,
  name: string,
  field: FieldDefinition,
  rows: readonly Row[],
): readonly unknown[] {
  if (isStored(field)) return rows.map((row) => row[name]);
  if (field.computeMany !== undefined) return field.computeMany(env, rows);
  return rows.map((row) => env.value(model, row, name));
}

function formatter(env: Environment, field: FieldDefinition, options: ReadOptions): (value: unknown) => unknown {
  if (isMany(field)) return (value) => value ?? [];
  switch (field.type) {
    case "boolean":
      return (value) => value === true;
    case "integer":
    case "float":
    case "monetary":
      return (value) => value ?? 0;
    case "datetime":
      return (value) => (typeof value === "number" ? formatInstant(value) : false);
    case "many2one": {
      const relation = field.relation ?? "";
      if (!options.names) return (value) => value ?? false;
      return (value) => (typeof value === "number" ? [value, nameOf(env, relation, value)] : false);
    }
    default:
      return (value) => value ?? false;
  }
}

function nameOf(env: Environment, relation: string, id: number): string {
  if (!env.db.models.has(relation)) throw new NotSimulatedError(`model ${relation}`);
  return env.displayName(relation, id);
}
