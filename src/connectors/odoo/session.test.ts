/** What goes along with every call, how external ids are looked up, and which order or partner is ours. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ErpOrderQuery } from "../../core/ports/erp.ts";
import { findOrders } from "./observe-orders.ts";
import { findPartners } from "./partners.ts";
import { findByExternalId } from "./references.ts";
import { odooErrorReply, scripted, type Script } from "./testing/scripted-odoo.ts";
import { anyOf, literal } from "./session.ts";

const denied = odooErrorReply(
  403,
  "odoo.exceptions.AccessError",
  "You are not allowed to access 'Model Data' (ir.model.data) records.",
);

/** The answers that every session needs before anything else. */
function server(script: Script, companies = [1]): Script {
  return (asking) => {
    const { model, method } = asking;
    if (model === "res.users" && method === "context_get") return { lang: "en_US", tz: "UTC", uid: 7 };
    if (model === "res.users")
      return [{ id: 7, company_id: companies[0], company_ids: companies.toSorted((a, b) => a - b) }];
    if (method === "fields_get") return {};
    return script(asking);
  };
}

describe("context", () => {
  test("a user of several companies sees all of them, its own first; of one, nothing is said", async () => {
    for (const [companies, expected] of [
      [
        [3, 1, 2],
        [3, 1, 2],
      ],
      [[1], undefined],
    ] as const) {
      let seen: unknown = "not asked";
      const { session, call } = scripted(
        server(
          ({ body }) => ((seen = (body["context"] as Record<string, unknown>)["allowed_company_ids"]), []),
          [...companies],
        ),
      );
      assert.ok((await session.dialect(call)).ok);
      await session.searchRead("sale.order", [], ["name"], call);
      assert.deepEqual(seen, expected);
      await session.load("sale.order", ["id"], [["stockbridge.x"]], call, { allowed_company_ids: [2] });
      assert.deepEqual(seen, [2]);
    }
  });

  test("what is written makes no mail, what is loaded outlives upgrades, and datetimes are UTC", async () => {
    const contexts: Record<string, unknown>[] = [];
    const { session, call } = scripted(
      ({ body }) => (contexts.push(body["context"] as Record<string, unknown>), { ids: [1], messages: [] }),
    );
    await session.read("x", "y", {}, call);
    await session.write("x", "y", {}, call);
    await session.load("x", ["id"], [["stockbridge.x"]], call);
    assert.deepEqual(contexts[0], { lang: "en_US", tz: "UTC" });
    assert.equal(contexts[1]?.["tracking_disable"], true);
    assert.deepEqual(
      [contexts[2]?.["noupdate"], contexts[2]?.["tz"], contexts[2]?.["mail_create_nolog"]],
      [true, "UTC", true],
    );
  });
});

describe("conditions", () => {
  test("any of several, each of one or more parts", () => {
    assert.deepEqual(anyOf([[["a", "=", 1]]]), [["a", "=", 1]]);
    assert.deepEqual(
      anyOf([
        [
          ["a", "=", 1],
          ["b", "=", 2],
        ],
        [["c", "=", 3]],
      ]),
      ["|", "&", ["a", "=", 1], ["b", "=", 2], ["c", "=", 3]],
    );
  });

  test("an order number with signs of a pattern is taken literally", () => {
    assert.equal(literal(String.raw`10%_0\4`), String.raw`10\%\_0\\4`);
  });
});

describe("external ids", () => {
  test("one call where the table may be read", async () => {
    const { session, call, requests } = scripted(({ body }) =>
      JSON.stringify(body["domain"]).includes("shop_order_2") ? [{ id: 1, name: "shop_order_2", res_id: 22 }] : [],
    );
    const found = await findByExternalId(
      session,
      "sale.order",
      ["stockbridge.shop_order_1", "stockbridge.shop_order_2"],
      call,
    );
    assert.deepEqual(found.ok && [...found.value], [["stockbridge.shop_order_2", 22]]);
    assert.equal(session.book.get("stockbridge.shop_order_2"), 22);
    assert.equal(requests.length, 3);
  });

  test("one by one where it may not; unknown, hidden and another model's are none; other trouble is a failure", async () => {
    const answers: Record<string, unknown> = {
      one: ["sale.order", 11],
      hidden: ["sale.order", false],
      other: ["res.partner", 5],
      unknown: odooErrorReply(500, "builtins.ValueError", "External ID not found in the system: stockbridge.unknown"),
    };
    const { session, call } = scripted(({ method, body }) =>
      method === "search_read" ? denied : answers[body["xml_id"] as string],
    );
    const found = await findByExternalId(
      session,
      "sale.order",
      Object.keys(answers).map((name) => `stockbridge.${name}`),
      call,
    );
    assert.deepEqual(found.ok && [...found.value], [["stockbridge.one", 11]]);
    answers["bad"] = odooErrorReply(500, "builtins.ValueError", "something else");
    const failed = await findByExternalId(session, "sale.order", ["stockbridge.bad"], call);
    assert.equal(!failed.ok && failed.failure.code, "ODOO_INVALID_VALUE");
  });
});

const query: ErpOrderQuery = {
  orderId: "9",
  externalId: "stockbridge.shop_order_9",
  paymentExternalIds: ["stockbridge.shop_order_9_payment"],
  reference: "1009",
  knownOrderId: null,
  knownInvoiceId: null,
  knownPaymentIds: [],
  knownCreditNoteIds: [],
  partnerExternalIds: ["stockbridge.shop_customer_4", "stockbridge.shop_customer_4_address_a"],
  email: "ann@example.test",
  skus: [],
};

describe("which order is ours", () => {
  const orders = (rows: readonly { id: number; ref: string; xid: string }[]): Script =>
    server(({ model, method, body }) => {
      if (method === "check_object_reference")
        return odooErrorReply(500, "builtins.ValueError", "External ID not found in the system: x");
      if (model === "ir.model.data") return denied;
      if (method === "get_external_id")
        return Object.fromEntries(
          (body["ids"] as number[]).map((id) => [id, rows.find((row) => row.id === id)?.xid ?? ""]),
        );
      return rows.map((row) => ({ id: row.id, client_order_ref: row.ref }));
    });
  const find = async (rows: Parameters<typeof orders>[0], changes: Partial<ErpOrderQuery> = {}) => {
    const { session, call } = scripted(orders(rows));
    const found = await findOrders(session, [{ ...query, ...changes }], call);
    assert.ok(found.ok);
    return found.value.get("9")?.id ?? null;
  };

  test("the one with our external id, whatever its reference", async () => {
    assert.equal(await find([{ id: 5, ref: "edited", xid: query.externalId }]), 5);
  });
  test("not one with our reference that is somebody else's, or another shop's", async () => {
    assert.equal(
      await find([
        { id: 5, ref: "1009", xid: "" },
        { id: 6, ref: "1009", xid: "stockbridge.other_order_9" },
      ]),
      null,
    );
  });
  test("a linked one that has lost its external id, when the reference agrees", async () => {
    assert.equal(await find([{ id: 5, ref: "1009", xid: "" }], { knownOrderId: 5 }), 5);
    assert.equal(await find([{ id: 5, ref: "1", xid: "" }], { knownOrderId: 5 }), null);
    assert.equal(await find([{ id: 5, ref: "1009", xid: "stockbridge.other_order_9" }], { knownOrderId: 5 }), null);
  });
});

describe("which partner is meant", () => {
  const partners = (rows: readonly { id: number; email: string; parent: number | false; xid: string }[]): Script =>
    server(({ model, method, body }) => {
      if (model === "res.country" || model === "res.country.state") return [];
      if (method === "check_object_reference")
        return odooErrorReply(500, "builtins.ValueError", "External ID not found in the system: x");
      if (model === "ir.model.data") return denied;
      if (method === "get_external_id")
        return Object.fromEntries(
          (body["ids"] as number[]).map((id) => [id, rows.find((row) => row.id === id)?.xid ?? ""]),
        );
      const children = JSON.stringify(body["domain"]).includes('["parent_id","in"');
      return rows
        .filter((row) => (row.parent !== false) === children)
        .map((row) => ({ id: row.id, email_normalized: row.email, parent_id: row.parent }));
    });
  const find = async (rows: Parameters<typeof partners>[0]) => {
    const { session, call } = scripted(partners(rows));
    const found = await findPartners(
      session,
      [{ orderId: "9", externalIds: query.partnerExternalIds, email: query.email }],
      call,
    );
    assert.ok(found.ok);
    return [...(found.value.get("9") ?? [])].map(([externalId, { id }]) => [externalId, id]);
  };
  const [customer = "", address = ""] = query.partnerExternalIds;

  test("the one with the external id goes before an older one with the e-mail", async () => {
    const rows = [
      { id: 3, email: query.email, parent: false as const, xid: "" },
      { id: 8, email: query.email, parent: false as const, xid: customer },
    ];
    assert.deepEqual(await find(rows), [[customer, 8]]);
  });
  test("else the oldest with the e-mail, and its addresses by external id", async () => {
    const rows = [
      { id: 3, email: query.email, parent: false as const, xid: "" },
      { id: 4, email: query.email, parent: false as const, xid: "" },
      { id: 9, email: "", parent: 3, xid: address },
      { id: 10, email: "", parent: 4, xid: "stockbridge.shop_customer_4_address_b" },
    ];
    assert.deepEqual(await find(rows), [
      [customer, 3],
      [address, 9],
    ]);
  });
  test("nobody", async () => {
    assert.deepEqual(await find([{ id: 3, email: "other@example.test", parent: false, xid: "" }]), []);
  });
});
