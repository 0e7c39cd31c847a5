/**
 * Values as they come over the wire into the stored form, per field; wrong ones are refused with Odoo's own errors.
 */
import { roundNumber } from "../amounts.ts";
import { OdooError, repr } from "../errors.ts";
import { isDate, parseInstant } from "../instants.ts";
import type { Environment } from "./environment.ts";
import type { FieldDefinition } from "./field.ts";

/** Everything but one2many and many2many, whose commands are handled apart. */
export function toStored(
  env: Environment,
  model: string,
  name: string,
  field: FieldDefinition,
  value: unknown,
): unknown {
  if (field.type === "boolean") return Boolean(value);
  if (value === null || value === undefined || value === false || value === "") {
    return field.type === "integer" || field.type === "float" || field.type === "monetary" ? 0 : null;
  }
  switch (field.type) {
    case "char":
    case "text":
    case "html":
      return asText(value);
    case "integer":
    case "float":
    case "monetary":
      return asNumber(field, value);
    case "date":
      return asDate(value);
    case "datetime":
      return asInstant(value);
    case "selection":
      return asSelection(model, name, field, value);
    case "many2one":
      return asReference(env, field, value);
    default:
      return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : repr(value);
}

function asNumber(field: FieldDefinition, value: unknown): number {
  const number = typeof value === "number" ? value : Number(value);
  if (Number.isNaN(number)) throw new OdooError("ValueError", `could not convert string to float: ${repr(value)}`);
  return field.digits === undefined ? number : roundNumber(number, field.digits);
}

function asDate(value: unknown): string {
  const text = asText(value).slice(0, 10);
  if (!isDate(text)) throw new OdooError("ValueError", `time data ${repr(value)} does not match format '%Y-%m-%d'`);
  return text;
}

function asInstant(value: unknown): number {
  const us = parseInstant(asText(value));
  if (us === undefined) {
    throw new OdooError("ValueError", `time data ${repr(value)} does not match format '%Y-%m-%d %H:%M:%S'`);
  }
  return us;
}

function asSelection(model: string, name: string, field: FieldDefinition, value: unknown): unknown {
  if (field.selection?.some(([known]) => known === value) === true) return value;
  throw new OdooError("ValueError", `Wrong value for ${model}.${name}: ${repr(value)}`);
}

function asReference(env: Environment, field: FieldDefinition, value: unknown): number {
  const id: unknown = Array.isArray(value) ? value[0] : value;
  const relation = field.relation ?? "";
  if (typeof id !== "number") {
    throw new OdooError("ValueError", `Wrong value for ${field.label}: ${repr(value)}`);
  }
  if (env.find(relation, id) === undefined) {
    throw new OdooError(
      "ValidationError",
      "The operation cannot be completed: another model requires the record being deleted, or the record " +
        `${relation}(${id}) does not exist.`,
    );
  }
  return id;
}
