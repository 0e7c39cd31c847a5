/** The contract of shops on the simulated WooCommerce, in process: every case, and nothing asked that is not simulated. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { casesFor } from "./shop-contract.ts";
import { inProcessWorld } from "./simulated-woocommerce.ts";

const ONE_NUMBER = "WooCommerce counts one number for the whole shop";
const NOT_TOLD = "WooCommerce cannot be told what went out";

describe("the contract on a simulated WooCommerce in process", () => {
  const { world, sim } = inProcessWorld();
  const { asked, leftOut } = casesFor(world);
  for (const { name, run } of asked) test(name, () => run(world));

  test("what is left out needs locations or fulfilments, which it does not have", () =>
    assert.deepEqual(
      leftOut.map(({ reason }) => reason),
      [...Array<string>(3).fill(ONE_NUMBER), ...Array<string>(2).fill(NOT_TOLD)],
    ));

  test("what it made is removed again", async () => {
    await world.cleanUp();
    const { orders, variants, webhooks } = sim.snapshot();
    assert.deepEqual([orders.length, variants.length, webhooks.length], [0, 0, 0]);
  });

  after(() => assert.deepEqual(sim.unsupported, []));
});
