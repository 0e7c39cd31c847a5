import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { normaliseEmail, normalisePhone, normaliseText, stableHash } from "./hash.ts";

describe("hash", () => {
  test("is the same in every version: documents in Odoo carry it", () => {
    assert.equal(stableHash(["email", "ada@example.test"]), "511d6158c0588a16");
  });

  test("keeps parts apart", () => {
    assert.notEqual(stableHash(["ab", ""]), stableHash(["a", "b"]));
    assert.notEqual(stableHash(["a"]), stableHash(["a", ""]));
  });

  test("one person, written differently, is one", () => {
    assert.equal(normaliseEmail("  Ada@Example.TEST "), "ada@example.test");
    assert.equal(normaliseText("  Test  Straat\t1 "), "test straat 1");
    assert.equal(normaliseText("Ｔｅｓｔ"), "test");
    assert.equal(normaliseText("Cafe\u0301"), normaliseText("Caf\u00e9"));
    assert.equal(normalisePhone("+32 (9) 000.00.00"), "3290000000");
  });
});
