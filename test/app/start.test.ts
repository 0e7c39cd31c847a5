// Starts that cannot succeed say why, in one sentence, with the exit code of docs/cli.md.
import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, test } from "node:test";
import { configFolder, configText, run, stockbridge } from "./hub-child.ts";

async function failing(text: string, words: readonly string[], environment?: Record<string, string>) {
  const folder = configFolder(text);
  try {
    return await run(words, folder, environment);
  } finally {
    folder.remove();
  }
}

describe("a start that cannot succeed", () => {
  test("a wrong configuration: every problem, exit code 78", async () => {
    const { code, err } = await failing(
      configText().replace("staging", "stagging").replace("warehouse: WH", "wharehouse: WH"),
      ["start"],
    );
    assert.equal(code, 78);
    assert.match(
      err,
      /stockbridge\.yaml:1:1 environment: "stagging" is not one of staging, production\. Did you mean "staging"\?/,
    );
    assert.match(
      err,
      /shops\.shop-eu\.stock\.wharehouse: there is no setting "wharehouse" here\. Did you mean "warehouse"\?/,
    );
    assert.doesNotMatch(err, /\n\s+at /);
  });

  test("a part of the hub on the embedded store: it belongs to one process", async () => {
    const { code, err } = await failing(configText(), ["start", "--role", "worker"]);
    assert.deepEqual(
      [code, err],
      [
        78,
        "The role worker by itself needs PostgreSQL: the embedded store belongs to one process.\nLeave --role out, or set store.postgresUrl.\n",
      ],
    );
  });

  test("an unknown role: usage", async () => {
    const { code, err } = await failing(configText(), ["start", "--role", "boss"]);
    assert.equal(code, 2);
    assert.match(err, /Allowed choices are all, web, worker, scheduler/);
  });

  test("an address that is taken: busy", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await failing(configText().replace("port: 0", `port: ${port}`), ["start"]);
    taken.close();
    assert.equal(code, 75);
    assert.match(
      err,
      new RegExp(
        `The hub cannot listen on 127\\.0\\.0\\.1:${port}: another process listens there\\.\nStop the other process`,
      ),
    );
  });

  test("a database that is away: the web answers as not ready until it comes, and a signal still ends it", async () => {
    const folder = configFolder(configText("store: { postgresUrl: { env: DATABASE_URL } }\n"));
    const hub = stockbridge(["start"], folder, { DATABASE_URL: "postgres://hub:hush-hush-password@127.0.0.1:9/hub" });
    const address = String((await hub.logged("listening"))["address"]);
    await hub.logged("the store cannot be opened yet");
    assert.equal((await fetch(`${address}/health/live`)).status, 200);
    assert.equal((await fetch(`${address}/health/ready`)).status, 503);
    const refused = await fetch(`${address}/webhooks/shop-eu`, { method: "POST", body: "{}" });
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "5"]);
    const { code, err } = await hub.stop();
    assert.equal(code, 0);
    assert.ok(!err.includes("hush-hush"));
    const asked = await run(["status"], folder, { DATABASE_URL: "postgres://hub:hush-hush-password@127.0.0.1:9/hub" });
    assert.equal(asked.code, 69);
    assert.match(asked.err, /database cannot be used at the moment/);
    folder.remove();
  });
});
