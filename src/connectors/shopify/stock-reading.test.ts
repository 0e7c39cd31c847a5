/** Variants for a run of stock: themselves by id, and by a search who else carries their SKUs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createPageSizes } from "./page-sizes.ts";
import { errorResponse, scriptedShopify, variantNode, type ScriptedRequest } from "./testing/scripted-shopify.ts";
import { readForStock } from "./stock-reading.ts";

const ref = (id: string, sku: string) => ({ id, parentId: null, sku });
const carrier = (id: number, sku: string) => ({ id: `gid://shopify/ProductVariant/${id}`, sku });
const skuPage = (nodes: readonly unknown[]) => ({
  productVariants: { nodes, pageInfo: { hasNextPage: false, endCursor: null } },
});

function shop(nodes: readonly unknown[], search: (asked: ScriptedRequest) => unknown) {
  const scripted = scriptedShopify((asked) => {
    if (asked.name === "LocationCount") return { locationsCount: { count: 2 } };
    return asked.name === "VariantsById" ? { nodes } : search(asked);
  });
  return { ...scripted, reader: { client: scripted.client, sizes: createPageSizes() } };
}

describe("for a run of stock", () => {
  test("variants come by id, and their twins by the SKUs that they carry now", async () => {
    const found = [carrier(11, "NEW-11"), carrier(12, "SKU-12"), carrier(99, " new-11 "), carrier(98, "NEW-11-X")];
    const { reader, call, requests, names } = shop([variantNode(11, { sku: "NEW-11" }), variantNode(12)], () =>
      skuPage(found),
    );
    const read = await readForStock(reader, [ref("11", "OLD-11"), ref("12", "SKU-12")], call);
    assert.ok(read.ok);
    assert.deepEqual([...read.value.variants.keys()], ["11", "12"]);
    assert.deepEqual(
      read.value.carriers.map(({ id, sku }) => `${id} ${sku}`),
      ["11 NEW-11", "12 SKU-12", "99 new-11"],
    );
    assert.deepEqual(names(), ["LocationCount", "VariantsById", "SkuPage"]);
    assert.equal(requests.at(-1)?.variables["query"], 'sku:"NEW-11" OR sku:"SKU-12"');
  });

  test("of one that is gone, whoever carries the SKU that was remembered is told", async () => {
    const { reader, call, requests } = shop([null], () => skuPage([carrier(12, "SKU-11")]));
    const read = await readForStock(reader, [ref("11", "SKU-11")], call);
    assert.ok(read.ok);
    assert.deepEqual(read.value.variants.get("11"), { ok: true, value: null });
    assert.deepEqual(read.value.carriers, [{ id: "12", sku: "SKU-11" }]);
    assert.equal(requests.at(-1)?.variables["query"], 'sku:"SKU-11"');
  });

  test("without any SKU nothing is searched for", async () => {
    const { reader, call, names } = shop([variantNode(11, { sku: "" })], () => assert.fail("nothing to search for"));
    const read = await readForStock(reader, [ref("11", "")], call);
    assert.ok(read.ok && read.value.carriers.length === 0);
    assert.deepEqual(names(), ["LocationCount", "VariantsById"]);
  });

  test("a search that fails is everybody's failure: a twin that is not seen would be written to", async () => {
    const { reader, call } = shop([variantNode(11)], () => errorResponse("ACCESS_DENIED"));
    assert.equal((await readForStock(reader, [ref("11", "SKU-11")], call)).ok, false);
  });
});
