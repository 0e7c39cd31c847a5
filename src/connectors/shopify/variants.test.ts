/** Variants by id and by SKU from a scripted shop: levels, pages that are too expensive, and a search that finds too much. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Result } from "../../core/result.ts";
import { sentenceOf } from "../../core/failures.ts";
import { compareIds } from "./decode-variant.ts";
import { createPageSizes } from "./page-sizes.ts";
import { errorResponse, levelNode, scriptedShopify, variantNode, type ShopScript } from "./testing/scripted-shopify.ts";
import { findVariants, isSearchable, readVariants, searches, searchText, type VariantReader } from "./variants.ts";

const COUNT = { locationsCount: { count: 2 } };
const ref = (id: string) => ({ id, parentId: null, sku: "" });
const idsOf = (variables: Readonly<Record<string, unknown>>) =>
  (variables["ids"] as string[]).map((id) => Number(id.split("/").at(-1)));

function shop(script: ShopScript) {
  const scripted = scriptedShopify(script);
  const reader: VariantReader = { client: scripted.client, sizes: createPageSizes() };
  return { ...scripted, reader };
}

function taken<T>(result: Result<T> | undefined): T {
  if (result === undefined) throw new Error("no outcome");
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value;
}

describe("by id", () => {
  test("one call reads variants with their levels, in the order of location ids", async () => {
    const node = variantNode(11, {
      levels: [
        { location: 102, available: 3 },
        { location: 9, available: -1 },
      ],
    });
    const { reader, call, requests } = shop(({ name }) => (name === "LocationCount" ? COUNT : { nodes: [node, null] }));
    const read = await readVariants(reader, [ref("11"), ref("12"), ref("sku"), ref("11")], call);
    assert.deepEqual(taken(read.get("11")), {
      id: "11",
      parentId: "7",
      sku: "SKU-11",
      barcode: "",
      itemId: "1011",
      name: "Shirt - Red / M",
      published: true,
      stockManaged: true,
      levels: [
        { locationId: "9", locationName: "Location 9", quantity: -1, version: "2026-11-20T10:00:00Z" },
        { locationId: "102", locationName: "Location 102", quantity: 3, version: "2026-11-20T10:00:00Z" },
      ],
      backorders: "no",
      modifiedAt: "2026-11-20T10:00:00Z",
    });
    assert.equal(taken(read.get("12")), null);
    assert.equal(taken(read.get("sku")), null);
    const asked = requests.at(-1);
    assert.deepEqual(idsOf(asked?.variables ?? {}), [11, 12]);
    assert.equal(asked?.variables["levels"], 2);
  });

  test("a simple product's variant has the product's name; an untracked one has no quantities", async () => {
    const node = variantNode(11, { title: "Default Title", tracked: false });
    const { reader, call } = shop(({ name }) => (name === "LocationCount" ? COUNT : { nodes: [node] }));
    const variant = taken((await readVariants(reader, [ref("11")], call)).get("11"));
    assert.equal(variant?.name, "Shirt");
    assert.equal(variant?.stockManaged, false);
    assert.equal(variant?.levels[0]?.quantity, null);
  });

  test("300 ids are two calls, and the locations are counted once", async () => {
    const { reader, call, names } = shop(({ name, variables }) =>
      name === "LocationCount" ? COUNT : { nodes: idsOf(variables).map((id) => variantNode(id)) },
    );
    const refs = Array.from({ length: 300 }, (_, index) => ref(String(index + 1)));
    const read = await readVariants(reader, refs, call);
    assert.equal(read.size, 300);
    assert.deepEqual(names(), ["LocationCount", "VariantsById", "VariantsById"]);
  });

  test("a page that is too expensive shrinks until the shop takes it, and stays small", async () => {
    const sizes: number[] = [];
    const { reader, call } = shop(({ name, variables }) => {
      if (name === "LocationCount") return COUNT;
      const ids = idsOf(variables);
      sizes.push(ids.length);
      return ids.length > 90 ? errorResponse("MAX_COST_EXCEEDED") : { nodes: ids.map((id) => variantNode(id)) };
    });
    const refs = Array.from({ length: 200 }, (_, index) => ref(String(index + 1)));
    const read = await readVariants(reader, refs, call);
    assert.deepEqual(sizes, [200, 175, 122, 85, 85, 30]);
    for (const { id } of refs) assert.equal(taken(read.get(id))?.id, id);
  });

  test("further levels are read page by page, and the locations are counted again", async () => {
    const { reader, call, names } = shop(({ name, variables }) => {
      if (name === "LocationCount") return COUNT;
      if (name === "VariantsById") return { nodes: [variantNode(11, { more: "a" })] };
      const isFirst = variables["after"] === "a";
      const nodes = [levelNode(1_011, { location: isFirst ? 2 : 3, available: 1 })];
      return {
        inventoryItem: { id: "x", inventoryLevels: { nodes, pageInfo: { hasNextPage: isFirst, endCursor: "b" } } },
      };
    });
    const variant = taken((await readVariants(reader, [ref("11")], call)).get("11"));
    assert.deepEqual(
      variant?.levels.map(({ locationId }) => locationId),
      ["1", "2", "3"],
    );
    await readVariants(reader, [ref("11")], call);
    assert.equal(names().filter((name) => name === "LocationCount").length, 2);
  });

  test("a level without its quantity is told, not taken as none", async () => {
    const level = { ...levelNode(1_011, { location: 1, available: 1 }), quantities: [] };
    const node = variantNode(11);
    const item = { id: "gid://shopify/InventoryItem/1011", tracked: true };
    const inventoryItem = {
      ...item,
      inventoryLevels: { nodes: [level], pageInfo: { hasNextPage: false, endCursor: null } },
    };
    const { reader, call } = shop(({ name }) =>
      name === "LocationCount" ? COUNT : { nodes: [{ ...node, inventoryItem }] },
    );
    const outcome = (await readVariants(reader, [ref("11")], call)).get("11");
    assert.equal(outcome?.ok === false && outcome.failure.code, "VARIANT_UNREADABLE");
  });

  test("a failure is every id's that it kept from being read", async () => {
    const { reader, call } = shop(({ name }) => (name === "LocationCount" ? COUNT : errorResponse("ACCESS_DENIED")));
    const read = await readVariants(reader, [ref("11"), ref("12")], call);
    for (const id of ["11", "12"]) assert.equal(read.get(id)?.ok, false);
  });
});

describe("by SKU", () => {
  test("what the search finds is compared again, without regard to case", async () => {
    const nodes = [
      variantNode(1, { sku: "abc-red-m" }),
      variantNode(2, { sku: "ABC-RED-M-2" }),
      variantNode(3, { sku: " ABC-RED-M " }),
    ];
    const pageInfo = { hasNextPage: false, endCursor: null };
    const { reader, call, requests } = shop(({ name }) =>
      name === "LocationCount" ? COUNT : { productVariants: { nodes, pageInfo } },
    );
    const found = taken(await findVariants(reader, ["ABC-RED-M", "abc-red-m", ""], call));
    assert.deepEqual(
      found.map(({ id }) => id),
      ["1", "3"],
    );
    assert.equal(requests.at(-1)?.variables["query"], 'sku:"abc-red-m"');
  });

  test("quotes and backslashes are escaped; blanks, colons, stars and words of the syntax are text within quotes", () => {
    assert.equal(
      searchText(['a "b" \\ c', "x:y*", "A OR B"]),
      String.raw`sku:"a \"b\" \\ c" OR sku:"x:y*" OR sku:"A OR B"`,
    );
  });

  test("what no search can find is not searched for", () => {
    for (const sku of ["", "  ", "---", "a\nb", "x".repeat(256)]) assert.equal(isSearchable(sku), false, sku);
    for (const sku of ["0", "ß", "京-1", "a b"]) assert.equal(isSearchable(sku), true, sku);
    assert.deepEqual(searches(["---", "A", " a "]), [["a"]]);
  });

  test("searches are short and none is lost", () => {
    const skus = Array.from({ length: 130 }, (_, index) => `SKU-${index}-${"x".repeat(index)}`);
    const groups = searches(skus);
    assert.deepEqual(groups.flat(), skus);
    for (const group of groups) assert.ok(group.length === 1 || searchText(group).length <= 2_000);
  });

  test("a search that finds too much for one is done SKU by SKU, and one SKU alone fails by name", async () => {
    const nodes = [variantNode(1, { sku: "A" })];
    const { reader, call } = shop(({ name, variables }) => {
      if (name === "LocationCount") return COUNT;
      const isEndless = String(variables["query"]).includes("B");
      return { productVariants: { nodes, pageInfo: { hasNextPage: isEndless, endCursor: "x" } } };
    });
    assert.equal(taken(await findVariants(reader, ["A"], call)).length, 1);
    const both = await findVariants(reader, ["A", "B"], call);
    assert.match(both.ok ? "" : sentenceOf(both.failure), /more than 20 pages of variants for SKU B/);
  });
});

test("ids are compared as the numbers that they are", () => {
  assert.deepEqual(["10", "9", "18446744073709551615", "18446744073709551614"].toSorted(compareIds), [
    "9",
    "10",
    "18446744073709551614",
    "18446744073709551615",
  ]);
});
