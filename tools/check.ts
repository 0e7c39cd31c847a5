/**
 * The static checks, one after the other: format, lint (type-aware), types. `check.ts` runs all, `check.ts lint` one,
 * `check.ts format --write` puts the format right. Ends with 1 when any of them fails.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const CHECKS = {
  format: ["oxfmt", "--check"],
  lint: ["oxlint"],
  types: ["tsc", "-p", "tsconfig.json"],
} as const;

export type CheckName = keyof typeof CHECKS;

const ROOT = join(import.meta.dirname, "..");

/** Runs one check with its output shown. True when it passed. */
export function runCheck(name: CheckName, options: { write?: boolean } = {}): boolean {
  const [command, ...args] = CHECKS[name];
  const given = name === "format" && options.write === true ? ["--write"] : args;
  const result = spawnSync(join(ROOT, "node_modules", ".bin", command), given, { cwd: ROOT, stdio: "inherit" });
  if (result.error) throw result.error;
  return result.status === 0;
}

function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(CHECKS, name);
}

if (import.meta.main) {
  const write = process.argv.includes("--write");
  const names = process.argv.slice(2).filter((word) => word !== "--write");
  const unknown = names.filter((name) => !isCheckName(name));
  if (unknown.length > 0) {
    console.error(`No such check: ${unknown.join(", ")}. There are ${Object.keys(CHECKS).join(", ")}.`);
    process.exit(1);
  }
  const wanted = (names.length > 0 ? names : Object.keys(CHECKS)).filter(isCheckName);
  const failed = wanted.filter((name) => !runCheck(name, { write }));
  if (failed.length > 0) {
    console.error(`\nfailed: ${failed.join(", ")}`);
    process.exit(1);
  }
}
