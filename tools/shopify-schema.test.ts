/** The schema is read only when its package is the known one; otherwise a sentence says why it cannot be had. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { create } from "tar";
import { VALIDATED_VERSIONS } from "../src/connectors/shopify/api-version.ts";
import {
  fetchSchemas,
  missingSchema,
  SchemaUnavailableError,
  shopifySchema,
  type SchemaSource,
} from "./shopify-schema.ts";

const home = mkdtempSync(join(tmpdir(), "stockbridge-schema-"));
after(() => rmSync(home, { recursive: true, force: true }));

/** A package as npm packs it: the named files under `package/`. */
function archiveOf(files: Readonly<Record<string, Buffer | string>>): Buffer {
  const place = mkdtempSync(join(home, "archive-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, "package", path)), { recursive: true });
    writeFileSync(join(place, "package", path), content);
  }
  create({ sync: true, gzip: true, cwd: place, file: join(place, "made.tgz") }, ["package"]);
  return readFileSync(join(place, "made.tgz"));
}

const packed = (version: string): Buffer =>
  gzipSync(JSON.stringify({ data: { __schema: { from: version } }, offline_scopes: { items: [] } }));
const WHOLE = archiveOf({
  ...Object.fromEntries(VALIDATED_VERSIONS.map((version) => [`dist/data/admin_${version}.json.gz`, packed(version)])),
  "dist/index.js": "throw new Error('never run');",
  "package.json": "{}",
});

interface Given extends SchemaSource {
  packs: number;
}

function sourceOf(
  archive: Buffer,
  integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`,
): Given {
  const source: Given = {
    folder: join(mkdtempSync(join(home, "cache-")), "deep", "schemas"),
    integrity,
    packs: 0,
    pack: (into) => {
      source.packs += 1;
      writeFileSync(join(into, "fetched.tgz"), archive);
      return join(into, "fetched.tgz");
    },
  };
  return source;
}

describe("Shopify's schema", () => {
  test("only the schemas are unpacked, once", () => {
    const source = sourceOf(WHOLE);
    assert.deepEqual(shopifySchema("2026-07", source).introspection, { __schema: { from: "2026-07" } });
    assert.deepEqual(shopifySchema("2026-10", source).introspection, { __schema: { from: "2026-10" } });
    assert.equal(source.packs, 1);
    assert.deepEqual(
      readdirSync(source.folder).toSorted(),
      VALIDATED_VERSIONS.map((version) => `admin_${version}.json.gz`),
    );
    assert.deepEqual(readdirSync(dirname(source.folder)), ["schemas"], "nothing is left beside it");
  });

  test("another archive than the known one is refused, and nothing of it is kept", () => {
    const source = sourceOf(WHOLE, "sha512-other");
    assert.throws(() => fetchSchemas(source), /is not what it was: its hash is sha512-.*Nothing of it was read/);
    assert.throws(() => missingSchema(source), /is not what it was/, "a wrong archive is never a reason to skip");
    assert.equal(existsSync(source.folder), false);
  });

  test("an archive without a version is refused", () => {
    const source = sourceOf(archiveOf({ "dist/data/admin_2026-04.json.gz": packed("2026-04") }));
    assert.throws(() => fetchSchemas(source), /has no schema of 2026-07, 2026-10/);
    assert.equal(existsSync(source.folder), false);
  });

  test("a registry that cannot be reached is a sentence, and the next time is a new try", () => {
    const source = sourceOf(WHOLE);
    const reason = "npm could not fetch it; is its registry reachable?";
    const unreachable: SchemaSource = {
      ...source,
      pack: () => {
        throw new SchemaUnavailableError(reason);
      },
    };
    assert.equal(missingSchema(unreachable), `Shopify's schema cannot be had: ${reason}`);
    assert.equal(missingSchema(source), undefined);
  });

  test("another process that was faster has put the same there", () => {
    const source = sourceOf(WHOLE);
    const raced: SchemaSource = {
      ...source,
      pack: (into) => {
        fetchSchemas(source);
        return source.pack(into);
      },
    };
    fetchSchemas(raced);
    assert.equal(shopifySchema("2026-04", source).version, "2026-04");
    assert.deepEqual(readdirSync(dirname(source.folder)), ["schemas"]);
  });
});
