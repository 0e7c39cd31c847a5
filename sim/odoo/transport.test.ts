import { describe, test } from "node:test";
import assert from "node:assert/strict";
import type { HttpResponse } from "../../src/core/ports/transport.ts";
import { openTrial, sessionOf, TRIAL_KEY, type Trial } from "./trial.ts";

const JSON_TYPE = { "content-type": "application/json" };

function post({ session }: Trial, path: string, headers: Record<string, string>, body = "{}"): Promise<HttpResponse> {
  return session.raw({ path, headers, body });
}

function errorOf(answer: HttpResponse): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>;
}

describe("JSON-2", () => {
  const path = "/json/2/res.partner/search_count";
  const good = { ...JSON_TYPE, authorization: `bearer ${TRIAL_KEY}` };
  const body = JSON.stringify({ domain: [] });

  test("answers with the bare result", async () => {
    const answer = await post(await openTrial(19), path, good, body);
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body), 1);
  });

  test("refuses a missing or wrong key with 401 and the real words", async () => {
    const trial = await openTrial(19);
    const none = await post(trial, path, JSON_TYPE, body);
    const wrong = await post(trial, path, { ...JSON_TYPE, authorization: "bearer nonsense" }, body);
    assert.equal(none.status, 401);
    assert.equal(
      errorOf(none)["message"],
      "User not authenticated, use an API Key with a Bearer Authorization header.",
    );
    assert.equal(wrong.status, 401);
    assert.equal(errorOf(wrong)["name"], "werkzeug.exceptions.Unauthorized");
    assert.equal(errorOf(wrong)["message"], "Invalid apikey");
  });

  test("answers an unknown database with a page, not with JSON", async () => {
    const answer = await post(await openTrial(19), path, { ...good, "X-Odoo-Database": "other" }, body);
    assert.equal(answer.status, 404);
    assert.match(answer.body, /No database is selected/);
  });

  test("refuses what is not JSON, or not said to be", async () => {
    const trial = await openTrial(19);
    assert.equal((await post(trial, path, good, "{bad")).status, 400);
    assert.equal((await post(trial, path, { ...good, "content-type": "text/plain" }, body)).status, 415);
  });

  test("is not there on 14, and neither is /web/version", async () => {
    const trial = await openTrial(14);
    assert.equal((await post(trial, path, good, body)).status, 404);
    assert.equal((await trial.session.raw({ path: "/web/version", method: "GET" })).status, 404);
  });

  test("tells its version", async () => {
    const answer = await (await openTrial(19)).session.raw({ path: "/web/version", method: "GET" });
    assert.deepEqual(JSON.parse(answer.body), { version_info: [19, 0, 0, "final", 0, ""], version: "19.0" });
  });
});

describe("JSON-RPC", () => {
  for (const version of [19, 14] as const) {
    test(`${version}: authenticates, or answers false`, async () => {
      const { session } = await openTrial(version);
      assert.equal(await session.rpc("common", "authenticate", ["trial", "admin", TRIAL_KEY, {}]), 2);
      assert.equal(await session.rpc("common", "authenticate", ["trial", "admin", "wrong", {}]), false);
    });

    test(`${version}: names a wrong key and an unknown database as the real ones do`, async () => {
      const { session } = await openTrial(version);
      const count = (database: string, key: string) =>
        session.rpc("object", "execute_kw", [database, 2, key, "res.partner", "search_count", [[]], {}]);
      const refused = await count("trial", "wrong");
      assert.deepEqual(refused, { refused: "odoo.exceptions.AccessDenied", status: 200, message: "Access Denied" });
      const unknown = (await count("other", TRIAL_KEY)) as { refused: string; message: string };
      assert.equal(unknown.refused, "psycopg2.OperationalError");
      assert.match(unknown.message, /database "other" does not exist/);
    });
  }

  test("a method without a result gives a reply without `result`", async () => {
    const { session, odoo } = await openTrial(14);
    const id = await session.create("account.payment", { amount: 5, partner_id: 1 });
    assert.equal(await session.call("account.payment", "action_post", { ids: [id] }), "no result");
    assert.equal(odoo.documents().payments[0]?.state, "posted");
  });
});

describe("what is not there", () => {
  test("a real call that is not simulated fails loudly and is listed", async () => {
    const { session, odoo } = await openTrial(19);
    const answer = (await session.call("sale.order", "copy", { ids: [1] })) as { status: number; refused: string };
    assert.equal(answer.status, 500);
    assert.equal(answer.refused, "builtins.NotImplementedError");
    assert.deepEqual(odoo.unsupported, ["sale.order.copy: sale.order.copy"]);
  });

  test("maintenance answers 503 with a page until it ends", async () => {
    const trial = await openTrial(19);
    trial.odoo.setMaintenance(true);
    const down = await trial.session.raw({ path: "/web/version", method: "GET" });
    assert.equal(down.status, 503);
    assert.match(down.body, /<h1>/);
    trial.odoo.setMaintenance(false);
    assert.equal((await trial.session.raw({ path: "/web/version", method: "GET" })).status, 200);
  });

  test("the integration user is refused what its groups do not allow", async () => {
    const trial = await openTrial(19);
    trial.odoo.addUser({ login: "hub", apiKey: "hub-key", rights: "integration" });
    const hub = sessionOf(trial.odoo, 19, "hub-key", "hub");
    const refused = (await hub.call("ir.model.data", "search_read", { domain: [] })) as {
      status: number;
      refused: string;
    };
    assert.equal(refused.status, 403);
    assert.equal(refused.refused, "odoo.exceptions.AccessError");
    assert.equal(await hub.call("product.product", "has_access", { ids: [], operation: "create" }), false);
    assert.equal(await hub.call("sale.order", "has_access", { ids: [], operation: "create" }), true);
    // What every user may ask, although it reads the same table.
    const found = await hub.call("ir.model.data", "check_object_reference", { module: "simprobe", xml_id: "none" });
    assert.equal((found as { refused: string }).refused, "builtins.ValueError");
  });
});
