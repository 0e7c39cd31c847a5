/** Access tokens of a Dev Dashboard app: fetched once, kept, renewed in time and after a refusal, and never told. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import { TransportError, type HttpRequest } from "../../core/ports/transport.ts";
import { operation } from "./operation.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  data,
  json,
  page,
  scriptedClient,
  TOKEN,
  type Reply,
  type ScriptedOptions,
  type ScriptedClient,
} from "./testing/scripted-client.ts";

const DAY_S = 86_399;
const TOKEN_PATH = "/admin/oauth/access_token";
const CREDENTIALS = { kind: "client", clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } as const;
const read = operation<unknown, Record<string, never>>("query Read { shop { name } }");
const write = operation<unknown, Record<string, never>>("mutation Write { x }");
const ANSWER = data({ shop: { name: "Example" } });
const REFUSED = json({ errors: "[API] Invalid API key or access token" }, 401);

const granted = (token: string, seconds?: number): Reply =>
  json({ access_token: token, scope: "read_orders", ...(seconds === undefined ? {} : { expires_in: seconds }) });
const isTokenRequest = ({ url }: HttpRequest): boolean => url.endsWith(TOKEN_PATH);
const setUp = (script: Parameters<typeof scriptedClient>[0], more: ScriptedOptions = {}): ScriptedClient =>
  scriptedClient(script, { credentials: CREDENTIALS, deadlineMs: 10 * DAY_S * 1_000, ...more });

/** Numbers its tokens; `life` in seconds; refuses the tokens of the list. */
function issuing(life: number, refused: readonly string[] = []): (request: HttpRequest) => Reply {
  let issued = 0;
  return (request) => {
    if (isTokenRequest(request)) {
      issued += 1;
      return granted(`shpat_token_${issued}`, life);
    }
    return refused.includes(request.headers["x-shopify-access-token"] ?? "") ? REFUSED : ANSWER;
  };
}

describe("client credentials", () => {
  test("a token is asked for as the app, used, and kept", async () => {
    const { client, call, sent, steps } = setUp(issuing(DAY_S));
    await client.request(read, {}, call);
    await client.request(write, {}, call);
    assert.deepEqual(steps, [`send ${TOKEN_PATH}`, "send Read", "guard", "send Write"]);
    const [asked, used] = sent;
    assert.equal(asked?.url, `https://example.myshopify.com${TOKEN_PATH}`);
    assert.equal(asked?.headers["content-type"], "application/x-www-form-urlencoded");
    assert.deepEqual(Object.fromEntries(new URLSearchParams(asked?.body)), {
      grant_type: "client_credentials",
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    });
    assert.equal(used?.headers["x-shopify-access-token"], "shpat_token_1");
  });

  test("parallel requests share one fetch", async () => {
    const { client, call, sent } = setUp(issuing(DAY_S));
    const results = await Promise.all(Array.from({ length: 5 }, () => client.request(read, {}, call)));
    assert.ok(results.every(({ ok }) => ok));
    assert.equal(sent.filter(isTokenRequest).length, 1);
    assert.equal(sent.length, 6);
  });

  test("it is renewed five minutes before it ends, not earlier", async () => {
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, sleep: async () => {} };
    const { client, call, sent } = setUp(issuing(DAY_S), { clock });
    await client.request(read, {}, call);
    nowMs = (DAY_S - 301) * 1_000;
    await client.request(read, {}, call);
    assert.equal(sent.filter(isTokenRequest).length, 1);
    nowMs = (DAY_S - 300) * 1_000;
    await client.request(read, {}, call);
    assert.equal(sent.filter(isTokenRequest).length, 2);
    assert.equal(sent.at(-1)?.headers["x-shopify-access-token"], "shpat_token_2");
  });

  test("a token with a very short life is not fetched for every request", async () => {
    const { client, call, sent } = setUp(issuing(60));
    for (let times = 0; times < 3; times += 1) await client.request(read, {}, call);
    assert.equal(sent.filter(isTokenRequest).length, 1);
  });

  test("a refused token is renewed once, and the request sent again", async () => {
    const { client, call, steps } = setUp(issuing(DAY_S, ["shpat_token_1"]));
    assert.ok((await client.request(write, {}, call)).ok);
    assert.deepEqual(steps, [`send ${TOKEN_PATH}`, "guard", "send Write", `send ${TOKEN_PATH}`, "guard", "send Write"]);
  });

  test("a second refusal is the failure", async () => {
    const { client, call, sent } = setUp(issuing(DAY_S, ["shpat_token_1", "shpat_token_2", "shpat_token_3"]));
    const result = await client.request(read, {}, call);
    assert.ok(!result.ok);
    assert.equal(result.failure.code, "AUTH_FAILED");
    assert.equal(sent.filter(isTokenRequest).length, 2);
  });

  test("a late refusal of an old token does not throw the new one away", async () => {
    const { client, call, sent } = setUp(issuing(DAY_S, ["shpat_token_1"]));
    const results = await Promise.all([client.request(read, {}, call), client.request(read, {}, call)]);
    assert.ok(results.every(({ ok }) => ok));
    assert.equal(sent.filter(isTokenRequest).length, 2);
  });

  test("a given token is not renewed", async () => {
    const { client, call, sent } = scriptedClient([REFUSED], { credentials: { kind: "token", accessToken: TOKEN } });
    const result = await client.request(read, {}, call);
    assert.ok(!result.ok && result.failure.code === "AUTH_FAILED");
    assert.equal(sent.length, 1);
  });

  const refusals: readonly [what: string, reply: Reply, code: string, sentence: RegExp][] = [
    [
      "wrong secret",
      json({ error: "invalid_client", error_description: `secret ${CLIENT_SECRET} is wrong` }, 401),
      "AUTH_FAILED",
      /invalid_client secret \(secret\) is wrong/,
    ],
    [
      "app of another organisation",
      json({ error: "shop_not_permitted", error_description: "Not permitted" }, 400),
      "AUTH_FAILED",
      /shop_not_permitted Not permitted/,
    ],
    ["refused without words", page("<html>no</html>", 403), "AUTH_FAILED", /status 403/],
    ["no token in the answer", json({ ok: true }), "CONNECTION_BROKEN_ANSWER", /without an access token/],
    ["shop down", page("<html>502</html>", 502), "CONNECTION_DOWN", /status 502/],
    ["no answer", new TransportError("unknown", "timed out after 30 s"), "CONNECTION_DOWN", /timed out after 30 s/],
  ];
  for (const [what, reply, code, sentence] of refusals) {
    test(`no token: ${what}`, async () => {
      // A mutation: nothing of it was sent, so its outcome is never in doubt.
      const { client, call, exchanges, steps } = setUp([reply, granted("shpat_token_9", DAY_S), ANSWER]);
      const result = await client.request(write, {}, call);
      assert.ok(!result.ok);
      assert.equal(result.failure.code, code);
      assert.match(sentenceOf(result.failure), sentence);
      assert.deepEqual(steps, [`send ${TOKEN_PATH}`]);
      assert.doesNotMatch(JSON.stringify([exchanges, result]), new RegExp(`${CLIENT_SECRET}|${CLIENT_ID}`));
      assert.ok((await client.request(write, {}, call)).ok, "the next request asks anew");
    });
  }

  test("no exchange holds a token or a secret", async () => {
    const { client, call, exchanges } = setUp(issuing(DAY_S, ["shpat_token_1"]));
    await client.request(read, {}, call);
    assert.equal(exchanges.length, 4);
    assert.doesNotMatch(JSON.stringify(exchanges), new RegExp(`${CLIENT_SECRET}|${CLIENT_ID}|shpat_token`));
  });
});
