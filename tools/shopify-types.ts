/**
 * Writes the types of every Shopify operation's result and variables (generated.ts) and the access scopes that they need
 * (scopes-table.ts) from the real schema. Types of operations that are valid are written also when others are not.
 *
 * `node tools/run.mjs tools/shopify-types.ts` ends with 1, naming the operation and what is wrong with it.
 */
import { spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import {
  buildClientSchema,
  introspectionFromSchema,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  print,
  type DefinitionNode,
  type GraphQLSchema,
} from "graphql";
import { API_VERSION } from "../src/connectors/shopify/api-version.ts";
import { findOperations, parsed, problemsOf, type FoundOperation } from "./shopify-operations.ts";
import { executableSchema, missingSchema, shopifySchema } from "./shopify-schema.ts";
import { scopesOf, scopesTable } from "./shopify-scopes.ts";
import { ROOT } from "./suites.ts";

const FOLDER = join(ROOT, "src", "connectors", "shopify");
export const TYPES_FILE = join(FOLDER, "generated.ts");
export const SCOPES_FILE = join(FOLDER, "scopes-table.ts");

/** Not text; all other scalars of Shopify's come as text: floats would lose what money and decimals say. */
const SCALARS_NOT_TEXT: Readonly<Record<string, string>> = { JSON: "unknown" };

const CODEGEN_CONFIG = {
  immutableTypes: true,
  enumType: "string-literal",
  skipTypename: true,
  useTypeImports: true,
  inlineFragmentTypes: "combine",
  // Shopify's descriptions are Shopify's words; the schema has them.
  disableDescriptions: true,
};

const HEADER = `/**
 * Types of every operation's result and variables, generated from Shopify's schema ${API_VERSION}. Not written by hand: after a change
 * of operations/ run \`node tools/run.mjs tools/shopify-types.ts\`. Money, decimals, times and ids are text.
 */
`;

export interface Generated {
  readonly text: string;
  readonly problems: readonly string[];
}

/**
 * The text of generated.ts, as it must be for these operations. Input fields that are deprecated have no type: what variables
 * carry is not seen by the validation.
 */
export async function typesOf(operations: readonly FoundOperation[], schema: GraphQLSchema): Promise<Generated> {
  const invalid = new Map(operations.map((found) => [found, problemsOf(found, schema)]));
  const valid = operations.filter((found) => invalid.get(found)?.length === 0);
  const { definitions, problems } = definitionsOf(valid);
  const body = await codegen({
    filename: TYPES_FILE,
    schema: { kind: Kind.DOCUMENT, definitions: [] },
    schemaAst: currentInputs(schema),
    documents: [{ location: "operations", document: { kind: Kind.DOCUMENT, definitions } }],
    plugins: [{ operations: {} }],
    pluginMap: { operations: typescriptOperations },
    config: { ...CODEGEN_CONFIG, scalars: scalarsOf(schema) },
    // Done above, with deprecations.
    skipDocumentsValidation: true,
  });
  return {
    text: formatted(`${HEADER}\n${plain(body)}`, TYPES_FILE),
    problems: [...[...invalid.values()].flat(), ...problems],
  };
}

/** Made once for each schema: it takes a second. */
const current = new WeakMap<GraphQLSchema, GraphQLSchema>();

function currentInputs(schema: GraphQLSchema): GraphQLSchema {
  const known = current.get(schema);
  if (known !== undefined) return known;
  const introspection = introspectionFromSchema(schema, { inputValueDeprecation: true });
  const types = introspection.__schema.types.map((type) =>
    type.kind === "INPUT_OBJECT"
      ? { ...type, inputFields: type.inputFields.filter(({ isDeprecated }) => isDeprecated !== true) }
      : type,
  );
  const made = buildClientSchema({ __schema: { ...introspection.__schema, types } }, { assumeValid: true });
  current.set(schema, made);
  return made;
}

function scalarsOf(schema: GraphQLSchema): Record<string, string> {
  const custom = Object.values(schema.getTypeMap()).filter(
    (type) => isScalarType(type) && !isSpecifiedScalarType(type),
  );
  const names = [...custom.map(({ name }) => name), "ID"];
  return Object.fromEntries(names.map((name) => [name, SCALARS_NOT_TEXT[name] ?? "string"]));
}

/** All definitions, fragments that several operations share once. */
function definitionsOf(operations: readonly FoundOperation[]): {
  definitions: DefinitionNode[];
  problems: string[];
} {
  const fragments = new Map<string, string>();
  const definitions: DefinitionNode[] = [];
  const problems: string[] = [];
  for (const found of operations) {
    const document = parsed(found);
    if (typeof document === "string") continue;
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) {
        definitions.push(definition);
        continue;
      }
      const { value } = definition.name;
      const text = print(definition);
      const known = fragments.get(value);
      if (known === undefined) definitions.push(definition);
      else if (known !== text)
        problems.push(`${found.operation.name} (${found.place}): another fragment is named ${value} too`);
      fragments.set(value, text);
    }
  }
  return { definitions, problems };
}

/** Lists that the world adds to; what we compare them with are codes of our own configuration. */
const OPEN_ENUMS = /export type (CurrencyCode|CountryCode|LanguageCode) =[^;]*;/g;
const HELPERS = /^\/\*\* Internal type\. DO NOT USE DIRECTLY\. \*\/\n.*\n/gm;
const EXACT = /= Exact<(\{[^}]*\})>;/g;

function plain(body: string): string {
  return body
    .replaceAll(HELPERS, "")
    .replaceAll(EXACT, "= $1;")
    .replaceAll("{ [key: string]: never; }", "Record<string, never>")
    .replaceAll(OPEN_ENUMS, "export type $1 = string;");
}

/** As oxfmt writes it. */
export function formatted(text: string, file: string): string {
  const command = join(ROOT, "node_modules", ".bin", "oxfmt");
  const result = spawnSync(command, ["--stdin-filepath", file], { cwd: ROOT, input: text, encoding: "utf8" });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`oxfmt cannot format ${file}: ${result.stderr}`);
  return result.stdout;
}

/** The text of scopes-table.ts, as it must be for these operations; all must be valid. */
export function scopesTextOf(operations: readonly FoundOperation[], schema: GraphQLSchema): string {
  const { access } = shopifySchema(API_VERSION);
  return formatted(scopesTable(scopesOf(operations, schema, access)), SCOPES_FILE);
}

function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.part`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}

async function main(): Promise<number> {
  const missing = missingSchema();
  if (missing !== undefined) {
    console.error(missing);
    return 1;
  }
  const found = await findOperations();
  const schema = executableSchema(API_VERSION);
  const types = await typesOf(found.operations, schema);
  replaceFile(TYPES_FILE, types.text);
  const problems = [...found.problems, ...types.problems];
  if (problems.length === 0) replaceFile(SCOPES_FILE, scopesTextOf(found.operations, schema));
  for (const problem of problems) console.error(problem);
  console.log(`${found.operations.length} operations, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
