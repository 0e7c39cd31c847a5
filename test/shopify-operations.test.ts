/**
 * Holds every operation of the Shopify connector against Shopify's real schemas: valid on each version that we claim, nothing
 * deprecated, types and access scopes generated from them as they are now. Needs the schemas (tools/shopify-schema.ts).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { GraphQLSchema } from "graphql";
import { API_VERSION, VALIDATED_VERSIONS } from "../src/connectors/shopify/api-version.ts";
import { operation } from "../src/connectors/shopify/operation.ts";
import { PURPOSES } from "../src/connectors/shopify/scopes.ts";
import { REQUIRED_SCOPES } from "../src/connectors/shopify/scopes-table.ts";
import { findOperations, problemsOf, type AnyOperation, type FoundOperation } from "../tools/shopify-operations.ts";
import { executableSchema, missingSchema, shopifySchema, type SchemaVersion } from "../tools/shopify-schema.ts";
import { scopeOf, scopesOf } from "../tools/shopify-scopes.ts";
import { SCOPES_FILE, scopesTextOf, TYPES_FILE, typesOf } from "../tools/shopify-types.ts";

const GENERATE = "Run: node tools/run.mjs tools/shopify-types.ts";

const missing = missingSchema();
const skip = missing ?? false;
const found = await findOperations();
const schemas = new Map<SchemaVersion, GraphQLSchema>();
if (missing === undefined) for (const version of VALIDATED_VERSIONS) schemas.set(version, executableSchema(version));

function schemaOf(version: SchemaVersion): GraphQLSchema {
  const schema = schemas.get(version);
  assert.ok(schema !== undefined);
  return schema;
}

function problems(text: string, version: SchemaVersion = API_VERSION): string {
  const made: AnyOperation = operation<unknown, never>(text);
  return problemsOf({ place: "a test", operation: made }, schemaOf(version)).join("\n");
}

describe("Shopify operations", () => {
  test("all files of operations/ can be read, and hold operations only", () => {
    assert.deepEqual(found.problems, []);
    assert.ok(found.operations.length > 20, `${found.operations.length} operations`);
  });

  for (const version of VALIDATED_VERSIONS) {
    test(`every operation is valid on ${version}, with nothing deprecated`, { skip }, () => {
      assert.deepEqual(
        found.operations.flatMap((each) => problemsOf(each, schemaOf(version))),
        [],
      );
    });
  }

  test("generated.ts is what the schema and the operations say", { skip }, async () => {
    const { text } = await typesOf(found.operations, schemaOf(API_VERSION));
    assert.equal(readFileSync(TYPES_FILE, "utf8"), text, GENERATE);
  });

  test("scopes-table.ts is what the schema's table says", { skip }, () => {
    assert.equal(readFileSync(SCOPES_FILE, "utf8"), scopesTextOf(found.operations, schemaOf(API_VERSION)), GENERATE);
  });

  test("the other versions need no other scopes", { skip }, () => {
    const wanted = REQUIRED_SCOPES.map(({ scope }) => scope);
    for (const version of VALIDATED_VERSIONS) {
      const { access } = shopifySchema(version);
      const scopes = scopesOf(found.operations, schemaOf(version), access).map(({ scope }) => scope);
      assert.deepEqual(scopes, wanted, version);
    }
  });

  test("check can say what each scope is for, and docs/shopify.md names it", () => {
    const page = readFileSync(new URL("../docs/shopify.md", import.meta.url), "utf8");
    for (const { scope } of REQUIRED_SCOPES) {
      assert.ok(Object.hasOwn(PURPOSES, scope), `scopes.ts has no purpose for ${scope}`);
      assert.ok(page.includes(`| \`${scope}\``), `docs/shopify.md has no row for ${scope}`);
    }
  });
});

describe("the checks can fail", { skip }, () => {
  test("a field that is not there", () => {
    assert.match(problems("query Wrong { shop { nickname } }"), /Wrong \(a test\): Cannot query field "nickname"/);
  });

  test("a deprecated field, argument, input field and enum value", () => {
    const texts = [
      ["query Old { customers(first: 1) { nodes { email } } }", /The field Customer\.email is deprecated/],
      [
        'query Old { webhookSubscriptions(first: 1, callbackUrl: "https://hub.example.test") { nodes { id } } }',
        /argument .*callbackUrl.* is deprecated/,
      ],
      [
        "mutation Old { customerUpdate(input: { addresses: [] }) { userErrors { message } } }",
        /input field CustomerInput\.addresses is deprecated/,
      ],
      ["query Old { themes(first: 1, roles: [MOBILE]) { nodes { id } } }", /enum value .*MOBILE.* is deprecated/],
    ] as const;
    for (const [text, expected] of texts) assert.match(problems(text), expected);
  });

  test("an argument that an older version lacks, or a newer one has dropped", () => {
    const stale =
      'mutation Stale { inventorySetQuantities(input: { name: "available", reason: "correction", ignoreCompareQuantity: true, quantities: [] }) { userErrors { message } } }';
    for (const version of VALIDATED_VERSIONS) assert.match(problems(stale, version), /ignoreCompareQuantity/);
  });

  test("two operations of one name, and an export that is neither operation nor fragment", async () => {
    const here = new URL("./fixtures/shopify/wrong-operations", import.meta.url).pathname;
    const { operations, problems: said } = await findOperations(here);
    assert.equal(operations.length, 2);
    assert.match(said.join("\n"), /exports limit, which is neither operation nor fragment/);
    assert.match(said.join("\n"), /Same is the name of .*one.* and .*two/);
  });

  test("an input field that is deprecated has no type, so variables cannot carry it either", { skip }, async () => {
    const text = "mutation Tags($input: CustomerInput!) { customerUpdate(input: $input) { userErrors { message } } }";
    const made: FoundOperation = { place: "a test", operation: operation<unknown, never>(text) };
    const { text: types } = await typesOf([made], schemaOf(API_VERSION));
    assert.match(types, /type CustomerInput = \{[^}]*readonly tags\?/);
    assert.doesNotMatch(types, /type CustomerInput = \{[^}]*readonly addresses\?/);
  });

  test("types of what is valid are written also when something is not", async () => {
    const wrong: FoundOperation = { place: "a test", operation: operation<unknown, never>("query Wrong { nothing }") };
    const right: FoundOperation = {
      place: "a test",
      operation: operation<unknown, never>("query Right { shop { id } }"),
    };
    const { text, problems: said } = await typesOf([wrong, right], schemaOf(API_VERSION));
    assert.match(text, /type RightQuery = \{ readonly shop: \{ readonly id: string \} \}/);
    assert.doesNotMatch(text, /Wrong/);
    assert.equal(said.length, 1);
  });

  test("a scope's rule in words that are not known", () => {
    const rule = { type: "type", typeName: "Thing", offlineScopes: ["read_a", "write_a"] } as const;
    assert.throws(
      () =>
        scopeOf({
          ...rule,
          requiredAccess: "`read_a` for queries and both `read_a` as well as `write_a` for mutations.",
        }),
      /it cannot be told which scope Thing needs/,
    );
  });

  test("of several scopes the one that the hub has anyway", () => {
    const { access } = shopifySchema(API_VERSION);
    const rule = access.find(({ typeName, fieldName }) => typeName === "FulfillmentOrder" && fieldName === undefined);
    assert.ok(rule !== undefined && rule.offlineScopes.length > 1);
    assert.equal(scopeOf(rule), "read_merchant_managed_fulfillment_orders");
  });
});
