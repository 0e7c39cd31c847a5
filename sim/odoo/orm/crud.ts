/**
 * Create, write and unlink with defaults, line commands, required fields and the models' hooks.
 */
import { NotSimulatedError, OdooError, repr } from "../errors.ts";
import { toStored } from "./convert.ts";
import type { Environment } from "./environment.ts";
import { isStored, type FieldDefinition } from "./field.ts";
import type { ModelDefinition } from "./model.ts";
import { ids as idsOf, isObject, type Row, type Values } from "./row.ts";

export function create(env: Environment, model: string, given: Values): Row {
  return env.together(() => {
    const definition = env.model(model);
    checkNames(env, definition, given, "in");
    const withDefaults = { ...defaults(env, definition, given), ...given };
    const completed = definition.creating?.(env, withDefaults, given) ?? withDefaults;
    const stored = storedValues(env, definition, completed, null);
    const id = env.db.table(model).allocate();
    const stamps = { create_date: env.nowUs, create_uid: env.user.id, write_date: env.nowUs, write_uid: env.user.id };
    env.db.put(model, { ...stored, ...stamps, id });
    env.db.noteChange({ kind: "create", model, id, fields: Object.keys(stored) });
    applyLines(env, definition, id, completed);
    definition.created?.(env, env.row(model, id), given);
    checkRequired(env, definition, env.row(model, id));
    return env.row(model, id);
  });
}

export function write(env: Environment, model: string, ids: readonly number[], values: Values): void {
  const definition = env.model(model);
  checkNames(env, definition, values, "on");
  env.together(() => {
    for (const id of ids) writeOne(env, definition, id, values);
  });
}

function writeOne(env: Environment, definition: ModelDefinition, id: number, given: Values): void {
  const model = definition.name;
  const before = env.row(model, id);
  const values = definition.writing?.(env, before, given) ?? given;
  const stored = storedValues(env, definition, values, before);
  const row = { ...env.row(model, id), ...stored, write_date: env.nowUs, write_uid: env.user.id };
  env.db.put(model, row);
  env.db.noteChange({ kind: "write", model, id, fields: Object.keys(values) });
  applyLines(env, definition, id, values);
  definition.written?.(env, env.row(model, id), before, values);
  const after = env.find(model, id);
  if (after !== undefined) checkRequired(env, definition, after);
}

export function unlink(env: Environment, model: string, ids: readonly number[]): void {
  const definition = env.model(model);
  env.together(() => {
    for (const id of ids) {
      const row = env.row(model, id);
      definition.unlinking?.(env, row);
      forgetExternalIds(env, model, id);
      env.db.remove(model, id);
      env.db.noteChange({ kind: "unlink", model, id, fields: [] });
      definition.unlinked?.(env, row);
    }
  });
}

function forgetExternalIds(env: Environment, model: string, id: number): void {
  if (model === "ir.model.data") return;
  for (const data of env.by("ir.model.data", "target", `${model},${id}`)) env.db.remove("ir.model.data", data.id);
}

function checkNames(env: Environment, definition: ModelDefinition, values: Values, word: "in" | "on"): void {
  for (const name of Object.keys(values)) {
    const field = definition.fields[name];
    if (name === "id" || (Object.hasOwn(definition.fields, name) && field?.hidden !== true)) continue;
    if (env.version === 14) throw new OdooError("ValueError", `Invalid field '${name}' on model '${definition.name}'`);
    if (word === "on") throw new OdooError("KeyError", name);
    throw new OdooError("ValueError", `Invalid field ${repr(name)} in ${repr(definition.name)}`);
  }
}

/** Kept as zero rather than empty. */
const NUMERIC = new Set(["integer", "float", "monetary"]);

type NamedFields = readonly (readonly [string, FieldDefinition])[];

interface FieldPlan {
  /** Fields that a new record gets a value for by itself. */
  readonly filled: NamedFields;
  readonly required: NamedFields;
  readonly lines: NamedFields;
}

const plans = new WeakMap<ModelDefinition, FieldPlan>();

function planOf(definition: ModelDefinition): FieldPlan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const fields = Object.entries(definition.fields);
  const isFilled = (field: FieldDefinition) =>
    field.default !== undefined || (NUMERIC.has(field.type) && isStored(field));
  const plan = {
    filled: fields.filter(([, field]) => isFilled(field)),
    required: fields.filter(([, field]) => field.required === true),
    lines: fields.filter(([, field]) => field.type === "one2many"),
  };
  plans.set(definition, plan);
  return plan;
}

function defaults(env: Environment, definition: ModelDefinition, given: Values): Values {
  const values: Record<string, unknown> = {};
  for (const [name, field] of planOf(definition).filled) {
    if (!Object.hasOwn(given, name)) values[name] = field.default === undefined ? 0 : field.default(env);
  }
  for (const [key, value] of Object.entries(env.context)) {
    const name = key.startsWith("default_") ? key.slice("default_".length) : "";
    if (Object.hasOwn(definition.fields, name) && !Object.hasOwn(given, name)) values[name] = value;
  }
  return values;
}

function storedValues(env: Environment, definition: ModelDefinition, values: Values, before: Row | null): Values {
  const stored: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const field = definition.fields[name];
    if (field === undefined || name === "id") continue;
    if (field.type === "many2many" && isStored(field)) {
      stored[name] = many2manyValue(env, field, value, before === null ? [] : idsOf(before, name));
    } else if (isStored(field)) {
      stored[name] = toStored(env, definition.name, name, field, value);
    } else if (field.type !== "one2many" && before !== null) {
      throw new NotSimulatedError(`write of the computed field ${definition.name}.${name}`);
    }
  }
  return stored;
}

/** Commands `[code, id, values]`, or plain ids. */
function many2manyValue(
  env: Environment,
  field: FieldDefinition,
  value: unknown,
  before: readonly number[],
): readonly number[] {
  if (!Array.isArray(value)) return [];
  let current = [...before];
  for (const command of value as unknown[]) {
    if (typeof command === "number") current.push(command);
    else if (Array.isArray(command)) current = many2manyCommand(env, field, command as unknown[], current);
    else throw new OdooError("ValueError", `Wrong value for ${field.label}: ${repr(value)}`);
  }
  const unique = [...new Set(current)];
  for (const id of unique) env.row(field.relation ?? "", id);
  return unique;
}

function many2manyCommand(env: Environment, field: FieldDefinition, command: unknown[], current: number[]): number[] {
  const [code, id, extra] = command;
  switch (code) {
    case 0:
      return [...current, create(env, field.relation ?? "", isObject(extra) ? extra : {}).id];
    case 1:
      write(env, field.relation ?? "", [Number(id)], isObject(extra) ? extra : {});
      return current;
    case 2:
    case 3:
      return current.filter((one) => one !== id);
    case 4:
      return [...current, Number(id)];
    case 5:
      return [];
    case 6:
      return [...(extra as number[])];
    default:
      throw new OdooError("ValueError", `Wrong value for ${field.label}: ${repr(command)}`);
  }
}

function applyLines(env: Environment, definition: ModelDefinition, id: number, values: Values): void {
  for (const [name, field] of planOf(definition).lines) {
    const value = values[name];
    if (!Array.isArray(value)) continue;
    for (const command of value as unknown[]) {
      if (Array.isArray(command)) lineCommand(env, field, id, command as unknown[]);
    }
  }
}

function lineCommand(env: Environment, field: FieldDefinition, owner: number, command: unknown[]): void {
  const [code, id, extra] = command;
  const relation = field.relation ?? "";
  const inverse = field.inverse ?? "";
  const values = isObject(extra) ? extra : {};
  switch (code) {
    case 0: {
      const row = create(env, relation, { ...values, [inverse]: owner });
      command[1] = row.id;
      return;
    }
    case 1:
      return write(env, relation, [Number(id)], values);
    case 2:
      return unlink(env, relation, [Number(id)]);
    case 4:
      return write(env, relation, [Number(id)], { [inverse]: owner });
    case 5:
      return unlink(env, relation, env.lines(field, owner));
    default:
      throw new NotSimulatedError(`command ${repr(command)} on ${field.label}`);
  }
}

function checkRequired(env: Environment, definition: ModelDefinition, row: Row): void {
  for (const [name, field] of planOf(definition).required) {
    if ((row[name] ?? null) !== null) continue;
    if (env.version === 14) throw required14(definition, name, field);
    const message =
      `Missing required value for the field '${field.label}' (${name}).\n` +
      `Model: '${definition.label}' (${definition.name})\n- create/update: a mandatory field is not set\n` +
      "- delete: another model requires the record being deleted, you can archive it instead\n";
    throw new OdooError("ValidationError", `The operation cannot be completed: ${message}`, { message, field: name });
  }
}

function required14(definition: ModelDefinition, name: string, field: FieldDefinition): OdooError {
  const message =
    "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n" +
    "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n" +
    `Model: ${definition.label} (${definition.name}), Field: ${field.label} (${name})`;
  const inLoad = `Missing required value for the field '${field.label}' (${name})`;
  return new OdooError("ValidationError", message, { message: inLoad, field: name });
}
