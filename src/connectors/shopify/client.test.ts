/** What is sent, how throttling is waited out, and how each answer of Shopify is told from the others. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixOf, sentenceOf, type Failure, type FailureCode } from "../../core/failures.ts";
import { LeaseLostError } from "../../core/ports/call.ts";
import { TransportError } from "../../core/ports/transport.ts";
import type { Result } from "../../core/result.ts";
import { costExceeded } from "./errors.ts";
import { operation } from "./operation.ts";
import { ANSWER_TIME_MS, THROTTLED_ANSWERS_MAX } from "./limits.ts";
import {
  data,
  errorAnswer,
  json,
  page,
  scriptedClient,
  START_MS,
  throttledAnswer,
  TOKEN,
  type Reply,
  type ScriptedOptions,
} from "./testing/scripted-client.ts";

interface Named {
  readonly shop: { readonly name: string };
}

const read = operation<Named, { readonly first: number }>("query Read($first: Int!) { shop { name } }");
const write = operation<Named, { readonly key: string }>("mutation Write($key: String!) { tagsAdd { x } }");
const NAMED = { shop: { name: "Example" } };

function failureOf(result: Result<unknown>): Failure {
  assert.ok(!result.ok, "a failure was expected");
  return result.failure;
}

async function failureFor(reply: Reply, isWrite: boolean, options: ScriptedOptions = {}): Promise<Failure> {
  const { client, call } = scriptedClient([reply], options);
  const result = isWrite
    ? await client.request(write, { key: "k" }, call)
    : await client.request(read, { first: 1 }, call);
  return failureOf(result);
}

describe("what is sent", () => {
  test("the operation with its variables, the token, the version asked for, the time-out within the deadline", async () => {
    const { client, call, sent, steps } = scriptedClient([data(NAMED)], { deadlineMs: 40_000 });
    const result = await client.request(read, { first: 5 }, call);
    assert.deepEqual(result, { ok: true, value: NAMED });
    const [request] = sent;
    assert.equal(request?.method, "POST");
    assert.equal(request?.url, "https://example.myshopify.com/admin/api/2026-07/graphql.json");
    assert.equal(request?.headers["x-shopify-access-token"], TOKEN);
    assert.equal(request?.timeoutMs, 40_000);
    assert.deepEqual(JSON.parse(request?.body ?? ""), {
      query: read.text,
      operationName: "Read",
      variables: { first: 5 },
    });
    assert.deepEqual(steps, ["send Read"]);
  });

  test("a mutation asks the guard right before it is sent", async () => {
    const { client, call, steps } = scriptedClient([data(NAMED)]);
    await client.request(write, { key: "k" }, call);
    assert.deepEqual(steps, ["guard", "send Write"]);
  });

  test("nothing is sent when the keys were lost, or no time is left", async () => {
    const lost = scriptedClient([], {
      beforeWrite: async () => {
        throw new LeaseLostError("taken over");
      },
    });
    await assert.rejects(lost.client.request(write, { key: "k" }, lost.call), LeaseLostError);
    const late = scriptedClient([], { deadlineMs: 0 });
    await assert.rejects(late.client.request(read, { first: 1 }, late.call), LeaseLostError);
    assert.deepEqual([...lost.sent, ...late.sent], []);
  });

  test("addresses and credentials that can never work are refused at once", () => {
    const wrong: readonly [ScriptedOptions, RegExp][] = [
      [{ url: "example.myshopify.com" }, /must be the shop's address/],
      [{ url: "ftp://example.myshopify.com" }, /must be the shop's address/],
      [{ url: "https://a:b@example.myshopify.com" }, /must not contain a user or password/],
      [{ url: "http://127.0.0.1:3000", environment: "test" }, /plain http is refused/],
      [{ url: "http://127.0.0.1:3000", allowHttp: true }, /never used in production/],
      [{ credentials: { kind: "token", accessToken: " " } }, /must not be empty/],
      [{ credentials: { kind: "client", clientId: "id", clientSecret: "" } }, /must not be empty/],
    ];
    for (const [options, expected] of wrong) assert.throws(() => scriptedClient([], options), expected);
    assert.equal(
      scriptedClient([], { url: "http://127.0.0.1:3000", allowHttp: true, environment: "test" }).client.isHttps,
      false,
    );
  });

  test("neither exchanges nor failures hold the token, even when the shop repeats it", async () => {
    const replies = [data({ shop: { name: `Example ${TOKEN}` } }), errorAnswer("BAD", `what is ${TOKEN}`)];
    const { client, call, exchanges } = scriptedClient(replies);
    const results = [await client.request(read, { first: 1 }, call), await client.request(read, { first: 1 }, call)];
    assert.equal(exchanges.length, 2);
    assert.doesNotMatch(JSON.stringify([exchanges, results]), new RegExp(TOKEN));
  });

  test("a long list is recorded by its ids", async () => {
    const nodes = [1, 2, 3, 4].map((id) => ({ id: `gid://shopify/Order/${id}`, note: "long" }));
    const { client, call, exchanges } = scriptedClient([data({ orders: { nodes } })]);
    await client.request(read, { first: 4 }, call);
    assert.deepEqual(exchanges[0]?.response, { orders: { nodes: { items: 4, ids: nodes.map(({ id }) => id) } } });
    assert.equal(exchanges[0]?.call, "query Read");
    assert.equal(exchanges[0]?.write, false);
    assert.equal(exchanges[0]?.status, 200);
  });
});

describe("throttled", () => {
  test("it waits for the missing points, then sends the same again, guarded again", async () => {
    const shop = scriptedClient([throttledAnswer({ requested: 500, available: 100 }), data(NAMED, { requested: 500 })]);
    const result = await shop.client.request(write, { key: "derived" }, shop.call);
    assert.ok(result.ok);
    assert.deepEqual(shop.steps, ["guard", "send Write", "sleep 4000", "guard", "send Write"]);
    assert.equal(shop.sent[0]?.body, shop.sent[1]?.body);
  });

  test("what would take longer than the deadline is a failure that says how long", async () => {
    const shop = scriptedClient([throttledAnswer({ requested: 900, available: 0 })], { deadlineMs: 8_000 });
    const given = failureOf(await shop.client.request(read, { first: 1 }, shop.call));
    assert.equal(given.code, "CONNECTION_THROTTLED");
    assert.equal(given.retryAfterMs, 9_000);
    assert.equal(given.connection, "shop-eu");
    assert.equal(sentenceOf(given), "Shopify API throttle reached; job will retry");
    assert.match(fixOf(given), /shop-eu answered 0 of 2000 points, 100 a second/);
    assert.equal(shop.sent.length, 1);
  });

  test("a shop that always throttles is not asked for ever", async () => {
    const shop = scriptedClient(() => throttledAnswer({ requested: 10, available: 1_000 }), { deadlineMs: 3_600_000 });
    const given = failureOf(await shop.client.request(read, { first: 1 }, shop.call));
    assert.equal(given.code, "CONNECTION_THROTTLED");
    assert.equal(shop.sent.length, THROTTLED_ANSWERS_MAX);
    assert.equal(shop.steps.filter((step) => step.startsWith("sleep")).length, THROTTLED_ANSWERS_MAX - 1);
  });

  test("429 is waited out as it says, by every request of the connection", async () => {
    const shop = scriptedClient([
      json({ errors: "Too many" }, 429, { "retry-after": "2.0" }),
      data(NAMED),
      data(NAMED),
    ]);
    const before = shop.client.request(read, { first: 1 }, shop.call);
    assert.ok((await before).ok);
    assert.deepEqual(shop.steps, ["send Read", "sleep 2000", "send Read"]);
    const long = scriptedClient([json({ errors: "Too many" }, 429, { "retry-after": "3600" })]);
    const given = failureOf(await long.client.request(write, { key: "k" }, long.call));
    assert.deepEqual([given.code, given.retryAfterMs], ["CONNECTION_THROTTLED", 600_000]);
    const other = failureOf(await long.client.request(read, { first: 1 }, long.call));
    assert.equal(other.code, "CONNECTION_THROTTLED");
    assert.equal(long.sent.length, 1);
  });

  test("a request that would not fit waits before it is sent", async () => {
    const shop = scriptedClient([data(NAMED, { requested: 400, actual: 400, available: 100 }), data(NAMED)]);
    await shop.client.request(read, { first: 250 }, shop.call);
    await shop.client.request(read, { first: 250 }, shop.call);
    assert.deepEqual(shop.steps, ["send Read", "sleep 3000", "send Read"]);
  });

  test("a wait that leaves no time for the answer is not begun", async () => {
    const shop = scriptedClient([data(NAMED, { requested: 400, available: 100 })], {
      deadlineMs: 3_000 + ANSWER_TIME_MS - 1,
    });
    await shop.client.request(read, { first: 250 }, shop.call);
    const given = failureOf(await shop.client.request(read, { first: 250 }, shop.call));
    assert.deepEqual([given.code, given.retryAfterMs], ["CONNECTION_THROTTLED", 3_000]);
    assert.equal(shop.nowMs(), START_MS);
  });
});

type Case = readonly [what: string, reply: Reply, read: FailureCode, write: FailureCode, sentence: RegExp];

const DENIED = {
  path: ["orders", "nodes", 0, "customer"],
  extensions: { code: "ACCESS_DENIED", requiredAccess: "`read_customers` access scope." },
};

const CASES: readonly Case[] = [
  [
    "refused connection",
    new TransportError("not-sent", "connection refused"),
    "CONNECTION_DOWN",
    "CONNECTION_DOWN",
    /connection refused/,
  ],
  [
    "time-out",
    new TransportError("unknown", "timed out after 60 s"),
    "CONNECTION_DOWN",
    "OUTCOME_UNKNOWN",
    /timed out after 60 s/,
  ],
  ["bad gateway", page("<html>Bad gateway</html>", 502), "CONNECTION_DOWN", "OUTCOME_UNKNOWN", /status 502/],
  [
    "shop down",
    json({ errors: "Unavailable" }, 503, { "retry-after": "9" }),
    "CONNECTION_DOWN",
    "OUTCOME_UNKNOWN",
    /status 503/,
  ],
  ["request time-out", json({ errors: "Timeout" }, 408), "CONNECTION_DOWN", "OUTCOME_UNKNOWN", /status 408/],
  ["redirect", page("", 301), "CONNECTION_BROKEN_ANSWER", "CONNECTION_BROKEN_ANSWER", /a redirect/],
  [
    "web page",
    page("<html><title>Sign in</title></html>", 200),
    "CONNECTION_BROKEN_ANSWER",
    "OUTCOME_UNKNOWN",
    /a web page/,
  ],
  ["cut off", json('{"data":{"sh'), "CONNECTION_BROKEN_ANSWER", "OUTCOME_UNKNOWN", /not valid JSON/],
  ["empty", json(""), "CONNECTION_BROKEN_ANSWER", "OUTCOME_UNKNOWN", /an empty body/],
  ["other JSON", json([1, 2]), "CONNECTION_BROKEN_ANSWER", "OUTCOME_UNKNOWN", /no GraphQL answer/],
  ["no data", json({ data: null }), "CONNECTION_BROKEN_ANSWER", "OUTCOME_UNKNOWN", /without data/],
  [
    "no such shop",
    json({ errors: "Not Found" }, 404),
    "CONNECTION_BROKEN_ANSWER",
    "CONNECTION_BROKEN_ANSWER",
    /no Admin API 2026-07/,
  ],
  [
    "wrong token",
    json({ errors: "[API] Invalid API key or access token" }, 401),
    "AUTH_FAILED",
    "AUTH_FAILED",
    /Invalid API key/,
  ],
  ["forbidden", page("<html>Forbidden</html>", 403), "AUTH_FAILED", "AUTH_FAILED", /status 403/],
  [
    "scope not approved",
    json({ errors: "[API] This action requires merchant approval for read_orders scope." }, 403),
    "ACCESS_DENIED",
    "ACCESS_DENIED",
    /read_orders/,
  ],
  [
    "frozen",
    json({ errors: "Unavailable Shop" }, 402),
    "SHOP_SUSPENDED",
    "SHOP_SUSPENDED",
    /frozen until its bill is paid/,
  ],
  ["locked", json({ errors: "Locked" }, 423), "SHOP_SUSPENDED", "SHOP_SUSPENDED", /locked/],
  [
    "inactive",
    errorAnswer("SHOP_INACTIVE", "The shop is not active"),
    "SHOP_SUSPENDED",
    "SHOP_SUSPENDED",
    /not active/,
  ],
  [
    "bad request",
    json({ errors: { query: "Required parameter missing" } }, 400),
    "SHOP_REJECTED",
    "SHOP_REJECTED",
    /Required parameter missing/,
  ],
  [
    "missing scope",
    json({ data: { orders: null }, errors: [{ message: "Access denied", ...DENIED }] }),
    "ACCESS_DENIED",
    "ACCESS_DENIED",
    /at orders\.nodes\.customer \(missing access scope read_customers: Access denied\)/,
  ],
  [
    "invalid query",
    errorAnswer("undefinedField", "Field 'x' doesn't exist"),
    "SHOP_REJECTED",
    "SHOP_REJECTED",
    /Field 'x' doesn't exist \(undefinedField\)/,
  ],
  [
    "internal error",
    errorAnswer("INTERNAL_SERVER_ERROR", "Internal error"),
    "SHOP_REJECTED",
    "OUTCOME_UNKNOWN",
    /Internal error/,
  ],
  [
    "an error without a code",
    json({ errors: [{ message: "Parse error" }] }),
    "SHOP_REJECTED",
    "SHOP_REJECTED",
    /Parse error \(GraphQL error\)/,
  ],
];

describe("each answer by its meaning", () => {
  for (const [what, reply, readCode, writeCode, sentence] of CASES) {
    test(what, async () => {
      for (const [isWrite, code] of [
        [false, readCode],
        [true, writeCode],
      ] as const) {
        const given = await failureFor(reply, isWrite);
        assert.equal(given.code, code, sentenceOf(given));
        assert.match(sentenceOf(given), sentence);
        assert.doesNotMatch(sentenceOf(given), /\(no \w+\)/);
      }
    });
  }

  test("too expensive a query asks for a smaller page; nothing else does", async () => {
    const given = await failureFor(errorAnswer("MAX_COST_EXCEEDED", "Query cost is 1500, which exceeds 1000"), false);
    assert.equal(given.code, "SHOP_REJECTED");
    assert.equal(costExceeded(given), true);
    assert.equal(costExceeded(await failureFor(errorAnswer("undefinedField", "no"), false)), false);
  });

  test("many errors are one bounded sentence", async () => {
    const errors = Array.from({ length: 40 }, (_, at) => ({ message: `<b>error ${at}</b> ${"long ".repeat(20)}` }));
    const sentence = sentenceOf(await failureFor(json({ errors }), false));
    assert.ok(sentence.length < 450, sentence);
    assert.match(sentence, /error 0 long/);
    assert.doesNotMatch(sentence, /<b>/);
  });

  test("a defect of the transport is not a failure of the shop", async () => {
    const { client, call } = scriptedClient([]);
    await assert.rejects(client.request(read, { first: 1 }, call), /more requests than replies/);
  });
});

describe("the API version", () => {
  const served = (version: string): Reply => json({ data: NAMED }, 200, { "x-shopify-api-version": version });

  test("another than ours is noted once, until it changes again", async () => {
    const versions = ["2026-07", "2026-10", "2026-10", "2027-01", "2027-01"];
    const { client, call, exchanges } = scriptedClient(versions.map(served));
    assert.equal(client.servedVersion(), null);
    for (const version of versions) {
      await client.request(read, { first: 1 }, call);
      assert.equal(client.servedVersion(), version);
    }
    const notes = exchanges.filter(({ call: name }) => name === "API version");
    assert.deepEqual(
      notes.map(({ response }) => response),
      [{ apiVersion: "2026-10" }, { apiVersion: "2027-01" }],
    );
  });
});
