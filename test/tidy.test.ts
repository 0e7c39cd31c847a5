/**
 * Holds what the linter cannot: names of files, no barrels, no leftovers, no addresses of machines or registries.
 * The lengths of files and functions, `any` and floating promises are the linter's (.oxlintrc.json).
 */
import assert from "node:assert/strict";
import { basename, extname } from "node:path";
import { describe, test } from "node:test";
import { SUITES, testFiles } from "../tools/suites.ts";
import { lineAt, readSource, repositoryFiles } from "./source.ts";

const LINES_MAX = 400;
const files = repositoryFiles();

/** Files whose names are given by a custom that others rely on. */
const NAMED_BY_CUSTOM =
  /^(README|ARCHITECTURE|CONTRIBUTING|CHANGELOG|SECURITY|LICENSE|Dockerfile|Chart\.yaml|_helpers\.tpl|NOTES\.txt|__init__\.py|__manifest__\.py)(\.md)?$/;
const KEBAB = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
/** Python and database migrations count with underscores and leading numbers. */
const SNAKE_FOLDERS = /^plugins\/odoo\//;

const TEXT = /\.(ts|tsx|mjs|js|json|jsonc|yaml|yml|md|sh|sql|php|py|html|css|toml|conf|txt)$|^\.ci\/|^\.[a-z]+rc$/;
/** Long by nature: locks, licences, recorded and generated material. */
const LONG_BY_NATURE = /^(package-lock\.json|LICENSE)$|\/(fixtures|samples|generated)\//;
const SCRIPTS = /\.(sh|php|py)$|^\.ci\/run$/;

// Each pattern is written so that this file does not contain what it looks for.
const LEFTOVERS = [/\bTO[D]O\b/g, /\bFIX[M]E\b/g, /\bX[X]X\b/g];
const MACHINE_PATHS = /(?:^|[\s"'`=(:])\/(?:work|root|home\/[a-z]+|Users\/[A-Za-z]+)\//gm;
const ONLY = /\b(?:test|it|describe|suite)\.only\(|\bonly:\s*true/g;
const UNEXPLAINED_DISABLE = /oxlint-disable(?!.*--\s*\S)|@ts-(?:ignore|nocheck)/g;

const textFiles = files.filter((path) => TEXT.test(path) && path !== "package-lock.json");

describe("tidy", () => {
  test("there are files to look at", () => assert.ok(textFiles.length > 0));

  test("files are named in kebab-case", () => {
    const wrong = files.filter((path) => {
      const name = basename(path);
      return !KEBAB.test(name) && !NAMED_BY_CUSTOM.test(name) && !SNAKE_FOLDERS.test(path);
    });
    assert.deepEqual(wrong, [], "Name files as kebab-case nouns, such as stock-measure.ts.");
  });

  test("there are no barrels", () => {
    const barrels = files.filter((path) => /^(src|sim|test|tools|bench)\/(?:.*\/)?index\.(?:ts|js|mjs)$/.test(path));
    assert.deepEqual(barrels, [], "Import from the file that holds the thing; an index file hides the direction.");
  });

  test(`files that the linter does not read have at most ${LINES_MAX} lines`, () => {
    const long = files.filter((path) => SCRIPTS.test(path) && !LONG_BY_NATURE.test(path) && lines(path) > LINES_MAX);
    assert.deepEqual(long, []);
  });

  test("nothing is left over in place of work", () => {
    assert.deepEqual(
      LEFTOVERS.flatMap((pattern) => found(textFiles, pattern)),
      [],
    );
  });

  test("no path of one machine is written down", () => assert.deepEqual(found(textFiles, MACHINE_PATHS), []));

  test("no test runs alone", () => assert.deepEqual(found(testFiles(), ONLY), []));

  test("a rule is switched off only with its reason", () => {
    const code = files.filter((path) => /\.(ts|tsx|mjs)$/.test(path) && path !== "test/tidy.test.ts");
    const sentence = "Write: oxlint-disable-next-line rule -- why.";
    assert.deepEqual(found(code, UNEXPLAINED_DISABLE), [], sentence);
  });

  test("the lock holds hashes, never the address of a registry", () => {
    const lock = JSON.parse(readSource("package-lock.json")) as { packages: Record<string, Record<string, unknown>> };
    const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
    assert.ok(entries.length > 0);
    const wrong = entries.filter(([, entry]) => "resolved" in entry || typeof entry["integrity"] !== "string");
    assert.deepEqual(
      wrong.map(([path]) => path),
      [],
    );
  });

  test("dependencies are pinned to one version", () => {
    const manifest = JSON.parse(readSource("package.json")) as Record<string, Record<string, string> | undefined>;
    const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
    const all = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
    assert.deepEqual(
      all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });

  test("every test file belongs to exactly one suite, and every file named like a test is found", () => {
    const suitesOf = (path: string) => SUITES.filter((suite) => suite.holds(path)).map(({ name }) => name);
    const wrong = testFiles().filter((path) => suitesOf(path).length !== 1);
    assert.deepEqual(wrong, []);
    const named = files.filter((path) => /\.test\.(ts|mts|js|mjs)$/.test(path) && !/^(dashboard|plugins)\//.test(path));
    assert.deepEqual(
      named.filter((path) => !testFiles().includes(path)),
      [],
    );
  });

  test("test files sit where their names say", () => {
    const live = testFiles().filter((path) => path.includes(".live.") && !path.startsWith("test/live/"));
    assert.deepEqual(live, [], "Tests against a real Odoo live in test/live.");
  });

  test("every source file begins with what it promises", () => {
    const code = files.filter((path) => /^(src|sim|tools|bench|test)\/.*(?<!\.test)\.(ts|mjs)$/.test(path));
    const silent = code.filter((path) => !/^(?:#!.*\n)?\/(?:\*|\/)/.test(readSource(path)));
    assert.deepEqual(silent, [], "Begin the file with a comment that says what it promises.");
  });
});

function lines(path: string): number {
  return readSource(path).split("\n").length - 1;
}

function found(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => {
    if (extname(path) === ".md" && pattern === ONLY) return [];
    const text = readSource(path);
    return [...text.matchAll(pattern)].map((match) => `${path}:${lineAt(text, match.index)} has ${match[0].trim()}`);
  });
}
