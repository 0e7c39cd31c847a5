/** The demo as a person starts it: its numbers must agree with each other. How long it takes is not looked at. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import type { Tally } from "./tally.ts";

const TIMEOUT_MS = 170_000;

test(
  "npm run demo -- --once --json ends well, and its last line is the numbers",
  { timeout: TIMEOUT_MS },
  async (context) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "--once", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    context.after(() => child.kill("SIGTERM"));
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    assert.equal(code, 0, `${out}${err}`);
    const lines = out.trimEnd().split("\n");
    assert.equal(lines.length, 1, "nothing but the numbers is printed");
    const { orders, documents, proofs, stock } = JSON.parse(lines.at(-1) ?? "") as Tally;
    assert.ok(orders.placed >= 8);
    assert.equal(orders.synced, orders.placed);
    assert.equal(orders.parked, 0);
    assert.equal(documents.orders, orders.placed);
    assert.equal(documents.invoices, orders.synced);
    // One of them is cash on delivery.
    assert.equal(documents.payments, documents.invoices - 1);
    assert.equal(documents.duplicates, 0);
    assert.deepEqual(proofs, { equal: orders.placed, different: 0 });
    assert.ok(stock.checked >= 6);
    assert.equal(stock.different, 0);
  },
);
