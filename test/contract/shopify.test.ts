/** The contract of shops on the simulated Shopify, in process: every case, and nothing asked that is not simulated. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { missingSchema } from "../../tools/shopify-schema.ts";
import { casesFor } from "./shop-contract.ts";
import { inProcessShopify } from "./simulated-shopify.ts";

const missing = missingSchema();

describe("the contract on a simulated Shopify in process", { skip: missing ?? false }, () => {
  if (missing !== undefined) return;
  const { world, sim } = inProcessShopify();
  const { asked, leftOut } = casesFor(world);
  for (const { name, run } of asked) test(name, () => run(world));

  test("nothing is left out", () => assert.deepEqual(leftOut, []));

  test("what it made is removed again", async () => {
    await world.cleanUp();
    const { orders, variants, subscriptions } = sim.snapshot();
    assert.deepEqual([orders.length, variants.length, subscriptions.length], [0, 0, 0]);
  });

  after(() => assert.deepEqual(sim.unsupported, []));
});
