/** What is sent and how each answer is told from the others: recorded refusals, broken answers, faults of the network. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sentenceOf, type FailureCode } from "../../core/failures.ts";
import { LeaseLostError, type CallContext, type Exchange } from "../../core/ports/call.ts";
import { TransportError, type HttpRequest, type HttpResponse } from "../../core/ports/transport.ts";
import { createWooClient, type WooCommerceOptions } from "./client.ts";

const NOW_MS = Date.parse("2026-11-21T08:18:32Z");
const FILE = new URL("../../../test/fixtures/woocommerce/errors.json", import.meta.url);
const errors = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, { status: number; body: unknown }>;

type Answer = HttpResponse | TransportError;

const json = (body: unknown, status = 200, headers = {}): HttpResponse => ({
  status,
  headers: { "content-type": "application/json; charset=UTF-8", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const page = (body: string, status: number, headers = {}): HttpResponse => ({
  status,
  headers: { "content-type": "text/html", ...headers },
  body,
});

function setUp(answers: readonly Answer[], options: Partial<WooCommerceOptions> = {}) {
  const sent: HttpRequest[] = [];
  const exchanges: Exchange[] = [];
  const steps: string[] = [];
  const left = [...answers];
  const client = createWooClient({
    connection: "shop-eu",
    url: "https://shop.example.test/",
    key: "ck_test",
    secret: "cs_test",
    webhookSecret: "hook",
    allowHttp: false,
    environment: "production",
    transport: async (request) => {
      steps.push(`send ${request.method}`);
      sent.push(request);
      const answer = left.shift();
      if (answer === undefined) throw new Error("more requests than answers");
      if (answer instanceof TransportError) throw answer;
      return answer;
    },
    clock: { nowMs: () => NOW_MS, sleep: async () => {} },
    nonce: () => "nonce1",
    ...options,
  });
  const call: CallContext = {
    deadlineMs: () => NOW_MS + 40_000,
    beforeWrite: async () => {
      steps.push("guard");
    },
    record: (exchange) => exchanges.push(exchange),
  };
  return { client, call, sent, exchanges, steps };
}

async function readFailure(
  answer: Answer,
  write = false,
): Promise<{ code: FailureCode; sentence: string; connection: string | undefined; retryAfterMs: number | undefined }> {
  const { client, call } = setUp([answer]);
  const result = write ? await client.write("POST", "/orders/batch", {}, call) : await client.get("/orders", {}, call);
  assert.ok(!result.ok, "a failure was expected");
  const { failure } = result;
  return {
    code: failure.code,
    sentence: sentenceOf(failure),
    connection: failure.connection,
    retryAfterMs: failure.retryAfterMs,
  };
}

describe("what is sent", () => {
  test("Basic over https, the address joined, the time-out within the deadline", async () => {
    const { client, call, sent } = setUp([json([])], { url: "https://shop.example.test/store/" });
    await client.get("/orders", { status: "any", search: "a b&c", page: undefined }, call);
    const [request] = sent;
    assert.equal(request?.url, "https://shop.example.test/store/wp-json/wc/v3/orders?status=any&search=a%20b%26c");
    assert.equal(request?.headers["authorization"], `Basic ${Buffer.from("ck_test:cs_test").toString("base64")}`);
    assert.equal(request?.timeoutMs, 40_000);
    assert.equal(request?.body, undefined);
  });

  test("a write asks the guard right before it is sent; a read does not", async () => {
    const { client, call, steps } = setUp([json({}), json([])]);
    await client.write("PUT", "/webhooks/1", { status: "active" }, call);
    await client.get("/orders", {}, call);
    assert.deepEqual(steps, ["guard", "send PUT", "send GET"]);
  });

  test("nothing is sent when the lease is lost or no time is left", async () => {
    const { client, call, sent } = setUp([]);
    const lost = { ...call, beforeWrite: () => Promise.reject(new LeaseLostError("taken over")) };
    await assert.rejects(client.write("POST", "/orders/batch", {}, lost), LeaseLostError);
    await assert.rejects(client.get("/orders", {}, { ...call, deadlineMs: () => NOW_MS }), LeaseLostError);
    assert.equal(sent.length, 0);
  });

  test("OAuth over plain http, signed over method, address and query, without the secret", async () => {
    const { client, call, sent, exchanges } = setUp([json([])], {
      url: "http://shop.example.test",
      allowHttp: true,
      environment: "staging",
    });
    await client.get("/products", { sku: "A,B*C D" }, call);
    const url = new URL(sent[0]?.url ?? "");
    assert.equal(url.searchParams.get("oauth_timestamp"), String(NOW_MS / 1000));
    assert.equal(url.searchParams.get("oauth_nonce"), "nonce1");
    const parameters = [
      "oauth_consumer_key%3Dck_test%26oauth_nonce%3Dnonce1%26oauth_signature_method%3DHMAC-SHA256",
      "%26oauth_timestamp%3D1795249112%26oauth_version%3D1.0%26sku%3DA%252CB%252AC%2520D",
    ];
    const base = `GET&http%3A%2F%2Fshop.example.test%2Fwp-json%2Fwc%2Fv3%2Fproducts&${parameters.join("")}`;
    const expected = createHmac("sha256", "cs_test&").update(base).digest("base64");
    assert.equal(url.searchParams.get("oauth_signature"), expected);
    assert.equal(sent[0]?.headers["authorization"], undefined);
    assert.doesNotMatch(JSON.stringify(exchanges), /oauth|cs_test|ck_test/);
  });

  test("plain http is refused in production and unless it is allowed", () => {
    const http = { url: "http://shop.example.test" };
    assert.throws(
      () => setUp([], { ...http, allowHttp: true, environment: "production" }),
      /plain http is never used in production/,
    );
    assert.throws(
      () => setUp([], { ...http, allowHttp: false, environment: "staging" }),
      /plain http is refused.*allow_http/,
    );
    assert.throws(() => setUp([], { url: "shop.example.test" }), /url must be the shop's address/);
    assert.throws(() => setUp([], { url: "https://u:p@shop.example.test" }), /must not contain a user or password/);
    assert.throws(() => setUp([], { webhookSecret: "" }), /webhook secret must not be empty/);
  });

  test("an exchange is recorded with what was asked and answered, without secrets, long lists by their ids", async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ id: index + 1, name: "a product" }));
    const { client, call, exchanges } = setUp([
      json(items),
      json({ id: 4 }),
      json({ update: [{ id: 1, stock_quantity: 3, name: "x" }] }),
    ]);
    await client.get("/products", { page: 1 }, call);
    await client.write("POST", "/webhooks", { topic: "order.created", secret: "hook" }, call);
    await client.write("POST", "/products/batch", { update: [{ id: 1, stock_quantity: 3 }] }, call);
    assert.deepEqual(exchanges[0]?.request, { page: 1 });
    assert.deepEqual(exchanges[0]?.response, { items: 100, ids: items.map(({ id }) => id) });
    assert.deepEqual(exchanges[1]?.request, { topic: "order.created", secret: "(secret)" });
    assert.deepEqual(exchanges[2]?.response, { update: [{ id: 1, stock_quantity: 3 }] });
    assert.deepEqual(
      exchanges.map(({ call: name, write, status }) => [name, write, status]),
      [
        ["GET /products", false, 200],
        ["POST /webhooks", true, 200],
        ["POST /products/batch", true, 200],
      ],
    );
    assert.doesNotMatch(JSON.stringify(exchanges), /hook"|Basic|cs_test/);
  });
});

describe("recorded refusals", () => {
  const expected: Record<string, [FailureCode, RegExp]> = {
    "auth bad key": [
      "AUTH_FAILED",
      /Sorry, you cannot list resources\. \(woocommerce_rest_cannot_view on GET \/orders\)/,
    ],
    "auth bad secret": ["AUTH_FAILED", /Consumer secret is invalid/],
    "auth basic over http": ["AUTH_FAILED", /cannot list resources/],
    "auth none": ["AUTH_FAILED", /cannot list resources/],
    "auth read only key": ["ACCESS_DENIED", /does not have write permissions/],
    "bad json": ["SHOP_REJECTED", /Invalid JSON body passed\. \(400 rest_invalid_json\)/],
    "batch 101": ["SHOP_REJECTED", /more than 100 items for this request\. \(413/],
    "customer delete needs force": ["SHOP_REJECTED", /\(501 woocommerce_rest_trash_not_supported\)/],
    "duplicate sku": ["SHOP_REJECTED", /Invalid or duplicated SKU\. \(400 product_invalid_sku\)/],
    "invalid params": ["SHOP_REJECTED", /Invalid parameter\(s\): type, stock_quantity/],
    "no route": ["CONNECTION_BROKEN_ANSWER", /rest_no_route: the WooCommerce API is not at this address/],
    "oauth bad signature": ["AUTH_FAILED", /provided signature does not match/],
    "oauth old timestamp": ["AUTH_FAILED", /Invalid timestamp/],
    "oauth replayed nonce": ["AUTH_FAILED", /nonce has already been used/],
    "order already trashed": ["SHOP_REJECTED", /\(410 /],
    "order bad status": ["SHOP_REJECTED", /Invalid parameter\(s\): status/],
    "order invalid coupon": ["SHOP_REJECTED", /Coupon "nope" cannot be applied because it does not exist/],
    "refund too big": ["SHOP_REJECTED", /Invalid refund amount\. \(500 woocommerce_rest_cannot_create_order_refund\)/],
    "refund api refund unsupported": ["SHOP_REJECTED", /does not support automatic refunds/],
    "webhook topic": ["SHOP_REJECTED", /Webhook topic is required/],
  };
  for (const [name, [code, sentence]] of Object.entries(expected)) {
    test(name, async () => {
      const recorded = errors[name];
      assert.ok(recorded, `no fixture ${name}`);
      const found = await readFailure(json(recorded.body, recorded.status));
      assert.equal(found.code, code);
      assert.match(found.sentence, sentence);
    });
  }

  test("what does not exist is an answer, not a failure", async () => {
    for (const name of [
      "order invalid id",
      "order id is product",
      "product invalid id",
      "variation-through-products-endpoint-put".replaceAll("-", " "),
    ]) {
      const recorded = errors[name];
      assert.ok(recorded, `no fixture ${name}`);
      const { client, call } = setUp([json(recorded.body, recorded.status)]);
      const answer = await client.get("/orders/999999", {}, call);
      assert.ok(answer.ok && !answer.value.found, name);
    }
  });

  test("a read-only key is told from a wrong one in any language, once the key has read something", async () => {
    const words = {
      code: "woocommerce_rest_authentication_error",
      message: "Der API-Schlüssel hat keine Schreibrechte.",
      data: { status: 401 },
    };
    assert.equal((await readFailure(json(words, 401), true)).code, "AUTH_FAILED");
    const { client, call } = setUp([json([]), json(words, 401)]);
    await client.get("/orders", {}, call);
    const answer = await client.write("POST", "/orders/batch", {}, call);
    assert.ok(!answer.ok);
    assert.equal(answer.failure.code, "ACCESS_DENIED");
  });
});

describe("answers that are none", () => {
  const fatal = {
    code: "internal_server_error",
    message: "<p>There has been a critical error on this website.</p>",
    data: { status: 500 },
  };
  const cases: [name: string, answer: Answer, read: FailureCode, write: FailureCode, sentence: RegExp][] = [
    [
      "never sent",
      new TransportError("not-sent", "connection refused"),
      "CONNECTION_DOWN",
      "CONNECTION_DOWN",
      /shop-eu cannot be reached \(connection refused\)/,
    ],
    [
      "sent, no answer",
      new TransportError("unknown", "timed out after 40 s"),
      "CONNECTION_DOWN",
      "OUTCOME_UNKNOWN",
      /timed out after 40 s/,
    ],
    [
      "throttled",
      json({ code: "too_many", message: "" }, 429, { "retry-after": "7" }),
      "CONNECTION_THROTTLED",
      "CONNECTION_THROTTLED",
      /^WooCommerce API throttle reached; job will retry$/,
    ],
    [
      "maintenance with a time",
      page("<h1>Briefly unavailable</h1>", 503, { "retry-after": "600" }),
      "CONNECTION_THROTTLED",
      "CONNECTION_THROTTLED",
      /^WooCommerce API throttle reached; job will retry$/,
    ],
    [
      "down without a time",
      page("<h1>Service Unavailable</h1>", 503),
      "CONNECTION_DOWN",
      "OUTCOME_UNKNOWN",
      /status 503/,
    ],
    ["bad gateway", page("<html>502</html>", 502), "CONNECTION_DOWN", "OUTCOME_UNKNOWN", /status 502/],
    [
      "a fatal error in PHP",
      json(fatal, 500),
      "CONNECTION_DOWN",
      "OUTCOME_UNKNOWN",
      /status 500, internal_server_error/,
    ],
    [
      "a login page",
      page("<!DOCTYPE html><title>Log in</title>", 200),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /a web page: "Log in"/,
    ],
    [
      "the theme's 404",
      page("<html><h1>Not found</h1></html>", 404),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /status 404, a web page/,
    ],
    [
      "a firewall",
      page("<html>Access denied by WAF</html>", 403),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /status 403, a web page: "Access denied by WAF"/,
    ],
    [
      "a notice before the JSON",
      page("<br />\n<b>Deprecated</b>: Creation of dynamic property in x.php on line 3<br />\n[]", 200),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /a PHP message instead of plain JSON: "Deprecated : Creation/,
    ],
    [
      "text before the JSON",
      json("hello [1]"),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /text before the JSON/,
    ],
    [
      "JSON that was cut off",
      json('[{"id":1,"na'),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /may have been cut off/,
    ],
    ["nothing", json(""), "CONNECTION_BROKEN_ANSWER", "CONNECTION_BROKEN_ANSWER", /an empty body/],
    [
      "a redirect",
      page("", 301, { location: "https://www.shop.example.test/wp-json/?token=abc" }),
      "CONNECTION_BROKEN_ANSWER",
      "CONNECTION_BROKEN_ANSWER",
      /a redirect to https:\/\/www\.shop\.example\.test\/wp-json\/\)/,
    ],
    [
      "a role that may not",
      json({ code: "woocommerce_rest_cannot_view", message: "Sorry", data: { status: 403 } }, 403),
      "ACCESS_DENIED",
      "ACCESS_DENIED",
      /Sorry/,
    ],
  ];
  for (const [name, answer, read, write, sentence] of cases) {
    test(name, async () => {
      const onRead = await readFailure(answer);
      assert.equal(onRead.code, read);
      assert.match(onRead.sentence, sentence);
      assert.equal((await readFailure(answer, true)).code, write);
    });
  }

  test("what pauses names the connection that waits, and how long the shop asked for", async () => {
    const found = await readFailure(json({}, 429, { "retry-after": "7" }));
    assert.deepEqual([found.connection, found.retryAfterMs], ["shop-eu", 7_000]);
    assert.equal((await readFailure(new TransportError("not-sent", "x"))).connection, "shop-eu");
    assert.equal((await readFailure(page("<p>", 200))).connection, "shop-eu");
  });
});
