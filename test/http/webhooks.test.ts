// Webhooks over HTTP into a real store: what is taken, what is refused and how, and that an acknowledgement means committed.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { StoreUnavailableError, type HubStore } from "../../src/core/ports/store.ts";
import { refusalBody, type RefusalBody } from "../../src/http/answers.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { AUTOMATION_SECRET, openWeb, signed, type Web } from "./web.ts";

let store: OpenedStore;
let web: Web;
before(async () => {
  store = await openStore({ memory: true, clock: systemClock });
  web = openWeb(store);
});
after(async () => {
  await web.server.close();
  await store.close();
});

type Sent = { headers?: Record<string, string>; payload?: string | Buffer };

function post(url: string, { headers = {}, payload = "" }: Sent = {}) {
  return web.server.inject({ method: "POST", url, headers, payload });
}

/** Every refusal has the same shape and a fix. */
function refusal(reply: { statusCode: number; body: string }): [number, string] {
  const body: RefusalBody = refusalBody.parse(JSON.parse(reply.body));
  assert.ok(body.sentence !== "" && body.fix !== "", reply.body);
  return [reply.statusCode, body.code];
}

const ORDER = JSON.stringify({ id: 1054, status: "processing" });

describe("a shop's webhook", () => {
  test("that is signed is acknowledged, and then its key is on the list and its row in the inbox", async () => {
    const reply = await post("/webhooks/shop-eu", { headers: signed(ORDER, "order.updated", "d-1"), payload: ORDER });
    assert.deepEqual([reply.statusCode, reply.json()], [200, { taken: true, ignored: null }]);
    const [item] = await store.work({ key: { flow: "order", connection: "shop-eu", id: "1054" } }, 1);
    assert.equal(item?.trigger, "webhook");
    const [row] = await store.inbox("shop-eu", 10);
    assert.equal(Buffer.from(row?.raw ?? []).toString(), ORDER);
    assert.equal(row?.headers["x-wc-webhook-signature"], undefined, "signatures are not kept");
  });

  test("that is sent again is acknowledged again and changes nothing", async () => {
    const before = await store.work({ connection: "shop-eu" }, 10);
    const reply = await post("/webhooks/shop-eu", { headers: signed(ORDER, "order.updated", "d-1"), payload: ORDER });
    assert.deepEqual([reply.statusCode, reply.json()], [200, { taken: false, ignored: null }]);
    assert.deepEqual(await store.work({ connection: "shop-eu" }, 10), before);
  });

  test("whose bytes are no text keeps its signature: bytes are taken as they come", async () => {
    const body = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
    const headers = signed(body as unknown as string, "order.updated", "d-bytes");
    assert.deepEqual(refusal(await post("/webhooks/shop-eu", { headers, payload: body })), [
      400,
      "WEBHOOK_BODY_INVALID",
    ]);
  });

  test("that is the unsigned ping of a new webhook is acknowledged", async () => {
    const reply = await post("/webhooks/shop-eu", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: "webhook_id=7",
    });
    assert.deepEqual([reply.statusCode, reply.json()], [200, { taken: false, ignored: "a ping" }]);
  });

  test("of a topic that the hub does not use is acknowledged and ignored", async () => {
    const reply = await post("/webhooks/shop-eu", { headers: signed("{}", "coupon.created", "d-2"), payload: "{}" });
    assert.equal(reply.statusCode, 200);
    assert.match(reply.json<{ ignored: string }>().ignored, /coupon\.created/);
  });

  const refused: [name: string, url: string, sent: Sent, expected: [number, string]][] = [
    [
      "signed with another secret",
      "/webhooks/shop-eu",
      { headers: signed(ORDER, "order.updated", "d-3", "another-secret"), payload: ORDER },
      [401, "WEBHOOK_SIGNATURE_INVALID"],
    ],
    [
      "whose body was changed",
      "/webhooks/shop-eu",
      { headers: signed(ORDER, "order.updated", "d-4"), payload: ORDER.replace("1054", "1055") },
      [401, "WEBHOOK_SIGNATURE_INVALID"],
    ],
    [
      "without a signature",
      "/webhooks/shop-eu",
      { headers: { "content-type": "application/json" }, payload: ORDER },
      [401, "WEBHOOK_SIGNATURE_MISSING"],
    ],
    ["without anything", "/webhooks/shop-eu", {}, [401, "WEBHOOK_SIGNATURE_MISSING"]],
    [
      "that is no JSON",
      "/webhooks/shop-eu",
      { headers: signed("<html>", "order.updated", "d-5"), payload: "<html>" },
      [400, "WEBHOOK_BODY_INVALID"],
    ],
    [
      "without an id",
      "/webhooks/shop-eu",
      { headers: signed("[]", "order.updated", "d-6"), payload: "[]" },
      [400, "WEBHOOK_BODY_INVALID"],
    ],
    [
      "for a shop that does not exist",
      "/webhooks/shop-us",
      { headers: signed(ORDER, "order.updated", "d-7"), payload: ORDER },
      [404, "CONNECTION_UNKNOWN"],
    ],
    ["for what is no id at all", "/webhooks/..%2f..%2fetc", { payload: ORDER }, [404, "CONNECTION_UNKNOWN"]],
    [
      "for an Odoo",
      "/webhooks/odoo-main",
      { headers: signed(ORDER, "order.updated", "d-8"), payload: ORDER },
      [401, "WEBHOOK_SIGNATURE_MISSING"],
    ],
    [
      "longer than the limit",
      "/webhooks/shop-eu",
      { headers: signed("x".repeat(65_537), "order.updated", "d-9"), payload: "x".repeat(65_537) },
      [413, "BODY_TOO_LARGE"],
    ],
  ];
  for (const [name, url, sent, expected] of refused) {
    test(`${name} is refused with ${expected.join(" ")}`, async () =>
      assert.deepEqual(refusal(await post(url, sent)), expected));
  }

  test("no refusal repeats what a stranger wrote", async () => {
    const reply = await post("/webhooks/%3Cscript%3E", { payload: "<script>" });
    assert.ok(!reply.body.includes("script"));
  });

  test("other methods and addresses do not exist", async () => {
    for (const [method, url] of [
      ["GET", "/webhooks/shop-eu"],
      ["PUT", "/webhooks/shop-eu"],
      ["GET", "/"],
      ["POST", "/webhooks"],
      ["POST", "/health/live"],
    ] as const) {
      assert.deepEqual(refusal(await web.server.inject({ method, url })), [404, "NOT_FOUND"]);
    }
  });
});

describe("an automation of Odoo", () => {
  const body = JSON.stringify({ _action: "x", _id: 1, _model: "stock.quant", id: 1, product_id: 42 });

  test("with its secret is acknowledged; what is linked to no variant is nothing to do", async () => {
    const reply = await post(`/webhooks/odoo-main/${AUTOMATION_SECRET}`, {
      payload: body,
      headers: { "content-type": "application/json" },
    });
    assert.equal(reply.statusCode, 200, reply.body);
    assert.equal(reply.json<{ taken: boolean }>().taken, false);
  });

  test("marks the variants that its product is linked to", async () => {
    await store.receive(
      { connection: "shop-eu", deliveryId: "l", topic: "t", headers: {}, raw: new Uint8Array(), receivedAtMs: 0 },
      [],
      null,
    );
    const { hub } = web;
    assert.ok(hub !== null);
    await linkVariant(store, "77", 42);
    const reply = await post(`/webhooks/odoo-main/${AUTOMATION_SECRET}`, { payload: body });
    assert.deepEqual([reply.statusCode, reply.json()], [200, { taken: true, ignored: null }]);
    assert.equal((await store.work({ key: { flow: "stock", connection: "shop-eu", id: "77" } }, 1)).length, 1);
  });

  const refused: [name: string, url: string, payload: string, expected: [number, string]][] = [
    [
      "with another secret",
      "/webhooks/odoo-main/another-secret-of-20-letters",
      body,
      [401, "WEBHOOK_SIGNATURE_INVALID"],
    ],
    [
      "with the beginning of the secret",
      `/webhooks/odoo-main/${AUTOMATION_SECRET.slice(0, -1)}`,
      body,
      [401, "WEBHOOK_SIGNATURE_INVALID"],
    ],
    ["where none is configured", "/webhooks/odoo-bare/anything", body, [404, "AUTOMATION_SECRET_MISSING"]],
    ["of an unknown connection", `/webhooks/odoo-test/${AUTOMATION_SECRET}`, body, [404, "CONNECTION_UNKNOWN"]],
    ["for a shop", `/webhooks/shop-eu/${AUTOMATION_SECRET}`, body, [404, "CONNECTION_UNKNOWN"]],
    ["that is no JSON", `/webhooks/odoo-main/${AUTOMATION_SECRET}`, "rubbish", [400, "WEBHOOK_BODY_INVALID"]],
  ];
  for (const [name, url, payload, expected] of refused) {
    test(`${name} is refused with ${expected.join(" ")}`, async () =>
      assert.deepEqual(refusal(await post(url, { payload })), expected));
  }

  test("its secret reaches no log line", () => assert.ok(!web.logged.join("").includes(AUTOMATION_SECRET)));
});

describe("while the store is away", () => {
  test("nothing is acknowledged before it has been opened", async () => {
    const early = openWeb(null);
    const reply = await early.server.inject({
      method: "POST",
      url: "/webhooks/shop-eu",
      headers: signed(ORDER, "order.updated", "d-10"),
      payload: ORDER,
    });
    assert.deepEqual([...refusal(reply), reply.headers["retry-after"]], [503, "STORE_UNAVAILABLE", "5"]);
    await early.server.close();
  });

  test("nothing is acknowledged after it has gone", async () => {
    const gone = openWeb(away(store));
    const reply = await gone.server.inject({
      method: "POST",
      url: "/webhooks/shop-eu",
      headers: signed(ORDER, "order.updated", "d-11"),
      payload: ORDER,
    });
    assert.deepEqual(refusal(reply), [503, "STORE_UNAVAILABLE"]);
    await gone.server.close();
  });
});

describe("a flood", () => {
  test("of refused deliveries is counted in full and logged a line now and then", async () => {
    const flooded = openWeb(store);
    for (let call = 0; call < 500; call += 1)
      await flooded.server.inject({ method: "POST", url: "/webhooks/shop-eu", payload: ORDER });
    const metrics = await flooded.server.inject({ url: "/metrics" });
    assert.match(metrics.body, /stockbridge_webhooks_total\{connection="shop-eu",outcome="refused"\} 500/);
    assert.equal(flooded.logged.length, 1);
    await flooded.server.close();
  });

  test("of bodies that never end leaves room: those beyond the limit are turned away at once", async () => {
    const flooded = openWeb(store);
    const address = new URL(await flooded.server.listen({ host: "127.0.0.1", port: 0 }));
    const sockets = await Promise.all(
      Array.from({ length: 70 }, async () => {
        const socket = connect(Number(address.port), address.hostname);
        socket.on("error", () => undefined);
        await new Promise((resolve) => socket.once("connect", resolve));
        socket.write("POST /webhooks/shop-eu HTTP/1.1\r\nhost: hub\r\ncontent-length: 60000\r\n\r\n{");
        return socket;
      }),
    );
    const answers = await Promise.all(
      sockets.map((socket) =>
        Promise.race([
          new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString()))),
          systemClock.sleep(1_000).then(() => ""),
        ]),
      ),
    );
    const refusedOnes = answers.filter(
      (answer) => answer.startsWith("HTTP/1.1 503") && answer.includes("TOO_MANY_AT_ONCE"),
    );
    assert.equal(refusedOnes.length, 70 - 64);
    for (const socket of sockets) socket.destroy();
    await systemClock.sleep(100);
    const after = await flooded.server.inject({
      method: "POST",
      url: "/webhooks/shop-eu",
      headers: signed(ORDER, "order.updated", "d-12"),
      payload: ORDER,
    });
    assert.equal(after.statusCode, 200, "the room is free again");
    await flooded.server.close();
  });
});

function away(real: HubStore): HubStore {
  return { ...real, receive: () => Promise.reject(new StoreUnavailableError("connection terminated")) };
}

async function linkVariant(real: OpenedStore, shopId: string, erpId: number): Promise<void> {
  const key = { flow: "stock", connection: "shop-eu", id: shopId } as const;
  await real.mark([{ key, priority: 0, trigger: "manual" }]);
  const lane = { flow: "stock", connection: "shop-eu", touches: ["shop-eu"], batchMax: 10 } as const;
  const claim = await real.claim([lane], [{ connection: "shop-eu", runsMax: 1 }], 60_000);
  assert.ok(claim !== null);
  const [claimed] = claim.keys;
  assert.ok(claimed !== undefined);
  await real.commit(claim, [
    {
      id: shopId,
      gen: claimed.gen,
      finish: { kind: "done" },
      failure: null,
      links: [{ connection: "shop-eu", kind: "variant", shopId, erpId, label: "SKU-77", parentId: null, itemId: null }],
      activity: {
        key,
        status: "success",
        state: "linked",
        code: null,
        sentence: "",
        fix: "",
        erpIds: {},
        trigger: "manual",
        attempt: 1,
        startedAtMs: 0,
        durationMs: 0,
        diff: [],
        exchanges: [],
      },
    },
  ]);
}
