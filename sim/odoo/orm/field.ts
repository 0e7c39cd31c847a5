/**
 * Field definitions as data. A field with `compute` is worked out when it is read and not stored.
 */
import type { Environment } from "./environment.ts";
import type { Row } from "./row.ts";

export type FieldType =
  | "char"
  | "text"
  | "html"
  | "integer"
  | "float"
  | "monetary"
  | "boolean"
  | "date"
  | "datetime"
  | "selection"
  | "many2one"
  | "one2many"
  | "many2many"
  | "json";

export interface FieldDefinition {
  readonly type: FieldType;
  readonly label: string;
  readonly required?: boolean;
  readonly readonly?: boolean;
  /** Comodel of many2one, one2many and many2many. */
  readonly relation?: string;
  /** one2many: the comodel's many2one that points back. */
  readonly inverse?: string;
  /** one2many: only rows for which this holds. */
  readonly only?: (row: Row) => boolean;
  readonly selection?: readonly (readonly [value: string, label: string])[];
  /** Digits kept after the point; undefined keeps all. */
  readonly digits?: number;
  /** Kept findable by value without looking at every row. */
  readonly index?: boolean;
  readonly default?: (env: Environment) => unknown;
  readonly compute?: (env: Environment, row: Row) => unknown;
  /** Many values at once, where one by one would be slow: aligned with the rows. */
  readonly computeMany?: (env: Environment, rows: readonly Row[]) => readonly unknown[];
  /** Exists in the simulation only: neither listed nor readable from outside. */
  readonly hidden?: boolean;
}

export type Fields = Readonly<Record<string, FieldDefinition>>;

type Options = Omit<Partial<FieldDefinition>, "type" | "label">;

const simple =
  (type: FieldType) =>
  (label: string, options: Options = {}): FieldDefinition => ({ type, label, ...options });

export const char = simple("char");
export const text = simple("text");
export const html = simple("html");
export const integer = simple("integer");
export const float = simple("float");
export const monetary = simple("monetary");
export const boolean = simple("boolean");
export const date = simple("date");
export const datetime = simple("datetime");
export const json = simple("json");

export function selection(
  label: string,
  values: readonly (readonly [string, string])[],
  options: Options = {},
): FieldDefinition {
  return { type: "selection", label, selection: values, ...options };
}

export function many2one(label: string, relation: string, options: Options = {}): FieldDefinition {
  return { type: "many2one", label, relation, ...options };
}

export function one2many(label: string, relation: string, inverse: string, options: Options = {}): FieldDefinition {
  return { type: "one2many", label, relation, inverse, ...options };
}

export function many2many(label: string, relation: string, options: Options = {}): FieldDefinition {
  return { type: "many2many", label, relation, ...options };
}

/** Kept in a row of the table; the others are worked out. */
export function isStored(field: FieldDefinition): boolean {
  return field.type !== "one2many" && field.compute === undefined && field.computeMany === undefined;
}

export function isMany(field: FieldDefinition): boolean {
  return field.type === "one2many" || field.type === "many2many";
}
