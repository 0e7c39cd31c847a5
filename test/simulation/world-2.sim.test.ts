import assert from "node:assert/strict";
import { test } from "node:test";
import { runShard, SHARDS } from "./worlds.ts";

test(`worlds of shard 2 of ${SHARDS}, kept seeds among them: every invariant holds`, async () => {
  const { ran, failed, deaths, faults } = await runShard(1);
  assert.equal(failed.length, 0, `${failed.length} of ${ran} worlds failed\n\n${failed.slice(0, 3).join("\n\n")}`);
  // Worlds in which nothing breaks would prove nothing.
  assert.ok(deaths > ran / 4, `only ${deaths} deaths in ${ran} worlds`);
  assert.ok(faults > ran, `only ${faults} faults in ${ran} worlds`);
});
