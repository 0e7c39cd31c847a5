/** One line of `check` for each thing that can be wrong with a shop's app, and what refusals look like in words. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import type { HttpRequest } from "../../core/ports/transport.ts";
import { checkShop, versionLine } from "./check.ts";
import { costExceeded, refusal } from "./errors.ts";
import { missingScopes } from "./scopes.ts";
import { REQUIRED_SCOPES } from "./scopes-table.ts";
import { data, errorAnswer, json, scriptedClient, type Reply } from "./testing/scripted-client.ts";

const ALL = [...REQUIRED_SCOPES.map(({ scope }) => scope as string), "read_all_orders"];
const SHOP = {
  shop: {
    id: "gid://shopify/Shop/1",
    name: "Example",
    myshopifyDomain: "example.myshopify.com",
    currencyCode: "EUR",
    ianaTimezone: "Europe/Amsterdam",
    taxesIncluded: true,
    plan: { publicDisplayName: "Basic", partnerDevelopment: true },
  },
};

async function linesFor(scopes: readonly string[] | Reply, shop: Reply = data(SHOP)): Promise<readonly CheckLine[]> {
  const given: Reply =
    "length" in scopes
      ? data({ currentAppInstallation: { accessScopes: scopes.map((handle) => ({ handle })) } })
      : scopes;
  const isSelf = ({ body }: HttpRequest): boolean => body?.includes("ShopSelf") ?? false;
  const { client, call } = scriptedClient((request) => (isSelf(request) ? shop : given));
  return checkShop(client, call);
}

const notGood = (lines: readonly CheckLine[]): readonly CheckLine[] => lines.filter(({ status }) => status !== "ok");

describe("check", () => {
  test("a shop that is as it should be", async () => {
    const lines = await linesFor(ALL);
    assert.deepEqual(notGood(lines), []);
    assert.deepEqual(
      lines.map(({ subject }) => subject),
      ["https", "shop", "API version", "access scopes", "access scope read_all_orders"],
    );
    assert.ok(lines.every(({ connection, fix }) => connection === "shop-eu" && fix === ""));
    assert.equal(
      lines[1]?.sentence,
      "Example (example.myshopify.com) sells in EUR, prices with tax, time zone Europe/Amsterdam, plan Basic, a development shop",
    );
  });

  test("one line for each scope that is missing, with what will not work", async () => {
    const lines = notGood(await linesFor(["read_orders", "read_customers", "read_products", "write_inventory"]));
    const errors = lines.filter(({ status }) => status === "error");
    const expected = REQUIRED_SCOPES.map(({ scope }) => scope as string).filter(
      (scope) =>
        !["read_orders", "read_customers", "read_products", "write_inventory", "read_inventory"].includes(scope),
    );
    assert.ok(expected.length > 1);
    assert.deepEqual(
      errors.map(({ subject }) => subject),
      expected.map((scope) => `access scope ${scope}`),
    );
    const locations = errors.find(({ subject }) => subject.endsWith("read_locations"));
    assert.equal(
      locations?.sentence,
      "The app lacks the access scope read_locations: without it the shop's stock locations cannot be read, so no stock is written",
    );
    assert.match(locations?.fix ?? "", /Dev Dashboard/);
  });

  test("old orders need a scope of their own: a warning", async () => {
    const lines = notGood(await linesFor(ALL.filter((scope) => scope !== "read_all_orders")));
    assert.deepEqual(
      lines.map(({ subject, status }) => [subject, status]),
      [["access scope read_all_orders", "warning"]],
    );
    assert.match(lines[0]?.sentence ?? "", /older than 60 days/);
  });

  test("a shop that refuses or cannot say is one line, and nothing more is asked", async () => {
    const refused = await linesFor([], json({ errors: "[API] Invalid API key or access token" }, 401));
    assert.deepEqual(
      refused.map(({ subject, status }) => [subject, status]),
      [
        ["https", "ok"],
        ["shop", "error"],
      ],
    );
    const silent = notGood(await linesFor(errorAnswer("INTERNAL_SERVER_ERROR", "Internal error")));
    assert.deepEqual(
      silent.map(({ subject, status }) => [subject, status]),
      [["access scopes", "error"]],
    );
  });

  test("the version that the shop answers with", async () => {
    const old = json({ data: SHOP }, 200, { "x-shopify-api-version": "2027-04" });
    const [line] = notGood(await linesFor(ALL, old));
    assert.deepEqual([line?.subject, line?.status], ["API version", "error"]);
    assert.match(line?.sentence ?? "", /answers with the Admin API 2027-04 instead of 2026-07/);
    assert.equal(versionLine("2026-07").status, "ok");
    assert.equal(versionLine("2026-10").status, "warning");
    assert.equal(versionLine(null).status, "warning");
  });
});

describe("scopes", () => {
  test("the right to write includes the right to read, not the other way", () => {
    const writes = ALL.map((scope) => scope.replace("read_", "write_"));
    assert.deepEqual(missingScopes(writes), []);
    const reads = ALL.map((scope) => scope.replace("write_", "read_"));
    assert.ok(missingScopes(reads).every(({ scope }) => scope.startsWith("write_")));
    assert.ok(missingScopes(reads).length > 0);
    assert.deepEqual(missingScopes(ALL), []);
  });
});

describe("user errors", () => {
  test("none is no failure", () => assert.equal(refusal("shop-eu", [], "the stock of SKU MUG"), null));

  test("they are said in the shop's words, with their place and code, and not without end", () => {
    const one = refusal(
      "shop-eu",
      [{ message: "Too low", field: ["input", "quantities", "0"], code: "INVALID" }],
      "the stock of SKU MUG",
    );
    assert.ok(one !== null);
    assert.equal(sentenceOf(one), "shop-eu refused the stock of SKU MUG: Too low (input.quantities.0) (INVALID)");
    const many = refusal(
      "shop-eu",
      Array.from({ length: 9 }, () => ({ message: "No", field: null })),
      "the tag",
    );
    assert.ok(many !== null);
    assert.equal(sentenceOf(many), "shop-eu refused the tag: No; No; No; and 6 more (userErrors)");
    assert.equal(costExceeded(many), false);
  });
});
