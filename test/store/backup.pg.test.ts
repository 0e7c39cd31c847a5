/** Backup and restore on PostgreSQL, and from PGlite to it and back: every user's way up, and the way home. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { backup } from "../../src/store/backup.ts";
import { restore } from "../../src/store/restore.ts";
import { backupFolder, backupSuite, contents, fill } from "./backup-suite.ts";
import { pgliteStores, postgresStores } from "./opened-stores.ts";

const postgres = postgresStores();
const pglite = pgliteStores();
after(() => Promise.all([postgres.close(), pglite.close()]));
backupSuite(postgres);

describe("between the two kinds of store", () => {
  const folder = backupFolder();
  test("from PGlite to PostgreSQL and back, nothing changes", async () => {
    const embedded = await pglite.fresh();
    await fill(embedded);
    const before = await contents(embedded.store);
    const up = join(folder, "up.backup");
    await backup(embedded.store, up);

    const server = await postgres.fresh();
    await restore(server.store, up);
    assert.deepEqual(await contents(server.store), before);

    const down = join(folder, "down.backup");
    await backup(server.store, down);
    const again = await pglite.fresh();
    await restore(again.store, down);
    assert.deepEqual(await contents(again.store), before);
  });
});
