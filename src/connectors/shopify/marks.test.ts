/** Marks are written tag first and metafields last, several orders a call, and one that is refused does not spoil the others. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OrderMarkWrite } from "../../core/ports/shop.ts";
import { proven } from "./testing/decoded-order.ts";
import { writeOrderMarks } from "./marks.ts";
import { errorResponse, scriptedShopify } from "./testing/scripted-shopify.ts";

interface Field {
  readonly ownerId: string;
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
}

const NO_ERRORS = { userErrors: [] };
const TAGGED = { tagsRemove: NO_ERRORS, tagsAdd: NO_ERRORS };

function mark(orderId: string, change: Partial<OrderMarkWrite> = {}): OrderMarkWrite {
  return {
    orderId,
    status: "synced",
    sentence: "Order #1 is in Odoo as S00001.",
    odooOrder: "S00001",
    odooOrderId: "41",
    odooInvoice: "INV/1",
    ...change,
  };
}

function fieldsOf(variables: Readonly<Record<string, unknown>>): readonly Field[] {
  return variables["metafields"] as readonly Field[];
}

describe("marks", () => {
  test("are one tag and the fields that are told, in the namespace that everybody sees", async () => {
    const { client, call, requests } = scriptedShopify(({ name }) =>
      name === "SetTag" ? TAGGED : { metafieldsSet: { metafields: [], userErrors: [] } },
    );
    const outcomes = await writeOrderMarks(client, [mark("7", { odooInvoice: null })], call);
    assert.deepEqual(outcomes.get("7"), { ok: true, value: undefined });
    assert.deepEqual(
      requests.map(({ name }) => name),
      ["SetTag", "SetMarks"],
    );
    assert.deepEqual(requests[0]?.variables, {
      id: "gid://shopify/Order/7",
      add: ["odoo:synced"],
      remove: ["odoo:failed", "odoo:held", "odoo:waiting"],
    });
    const fields = fieldsOf(requests[1]!.variables);
    assert.ok(fields.every(({ ownerId, namespace }) => ownerId.endsWith("/7") && namespace === "stockbridge"));
    assert.deepEqual(
      fields.map(({ key, type, value }) => [key, type, value]),
      [
        ["status", "single_line_text_field", "synced"],
        ["sentence", "multi_line_text_field", "Order #1 is in Odoo as S00001."],
        ["odoo_order", "single_line_text_field", "S00001"],
        ["odoo_order_id", "single_line_text_field", "41"],
      ],
    );
    // What was written reads back as the same mark, so the echo of the write changes nothing.
    const metafields = { nodes: fields.map(({ key, value }) => ({ key, value })) };
    const read = proven({ total: "1.0", lines: [{ id: 1, total: "1.0" }], fields: { metafields } }).mark;
    const { orderId: _, ...written } = mark("7", { odooInvoice: null });
    assert.deepEqual(read, written);
  });

  test("of several orders share a call up to 25 fields, each order whole", async () => {
    const sizes: number[] = [];
    const { client, call } = scriptedShopify(({ name, variables }) => {
      if (name === "SetTag") return TAGGED;
      sizes.push(fieldsOf(variables).length);
      return { metafieldsSet: { metafields: [], userErrors: [] } };
    });
    const writes = ["1", "2", "3", "4", "5", "6", "7"].map((id) => mark(id));
    const outcomes = await writeOrderMarks(client, writes, call);
    assert.ok([...outcomes.values()].every((one) => one.ok));
    assert.deepEqual(sizes, [25, 10]);
  });

  test("of a group with a refused one are written one by one", async () => {
    const { client, call } = scriptedShopify(({ name, variables }) => {
      if (name === "SetTag") return TAGGED;
      const refused = fieldsOf(variables).some(({ ownerId }) => ownerId.endsWith("/2"));
      const error = {
        code: "INVALID_VALUE",
        elementIndex: 5,
        field: ["metafields", "5", "value"],
        message: "Value is odd",
      };
      return { metafieldsSet: { metafields: [], userErrors: refused ? [error] : [] } };
    });
    const outcomes = await writeOrderMarks(client, [mark("1"), mark("2"), mark("3")], call);
    assert.deepEqual([outcomes.get("1")?.ok, outcomes.get("3")?.ok], [true, true]);
    const two = outcomes.get("2");
    assert.ok(two && !two.ok && two.failure.code === "SHOP_REJECTED");
    assert.equal(two.failure.params["status"], "INVALID_VALUE");
  });

  test("of an order that is gone say so, and its fields are not tried", async () => {
    const { client, call, requests } = scriptedShopify(({ name, variables }) => {
      const gone = variables["id"] === "gid://shopify/Order/9";
      if (name === "SetTag")
        return gone
          ? { tagsRemove: { userErrors: [{ field: ["id"], message: "Order does not exist" }] }, tagsAdd: NO_ERRORS }
          : TAGGED;
      return { metafieldsSet: { metafields: [], userErrors: [] } };
    });
    const outcomes = await writeOrderMarks(client, [mark("8"), mark("9"), mark("x")], call);
    assert.equal(outcomes.get("8")?.ok, true);
    for (const id of ["9", "x"]) {
      const outcome = outcomes.get(id);
      assert.ok(outcome && !outcome.ok && outcome.failure.code === "ORDER_GONE");
    }
    assert.deepEqual(
      requests.map(({ name }) => name),
      ["SetTag", "SetTag", "SetMarks"],
    );
  });

  test("share the failure of a call that the shop did not answer", async () => {
    const { client, call } = scriptedShopify(({ name }) =>
      name === "SetTag" ? TAGGED : errorResponse("ACCESS_DENIED"),
    );
    const outcomes = await writeOrderMarks(client, [mark("1"), mark("2")], call);
    assert.ok([...outcomes.values()].every((one) => !one.ok));
  });
});
