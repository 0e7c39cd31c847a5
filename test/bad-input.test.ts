// docs/bad-input.md says what the code says: codes and sentences are the table's, and the tests it names hold them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FAILURES } from "../src/core/failures.ts";
import { badRequest, bodyTooLarge, unknownConnection } from "../src/http/refusals.ts";
import { readSource, repositoryFiles, ROOT } from "./source.ts";

interface Row {
  readonly what: string;
  readonly code: string | null;
  readonly sentence: string;
  readonly happens: string;
  readonly tests: readonly string[];
}

const HEAD = ["what", "failure", "sentence", "what happens", "test"];
const REFUSALS = [badRequest(), bodyTooLarge(65_536), unknownConnection()].map(({ body }) => body);

function rowsOf(page: string): Row[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[ -]*-[ |-]*$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.join() !== HEAD.join())
    .map(([what = "", failure = "", sentence = "", happens = "", tests = ""]) => ({
      what,
      code: /^`([A-Z_]+)`$/.exec(failure)?.[1] ?? null,
      sentence,
      happens,
      tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ""),
    }));
}

/** The table's sentence as a pattern in which every parameter takes something. */
function patternOf(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`);
}

const rows = rowsOf(readSource("docs/bad-input.md"));
const pointsElsewhere = (row: Row) => row.what.startsWith("missing customer");

describe("docs/bad-input.md", () => {
  test("has its rows", () => assert.ok(rows.length >= 40, String(rows.length)));

  for (const row of rows.filter((each) => !pointsElsewhere(each))) {
    test(`${row.what}: ${row.code ?? "no failure"}`, () => {
      assert.ok(row.happens !== "" && row.tests.length > 0);
      for (const path of row.tests) assert.ok(existsSync(join(ROOT, path)), path);
      assert.equal(row.sentence === "", row.code === null);
      if (row.code === null || row.code === "CONFIGURATION_INVALID") return;
      const refusal = REFUSALS.find(({ code }) => code === row.code);
      if (refusal !== undefined) assert.equal(row.sentence, refusal.sentence);
      else {
        assert.ok(row.code in FAILURES, row.code);
        assert.match(row.sentence, patternOf(FAILURES[row.code as keyof typeof FAILURES].sentence));
      }
      assert.ok(
        row.tests.some((path) => holds(path, row)),
        `no test of this row names ${row.code}`,
      );
    });
  }
});

/** By the code, or by a piece of the sentence long enough to be no accident. */
function holds(path: string, { code, sentence }: Row): boolean {
  const text = readSource(path);
  return (code !== null && text.includes(code)) || text.includes(sentence);
}

describe("the table of failures", () => {
  test("has no row that nothing raises", () => {
    const sources = repositoryFiles().filter(
      (path) => /^src\/.*(?<!\.test)\.ts$/.test(path) && path !== "src/core/failures.ts",
    );
    const code = sources.map(readSource).join("\n");
    assert.deepEqual(
      Object.keys(FAILURES).filter((name) => !code.includes(`failure("${name}"`)),
      [],
    );
  });

  test("every row is held by a test", () => {
    const tests = repositoryFiles()
      .filter((path) => /\.test\.ts$|^test\//.test(path) && path !== "test/bad-input.test.ts")
      .map(readSource)
      .join("\n");
    assert.deepEqual(
      Object.keys(FAILURES).filter((name) => !tests.includes(`"${name}"`)),
      [],
    );
  });
});
