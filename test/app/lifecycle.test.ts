// The hub as a process on its embedded store, with both sides out of reach: it starts, answers, refuses a second one, and ends cleanly.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { configFolder, configText, logLines, run, SECRETS, stockbridge, type Child, type Folder } from "./hub-child.ts";

let folder: Folder;
let hub: Child;
let address: string;

before(async () => {
  folder = configFolder(configText());
  hub = stockbridge(["start"], folder);
  address = String((await hub.logged("listening"))["address"]);
  await hub.logged("started");
});
after(async () => {
  await hub.stop();
  folder.remove();
});

function deliver(deliveryId: string, body: string): Promise<Response> {
  const signature = createHmac("sha256", SECRETS.WEBHOOK).update(body).digest("base64");
  const headers = {
    "x-wc-webhook-topic": "order.updated",
    "x-wc-webhook-delivery-id": deliveryId,
    "x-wc-webhook-signature": signature,
  };
  return fetch(`${address}/webhooks/shop-eu`, { method: "POST", headers, body });
}

describe("a running hub whose shop and Odoo are out of reach", () => {
  test("is live and ready, and takes webhooks in", async () => {
    assert.equal((await fetch(`${address}/health/live`)).status, 200);
    assert.equal((await fetch(`${address}/health/ready`)).status, 200);
    const reply = await deliver("d-1", '{"id":1054}');
    assert.deepEqual([reply.status, await reply.json()], [200, { taken: true, ignored: null }]);
  });

  test("answers status over its socket, as one JSON document", async () => {
    const { code, out, err } = await run(["status", "--json"], folder);
    assert.equal(code, 0, err);
    const { connections, work } = JSON.parse(out) as {
      connections: { connection: string }[];
      work: { flow: string; parked: number }[];
    };
    assert.deepEqual(connections.map(({ connection }) => connection).toSorted(), ["odoo-main", "shop-eu"]);
    const orders = work.find(({ flow }) => flow === "order");
    assert.ok(orders !== undefined, "the order that came by webhook waits");
    assert.equal(orders.parked, 0, "an outage parks nothing");
  });

  test("shows a dry run through the socket, and why it is blocked", async () => {
    const { code, out } = await run(["run", "order", "shop-eu", "1054", "--dry-run", "--json"], folder);
    const { dryRun, failure } = JSON.parse(out) as { dryRun: boolean; failure: { code: string; fix: string } };
    assert.deepEqual([code, dryRun, failure.code], [1, true, "CONNECTION_DOWN"]);
    assert.notEqual(failure.fix, "");
  });

  test("says what it does not know with the sentence and code of the command itself", async () => {
    const { code, out, err } = await run(["explain", "order", "shop-us", "1"], folder);
    assert.deepEqual([code, out, err], [2, "", 'There is no shop "shop-us".\nShops here: shop-eu.\n']);
    const json = await run(["proof", "shop-eu", "1054", "--json"], folder);
    const { error } = JSON.parse(json.out) as { error: { sentence: string } };
    assert.equal(json.code, 1);
    assert.match(error.sentence, /^There is no proof of an order with the id 1054 of shop-eu, and which order/);
  });

  test("backs itself up while it runs, once under each name", async () => {
    const file = join(folder.path, "first.backup");
    const first = await run(["backup", "first.backup", "--json"], folder);
    assert.equal(first.code, 0, first.err);
    assert.ok((JSON.parse(first.out) as { rows: number }).rows > 0);
    assert.ok(existsSync(file));
    assert.equal((await run(["backup", "first.backup"], folder)).code, 2);
  });

  test("refuses a second hub on its store, and a restore into it, at once and in words", async () => {
    for (const words of [["start"], ["restore", "first.backup"]]) {
      const { code, err } = await run(words, folder);
      assert.equal(code, 75);
      assert.match(
        err,
        /The store in .* is in use by process \d+ .* Two processes on one embedded store would lose data: stop that process first/,
      );
      assert.doesNotMatch(err, /\n\s+at /, "no stack");
    }
  });

  test("ends cleanly on SIGTERM, with nothing lost, and what it took in is there after the next start", async () => {
    await deliver("d-2", '{"id":1055}');
    const { code, err } = await hub.stop();
    assert.equal(code, 0, err);
    const messages = logLines(err).map((line) => line["msg"]);
    assert.equal(messages.at(-1), "stopped");
    assert.ok(
      !messages.includes("not everything could be finished in time; its keys are taken over at the next start"),
    );
    for (const secret of Object.values(SECRETS)) assert.ok(!err.includes(secret));
    // Nobody runs now: the command opens the store itself.
    const list = await run(["status", "--json"], folder);
    const { work } = JSON.parse(list.out) as { work: { flow: string; due: number; later: number; running: number }[] };
    const orders = work.find(({ flow }) => flow === "order");
    assert.equal((orders?.due ?? 0) + (orders?.later ?? 0) + (orders?.running ?? 0), 2);
  });

  test("starts again on the same store and ends on SIGINT as well", async () => {
    hub = stockbridge(["start"], folder);
    await hub.logged("started");
    const { code } = await hub.stop("SIGINT");
    assert.equal(code, 0);
  });

  test("the store moves: a backup is restored into an empty one", async () => {
    const other = configFolder(configText());
    try {
      const restored = await run(["restore", join(folder.path, "first.backup"), "--json"], other);
      assert.equal(restored.code, 0, restored.err);
      assert.ok((JSON.parse(restored.out) as { rows: number }).rows > 0);
    } finally {
      other.remove();
    }
  });
});
