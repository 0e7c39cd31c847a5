/** Whatever the connector asks of Shopify, the simulated one does: what it cannot do is named here, not met by chance in a world. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { builtSchema } from "../../sim/shopify/schema.ts";
import { TABLES } from "../../sim/shopify/tables.ts";
import { findOperations } from "../../tools/shopify-operations.ts";
import { shopifySchema } from "../../tools/shopify-schema.ts";
import { skip } from "./test-shop.ts";

describe("the connector's operations", { skip }, () => {
  test("are simulated, every field and argument of them", async () => {
    const { prepare } = builtSchema(shopifySchema("2026-07"));
    const { operations } = await findOperations();
    assert.ok(operations.length > 0);
    const gaps = operations.flatMap(({ operation: { name, text } }) => {
      const preparation = prepare(text, TABLES);
      return preparation.ok ? preparation.prepared.unsupported.map((what) => `${name}: ${what}`) : [`${name}: invalid`];
    });
    assert.deepEqual(gaps, []);
  });

  test("every type that is answered is one of the real schema, with fields that it has", () => {
    const { schema } = builtSchema(shopifySchema("2026-07"));
    const strange = Object.entries(TABLES).flatMap(([name, fields]) => {
      const type = schema.getType(name);
      if (type === undefined || !("getFields" in type)) return [name];
      const known = type.getFields();
      return Object.entries(fields).flatMap(([field, { args }]) => {
        const found = known[field];
        if (found === undefined) return [`${name}.${field}`];
        const names = "args" in found ? found.args.map((argument) => argument.name) : [];
        return args.filter((argument) => !names.includes(argument)).map((argument) => `${name}.${field}(${argument}:)`);
      });
    });
    assert.deepEqual(strange, []);
  });
});
