// Outside its own folder no kind of shop is known by name: what the hub does differently for one is said by its port.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SHOP_KINDS } from "../src/app/shop-kinds.ts";
import { lineAt, readSource, repositoryFiles, withoutComments } from "./source.ts";

/** The one list. */
const LIST = "src/app/shop-kinds.ts";
/** Not of the hub: what its own tests are made of. */
const TEST_MATERIAL = /\.test\.ts$|^src\/core\/testing\/|^src\/app\/config\/sample-config\.ts$/;
/** Names that give a kind away without being its own. */
const TELLING = ["myshopify", "wordpress", "x-wc-", "wc_", "woo"];

const names = SHOP_KINDS.flatMap(({ kind, label }) => [kind, label.toLowerCase()]);

/** Where a file's code, comments aside, names a kind of shop. */
function namings(path: string, text: string): string[] {
  const own = `src/connectors/${SHOP_KINDS.find(({ kind }) => path.startsWith(`src/connectors/${kind}/`))?.kind ?? ""}/`;
  const allowed = own === "src/connectors//" ? [] : [own.split("/")[2] ?? ""];
  const code = withoutComments(text).toLowerCase();
  return [...new Set([...names, ...TELLING])]
    .filter((name) => !allowed.some((kind) => belongsTo(name, kind)))
    .flatMap((name) => {
      const at = code.indexOf(name);
      return at < 0 ? [] : [`${path}:${lineAt(code, at)} names ${name}`];
    });
}

/** A kind's folder may say its own name and what tells of it, and not that of another. */
function belongsTo(name: string, kind: string): boolean {
  const other = SHOP_KINDS.find((one) => one.kind !== kind && (one.kind === name || one.label.toLowerCase() === name));
  return other === undefined;
}

describe("the names of shops", () => {
  test("stand nowhere outside their folders and the one list", () => {
    const files = repositoryFiles().filter(
      (path) => /^src\/.*\.ts$/.test(path) && path !== LIST && !TEST_MATERIAL.test(path),
    );
    assert.ok(files.length > 100, `${files.length} files`);
    assert.deepEqual(
      files.flatMap((path) => namings(path, readSource(path))),
      [],
    );
  });

  test("are found in code, in strings and in headers, and not in comments", () => {
    const found = (text: string, path = "src/engine/intake.ts") => namings(path, text).length > 0;
    assert.ok(found('if (kind === "shopify") return;'));
    assert.ok(found("createWooCommerceConnector(options);"));
    assert.ok(found('const name = "x-wc-webhook-topic";'));
    assert.ok(!found("// as WooCommerce and Shopify do\n/* Shopify */ const a = 1;"));
    assert.ok(found('const other = "shopify";', "src/connectors/woocommerce/client.ts"));
    assert.ok(!found('const own = "x-wc-webhook-topic WooCommerce";', "src/connectors/woocommerce/client.ts"));
  });
});
