/** What Prometheus reads. Labels are few and bounded: ids of connections, names of flows, codes of the failure table. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../core/ports/clock.ts";
import type { Exchange } from "../core/ports/call.ts";
import { status, type HubStatus } from "../engine/status.ts";
import type { Hub } from "../engine/hub.ts";
import type { RunEvent } from "../engine/observer.ts";
import type { DeliveryOutcome, WebMetrics } from "../http/web-options.ts";

/** A page that waits longer for the store than Prometheus waits for the page is lost as a whole. */
export const STORE_READ_MS_MAX = 4_000;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const MS_PER_S = 1_000;

export interface Metrics extends WebMetrics {
  run(event: RunEvent): void;
  call(exchange: Exchange): void;
  paused(connection: string): void;
  noted(level: string): void;
}

export interface MetricsOptions {
  readonly hub: () => Hub | null;
  readonly clock: Clock;
  /** The process's own memory, CPU and event loop; not wanted where several hubs live in one process. */
  readonly ofProcess: boolean;
}

export function createMetrics({ hub, clock, ofProcess }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry, prefix: "stockbridge_" });
  const counters = eventMetrics(registry);
  const gauges = stateMetrics(registry);
  return {
    run: (event) => {
      counters.runs.inc({
        flow: event.flow,
        connection: event.connection,
        status: event.status,
        code: event.code ?? "",
      });
      counters.runSeconds.observe({ flow: event.flow, connection: event.connection }, event.durationMs / MS_PER_S);
    },
    call: ({ connection, write, status: answered, durationMs }) => {
      const labels = { connection, kind: write ? "write" : "read" };
      counters.calls.inc({ ...labels, status: String(answered) });
      counters.callSeconds.observe(labels, durationMs / MS_PER_S);
    },
    paused: (connection) => counters.pauses.inc({ connection }),
    noted: (level) => counters.notes.inc({ level }),
    delivered: (connection: string, outcome: DeliveryOutcome, durationMs: number) => {
      counters.deliveries.inc({ connection, outcome });
      counters.deliverySeconds.observe({ outcome }, durationMs / MS_PER_S);
    },
    render: async () => {
      gauges.show(await readStatus(hub(), clock));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function eventMetrics(registry: Registry) {
  const registers = [registry];
  return {
    runs: new Counter({
      name: "stockbridge_runs_total",
      help: "Keys looked at, by how it ended.",
      labelNames: ["flow", "connection", "status", "code"],
      registers,
    }),
    runSeconds: new Histogram({
      name: "stockbridge_run_seconds",
      help: "From claim to outcome of a key.",
      labelNames: ["flow", "connection"],
      buckets: SECONDS,
      registers,
    }),
    calls: new Counter({
      name: "stockbridge_calls_total",
      help: "Requests to shops and ERPs, by HTTP status or cause.",
      labelNames: ["connection", "kind", "status"],
      registers,
    }),
    callSeconds: new Histogram({
      name: "stockbridge_call_seconds",
      help: "Duration of requests to shops and ERPs.",
      labelNames: ["connection", "kind"],
      buckets: SECONDS,
      registers,
    }),
    pauses: new Counter({
      name: "stockbridge_pauses_total",
      help: "Times a connection was paused, or its pause was prolonged.",
      labelNames: ["connection"],
      registers,
    }),
    notes: new Counter({
      name: "stockbridge_notes_total",
      help: "Lines about the hub's own doings, by weight.",
      labelNames: ["level"],
      registers,
    }),
    deliveries: new Counter({
      name: "stockbridge_webhooks_total",
      help: "Webhooks that came in, by what became of them.",
      labelNames: ["connection", "outcome"],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: "stockbridge_webhook_seconds",
      help: "From the whole body to the acknowledgement.",
      labelNames: ["outcome"],
      buckets: SECONDS,
      registers,
    }),
  };
}

function stateMetrics(registry: Registry) {
  const registers = [registry];
  const storeUp = new Gauge({
    name: "stockbridge_store_up",
    help: "1 when the hub's own database answers.",
    registers,
  });
  const backlog = new Gauge({
    name: "stockbridge_backlog_keys",
    help: "Keys out of step, by where they stand.",
    labelNames: ["flow", "connection", "state"],
    registers,
  });
  const oldest = new Gauge({
    name: "stockbridge_backlog_oldest_seconds",
    help: "How long the oldest due key has been waiting.",
    labelNames: ["flow", "connection"],
    registers,
  });
  const pausedNow = new Gauge({
    name: "stockbridge_connection_paused",
    help: "1 while a connection is paused.",
    labelNames: ["connection"],
    registers,
  });
  const lastSuccess = new Gauge({
    name: "stockbridge_connection_last_success_timestamp_seconds",
    help: "When a connection last answered.",
    labelNames: ["connection"],
    registers,
  });
  const proofs = new Gauge({
    name: "stockbridge_proofs",
    help: "Orders proved equal on both sides, and those that differ.",
    labelNames: ["result"],
    registers,
  });
  return {
    show: (found: HubStatus | null) => {
      storeUp.set(found === null ? 0 : 1);
      for (const gauge of [backlog, oldest, pausedNow, lastSuccess, proofs]) gauge.reset();
      for (const { flow, connection, oldestDueAgeMs, ...counts } of found?.work ?? []) {
        for (const state of ["due", "later", "parked", "running"] as const)
          backlog.set({ flow, connection, state }, counts[state]);
        oldest.set({ flow, connection }, (oldestDueAgeMs ?? 0) / MS_PER_S);
      }
      for (const { connection, state, lastSuccess: at } of found?.connections ?? []) {
        pausedNow.set({ connection }, state === "paused" ? 1 : 0);
        if (at !== null) lastSuccess.set({ connection }, Date.parse(at) / MS_PER_S);
      }
      for (const result of ["equal", "different"] as const)
        if (found !== null) proofs.set({ result }, found.proofs[result]);
    },
  };
}

async function readStatus(hub: Hub | null, clock: Clock): Promise<HubStatus | null> {
  if (hub === null) return null;
  const waiting = new AbortController();
  try {
    return await Promise.race([status(hub), clock.sleep(STORE_READ_MS_MAX, waiting.signal).then(() => null)]);
  } catch {
    return null;
  } finally {
    waiting.abort();
  }
}
