/** `fields_get`: what a model's fields are, for those who ask before they rely on a name. */
import type { Environment } from "./environment.ts";
import { isStored, type FieldDefinition } from "./field.ts";

/** Odoo shows `[total, after the point]`. */
const DIGITS_TOTAL = 16;

const ATTRIBUTES = [
  "type",
  "string",
  "required",
  "readonly",
  "store",
  "relation",
  "relation_field",
  "selection",
  "digits",
  "name",
];

export function fieldsGet(
  env: Environment,
  model: string,
  names: readonly string[] | null,
  attributes: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  const wanted = names === null || names.length === 0 ? undefined : new Set(names);
  const asked = attributes === null || attributes.length === 0 ? ATTRIBUTES : attributes;
  const answer: Record<string, unknown> = {};
  const technical: readonly (readonly [string, FieldDefinition])[] = [
    ["id", { type: "integer", label: "ID", readonly: true }],
    ["display_name", { type: "char", label: "Display Name", readonly: true, compute: () => "" }],
  ];
  for (const [name, field] of [...technical, ...Object.entries(env.model(model).fields)]) {
    if (field.hidden === true || (wanted !== undefined && !wanted.has(name))) continue;
    answer[name] = describe(name, field, asked);
  }
  return answer;
}

function describe(name: string, field: FieldDefinition, asked: readonly string[]): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {
    type: field.type,
    string: field.label,
    required: field.required ?? false,
    readonly: field.readonly ?? false,
    store: isStored(field) || field.type === "one2many",
    name,
  };
  if (field.type === "float" && field.digits !== undefined) all["digits"] = [DIGITS_TOTAL, field.digits];
  if (field.relation !== undefined) all["relation"] = field.relation;
  if (field.inverse !== undefined) all["relation_field"] = field.inverse;
  if (field.selection !== undefined) all["selection"] = field.selection;
  return Object.fromEntries(asked.filter((key) => Object.hasOwn(all, key)).map((key) => [key, all[key]]));
}
