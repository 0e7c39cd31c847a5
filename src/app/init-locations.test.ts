// A warehouse is proposed only where there is no doubt: a wrong one would offer what is somewhere else.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { proposedLocations } from "./init-locations.ts";

const MAIN = { code: "WH", name: "Utrecht" };
const SECOND = { code: "ANT", name: "Antwerp" };

function proposed(labels: readonly string[], warehouses: readonly { code: string; name: string }[]): (string | null)[] {
  const locations = labels.map((label, index) => ({ id: String(index + 1), label }));
  return proposedLocations(locations, warehouses).map(({ warehouse }) => warehouse);
}

describe("the warehouse behind a location", () => {
  test("is the only one of the only location, whatever they are called", () =>
    assert.deepEqual(proposed(["Shop location"], [MAIN]), ["WH"]));

  test("is the one with exactly its name", () =>
    assert.deepEqual(proposed(["Antwerp", "Utrecht", "Pop-up", "utrecht east"], [MAIN, SECOND]), [
      "ANT",
      "WH",
      null,
      null,
    ]));

  test("is left to a person when two locations or two warehouses have the name", () => {
    assert.deepEqual(proposed(["Utrecht", "Utrecht"], [MAIN, SECOND]), [null, null]);
    assert.deepEqual(proposed(["Utrecht", "Antwerp"], [MAIN, { code: "W2", name: "Utrecht" }]), [null, null]);
  });

  test("is nobody's where Odoo has none or the shop has none", () => {
    assert.deepEqual(proposed(["Utrecht"], []), [null]);
    assert.deepEqual(proposed([], [MAIN]), []);
  });
});
