// The nightly copy: complete, named by its time, the newest few kept, and nothing else in the folder touched.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { backUp } from "../../src/app/scheduled-backup.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { openStore } from "../../src/store/open-store.ts";
import { restore } from "../../src/store/restore.ts";

test("the newest three copies are kept, beside what others put there, and the newest can be restored", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-backups-"));
  const store = await openStore({ memory: true, clock: systemClock });
  try {
    await store.writeDocument("a", { kept: true });
    writeFileSync(join(folder, "notes.txt"), "mine");
    let newest = "";
    for (let day = 1; day <= 5; day += 1) {
      newest = await backUp(store, folder, 3, { ...systemClock, nowMs: () => Date.UTC(2026, 0, day, 2, 15) });
    }
    assert.deepEqual(readdirSync(folder).toSorted(), [
      "notes.txt",
      "stockbridge-20260103T021500Z.backup",
      "stockbridge-20260104T021500Z.backup",
      "stockbridge-20260105T021500Z.backup",
    ]);
    await store.clear();
    await restore(store, newest);
    assert.deepEqual((await store.readDocument("a"))?.body, { kept: true });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
