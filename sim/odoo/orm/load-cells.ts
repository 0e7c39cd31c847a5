/**
 * The cells of a `load` as values, with the messages that Odoo gives for those it cannot understand.
 */
import { isDate, parseInstant } from "../instants.ts";
import { search } from "./domain.ts";
import type { Environment } from "./environment.ts";
import type { FieldDefinition } from "./field.ts";
import type { LoadRecord } from "./load-rows.ts";
import { plainText } from "./row.ts";

/** A value that cannot be used: the message with the field's label in place, and what Odoo adds to it. */
export class CellError extends Error {
  readonly moreInfo: unknown;
  /** False for a fault of the columns rather than of the value. */
  readonly namesField: boolean;
  constructor(message: string, moreInfo?: unknown, namesField = true) {
    super(message);
    this.name = "CellError";
    this.moreInfo = moreInfo;
    this.namesField = namesField;
  }
}

/** Finds a record by external id, also one that stands earlier in the same load. */
export type Resolve = (externalId: string, model: string) => number | undefined;

/** A value that was taken in spite of a doubt. */
export type Warn = (message: string, moreInfo: string) => void;

export function simpleValue(
  env: Environment,
  field: FieldDefinition,
  label: string,
  cell: unknown,
  warn: Warn,
): unknown {
  const text = plainText(cell);
  switch (field.type) {
    case "boolean":
      return booleanValue(env, text, label, warn);
    case "integer":
    case "float":
    case "monetary":
      if (text.trim() === "" || Number.isNaN(Number(text))) {
        const kind = field.type === "integer" ? "an integer" : "a number";
        throw new CellError(`'${text}' does not seem to be ${kind} for field '${label}'`);
      }
      return Number(text);
    case "date":
      if (isDate(text)) return text;
      throw new CellError(
        `'${text}' does not seem to be a valid date for field '${label}'`,
        "Use the format '2012-12-31'",
      );
    case "datetime":
      if (parseInstant(text) !== undefined) return text;
      throw new CellError(
        `'${text}' does not seem to be a valid datetime for field '${label}'`,
        "Use the format '2012-12-31 23:59:59'",
      );
    case "selection":
      return selectionValue(field, text, label);
    case "json":
      return jsonValue(text, label);
    case "many2one":
      return byName(env, field, text, label);
    default:
      return text;
  }
}

function booleanValue(env: Environment, text: string, label: string, warn: Warn): boolean {
  const word = text.toLowerCase();
  if (["1", "true", "yes"].includes(word)) return true;
  if (["", "0", "false", "no"].includes(word)) return false;
  const [message, help] = [`Unknown value '${text}' for boolean field '${label}'`, "Use '1' for yes and '0' for no"];
  if (env.version === 19) throw new CellError(message, help);
  warn(`${message}, assuming 'yes'`, help);
  return true;
}

function selectionValue(field: FieldDefinition, text: string, label: string): string {
  const found = field.selection?.find(([value, shown]) => value === text || shown === text);
  if (found !== undefined) return found[0];
  const shown = field.selection?.map(([, name]) => name) ?? [];
  throw new CellError(`Value '${text}' not found in selection field '${label}'`, shown);
}

function jsonValue(text: string, label: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CellError(`'${text}' does not seem to be a valid JSON for field '${label}'`);
  }
}

function byName(env: Environment, field: FieldDefinition, text: string, label: string): number {
  const relation = field.relation ?? "";
  const ids = search(env, relation, [], { order: "id" }).filter((id) => env.displayName(relation, id) === text);
  const id = ids[0];
  if (id === undefined) {
    throw new CellError(
      `No matching record found for name '${text}' in field '${label}'`,
      possibleValues(env, relation),
    );
  }
  return id;
}

/** `x/id` and `x/.id` of a many2one; null when the cell is empty. */
export function referenceValue(
  env: Environment,
  field: FieldDefinition,
  label: string,
  record: LoadRecord,
  resolve: Resolve,
): number | null {
  const { kind, cell } = referencing(record);
  const text = plainText(cell);
  return text === "" || text === "false" ? null : resolveReference(env, field, label, kind, text, resolve);
}

/** The same for several, joined with commas. */
export function referenceValues(
  env: Environment,
  field: FieldDefinition,
  label: string,
  record: LoadRecord,
  resolve: Resolve,
): readonly number[] {
  const { kind, cell } = referencing(record);
  const parts = plainText(cell).split(",");
  const texts = parts.filter((part) => part !== "");
  return texts.map((text) => resolveReference(env, field, label, kind, text.trim(), resolve));
}

function referencing(record: LoadRecord): { readonly kind: "id" | ".id"; readonly cell: unknown } {
  const names = [...record.cells.keys()];
  const kind = names[0];
  if (names.length !== 1 || (kind !== "id" && kind !== ".id")) {
    throw new CellError("Can not create Many-To-One records indirectly, import the field separately", undefined, false);
  }
  return { kind, cell: record.cells.get(kind) };
}

function resolveReference(
  env: Environment,
  field: FieldDefinition,
  label: string,
  kind: "id" | ".id",
  text: string,
  resolve: Resolve,
): number {
  const relation = field.relation ?? "";
  const isDatabaseId = kind === ".id";
  const id = isDatabaseId ? databaseId(env, relation, text, label) : resolve(text, relation);
  if (id !== undefined) return id;
  const what = isDatabaseId ? "database id" : "external id";
  const info = possibleValues(env, "ir.model.data", [["model", "=", relation]]);
  throw new CellError(`No matching record found for ${what} '${text}' in field '${label}'`, info);
}

function databaseId(env: Environment, relation: string, text: string, label: string): number | undefined {
  if (!/^\d+$/.test(text)) throw new CellError(`Invalid database id '${text}' for the field '${label}'`);
  const id = Number(text);
  return env.find(relation, id) === undefined ? undefined : id;
}

function possibleValues(env: Environment, model: string, domain?: unknown): unknown {
  return {
    name: "Possible Values",
    type: "ir.actions.act_window",
    target: "new",
    view_mode: env.version === 19 ? "list,form" : "tree,form",
    views: [
      [false, "list"],
      [false, "form"],
    ],
    context: { create: false },
    help: "See all possible values",
    res_model: model,
    ...(domain === undefined ? {} : { domain }),
  };
}
