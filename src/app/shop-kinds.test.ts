// What every kind of shop says of itself holds together: configuration, reference and init are made of it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SHOP_KINDS, shopKind } from "./shop-kinds.ts";

/** Every connection has these, and init has options of these names. */
const RESERVED = ["kind", "label", "url", "allowHttp", "runsMax", "id", "credentials"];

describe("the kinds of shops", () => {
  test("have names of their own, found by them", () => {
    const names = SHOP_KINDS.map(({ kind }) => kind);
    assert.equal(new Set([...names, "odoo"]).size, names.length + 1);
    for (const one of SHOP_KINDS) assert.equal(shopKind(one.kind), one);
    assert.throws(() => shopKind("other"), /there is no kind of shop named other/);
  });

  for (const { kind, settings, alternatives, address, locationIds, abilities } of SHOP_KINDS) {
    const names = settings.map(({ name }) => name);

    test(`${kind}: settings are named once, and no name is taken`, () => {
      assert.equal(new Set([...names, ...RESERVED]).size, names.length + RESERVED.length);
      for (const name of names) assert.match(name, /^[a-z][A-Za-z]*$/);
    });

    test(`${kind}: what goes together is there, optional by itself, and in one group`, () => {
      const grouped = alternatives.flatMap((group) => group.settings);
      assert.equal(new Set(grouped).size, grouped.length);
      for (const name of grouped) assert.equal(settings.find((one) => one.name === name)?.required, false, name);
      assert.notEqual(alternatives.length, 1);
    });

    test(`${kind}: defaults are choices, and examples are right`, () => {
      for (const setting of settings)
        if (setting.type === "choice")
          assert.ok(
            setting.choices.some(({ value }) => value === setting.byDefault),
            setting.name,
          );
      assert.equal(address.objection(new URL(address.example)), null);
      assert.equal(locationIds !== null, abilities.locations);
      if (locationIds !== null) assert.match(locationIds.example, locationIds.pattern);
    });

    test(`${kind}: one shop is recognised whatever its address is written like`, () => {
      const { host } = new URL(address.example);
      const identities = [address.example, `${address.example}/`, `https://${host.toUpperCase()}`, `http://${host}`];
      assert.equal(new Set(identities.map((written) => address.identity(new URL(written)))).size, 1);
    });
  }
});
