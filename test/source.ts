/** Reads the repository's own files for the tests that hold its order. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** Every file of the work tree that git holds or would take up, as paths from the root. */
export function repositoryFiles(): string[] {
  // The clone may belong to another account, as in some build machines; this only lists it.
  const args = ["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\0");
  return listed.filter((path) => path !== "" && existsSync(join(ROOT, path))).toSorted();
}

export function readSource(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

const TOKENS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;

/** The code without its comments, which are replaced by spaces so that lines keep their numbers; strings stay. */
export function withoutComments(text: string): string {
  return text.replaceAll(TOKENS, (token) => (token.startsWith("/") ? token.replaceAll(/[^\n]/g, " ") : token));
}

/** The code without its comments and without what stands in its strings. */
export function withoutText(text: string): string {
  return text.replaceAll(TOKENS, (token) => token.replaceAll(/[^\n]/g, " "));
}

const IMPORTS = [
  /^\s*(?:import|export)\s[^;"'`()]*?\bfrom\s*["']([^"']+)["']/gm,
  /^\s*import\s*["']([^"']+)["']/gm,
  /\bimport\s*\(\s*["']([^"']+)["']/g,
];

/** What a file imports, types included, as it is written there. */
export function importsOf(text: string): string[] {
  const code = withoutComments(text);
  return IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ""));
}

/** The line number, from 1, of a position in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
