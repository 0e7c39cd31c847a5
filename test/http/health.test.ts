// What watches the process is told the truth: live, ready, and what the metrics page shows.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { failure } from "../../src/core/failures.ts";
import { PRIORITY } from "../../src/core/key.ts";
import { StoreUnavailableError } from "../../src/core/ports/store.ts";
import { readyBody } from "../../src/http/answers.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { openWeb } from "./web.ts";

let store: OpenedStore;
before(async () => {
  store = await openStore({ memory: true, clock: systemClock });
});
after(() => store.close());

describe("health", () => {
  test("a process that waits for its store is live and not ready", async () => {
    const { server } = openWeb(null);
    assert.deepEqual((await server.inject("/health/live")).json(), { status: "live" });
    const ready = await server.inject("/health/ready");
    assert.equal(ready.statusCode, 503);
    assert.deepEqual(readyBody.parse(ready.json()).store, {
      status: "away",
      sentence: "The store has not been opened yet.",
    });
    assert.match((await server.inject("/metrics")).body, /^stockbridge_store_up 0$/m);
    await server.close();
  });

  test("a process with its store is ready, and lists every connection", async () => {
    const { server } = openWeb(store);
    const ready = await server.inject("/health/ready");
    const body = readyBody.parse(ready.json());
    assert.deepEqual([ready.statusCode, body.status], [200, "ready"]);
    assert.deepEqual(
      body.connections.map(({ connection, kind, state }) => [connection, kind, state]),
      [
        ["shop-eu", "WooCommerce", "running"],
        ["odoo-main", "Odoo", "running"],
        ["odoo-bare", "Odoo", "running"],
      ],
    );
    await server.close();
  });

  test("a paused connection is told with its cause and leaves the process ready", async () => {
    const { server } = openWeb(store);
    await store.pause(
      "odoo-main",
      failure("CONNECTION_DOWN", { connection: "odoo-main", reason: "connection refused" }),
      systemClock.nowMs() + 60_000,
    );
    const ready = await server.inject("/health/ready");
    const paused = readyBody.parse(ready.json()).connections.find(({ connection }) => connection === "odoo-main");
    assert.deepEqual(
      [ready.statusCode, paused?.state, paused?.sentence],
      [200, "paused", "odoo-main cannot be reached (connection refused)"],
    );
    const { body } = await server.inject("/metrics");
    assert.match(body, /stockbridge_connection_paused\{connection="odoo-main"\} 1/);
    assert.match(body, /stockbridge_connection_paused\{connection="shop-eu"\} 0/);
    await server.close();
  });

  test("a store that went away makes the process not ready, without a word about where it is", async () => {
    const { server, logged } = openWeb({
      ...store,
      connectionState: () => Promise.reject(new StoreUnavailableError("db.internal.example.test refused")),
    });
    const ready = await server.inject("/health/ready");
    assert.deepEqual([ready.statusCode, readyBody.parse(ready.json()).store.status], [503, "away"]);
    assert.ok(!ready.body.includes("db.internal"));
    assert.match((await server.inject("/metrics")).body, /^stockbridge_store_up 0$/m);
    assert.deepEqual(logged, []);
    await server.close();
  });
});

describe("metrics", () => {
  test("count runs, calls, pauses and the backlog with labels that are few", async () => {
    const { server, hub } = openWeb(store);
    assert.ok(hub !== null);
    await store.mark([
      { key: { flow: "order", connection: "shop-eu", id: "1" }, priority: PRIORITY.live, trigger: "manual" },
    ]);
    hub.observer.run({
      flow: "order",
      connection: "shop-eu",
      id: "1",
      status: "retrying",
      code: "SKU_NOT_FOUND",
      class: "data",
      sentence: "Order #1 …",
      trigger: "webhook",
      attempt: 1,
      durationMs: 120,
      wrote: false,
    });
    hub.observer.call({
      connection: "odoo-main",
      call: "sale.order load",
      write: true,
      request: { email: "jane@example.test" },
      response: null,
      status: 200,
      durationMs: 80,
    });
    hub.observer.paused("odoo-main", "odoo-main cannot be reached", 0);
    hub.observer.note("error", "stock-sweep: no", {});
    const reply = await server.inject("/metrics");
    assert.match(String(reply.headers["content-type"]), /^text\/plain/);
    for (const line of [
      'stockbridge_runs_total{flow="order",connection="shop-eu",status="retrying",code="SKU_NOT_FOUND"} 1',
      'stockbridge_calls_total{connection="odoo-main",kind="write",status="200"} 1',
      'stockbridge_pauses_total{connection="odoo-main"} 1',
      'stockbridge_notes_total{level="error"} 1',
      'stockbridge_backlog_keys{flow="order",connection="shop-eu",state="due"} 1',
      "stockbridge_store_up 1",
    ]) {
      assert.ok(reply.body.includes(line), `${line} is missing in\n${reply.body}`);
    }
    await server.close();
  });

  test("the log tells the run's sentence, and never what was sent", async () => {
    const { server, hub, logged } = openWeb(store);
    hub?.observer.run({
      flow: "order",
      connection: "shop-eu",
      id: "1",
      status: "failed",
      code: "SKU_NOT_FOUND",
      class: "data",
      sentence: "Order #1 failed",
      trigger: "webhook",
      attempt: 4,
      durationMs: 1,
      wrote: false,
    });
    hub?.observer.call({
      connection: "odoo-main",
      call: "x",
      write: false,
      request: { email: "jane@example.test" },
      response: null,
      status: 200,
      durationMs: 1,
    });
    const line = JSON.parse(logged[0] ?? "") as Record<string, unknown>;
    assert.deepEqual(
      [line["level"], line["msg"], line["code"], line["id"]],
      ["error", "Order #1 failed", "SKU_NOT_FOUND", "1"],
    );
    assert.ok(!logged.join("").includes("jane@"));
    await server.close();
  });
});
