// One process a role on a real PostgreSQL, and the database going away under all of them: none ends, and all go on by themselves.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { openPostgres, type Postgres } from "../../tools/postgres.ts";
import { configFolder, configText, run, SECRETS, stockbridge, type Child, type Folder } from "./hub-child.ts";
import { openRelay, type Relay } from "./relay.ts";

const BACK_MS_MAX = 30_000;
const POLL_MS = 200;

let postgres: Postgres;
let relay: Relay;
let folder: Folder;
let database: { DATABASE_URL: string };
let name: string;
const roles = new Map<string, Child>();
let address: string;

before(async () => {
  postgres = await openPostgres({ fsync: false });
  name = `app_${randomUUID().replaceAll("-", "")}`;
  await administer(`create database ${name}`);
  const url = new URL(postgres.url);
  relay = await openRelay({ host: url.hostname, port: Number(url.port || "5432") });
  url.port = String(relay.port);
  url.pathname = `/${name}`;
  database = { DATABASE_URL: url.href };
  folder = configFolder(configText("store: { postgresUrl: { env: DATABASE_URL } }\n"));
  for (const role of ["web", "worker", "scheduler"])
    roles.set(role, stockbridge(["start", "--role", role], folder, database));
  address = String((await child("web").logged("listening"))["address"]);
  for (const role of roles.values()) await role.logged("started");
});
after(async () => {
  for (const role of roles.values()) await role.stop();
  await relay.cut();
  await administer(`drop database ${name} with (force)`);
  await postgres.stop();
  folder.remove();
});

function child(role: string): Child {
  const found = roles.get(role);
  assert.ok(found !== undefined);
  return found;
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function deliver(deliveryId: string, id: number): Promise<number> {
  const body = JSON.stringify({ id });
  const signature = createHmac("sha256", SECRETS.WEBHOOK).update(body).digest("base64");
  const headers = {
    "x-wc-webhook-topic": "order.updated",
    "x-wc-webhook-delivery-id": deliveryId,
    "x-wc-webhook-signature": signature,
  };
  return (await fetch(`${address}/webhooks/shop-eu`, { method: "POST", headers, body })).status;
}

async function ready(): Promise<number> {
  return (await fetch(`${address}/health/ready`)).status;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < BACK_MS_MAX; waitedMs += POLL_MS) {
    if (await isSo()) return;
    await sleep(POLL_MS);
  }
  throw new assert.AssertionError({ message: `not within ${BACK_MS_MAX} ms: ${what}` });
}

describe("three processes, a role each", () => {
  test("only the web one listens; what it takes in the worker sees, and the scheduler has looked at both sides", async () => {
    for (const role of ["worker", "scheduler"])
      assert.ok(
        !child(role)
          .lines()
          .some((line) => line["msg"] === "listening"),
      );
    assert.equal(await deliver("d-1", 1054), 200);
    await until("the worker met the outage of both sides", async () => {
      const { out } = await run(["status", "--json"], folder, database);
      const { connections } = JSON.parse(out) as { connections: { state: string }[] };
      return connections.every(({ state }) => state === "paused");
    });
  });

  test("the database goes away: nothing is acknowledged, nobody ends, and everything resumes when it is back", async () => {
    await relay.cut();
    assert.equal(await deliver("d-2", 1055), 503);
    assert.equal(await ready(), 503);
    assert.equal((await fetch(`${address}/health/live`)).status, 200);
    await child("worker").logged("the store does not answer");
    await sleep(2_000);
    for (const [role, { process }] of roles) assert.equal(process.exitCode, null, `${role} ended`);
    await relay.mend();
    await until("ready again", async () => (await ready()) === 200);
    assert.equal(await deliver("d-2", 1055), 200);
    const { out } = await run(["status", "--json"], folder, database);
    const { work } = JSON.parse(out) as {
      work: { flow: string; due: number; later: number; running: number; parked: number }[];
    };
    const orders = work.find(({ flow }) => flow === "order");
    assert.deepEqual([(orders?.due ?? 0) + (orders?.later ?? 0) + (orders?.running ?? 0), orders?.parked], [2, 0]);
  });

  test("each ends cleanly on SIGTERM", async () => {
    for (const [role, started] of roles) {
      const { code, err } = await started.stop();
      assert.equal(code, 0, `${role}: ${err}`);
    }
  });
});
