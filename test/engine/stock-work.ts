/** Runs what is due of the stock flows of a hub, as its worker would, until nothing is. */
import assert from "node:assert/strict";
import { flowsOf } from "../../src/engine/flows.ts";
import { lanesOf, type Hub } from "../../src/engine/hub.ts";
import { LEASE_MS, runClaim } from "../../src/engine/run.ts";

const RUNS_MAX = 20;

export async function workOff(hub: Hub): Promise<void> {
  const lanes = lanesOf(hub).filter(({ flow }) => flow === "stock");
  for (let runs = 0; runs < RUNS_MAX; runs += 1) {
    const claim = await hub.store.claim(lanes, hub.limits, LEASE_MS);
    if (claim === null) return;
    const flow = flowsOf(hub).find(({ name, connection }) => name === claim.flow && connection === claim.connection);
    assert.ok(flow);
    await runClaim(flow, claim, hub);
  }
  assert.fail("no end of work");
}
