/** The lock on a directory, within one process and between two. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lockDirectory, StoreLockedError } from "./lock.ts";

const directory = mkdtempSync(join(tmpdir(), "stockbridge-lock-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const owner = { pid: process.pid, since: "2026-01-05T08:00:00.000Z" };
const HOLDER = `
  import { lockDirectory } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))};
  lockDirectory(process.argv[1], { pid: process.pid, since: "2026-01-05T08:00:00.000Z" });
  console.log("locked");
  setInterval(() => {}, 1_000);
`;

function refusal(): StoreLockedError {
  try {
    lockDirectory(directory, owner).release();
  } catch (error) {
    assert.ok(error instanceof StoreLockedError);
    return error;
  }
  return assert.fail("it should have been refused");
}

test("a second lock in one process is refused, and free again after release", () => {
  const lock = lockDirectory(directory, owner);
  const error = refusal();
  assert.equal(error.pid, process.pid);
  assert.equal(error.directory, directory);
  assert.match(
    error.message,
    new RegExp(
      `The store in ${directory} is in use by process ${process.pid} on .+ \\(since 2026-01-05T08:00:00.000Z\\)`,
    ),
  );
  lock.release();
  lock.release();
  lockDirectory(directory, owner).release();
});

test("another process is named, and kill -9 frees the directory at once", { timeout: 20_000 }, async () => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", HOLDER, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  assert.equal(refusal().pid, child.pid);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  lockDirectory(directory, owner).release();
});
