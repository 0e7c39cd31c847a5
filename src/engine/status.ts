/** How the hub stands, in one reading of its own database: `stockbridge status`, readiness and metrics. */
import { sentenceOf } from "../core/failures.ts";
import type { HubStore, StoredActivity } from "../core/ports/store.ts";
import type { Hub } from "./hub.ts";

export interface ConnectionStatus {
  readonly connection: string;
  readonly kind: string;
  readonly state: "running" | "paused";
  readonly sentence: string;
  readonly pausedSince: string | null;
  readonly triedAgainAt: string | null;
  readonly lastSuccess: string | null;
}

export interface LaneStatus {
  readonly flow: string;
  readonly connection: string;
  readonly due: number;
  readonly later: number;
  readonly parked: number;
  readonly running: number;
  readonly oldestDueAgeMs: number | null;
}

export interface HubStatus {
  readonly connections: readonly ConnectionStatus[];
  readonly work: readonly LaneStatus[];
  readonly proofs: { readonly equal: number; readonly different: number };
  readonly lastFailure: {
    readonly at: string;
    readonly key: string;
    readonly sentence: string;
    readonly fix: string;
  } | null;
}

export async function status(hub: Hub): Promise<HubStatus> {
  const { store, clock } = hub;
  const named = [...[...hub.shops.values()].map((shop) => shop.port), ...hub.erps.values()];
  const connections = await Promise.all(named.map((port) => connectionStatus(store, port.connection, port.kindLabel)));
  const nowMs = clock.nowMs();
  const work = (await store.backlog()).map(({ oldestDueMs, ...lane }) => ({
    ...lane,
    oldestDueAgeMs: oldestDueMs === null ? null : Math.max(nowMs - oldestDueMs, 0),
  }));
  const failed = await newestFailure(store);
  const lastFailure =
    failed === null
      ? null
      : {
          at: iso(failed.startedAtMs),
          key: `${failed.key.flow}/${failed.key.connection}/${failed.key.id}`,
          sentence: failed.sentence,
          fix: failed.fix,
        };
  return { connections, work, proofs: await store.proofCounts(), lastFailure };
}

/** Parked or being tried again, whichever came last. */
async function newestFailure(store: HubStore): Promise<StoredActivity | null> {
  const [[parked], [retried]] = await Promise.all([
    store.activities({ status: "failed" }, 1),
    store.activities({ status: "retrying" }, 1),
  ]);
  if (parked === undefined || retried === undefined) return parked ?? retried ?? null;
  return retried.startedAtMs > parked.startedAtMs ? retried : parked;
}

async function connectionStatus(store: HubStore, connection: string, kind: string): Promise<ConnectionStatus> {
  const { pausedUntilMs, pausedSinceMs, failure, lastSuccessMs } = await store.connectionState(connection);
  return {
    connection,
    kind,
    state: pausedUntilMs === null ? "running" : "paused",
    sentence: failure === null || pausedUntilMs === null ? "" : sentenceOf(failure),
    pausedSince: pausedSinceMs === null ? null : iso(pausedSinceMs),
    triedAgainAt: pausedUntilMs === null ? null : iso(pausedUntilMs),
    lastSuccess: lastSuccessMs === null ? null : iso(lastSuccessMs),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
