/**
 * Shopify's Admin GraphQL schema, taken from the package that Shopify publishes it in: packed by npm, checked against a known
 * hash before anything is read, only the schemas unpacked, and nothing of it installed or run. Kept in node_modules/.cache.
 *
 * `node tools/run.mjs tools/shopify-schema.ts` fetches it when it is not there, and prints where it is.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from "graphql";
import { list, type ReadEntry } from "tar";
import { VALIDATED_VERSIONS } from "../src/connectors/shopify/api-version.ts";
import { ROOT } from "./suites.ts";

export type SchemaVersion = (typeof VALIDATED_VERSIONS)[number];

/** What reading one type, or one field of it, needs. */
export interface AccessRule {
  readonly type: "type" | "field";
  readonly typeName: string;
  /** Only of fields. */
  readonly fieldName?: string;
  /** In Shopify's words; "" where nothing is needed. */
  readonly requiredAccess: string;
  /** The scopes that those words name. */
  readonly offlineScopes: readonly string[];
}

export interface ShopifySchema {
  readonly version: SchemaVersion;
  readonly introspection: IntrospectionQuery;
  readonly access: readonly AccessRule[];
}

export interface SchemaSource {
  /** Where the schemas are kept once they were checked. */
  readonly folder: string;
  /** Puts the package's archive into the folder and answers its path; throws SchemaUnavailableError when it cannot be had. */
  readonly pack: (into: string) => string;
  /** As npm writes it: `sha512-...`. */
  readonly integrity: string;
}

/** The schema cannot be had now: a test says so and skips, or fails where everything is required. */
export class SchemaUnavailableError extends Error {
  constructor(reason: string) {
    super(`Shopify's schema cannot be had: ${reason}`);
    this.name = "SchemaUnavailableError";
  }
}

const PACKAGE = "@shopify/dev-mcp@1.16.0";
const PACKAGE_INTEGRITY =
  "sha512-tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==";
const PACK_MS_MAX = 180_000;
/** A schema is 11 MB; more would be something else. */
const SCHEMA_BYTES_MAX = 100_000_000;

const FOLDER = join(ROOT, "node_modules", ".cache", "stockbridge", PACKAGE.replaceAll(/[^a-z0-9.]+/g, "-").slice(1));

export const NPM_SOURCE: SchemaSource = { folder: FOLDER, pack: packByNpm, integrity: PACKAGE_INTEGRITY };

/** Introspection and access rules of one version; fetched first when they are not here. Throws SchemaUnavailableError. */
export function shopifySchema(version: SchemaVersion, source: SchemaSource = NPM_SOURCE): ShopifySchema {
  fetchSchemas(source);
  const packed = readFileSync(join(source.folder, fileOf(version)));
  const text = gunzipSync(packed, { maxOutputLength: SCHEMA_BYTES_MAX }).toString("utf8");
  const parsed = JSON.parse(text) as { data: IntrospectionQuery; offline_scopes: { items: AccessRule[] } };
  return { version, introspection: parsed.data, access: parsed.offline_scopes.items };
}

/** The schema of one version as graphql-js has it. Throws SchemaUnavailableError. */
export function executableSchema(version: SchemaVersion): GraphQLSchema {
  return buildClientSchema(shopifySchema(version).introspection, { assumeValid: true });
}

/** Why the schema cannot be had, for tests to skip by; undefined when it is here. */
export function missingSchema(source: SchemaSource = NPM_SOURCE): string | undefined {
  try {
    fetchSchemas(source);
    return undefined;
  } catch (error) {
    if (error instanceof SchemaUnavailableError) return error.message;
    throw error;
  }
}

/** Brings the schemas here, unless they are; several processes may do so at once. Throws SchemaUnavailableError. */
export function fetchSchemas({ folder, pack, integrity }: SchemaSource): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-part-`);
  try {
    const archive = readFileSync(pack(work));
    const found = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
    if (found !== integrity)
      throw new Error(
        `${PACKAGE} is not what it was: its hash is ${found}, it must be ${integrity}. Nothing of it was read.`,
      );
    const ready = join(work, `ready-${randomBytes(4).toString("hex")}`);
    mkdirSync(ready);
    unpack(archive, ready);
    publish(ready, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function unpack(archive: Buffer, into: string): void {
  const wanted = new Set(VALIDATED_VERSIONS.map((version) => `package/dist/data/${fileOf(version)}`));
  const reader = list({
    sync: true,
    strict: true,
    filter: (path) => wanted.has(path),
    onReadEntry: (entry: ReadEntry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => writeFileSync(join(into, basename(entry.path)), Buffer.concat(chunks)));
    },
  });
  reader.end(archive);
  const missing = VALIDATED_VERSIONS.filter((version) => !existsSync(join(into, fileOf(version))));
  if (missing.length > 0) throw new Error(`${PACKAGE} has no schema of ${missing.join(", ")}`);
}

/** One rename makes all of them appear at once; another process that was faster has put the same ones there. */
function publish(ready: string, folder: string): void {
  try {
    renameSync(ready, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function packByNpm(into: string): string {
  const asked = ["pack", PACKAGE, "--pack-destination", into, "--ignore-scripts", "--loglevel", "error"];
  const npm = spawnSync("npm", asked, { cwd: into, encoding: "utf8", timeout: PACK_MS_MAX });
  if (npm.error !== undefined) throw new SchemaUnavailableError(`npm could not be run (${npm.error.message})`);
  const archive = readdirSync(into).find((name) => name.endsWith(".tgz"));
  if (npm.status !== 0 || archive === undefined) {
    const code =
      /^npm (?:error|ERR!) code (\w+)/m.exec(npm.stderr)?.[1] ?? `status ${npm.status ?? "none, it was ended"}`;
    throw new SchemaUnavailableError(`npm could not fetch ${PACKAGE} (${code}); is its registry reachable?`);
  }
  return join(into, archive);
}

function fileOf(version: SchemaVersion): string {
  return `admin_${version}.json.gz`;
}

if (import.meta.main) {
  const missing = missingSchema();
  console.log(missing ?? `${VALIDATED_VERSIONS.join(", ")} are in ${FOLDER}`);
  process.exitCode = missing === undefined ? 0 : 1;
}
