/**
 * Reads `stockbridge.yaml`: every problem is found in one go, each with its place, what is wrong and what to do. What comes
 * out is complete (defaults filled in), free of contradictions, and its secrets are `Secret`s that no log can print.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { crossCheck } from "./config/cross-checks.ts";
import { problemsOf } from "./config/issues.ts";
import { ConfigError, type ConfigProblem } from "./config/problem.ts";
import { resolveReferences, type Environment } from "./config/references.ts";
import { CONFIG_SCHEMA, type ConfigTree } from "./config/schema.ts";
import type { Secret } from "./config/secret.ts";
import { CONFIG_BYTES_MAX, parseYaml } from "./config/yaml-source.ts";

export const CONFIG_FILE_DEFAULT = "stockbridge.yaml";
export const STORE_DIRECTORY_DEFAULT = ".stockbridge";

export type StoreSettings =
  | { readonly kind: "embedded"; readonly directory: string; readonly backupsKept: number }
  | { readonly kind: "postgres"; readonly url: Secret };

export interface Config extends Omit<ConfigTree, "store"> {
  /** Absolute. */
  readonly file: string;
  readonly store: StoreSettings;
}

/** Throws ConfigError with every problem. Variables of `.env` beside the file count where the environment has none. */
export function loadConfig(path: string, environment: Environment): Config {
  const file = resolve(path);
  const text = readText(file, path);
  return parseConfig(text, { file, shown: path, environment: { ...dotEnv(file), ...environment } });
}

export interface ConfigOrigin {
  /** Absolute: relative folders start from its place. */
  readonly file: string;
  /** As messages name it. */
  readonly shown: string;
  readonly environment: Environment;
}

export function parseConfig(text: string, { file, shown, environment }: ConfigOrigin): Config {
  const source = parseYaml(text);
  if (source.problems.length > 0) throw new ConfigError(shown, source.problems);
  if (typeof source.tree !== "object" || source.tree === null || Array.isArray(source.tree)) {
    throw new ConfigError(shown, [whole("holds no settings", "Run stockbridge init, or see docs/configuration.md.")]);
  }
  const { tree, problems: broken } = resolveReferences(source, environment);
  const parsed = CONFIG_SCHEMA.safeParse(tree, { reportInput: true });
  const known = new Set(broken.map(({ path }) => path));
  const found = parsed.success ? crossCheck(parsed.data, source) : problemsOf(parsed.error.issues, source, tree);
  const problems = [...broken, ...found.filter(({ path }) => !known.has(path))];
  if (problems.length > 0 || !parsed.success) throw new ConfigError(shown, inOrder(problems));
  return { ...parsed.data, file, store: storeSettings(parsed.data.store, file) };
}

function storeSettings({ directory, postgresUrl, backupsKept }: ConfigTree["store"], file: string): StoreSettings {
  if (postgresUrl !== undefined) return { kind: "postgres", url: postgresUrl };
  return { kind: "embedded", directory: resolve(dirname(file), directory ?? STORE_DIRECTORY_DEFAULT), backupsKept };
}

function readText(file: string, given: string): string {
  let bytes: number;
  try {
    bytes = statSync(file).size;
  } catch {
    throw new ConfigError(given, [
      whole("does not exist", "Run stockbridge init to make one, or name another with --config."),
    ]);
  }
  if (bytes > CONFIG_BYTES_MAX)
    throw new ConfigError(given, [
      whole(`has ${bytes} bytes, more than any configuration`, "Name another file with --config."),
    ]);
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new ConfigError(given, [whole("cannot be read", "Name a file that this user may read with --config.")]);
  }
}

function dotEnv(file: string): Environment {
  try {
    return parseEnv(readFileSync(join(dirname(file), ".env"), "utf8"));
  } catch {
    return {};
  }
}

function whole(what: string, fix: string): ConfigProblem {
  return { path: "", line: null, column: null, what, fix };
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
