/** The contract of shops on the simulated WooCommerce, in process: every case, and nothing asked that is not simulated. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { SHOP_CONTRACT } from "./shop-contract.ts";
import { inProcessWorld } from "./simulated-woocommerce.ts";

describe("the contract on a simulated WooCommerce in process", () => {
  const { world, sim } = inProcessWorld();
  for (const { name, run, notFor } of SHOP_CONTRACT) test(name, { skip: notFor?.(world) ?? false }, () => run(world));

  test("what it made is removed again", async () => {
    await world.cleanUp();
    const { orders, variants, webhooks } = sim.snapshot();
    assert.deepEqual([orders.length, variants.length, webhooks.length], [0, 0, 0]);
  });

  after(() => assert.deepEqual(sim.unsupported, []));
});
