/**
 * Environment references: `${NAME}`, or `env: NAME` in place of a value. A secret may stand in the file in no other way;
 * any other text may be a reference as a whole, never in part.
 */
import { SHOP_KINDS } from "../shop-kinds.ts";
import type { ConfigProblem } from "./problem.ts";
import { Secret } from "./secret.ts";
import type { SettingPath, YamlSource } from "./yaml-source.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of these names, wherever they stand, hold secrets. */
export const SECRET_NAMES: ReadonlySet<unknown> = new Set([
  "apiKey",
  "automationSecret",
  "postgresUrl",
  ...SHOP_KINDS.flatMap(({ settings }) => settings.flatMap(({ type, name }) => (type === "secret" ? [name] : []))),
]);

const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PARTIAL = /\$\{[^}]*\}/;
/** Only these parents hold secrets: a tax may well be called `key`. */
const SECRET_PARENTS = [/^connections\.[^.]+$/, /^store$/];

interface Resolving {
  readonly environment: Environment;
  readonly source: YamlSource;
  readonly problems: ConfigProblem[];
}

/** The tree with each reference replaced by its value, a `Secret` where it is one. */
export function resolveReferences(
  source: YamlSource,
  environment: Environment,
): { tree: unknown; problems: readonly ConfigProblem[] } {
  const resolving: Resolving = { environment, source, problems: [] };
  return { tree: resolved(source.tree, [], resolving), problems: resolving.problems };
}

function resolved(value: unknown, path: SettingPath, resolving: Resolving): unknown {
  if (isSecretPath(path) && value !== null && value !== undefined) return secretAt(value, path, resolving);
  const name = referenceIn(value);
  if (name !== null) return valueOf(name, path, resolving);
  if (typeof value === "string" && PARTIAL.test(value)) {
    problem(
      path,
      "mixes a reference to the environment with other text",
      "Put the whole value into one variable and write only ${NAME} here.",
      resolving,
    );
    return value;
  }
  if (Array.isArray(value)) return value.map((item: unknown, index) => resolved(item, [...path, index], resolving));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolved(item as unknown, [...path, key], resolving)]),
    );
  }
  return value;
}

function isSecretPath(path: SettingPath): boolean {
  const parent = path.slice(0, -1).join(".");
  return SECRET_NAMES.has(path.at(-1)) && SECRET_PARENTS.some((pattern) => pattern.test(parent));
}

function referenceIn(value: unknown): string | null {
  if (typeof value === "string") return REFERENCE.exec(value)?.[1] ?? null;
  if (typeof value !== "object" || value === null) return null;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length !== 1 || first === undefined || first[0] !== "env") return null;
  return typeof first[1] === "string" && VARIABLE.test(first[1]) ? first[1] : null;
}

/** What stands there is never repeated in a message: it may be the secret itself. */
function secretAt(value: unknown, path: SettingPath, resolving: Resolving): Secret {
  const name = referenceIn(value);
  if (name !== null) return new Secret(valueOf(name, path, resolving), name);
  const variable = suggestedVariable(path);
  problem(
    path,
    "is a secret, and secrets do not stand in this file",
    `Write \${${variable}} here and set ${variable} in the environment or in the file .env beside this one.`,
    resolving,
  );
  return new Secret("", variable);
}

/** `connections.shop-eu.key` -> `SHOP_EU_KEY`. */
export function suggestedVariable(path: SettingPath): string {
  if (path.at(-1) === "postgresUrl") return "DATABASE_URL";
  return path
    .slice(1)
    .map((step) => String(step).replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_"))
    .join("_")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

function valueOf(name: string, path: SettingPath, resolving: Resolving): string {
  const value = resolving.environment[name];
  if (value !== undefined && value.trim() !== "") return value;
  const state = value === undefined ? "not set" : "empty";
  problem(
    path,
    `refers to the environment variable ${name}, which is ${state}`,
    `Set ${name} in the environment or in the file .env beside this one.`,
    resolving,
  );
  return "";
}

function problem(path: SettingPath, what: string, fix: string, { problems, source }: Resolving): void {
  problems.push({ path: path.join("."), ...source.place(path), what, fix });
}
