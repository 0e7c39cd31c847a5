/** kill -9 right after a delivery was acknowledged: it is there. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { OpenedStore } from "../../src/store/open-store.ts";

/** Acknowledged deliveries after which the process is killed, one trial each. PGlite takes long to start. */
const ACKNOWLEDGED = { postgres: [1, 40, 7, 150], pglite: [1, 120] } as const;
const PROGRAM = join(import.meta.dirname, "receiver-program.ts");

export interface KillPlace {
  readonly kind: "postgres" | "pglite";
  /** A database's address or a directory. */
  readonly place: () => Promise<string>;
  readonly open: (place: string) => Promise<OpenedStore>;
}

export function killSuite({ kind, place, open }: KillPlace): void {
  test(`kill -9 on ${kind}: whatever was acknowledged is there`, { timeout: 120_000 }, async (t) => {
    const where = await place();
    const acknowledged: string[] = [];
    for (const count of ACKNOWLEDGED[kind]) {
      const ids = await receiveUntilKilled(kind, where, count);
      assert.ok(ids.length >= count);
      acknowledged.push(...ids);
    }
    const store = await open(where);
    const { rows } = await store.query(
      `select i.delivery_id as id from stockbridge.inbox i join stockbridge.work w on w.id = i.delivery_id`,
    );
    const kept = new Set(rows.map(({ id }) => id));
    assert.deepEqual(
      acknowledged.filter((id) => !kept.has(id)),
      [],
    );
    t.diagnostic(`${acknowledged.length} acknowledged, ${kept.size} kept`);
    await store.close();
  });
}

/** The ids that the process had said when it was dead. */
async function receiveUntilKilled(kind: string, where: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM, kind, where], { stdio: ["ignore", "pipe", "inherit"] });
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(line);
    if (ids.length === count) child.kill("SIGKILL");
  }
  return ids;
}
