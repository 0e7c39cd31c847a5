// Every relative link in a page leads to a file that is there, and every heading that a link names exists.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { lineAt, readSource, repositoryFiles, ROOT } from "./source.ts";

const LINK = /\[[^\]\n]*\]\(([^)\s]+)\)/g;
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;
const OUTSIDE = /^[a-z][a-z0-9+.-]*:/i;

interface Link {
  readonly where: string;
  readonly file: string;
  readonly anchor: string;
}

function blanked(text: string): string {
  return text.replaceAll(CODE, (code) => code.replaceAll(/[^\n]/g, " "));
}

function linksOf(page: string): Link[] {
  const text = blanked(readSource(page));
  return [...text.matchAll(LINK)].flatMap((match) => {
    const target = match[1] ?? "";
    if (OUTSIDE.test(target)) return [];
    const [path = "", anchor = ""] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), path));
    return [{ where: `${page}:${lineAt(text, match.index)} ${target}`, file, anchor }];
  });
}

/** Headings as the usual hosts name them: lower case, signs gone, spaces as hyphens. */
function anchorsOf(page: string): string[] {
  return [...readSource(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const pages = repositoryFiles().filter((path) => path.endsWith(".md"));
const links = pages.flatMap(linksOf);

test("there are pages and links to look at", () => assert.ok(pages.length > 5 && links.length > 10));

test("every link leads to what is there", () => {
  const broken = links.filter(({ file }) => file.startsWith("..") || !existsSync(join(ROOT, file)));
  assert.deepEqual(
    broken.map(({ where }) => where),
    [],
  );
});

test("every heading that a link names exists", () => {
  const broken = links.filter(
    ({ file, anchor }) => anchor !== "" && file.endsWith(".md") && !anchorsOf(file).includes(anchor),
  );
  assert.deepEqual(
    broken.map(({ where }) => where),
    [],
  );
});

test("every page of docs is reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const { file } of links.filter(({ where }) => where.startsWith(`${page}:`)))
      for (const next of pages) if (next === file || next === join(file, "README.md")) reached.add(next);
  }
  assert.deepEqual(
    pages.filter((page) => page.startsWith("docs/") && !reached.has(page)),
    [],
  );
});
