/** The private cluster is real, as durable as asked for, and leaves nothing behind. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { Client } from "pg";
import { startPrivatePostgres } from "./postgres.ts";

async function ask(url: string, query: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: string }>(query);
    return rows[0]?.answer ?? "";
  } finally {
    await client.end();
  }
}

const setting = (name: string) => `select current_setting('${name}') as answer`;

describe("a private PostgreSQL", () => {
  for (const fsync of [true, false]) {
    test(`runs with fsync ${fsync ? "on" : "off"}, and is gone with its folder when stopped`, async () => {
      const postgres = await startPrivatePostgres({ fsync });
      let folder = "";
      try {
        folder = await ask(postgres.url, setting("data_directory"));
      } finally {
        await postgres.stop();
      }
      assert.ok(folder.startsWith("/"), folder);
      assert.equal(existsSync(folder), false, `${folder} is still there`);
      await assert.rejects(ask(postgres.url, setting("fsync")), { code: "ECONNREFUSED" });
    });
  }

  test("two run beside each other, each with what it was asked for", async () => {
    const [durable, fast] = await Promise.all([
      startPrivatePostgres({ fsync: true }),
      startPrivatePostgres({ fsync: false }),
    ]);
    try {
      assert.notEqual(durable.url, fast.url);
      assert.equal(await ask(durable.url, setting("fsync")), "on");
      assert.equal(await ask(fast.url, setting("fsync")), "off");
      assert.equal(
        await ask(fast.url, setting("server_version_num")).then((version) => Number(version) >= 150_000),
        true,
      );
    } finally {
      await Promise.all([durable.stop(), fast.stop()]);
    }
  });
});
