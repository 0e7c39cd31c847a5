/** The table of every setting in docs/configuration.md, made of the schema between two marks; the words around it stay. */
import { configJsonSchema, type SchemaNode } from "./json-schema.ts";

export const DOCUMENT_FILE = "docs/configuration.md";
const BEGIN = "<!-- settings: made from the schema, do not edit -->";
const END = "<!-- end of settings -->";

/** The document with its table made anew. Throws when the marks are missing. */
export function renderedDocument(document: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT_FILE} needs the lines "${BEGIN}" and "${END}"`);
  return `${document.slice(0, from + BEGIN.length)}\n\n${tables()}\n${document.slice(to)}`;
}

interface Row {
  readonly setting: string;
  readonly value: string;
  readonly byDefault: string;
  readonly meaning: string;
}

function tables(): string {
  const { properties = {}, required = [] } = configJsonSchema();
  const plain = Object.entries(properties).filter(
    ([, node]) => node.properties === undefined && node.additionalProperties === undefined,
  );
  const sections = Object.entries(properties).filter(
    ([, node]) => node.properties !== undefined || node.additionalProperties !== undefined,
  );
  const top = plain.map(([name, node]) => row(name, node, required.includes(name)));
  return [table(top), ...sections.map(([name, node]) => section(name, node))].join("\n");
}

function section(name: string, node: SchemaNode): string {
  const inner = typeof node.additionalProperties === "object" ? node.additionalProperties : node;
  const path = inner === node ? name : `${name}.<id>`;
  const variants = inner.oneOf ?? [inner];
  const parts = variants.map((variant) => {
    const kind = variant.properties?.["kind"]?.const;
    const title = kind === undefined ? "" : `\n\`kind: ${kind}\`. ${variant.description ?? ""}\n`;
    return `${title}\n${table(rowsOf(variant, path))}`;
  });
  return `### ${name}\n\n${node.description ?? ""}\n${parts.join("")}`;
}

function rowsOf({ properties = {}, required = [] }: SchemaNode, path: string): Row[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    if (node.const !== undefined) return [];
    const at = `${path}.${name}`;
    const own = row(at, node, required.includes(name));
    if (node.anyOf !== undefined) return [own];
    const entry = typeof node.additionalProperties === "object" ? node.additionalProperties : {};
    const ofEntry = rowsOf(entry, `${at}.<id>`);
    return node.properties === undefined
      ? [own, ...ofEntry]
      : [{ ...own, value: "section", byDefault: "" }, ...rowsOf(node, at)];
  });
}

function row(setting: string, node: SchemaNode, required: boolean): Row {
  return {
    setting,
    value: valueOf(node),
    byDefault: required ? "required" : defaultOf(node),
    meaning: node.description ?? "",
  };
}

function valueOf(node: SchemaNode): string {
  if (node.anyOf?.some(({ properties }) => properties?.["env"] !== undefined) === true) return "reference";
  if (node.enum !== undefined) return node.enum.map(String).join(", ");
  if (node.anyOf !== undefined) return "text or number";
  if (node.type === "array") return "list of text";
  if (node.type === "object") return "map";
  return { string: "text", integer: "whole number", boolean: "true, false" }[node.type ?? ""] ?? "text";
}

function defaultOf(node: SchemaNode): string {
  const value = node.default;
  if (value === undefined || value === null) return "";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "empty" : `\`${JSON.stringify(value)}\``;
  return `\`${String(value)}\``;
}

/** Columns as wide as their widest cell, as the formatter wants them. */
function table(rows: readonly Row[]): string {
  const cells = [
    ["setting", "value", "default", "meaning"],
    ...rows.map((row) => [`\`${row.setting}\``, row.value, row.byDefault, row.meaning.replaceAll("|", "\\|")]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => (line[column] ?? "").length)));
  const line = (parts: readonly string[]): string =>
    `| ${parts.map((part, column) => part + " ".repeat((widths[column] ?? 0) - part.length)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return `${[line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)].join("\n")}\n`;
}
