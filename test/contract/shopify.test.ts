/** The contract of shops on the simulated Shopify, in process: every case, and nothing asked that is not simulated. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { missingSchema } from "../../tools/shopify-schema.ts";
import { SHOP_CONTRACT } from "./shop-contract.ts";
import { inProcessShopify } from "./simulated-shopify.ts";

const missing = missingSchema();

describe("the contract on a simulated Shopify in process", { skip: missing ?? false }, () => {
  if (missing !== undefined) return;
  const { world, sim } = inProcessShopify();
  for (const { name, run, notFor } of SHOP_CONTRACT) test(name, { skip: notFor?.(world) ?? false }, () => run(world));

  test("what it made is removed again", async () => {
    await world.cleanUp();
    const { orders, variants, subscriptions } = sim.snapshot();
    assert.deepEqual([orders.length, variants.length, subscriptions.length], [0, 0, 0]);
  });

  after(() => assert.deepEqual(sim.unsupported, []));
});
