/** The runner must not be able to say "passed" about tests that failed, crashed or were never there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "stockbridge-test-run-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = 'import { after, describe, test } from "node:test"; import assert from "node:assert/strict";\n';
const RUNNER = join(import.meta.dirname, "..", "tools", "test-run.ts");

/** Runs test files of the given texts through the runner, in a process that is itself no test. */
function runTexts(...texts: string[]): { counts: unknown; output: string } {
  const files = texts.map((text, index) => {
    const file = join(folder, `case-${index}.test.ts`);
    writeFileSync(file, HEAD + text);
    return file;
  });
  const script = join(folder, "script.ts");
  writeFileSync(
    script,
    `import { runFiles } from ${JSON.stringify(RUNNER)};
     const options = { root: ${JSON.stringify(folder)}, concurrency: 2, timeoutMs: 5000, verbose: false };
     const counts = await runFiles(${JSON.stringify(files)}, options);
     console.log(JSON.stringify(counts));`,
  );
  // Without this variable node:test takes the process for one of its own and runs nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const result = spawnSync(process.execPath, [script], { encoding: "utf8", env });
  const lines = result.stdout.trim().split("\n");
  return { counts: JSON.parse(lines.at(-1) ?? "null"), output: result.stdout };
}

describe("runFiles", () => {
  test("counts tests, not the groups that hold them, and shows why one failed", () => {
    const { counts, output } = runTexts(
      `describe("group", () => { test("right", () => {}); test("wrong", () => assert.equal(1, 2)); });`,
      `test("parent", async (t) => { await t.test("child", () => {}); });`,
    );
    assert.deepEqual(counts, { passed: 3, failed: 1, skipped: 0 });
    assert.match(output, /FAILED wrong\n[\s\S]*1 !== 2/);
    assert.match(output, /ok case-1\.test\.ts \(2 passed, 0 failed/);
  });

  test("names what was skipped and its reason", () => {
    const { counts, output } = runTexts(`test("later", { skip: "no printer" }, () => {}); test("now", () => {});`);
    assert.deepEqual(counts, { passed: 1, failed: 0, skipped: 1 });
    assert.match(output, /SKIPPED later: no printer/);
  });

  test("fails a file without tests, a file that throws and one whose process ends badly after its tests", () => {
    assert.deepEqual(runTexts("").counts, { passed: 0, failed: 1, skipped: 0 });
    const thrown = runTexts(`throw new Error("broken at load");`);
    assert.deepEqual(thrown.counts, { passed: 0, failed: 1, skipped: 0 });
    assert.match(thrown.output, /broken at load/);
    assert.deepEqual(runTexts(`test("fine", () => {}); process.on("exit", () => { process.exitCode = 3; });`).counts, {
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  test("fails a group whose hook fails", () => {
    const text = `describe("group", () => { after(() => { throw new Error("not cleaned"); }); test("fine", () => {}); });`;
    assert.deepEqual(runTexts(text).counts, { passed: 1, failed: 1, skipped: 0 });
  });
});
