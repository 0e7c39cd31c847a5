/**
 * A model as data: fields, order, methods that may be called from outside, and what happens on create, write, unlink.
 */
import type { Environment } from "./environment.ts";
import type { Fields } from "./field.ts";
import type { Row, Values } from "./row.ts";

/** Named arguments of one call, already matched with the method's parameters. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface MethodDefinition {
  /** `model`: called on the model alone; `records`: on the records with the given ids. */
  readonly on: "model" | "records";
  readonly params: readonly string[];
  /** Parameters that must be given. */
  readonly required?: readonly string[];
  readonly run: (env: Environment, ids: readonly number[], args: Arguments) => unknown;
}

export interface ModelDefinition {
  readonly name: string;
  readonly label: string;
  readonly fields: Fields;
  /** As Odoo writes it: `date_order desc, id desc`. */
  readonly order: string;
  readonly methods?: Readonly<Record<string, MethodDefinition>>;
  /** The many2one that makes a tree, for child_of. */
  readonly parentField?: string;
  /** Kept in memory only: wizards. */
  readonly transient?: boolean;
  readonly displayName?: (env: Environment, row: Row) => string;
  /** Fields that name_search looks at; `name` when absent. */
  readonly searchNames?: readonly string[];
  /** Completes or refuses the values of a new record, defaults already in. */
  readonly creating?: (env: Environment, values: Values, given: Values) => Values;
  /** After the record and its lines exist. */
  readonly created?: (env: Environment, row: Row, given: Values) => void;
  /** Completes or refuses the values of a write. */
  readonly writing?: (env: Environment, row: Row, values: Values) => Values;
  readonly written?: (env: Environment, row: Row, before: Row, values: Values) => void;
  readonly unlinking?: (env: Environment, row: Row) => void;
  readonly unlinked?: (env: Environment, row: Row) => void;
}

export function recordsMethod(
  params: readonly string[],
  run: MethodDefinition["run"],
  required: readonly string[] = [],
): MethodDefinition {
  return { on: "records", params, run, required };
}

export function modelMethod(
  params: readonly string[],
  run: MethodDefinition["run"],
  required: readonly string[] = [],
): MethodDefinition {
  return { on: "model", params, run, required };
}
