// The published schema is what the code validates: generated, kept current, and with a word on every setting.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { DOCUMENT_FILE, renderedDocument } from "./document.ts";
import { configJsonSchema, SCHEMA_FILE, type SchemaNode } from "./json-schema.ts";
import { SECRET_NAMES } from "./references.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

describe("the published schema", () => {
  test(`${SCHEMA_FILE} is current`, () => {
    const kept: unknown = JSON.parse(readFileSync(join(ROOT, SCHEMA_FILE), "utf8"));
    assert.deepEqual(kept, configJsonSchema(), `Run: npm run stockbridge -- config schema > ${SCHEMA_FILE}`);
  });

  test(`the table of ${DOCUMENT_FILE} is current`, () => {
    const kept = readFileSync(join(ROOT, DOCUMENT_FILE), "utf8");
    assert.equal(kept, renderedDocument(kept), `Run: npm run stockbridge -- config document > ${DOCUMENT_FILE}`);
  });

  test("every setting says what it means", () => {
    const silent: string[] = [];
    walk(configJsonSchema(), "", (path, node) => {
      if (node.description === undefined && node.const === undefined) silent.push(path);
    });
    assert.deepEqual(silent, []);
  });

  test("a secret is a reference there, under a name that the reader of references knows", () => {
    const secrets = new Set<unknown>();
    walk(configJsonSchema(), "", (path, node) => {
      if (node.anyOf?.some(({ properties }) => properties?.["env"] !== undefined) === true)
        secrets.add(path.split(".").at(-1) ?? "");
    });
    assert.deepEqual(secrets, SECRET_NAMES);
  });
});

function walk(node: SchemaNode, path: string, visit: (path: string, node: SchemaNode) => void): void {
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    visit(`${path}.${name}`, child);
    if (child.anyOf === undefined) walk(child, `${path}.${name}`, visit);
  }
  for (const variant of node.oneOf ?? []) walk(variant, path, visit);
  if (typeof node.additionalProperties === "object") walk(node.additionalProperties, `${path}.<id>`, visit);
}
