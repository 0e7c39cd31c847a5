/** A hub on a store in memory whose both sides are out of reach, and a command run on it as the command line runs it. */
import { createMetrics } from "../../src/app/metrics.ts";
import { createLog } from "../../src/app/log.ts";
import { carryOut } from "../../src/app/local-commands.ts";
import { createObserver } from "../../src/app/observer.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createHub } from "../../src/app/wiring.ts";
import type { CommandArguments, CommandEvent } from "../../src/cli/command.ts";
import { failure, fixOf, sentenceOf, type Failure } from "../../src/core/failures.ts";
import { TransportError } from "../../src/core/ports/transport.ts";
import type { Json } from "../../src/core/ports/store.ts";
import type { Hub } from "../../src/engine/hub.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { testConfig } from "../http/web.ts";

export interface TestHub {
  readonly hub: Hub;
  readonly store: OpenedStore;
  run(name: string, args: CommandArguments, signal?: AbortSignal): Promise<Told>;
}

export interface Told {
  readonly code: number;
  readonly lines: readonly string[];
  readonly json: unknown;
  readonly events: readonly CommandEvent[];
}

export async function openHub(): Promise<TestHub> {
  const store = await openStore({ memory: true, clock: systemClock });
  const log = createLog({ level: "silent", secrets: [] });
  const observer = createObserver(log, createMetrics({ hub: () => null, clock: systemClock, ofProcess: false }));
  const transport = () => Promise.reject(new TransportError("not-sent", "connection refused"));
  const hub = createHub({ config: testConfig(), store, clock: systemClock, transport, observer });
  return {
    hub,
    store,
    run: async (name, args, signal = new AbortController().signal) => {
      const events: CommandEvent[] = [];
      const code = await carryOut(
        { hub, store, hasWorker: false },
        name,
        args,
        (event) => void events.push(event),
        signal,
      );
      const lines = events.flatMap((event) => (event.kind === "line" ? [event.text] : []));
      const results = events.filter((event) => event.kind === "result");
      if (results.length !== 1) throw new Error(`${results.length} results, where --json prints exactly one`);
      return { code, lines, json: results[0]?.json, events };
    },
  };
}

export const SKU_NOT_FOUND = failure("SKU_NOT_FOUND", { order: "1054", sku: "TSHIRT-M-BLK" });

/** Leaves a key parked with this failure, as a run would. */
export async function park(
  store: OpenedStore,
  id: string,
  found: Failure,
  proof?: { equal: boolean; body: Json },
): Promise<void> {
  const key = { flow: "order", connection: "shop-eu", id } as const;
  await store.mark([{ key, priority: 0, trigger: "webhook" }]);
  const lane = { flow: "order", connection: "shop-eu", touches: ["shop-eu"], batchMax: 1 } as const;
  for (;;) {
    const claim = await store.claim([lane], [{ connection: "shop-eu", runsMax: 9 }], 60_000);
    const claimed = claim?.keys[0];
    if (claim === null || claimed === undefined) throw new Error(`${id} could not be claimed`);
    const activity = {
      key: { ...key, id: claimed.id },
      status: "failed",
      state: "failed",
      code: found.code,
      sentence: sentenceOf(found),
      fix: fixOf(found),
      erpIds: {},
      trigger: "webhook",
      attempt: 4,
      startedAtMs: 0,
      durationMs: 5,
      diff: [],
      exchanges: [],
    } as const;
    await store.commit(claim, [
      {
        id: claimed.id,
        gen: claimed.gen,
        finish: { kind: "park" },
        failure: found,
        links: [],
        activity,
        ...(proof === undefined ? {} : { proof }),
      },
    ]);
    if (claimed.id === id) return;
  }
}
