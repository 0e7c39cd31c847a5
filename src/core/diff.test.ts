import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { planJson, renderDiff } from "./diff.ts";
import { model, planned } from "./testing/plans.ts";
import { sampleOrder } from "./testing/orders.ts";

describe("a plan shown to people", () => {
  test("made, gone, changed", () => {
    assert.equal(
      renderDiff([
        { what: "sale.order #1054", before: null, after: "draft" },
        { what: "line", before: "10.00", after: null },
        { what: "stock of SKU MUG", before: "5", after: "9" },
      ]),
      "+ sale.order #1054: draft\n- line: 10.00\n~ stock of SKU MUG: 5 -> 9",
    );
    assert.equal(renderDiff([]), "");
  });

  test("a new order's first round, without a word about the person", () => {
    const text = renderDiff(planned(model(), sampleOrder()).diff);
    assert.match(
      text,
      /^\+ res\.partner \(contact\): stockbridge\.shop-eu_guest_[0-9a-f]{16}\n\+ sale\.order #1054: draft for #1054, total 86\.46 EUR\n/,
    );
    assert.match(text, /\+ sale\.order\.line Flat rate: 1 for 5\.95 EUR \+ tax 1\.25/);
    assert.doesNotMatch(text, /Ada|Example|Teststraat/);
  });

  test("as JSON, with sentence and fix of what stops it", () => {
    const blocked = planJson(
      planned(
        model({ products: [] }),
        sampleOrder({ lines: sampleOrder().lines.slice(0, 1), taxRates: [], total: "32.67" }),
      ),
    );
    assert.deepEqual(blocked, {
      state: "failed",
      sentence:
        "Order #1054 failed to sync because product SKU MUG was not found in Odoo product.product -> default_code",
      actions: ["mark.write"],
      blockers: [
        {
          code: "SKU_NOT_FOUND",
          sentence:
            "Order #1054 failed to sync because product SKU MUG was not found in Odoo product.product -> default_code",
          fix: "Give the Odoo product this internal reference (or correct the SKU in the shop), then retry.",
        },
      ],
      diff: [
        { what: "shop order #1054 sync status", before: null, after: "failed" },
        {
          what: "shop order #1054 sync sentence",
          before: null,
          after:
            "Order #1054 failed to sync because product SKU MUG was not found in Odoo product.product -> default_code",
        },
      ],
    });
  });
});
