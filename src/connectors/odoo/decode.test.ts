/** What Odoo answers and how it is read; days and instants as Odoo stores them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ok } from "../../core/result.ts";
import {
  dayIn,
  decoded,
  externalIdsOf,
  idsOf,
  instantIn,
  linkIn,
  linksIn,
  numberIn,
  odooInstant,
  rowsOf,
  textIn,
} from "./decode.ts";

describe("rows", () => {
  test("false is nothing, whatever the field", () => {
    const row = { name: false, amount: false, partner_id: false, line_ids: [], other: null };
    assert.deepEqual(
      [textIn(row, "name"), numberIn(row, "amount"), linkIn(row, "partner_id"), linksIn(row, "line_ids")],
      ["", 0, null, []],
    );
    assert.deepEqual([textIn(row, "other"), linkIn(row, "absent"), linksIn(row, "absent")], ["", null, []]);
  });

  test("a many2one is an id, with or without its name", () => {
    assert.equal(linkIn({ partner_id: 7 }, "partner_id"), 7);
    assert.equal(linkIn({ partner_id: [7, "Ann Example"] }, "partner_id"), 7);
  });

  test("another shape is one failure that names it", () => {
    const readings: (() => unknown)[] = [
      () => decoded("odoo", "x read", ok("text"), rowsOf),
      () => decoded("odoo", "x read", ok([1]), rowsOf),
      () => decoded("odoo", "x search", ok(["1"]), idsOf),
      () => decoded("odoo", "x", ok([{ partner_id: "7" }]), (value) => linkIn(rowsOf(value)[0]!, "partner_id")),
      () => decoded("odoo", "x", ok([{ amount: "1" }]), (value) => numberIn(rowsOf(value)[0]!, "amount")),
    ];
    for (const read of readings) {
      const result = read() as { ok: boolean; failure: { code: string } };
      assert.equal(!result.ok && result.failure.code, "CONNECTION_BROKEN_ANSWER");
    }
    assert.throws(() => decoded("odoo", "x", ok(1), () => assert.fail("a bug stays a bug")), /a bug/);
  });

  test("external ids by record, without those that have none", () => {
    assert.deepEqual(
      externalIdsOf({ "29": "stockbridge.a_order_1", "30": "" }),
      new Map([[29, "stockbridge.a_order_1"]]),
    );
  });
});

describe("days and instants", () => {
  test("a day is the company's: just before and after its midnight, and where clocks change", () => {
    assert.equal(dayIn("2026-11-10T23:30:15Z", "UTC"), "2026-11-10");
    assert.equal(dayIn("2026-11-10T23:30:15Z", "Europe/Brussels"), "2026-11-11");
    assert.equal(dayIn("2026-11-11T04:59:59Z", "America/New_York"), "2026-11-10");
    assert.equal(dayIn("2026-11-11T05:00:00Z", "America/New_York"), "2026-11-11");
    assert.equal(dayIn("2026-03-28T23:30:00Z", "Europe/Brussels"), "2026-03-29");
    assert.equal(dayIn("2026-12-31T23:59:59+00:00", "Pacific/Kiritimati"), "2027-01-01");
  });

  test("instants go and come as UTC in whole seconds", () => {
    assert.equal(odooInstant("2026-11-10T23:30:15.987Z"), "2026-11-10 23:30:15");
    assert.equal(odooInstant("2026-11-11T00:30:15+01:00"), "2026-11-10 23:30:15");
    assert.equal(instantIn({ date_order: "2026-11-10 23:30:15" }, "date_order"), "2026-11-10T23:30:15Z");
    assert.equal(instantIn({ date_order: false }, "date_order"), "");
    assert.throws(() => odooInstant("yesterday"), RangeError);
  });
});
