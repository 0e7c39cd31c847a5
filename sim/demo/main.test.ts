/** The demo as a person starts it: its numbers must agree with each other. How long it takes is not looked at. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { missingSchema } from "../../tools/shopify-schema.ts";
import type { ShopTally, Tally } from "./tally.ts";

/** Of each story. */
const TIMEOUT_MS = 170_000;
const USAGE = /^usage: npm run demo -- /m;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function demo(words: readonly string[], signal: AbortSignal): Promise<Ended> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out, err };
}

async function numbers(shop: string, signal: AbortSignal): Promise<Tally> {
  const { code, out, err } = await demo(["--shop", shop, "--once", "--json"], signal);
  assert.equal(code, 0, `${out}${err}`);
  const lines = out.trimEnd().split("\n");
  assert.equal(lines.length, 1, "nothing but the numbers is printed");
  return JSON.parse(lines[0] ?? "") as Tally;
}

/** What holds for each shop of a story. */
function agree({ orders, documents, parcels, stock }: ShopTally): void {
  assert.ok(orders.placed >= 4, `${orders.placed} orders`);
  assert.equal(orders.synced, orders.placed);
  assert.equal(orders.parked, 0);
  assert.equal(documents.orders, orders.placed);
  assert.equal(documents.invoices, orders.placed);
  assert.equal(documents.duplicates, 0);
  assert.equal(orders.refunds, 1);
  assert.equal(documents.creditNotes, 1);
  assert.equal(documents.moneyBack, 1);
  assert.equal(parcels.told, parcels.sent);
  assert.ok(stock.checked >= 6, `${stock.checked} stock numbers`);
  assert.equal(stock.different, 0);
}

function shopOf(tally: Tally, id: string): ShopTally {
  const found = tally.shops[id];
  assert.ok(found !== undefined, `${id} is among ${Object.keys(tally.shops).join(", ")}`);
  return found;
}

function placed(tally: Tally): number {
  return Object.values(tally.shops).reduce((sum, { orders }) => sum + orders.placed, 0);
}

const missing = missingSchema();
const skip = missing ?? false;

describe("npm run demo", () => {
  test(
    "--once --json tells of WooCommerce, and its last line is the numbers",
    { timeout: TIMEOUT_MS },
    async ({ signal }) => {
      const tally = await numbers("woocommerce", signal);
      const shop = shopOf(tally, "shop-eu");
      agree(shop);
      // One of them is cash on delivery.
      assert.equal(shop.documents.payments, shop.orders.placed - 1);
      assert.deepEqual(shop.parcels, { sent: 0, returned: 0, told: 0 });
      assert.deepEqual(tally.proofs, { equal: placed(tally), different: 0 });
      assert.deepEqual([tally.strays, tally.unsupported], [0, 0]);
    },
  );

  test(
    "--shop shopify: two locations, money in parts, parcels and a return",
    { skip, timeout: TIMEOUT_MS },
    async ({ signal }) => {
      const tally = await numbers("shopify", signal);
      const shop = shopOf(tally, "boutique");
      agree(shop);
      // One of them is paid by a gift card and a card.
      assert.equal(shop.documents.payments, shop.orders.placed + 1);
      assert.deepEqual(shop.parcels, { sent: 2, returned: 1, told: 2 });
      assert.deepEqual(tally.proofs, { equal: placed(tally), different: 0 });
      assert.deepEqual([tally.strays, tally.unsupported], [0, 0]);
    },
  );

  test("--shop both: two shops on one Odoo", { skip, timeout: TIMEOUT_MS }, async ({ signal }) => {
    const tally = await numbers("both", signal);
    assert.deepEqual(Object.keys(tally.shops).toSorted(), ["boutique", "shop-eu"]);
    for (const shop of Object.values(tally.shops)) agree(shop);
    assert.deepEqual(tally.proofs, { equal: placed(tally), different: 0 });
    assert.deepEqual([tally.strays, tally.unsupported], [0, 0]);
  });

  test("words that it does not know are answered by how it is used", { timeout: TIMEOUT_MS }, async ({ signal }) => {
    for (const words of [["--shop", "magento"], ["--shop"], ["--loud"], ["both"]]) {
      const { code, out, err } = await demo(words, signal);
      assert.deepEqual([code, out], [2, ""], words.join(" "));
      assert.match(err, USAGE);
      assert.doesNotMatch(err, / at .*\.ts:/, "no stack trace");
    }
    const help = await demo(["--help"], signal);
    assert.equal(help.code, 0);
    assert.match(help.out, USAGE);
  });
});
