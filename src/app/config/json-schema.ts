/** The published JSON Schema of the configuration, and what it knows about a place in it. */
import { z } from "zod";
import { CONFIG_SCHEMA } from "./schema.ts";
import type { SettingPath } from "./yaml-source.ts";

/** Where editors find it. */
export const SCHEMA_FILE = "docs/stockbridge.schema.json";

export interface SchemaNode {
  readonly description?: string;
  readonly default?: string | number | boolean | null | object;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
}

/** What a person writes: before defaults. Secrets are references there. */
export function configJsonSchema(): SchemaNode {
  return z.toJSONSchema(CONFIG_SCHEMA, { io: "input", unrepresentable: "any" }) as SchemaNode;
}

export function renderJsonSchema(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

/** The schema of one place of a given tree; undefined where there is none. */
export function schemaAt(path: SettingPath, tree: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = configJsonSchema();
  let value: unknown = tree;
  for (const step of path) {
    value = child(value, step);
    node = childSchema(node, step);
    if (node?.oneOf !== undefined) node = variantFor(node.oneOf, value) ?? node;
  }
  return node;
}

/** The names that may stand there. */
export function namesAt(path: SettingPath, tree: unknown): readonly string[] {
  return Object.keys(schemaAt(path, tree)?.properties ?? {});
}

function childSchema(node: SchemaNode | undefined, step: string | number): SchemaNode | undefined {
  if (node === undefined) return undefined;
  if (typeof step === "number") return node.items;
  const named = node.properties?.[step];
  if (named !== undefined) return named;
  return typeof node.additionalProperties === "object" ? node.additionalProperties : undefined;
}

function variantFor(variants: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const kind = child(value, "kind");
  return variants.find((variant) => variant.properties?.["kind"]?.const === kind);
}

function child(value: unknown, step: string | number): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
}
