/**
 * Every operation that the Shopify connector sends, found by reading its folder: none can be forgotten. Tells what of an
 * operation the schema does not have, or has only until Shopify removes it.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  GraphQLError,
  NoDeprecatedCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import type { Operation } from "../src/connectors/shopify/operation.ts";
import { ROOT } from "./suites.ts";

export const OPERATIONS_FOLDER = join(ROOT, "src", "connectors", "shopify", "operations");

export type AnyOperation = Operation<unknown, never>;

export interface FoundOperation {
  /** `orders.ts ordersById`, for sentences. */
  readonly place: string;
  readonly operation: AnyOperation;
}

export interface FoundOperations {
  readonly operations: readonly FoundOperation[];
  /** What in the folder is not as it must be: a sentence each. */
  readonly problems: readonly string[];
}

/** Reads all files of operations/. Fragments may be exported too, as text. */
export async function findOperations(folder: string = OPERATIONS_FOLDER): Promise<FoundOperations> {
  const operations: FoundOperation[] = [];
  const problems: string[] = [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  for (const file of files.toSorted()) {
    const exported = await load(join(folder, file));
    if (typeof exported === "string") problems.push(`${file} cannot be loaded: ${exported}`);
    else
      for (const [name, value] of Object.entries(exported)) {
        if (isOperation(value)) operations.push({ place: `${file} ${name}`, operation: value });
        else if (typeof value !== "string")
          problems.push(`${file} exports ${name}, which is neither operation nor fragment`);
      }
  }
  return { operations, problems: [...problems, ...sameNames(operations)] };
}

async function load(path: string): Promise<Record<string, unknown> | string> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isOperation(value: unknown): value is AnyOperation {
  return typeof value === "object" && value !== null && "name" in value && "kind" in value && "text" in value;
}

function sameNames(operations: readonly FoundOperation[]): string[] {
  const byName = Map.groupBy(operations, ({ operation }) => operation.name);
  const twice = [...byName].filter(([, found]) => found.length > 1);
  return twice.map(([name, found]) => `${name} is the name of ${found.map(({ place }) => place).join(" and ")}`);
}

/** The operation's document; its text when it is no GraphQL. */
export function parsed({ place, operation }: FoundOperation): DocumentNode | string {
  try {
    return parse(operation.text, { noLocation: false });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return `${operation.name} (${place}): ${sayError(error)}`;
  }
}

/** What is wrong with one operation on this schema, a sentence each: invalid, or deprecated there. */
export function problemsOf(found: FoundOperation, schema: GraphQLSchema): string[] {
  const document = parsed(found);
  if (typeof document === "string") return [document];
  const errors = validate(schema, document, [...specifiedRules, NoDeprecatedCustomRule], { maxErrors: 20 });
  return errors.map((error) => `${found.operation.name} (${found.place}): ${sayError(error)}`);
}

function sayError({ message, source, locations }: GraphQLError): string {
  const line = source?.body.split("\n")[(locations?.[0]?.line ?? 0) - 1]?.trim();
  return line === undefined || line === "" ? message : `${message} In: ${line}`;
}
