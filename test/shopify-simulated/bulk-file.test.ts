/** The files of the simulated Shopify's bulk operations are served whole, or by parts of their bytes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestShopify, skip } from "./test-shop.ts";

const RUN = `mutation { bulkOperationRunQuery(query: "{ productVariants { edges { node { id sku } } } }") {
  bulkOperation { id } userErrors { message } } }`;
const READ = "query ($id: ID!) { bulkOperation(id: $id) { url fileSize } }";
const BULK_MS = 60_000;

interface Started {
  readonly bulkOperationRunQuery: { readonly bulkOperation: { readonly id: string } };
}
interface Ready {
  readonly bulkOperation: { readonly url: string; readonly fileSize: string };
}

describe("a bulk operation's file", { skip }, () => {
  test("comes in parts that make the whole again, and past its end not at all", async () => {
    const { shop, data, send, advance } = createTestShopify();
    for (const sku of ["A", "B", "C"]) shop.createProduct({ title: sku, variants: [{ sku }] });
    const started: Started = await data(RUN);
    advance(BULK_MS);
    const { bulkOperation }: Ready = await data(READ, { id: started.bulkOperationRunQuery.bulkOperation.id });
    const { url, fileSize } = bulkOperation;
    const part = (range: string) => send({ method: "GET", url, headers: { Range: range } });
    const whole = await send({ method: "GET", url, headers: {} });
    assert.equal(whole.status, 200);
    assert.equal(String(Buffer.byteLength(whole.body)), fileSize);
    const [first, second] = [await part("bytes=0-9"), await part("bytes=10-100000")];
    assert.equal(first.status, 206);
    assert.equal(first.headers["content-range"], `bytes 0-9/${fileSize}`);
    assert.equal(second.headers["content-range"], `bytes 10-${Number(fileSize) - 1}/${fileSize}`);
    assert.equal(first.body + second.body, whole.body);
    assert.equal((await part(`bytes=${fileSize}-${fileSize}9`)).status, 416);
  });
});
