/** Every benchmark that needs no real Odoo, with tiny sizes: what it counts must be right; how fast it is is not judged here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { missingSchema } from "../tools/shopify-schema.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const SMOKE_MS_MAX = 150_000;

interface Report {
  readonly passed: boolean;
  readonly benchmarks: readonly {
    readonly name: string;
    readonly figures: readonly { readonly name: string; readonly value: number }[];
    readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly found: string }[];
  }[];
}

function bench(...args: readonly string[]): { code: number | null; lines: string[]; complaints: string } {
  const ran = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", timeout: SMOKE_MS_MAX });
  return { code: ran.status, lines: ran.stdout.trimEnd().split("\n"), complaints: ran.stderr };
}

describe("benchmarks in small", () => {
  for (const name of ["webhooks", "stock-sweep", "shopify-sweep", "stock-latency"]) {
    // The simulated Shopify executes Shopify's own schema.
    const skip = name === "shopify-sweep" ? (missingSchema() ?? false) : false;
    test(`${name}: every count is right, and the last line is one JSON document`, { skip }, () => {
      const { code, lines, complaints } = bench(name, "--quick", "--json");
      const report = JSON.parse(lines.at(-1) ?? "") as Report;
      const [only, ...others] = report.benchmarks;
      assert.equal(others.length, 0);
      assert.equal(only?.name, name, complaints);
      const failed = only.checks.filter(({ passed }) => !passed);
      assert.deepEqual(failed, []);
      assert.ok(only.checks.length > 0 && only.figures.every(({ value }) => Number.isFinite(value)));
      assert.equal(report.passed, true);
      assert.equal(code, 0, complaints);
    });
  }

  test("an unknown name is refused with the names that there are", () => {
    const { code, complaints } = bench("nothing-of-the-kind");
    assert.equal(code, 2);
    assert.match(complaints, /stock-sweep/);
  });
});
