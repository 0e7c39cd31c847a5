/** A person's "look at this now": marks the key and waits until a run has dealt with it. */
import { PRIORITY, type Key } from "../core/key.ts";
import type { StoredActivity } from "../core/ports/store.ts";
import type { Hub } from "./hub.ts";

export const RUN_NOW_WAIT_MS_MAX = 120_000;
const LOOK_EVERY_MS = 100;

/** Null: no worker dealt with it in time; it stays on the list. */
export async function runNow(hub: Hub, key: Key): Promise<StoredActivity | null> {
  const [before] = await hub.store.activities({ key }, 1);
  await hub.store.mark([{ key, priority: PRIORITY.live, trigger: "manual" }]);
  const untilMs = hub.clock.nowMs() + RUN_NOW_WAIT_MS_MAX;
  while (hub.clock.nowMs() < untilMs) {
    const [latest] = await hub.store.activities({ key }, 1);
    if (latest !== undefined && latest.activityId !== before?.activityId) return latest;
    await hub.clock.sleep(LOOK_EVERY_MS);
  }
  return null;
}
