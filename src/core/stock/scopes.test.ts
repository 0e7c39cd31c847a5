import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scopeKey, scopesDisjoint, unmappedWarehouses } from "./scopes.ts";

const at = (...locations: string[]) => ({ locations });
const of = (warehouse: string) => ({ warehouse });
const WAREHOUSES = [
  { code: "WH", name: "Berlin", stockLocation: "WH/Stock" },
  { code: "US", name: "Reno", stockLocation: "US/Stock" },
];

describe("stocks of the ERP", () => {
  test("are surely apart only when no product can lie in both", () => {
    const cases = [
      ["two warehouses", of("WH"), of("US"), true],
      ["one warehouse", of("WH"), of("WH"), false],
      ["two shelves", at("WH/Stock/A"), at("WH/Stock/B"), true],
      ["names that begin alike", at("WH/Stock/A"), at("WH/Stock/AB"), true],
      ["the same shelf", at("WH/Stock/A"), at("WH/Stock/A"), false],
      ["a shelf of the other", at("WH/Stock"), at("WH/Stock/A"), false],
      ["one of several lies in one of several", at("US/Stock", "WH/Stock/A/1"), at("WH/Input", "WH/Stock/A"), false],
      ["a warehouse and a location elsewhere: names prove nothing", of("WH"), at("US/Stock"), false],
      ["no location named: that proves nothing", at(), at("WH/Stock"), false],
    ] as const;
    for (const [name, one, other, expected] of cases) {
      assert.equal(scopesDisjoint(one, other), expected, name);
      assert.equal(scopesDisjoint(other, one), expected, `${name}, the other way round`);
    }
  });

  test("are asked for once when they are written alike", () => {
    assert.equal(scopeKey(at("A", "B")), scopeKey(at("B", "A")));
    assert.notEqual(scopeKey(at("WH")), scopeKey(of("WH")));
  });

  test("a warehouse is mapped by its code or by any location in it", () => {
    const codes = (scopes: Parameters<typeof unmappedWarehouses>[1]) =>
      unmappedWarehouses(WAREHOUSES, scopes).map(({ code }) => code);
    assert.deepEqual(codes([]), ["WH", "US"]);
    assert.deepEqual(codes([of("US")]), ["WH"]);
    assert.deepEqual(codes([at("WH/Stock/Shelf 1")]), ["US"]);
    assert.deepEqual(codes([at("WHX/Stock")]), ["WH", "US"]);
  });
});
