/** PGlite in a directory: one process at a time, everything there again after a clean end and after kill -9. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { StoreUnavailableError } from "../../src/core/ports/store.ts";
import { StoreLockedError } from "../../src/store/lock.ts";
import { openStore } from "../../src/store/open-store.ts";
import { live, order } from "./fixtures.ts";
import { killSuite } from "./kill-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "stockbridge-directory-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const SECOND = `
  const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/store/open-store.ts"))});
  const { systemClock } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/app/system-clock.ts"))});
  try {
    await openStore({ directory: process.argv[1], clock: systemClock });
    console.log("opened");
  } catch (error) {
    console.log(error.name + ": " + error.message);
  }
`;

test("a second process is refused by name; the first goes on; closing keeps everything", async () => {
  const directory = join(folder, "held");
  const first = await openStore({ directory, clock: systemClock });
  const said = await runSecond(directory);
  assert.match(
    said,
    new RegExp(`^StoreLockedError: The store in ${directory} is in use by process ${process.pid} on `),
  );
  await assert.rejects(openStore({ directory, clock: systemClock }), StoreLockedError);
  await first.mark([live(order("1"))]);
  await first.close();
  await first.close();
  await assert.rejects(first.work({}, 1), StoreUnavailableError);
  assert.deepEqual(readdirSync(directory).toSorted(), ["pglite", "store.lock"]);

  const again = await openStore({ directory, clock: systemClock });
  assert.deepEqual(
    (await again.work({}, 10)).map(({ key }) => key.id),
    ["1"],
  );
  await again.close();
});

async function runSecond(directory: string): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", SECOND, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) said += String(chunk);
  return said;
}

killSuite({
  kind: "pglite",
  place: () => Promise.resolve(join(folder, "killed")),
  open: (directory) => openStore({ directory, clock: systemClock }),
});
