/** What an app may read and write: the table that comes with the schema, and Shopify's words for what it may not. */
import type { AccessRule } from "./schema.ts";
import { ApiError } from "./table.ts";

interface Need {
  readonly scopes: readonly string[];
  readonly words: string;
}

export interface ScopeTable {
  readonly types: ReadonlyMap<string, Need>;
  /** By `Type.field`. */
  readonly fields: ReadonlyMap<string, Need>;
  /** What was looked up before, by `Type.field`: it is asked for every value that is told. */
  readonly known: Map<string, readonly Need[]>;
}

const DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes";

export function scopesOf(rules: readonly AccessRule[]): ScopeTable {
  const types = new Map<string, Need>();
  const fields = new Map<string, Need>();
  for (const { type, typeName, fieldName, offlineScopes, requiredAccess } of rules) {
    if (offlineScopes.length === 0) continue;
    const need = { scopes: offlineScopes, words: requiredAccess };
    if (type === "type") types.set(typeName, need);
    else fields.set(`${typeName}.${fieldName ?? ""}`, need);
  }
  return { types, fields, known: new Map() };
}

/** Throws what Shopify answers when the app has none of the scopes that this field, or what it tells, needs. */
export function checkAccess(
  table: ScopeTable,
  held: ReadonlySet<string>,
  typeName: string,
  fieldName: string,
  resultName: string,
): void {
  for (const need of needsOf(table, typeName, fieldName, resultName))
    if (!need.scopes.some((scope) => allowed(held, scope))) throw denied(fieldName, need.words);
}

/** For what was found by its id alone: its type is known only then. */
export function checkNodes({ types }: ScopeTable, held: ReadonlySet<string>, fieldName: string, found: unknown): void {
  for (const node of Array.isArray(found) ? found : [found]) {
    const need = node === null ? undefined : types.get((node as { readonly type: string }).type);
    if (need !== undefined && !need.scopes.some((scope) => allowed(held, scope))) throw denied(fieldName, need.words);
  }
}

function needsOf(
  { types, fields, known }: ScopeTable,
  typeName: string,
  fieldName: string,
  resultName: string,
): readonly Need[] {
  const key = `${typeName}.${fieldName}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const things = types.get(resultName.replace(/(?:Connection|Edge)$/, ""));
  const needs = [fields.get(key), things].filter((need) => need !== undefined);
  known.set(key, needs);
  return needs;
}

/** Who may write may read. */
function allowed(held: ReadonlySet<string>, scope: string): boolean {
  return held.has(scope) || (scope.startsWith("read_") && held.has(`write_${scope.slice("read_".length)}`));
}

/** For what the table says nothing about, such as tags on an order. */
export function needScope(held: ReadonlySet<string>, scope: string, fieldName: string): void {
  if (!allowed(held, scope)) throw denied(fieldName, `\`${scope}\` access scope.`);
}

function denied(fieldName: string, words: string): ApiError {
  return new ApiError(`Access denied for ${fieldName} field. Required access: ${words}`, "ACCESS_DENIED", {
    documentation: DOCUMENTATION,
    requiredAccess: words,
  });
}
