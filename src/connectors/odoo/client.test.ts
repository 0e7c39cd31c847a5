/** How calls go out on both transports, what is announced, clamped and recorded. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LeaseLostError } from "../../core/ports/call.ts";
import { TransportError, type HttpRequest, type HttpResponse } from "../../core/ports/transport.ts";
import { createOdooClient, READ_TIMEOUT_MS } from "./client.ts";
import { odooErrorReply, Reply, scripted } from "./testing/scripted-odoo.ts";

const read = { write: false };
const write = { write: true };

/** An Odoo 14: no `/web/version`, everything over `/jsonrpc`. */
function odoo14(uid: number | false, answers: (args: readonly unknown[]) => object) {
  return (request: HttpRequest): HttpResponse => {
    if (request.url.endsWith("/web/version")) return { status: 404, headers: {}, body: "<!DOCTYPE html>" };
    const { params } = JSON.parse(request.body ?? "{}") as { params: { method: string; args: unknown[] } };
    const info = { server_version: "14.0", server_version_info: [14, 0, 0, "final", 0, ""] };
    const results: Record<string, object> = { version: { result: info }, authenticate: { result: uid } };
    return {
      status: 200,
      headers: {},
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...(results[params.method] ?? answers(params.args)) }),
    };
  };
}

describe("JSON-2", () => {
  test("a path for the method, arguments by name, the database and the key in headers", async () => {
    const { client, call, requests } = scripted(() => [7]);
    const answer = await client.call(
      "res.partner",
      "write",
      { ids: [3], args: { vals: { name: "x" } }, context: { lang: "en_US" } },
      write,
      call,
    );
    assert.deepEqual(answer, { ok: true, value: [7] });
    const sent = requests[1];
    assert.equal(sent?.url, "https://odoo.example.test/json/2/res.partner/write");
    assert.equal(sent.headers["authorization"], "bearer the-key");
    assert.equal(sent.headers["x-odoo-database"], "hub");
    assert.deepEqual(JSON.parse(sent.body ?? ""), { ids: [3], vals: { name: "x" }, context: { lang: "en_US" } });
  });

  test("the version is asked once, and again after forgetting", async () => {
    const { client, call, requests } = scripted(() => null);
    await client.call("res.partner", "x", {}, read, call);
    await client.call("res.partner", "x", {}, read, call);
    assert.equal(requests.filter((request) => request.url.endsWith("/web/version")).length, 1);
    client.forget();
    await client.call("res.partner", "x", {}, read, call);
    assert.equal(requests.filter((request) => request.url.endsWith("/web/version")).length, 2);
  });

  test("a write is announced, a read is not", async () => {
    const { client, call, announced } = scripted(() => true);
    await client.call("sale.order", "search_read", {}, read, call);
    assert.equal(announced.count, 0);
    await client.call("sale.order", "action_confirm", { ids: [1] }, write, call);
    assert.equal(announced.count, 1);
  });

  test("a refused announcement sends nothing", async () => {
    const { client, call, requests } = scripted(() => true);
    const lost = { ...call, beforeWrite: () => Promise.reject(new LeaseLostError("gone")) };
    await assert.rejects(client.call("sale.order", "action_confirm", { ids: [1] }, write, lost), LeaseLostError);
    assert.ok(requests.every((request) => request.url.endsWith("/web/version")));
  });

  test("a request ends before the deadline, and is not begun after it", async () => {
    const { client, call, requests, clock } = scripted(() => true);
    await client.call("sale.order", "search_read", {}, read, call);
    assert.equal(requests.at(-1)?.timeoutMs, READ_TIMEOUT_MS);
    const soon = clock.nowMs() + 500;
    await client.call("sale.order", "search_read", {}, read, { ...call, deadlineMs: () => soon });
    assert.equal(requests.at(-1)?.timeoutMs, 500);
    await assert.rejects(
      client.call("sale.order", "search_read", {}, read, { ...call, deadlineMs: () => clock.nowMs() }),
      LeaseLostError,
    );
  });

  test("exchanges are recorded with their answers, without the key and without a secret", async () => {
    const { client, call, exchanges } = scripted(({ method }) =>
      method === "bad" ? odooErrorReply(422, "odoo.exceptions.UserError", "No") : { ids: [1] },
    );
    await client.call("sale.order", "load", { args: { fields: ["id"] } }, write, call);
    await client.call("sale.order", "bad", {}, read, call);
    await client.call(
      "base.automation",
      "load",
      { args: { data: [["https://hub.example.test/s3cret"]] } },
      { ...write, secret: "https://hub.example.test/s3cret" },
      call,
    );
    const [, load, bad] = exchanges;
    assert.deepEqual(
      [load?.call, load?.write, load?.status, load?.response],
      ["sale.order load", true, 200, { ids: [1] }],
    );
    assert.deepEqual(bad?.response, { code: "ODOO_REJECTED", what: "sale.order bad", message: "No" });
    assert.ok(!JSON.stringify(exchanges).includes("the-key"));
    assert.ok(!JSON.stringify(exchanges).includes("s3cret"));
  });

  test("faults of the network are named, bugs are thrown", async () => {
    const { client, call } = scripted(({ method }) =>
      method === "bug" ? new TypeError("bug") : new TransportError("unknown", "reset"),
    );
    const lost = await client.call("sale.order", "load", {}, write, call);
    assert.equal(!lost.ok && lost.failure.code, "OUTCOME_UNKNOWN");
    await assert.rejects(client.call("sale.order", "bug", {}, read, call), TypeError);
  });

  test("a maintenance page instead of a version is not an Odoo of an old version", async () => {
    const { client, call, requests } = scripted(
      () => true,
      () => ({ status: 503, headers: { "retry-after": "30" }, body: "<html>" }),
    );
    const answer = await client.server(call);
    assert.equal(!answer.ok && answer.failure.code, "CONNECTION_DOWN");
    assert.equal(!answer.ok && answer.failure.retryAfterMs, 30_000);
    assert.equal(requests.length, 1);
  });

  test("a refused key makes the version be asked again: the server may have become another", async () => {
    let key = "refused";
    const { client, call, requests } = scripted(() =>
      key === "refused"
        ? new Reply(401, JSON.stringify({ name: "werkzeug.exceptions.Unauthorized", message: "Invalid apikey" }))
        : 1,
    );
    const refused = await client.call("sale.order", "x", {}, read, call);
    assert.equal(!refused.ok && refused.failure.code, "AUTH_FAILED");
    key = "accepted";
    assert.ok((await client.call("sale.order", "x", {}, read, call)).ok);
    assert.equal(requests.length, 4);
  });
});

describe("JSON-RPC", () => {
  test("logs in once, sends arguments by position in their order, and reads a reply without a result as nothing", async () => {
    const seen: (readonly unknown[])[] = [];
    const { client, call } = scripted(
      () => null,
      odoo14(5, (args) => (seen.push(args), {})),
    );
    const answer = await client.call(
      "sale.order",
      "load",
      { args: { fields: ["id"], data: [["a"]] }, context: { tz: "UTC" } },
      write,
      call,
    );
    assert.deepEqual(answer, { ok: true, value: null });
    await client.call("sale.order", "search_read", { args: { domain: [] }, kwargs: { fields: ["name"] } }, read, call);
    assert.deepEqual(seen, [
      ["hub", 5, "the-key", "sale.order", "load", [["id"], [["a"]]], { context: { tz: "UTC" } }],
      ["hub", 5, "the-key", "sale.order", "search_read", [[]], { fields: ["name"], context: {} }],
    ]);
    const info = await client.server(call);
    assert.deepEqual(info.ok && [info.value.transport, info.value.major, info.value.uid, info.value.edition], [
      "json-rpc",
      14,
      5,
      "community",
    ]);
  });

  test("a login that is refused is named, and its key is not recorded", async () => {
    const { client, call, exchanges } = scripted(
      () => null,
      odoo14(false, () => ({})),
    );
    const answer = await client.call("sale.order", "x", {}, read, call);
    assert.equal(!answer.ok && answer.failure.code, "AUTH_FAILED");
    assert.ok(!JSON.stringify(exchanges).includes("the-key"));
  });
});

test("an address with a password in it, or of another kind, is refused when it is configured", () => {
  const { clock } = scripted(() => null);
  const make = (url: string) => () =>
    createOdooClient({
      connection: "odoo",
      url,
      database: "d",
      user: "u",
      apiKey: "k",
      transport: () => Promise.reject(new Error("unused")),
      clock,
    });
  assert.throws(make("https://me:secret@odoo.example.test"), /must not contain/);
  assert.throws(make("ftp://odoo.example.test"), /https/);
});
