/**
 * Hears the notifications of other processes on a connection of its own, which it opens again when it breaks. After a
 * gap it wakes everybody, since something may have been said meanwhile.
 */
import { Client } from "pg";
import type { Clock } from "../core/ports/clock.ts";
import type { WorkSignal } from "./work-signal.ts";

export const CHANNEL = "stockbridge_work";
const CONNECT_MS_MAX = 10_000;
const RECONNECT_MS_FIRST = 500;
const RECONNECT_MS_MAX = 10_000;
/** A connection that died without a word is found out by this question. */
const HEARTBEAT_MS = 30_000;
const HEARTBEAT_ANSWER_MS_MAX = 5_000;

export interface WorkListener {
  close(): Promise<void>;
}

export function listen(url: string, signal: WorkSignal, clock: Clock): WorkListener {
  const stopping = new AbortController();
  const running = keepListening(url, signal, clock, stopping.signal);
  return {
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function keepListening(url: string, signal: WorkSignal, clock: Clock, stop: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const lived = await listenOnce(url, signal, clock, stop);
    if (stop.aborted) return;
    failures = lived ? 0 : failures + 1;
    await clock.sleep(Math.min(RECONNECT_MS_FIRST * 2 ** Math.min(failures, 10), RECONNECT_MS_MAX), stop);
  }
}

/** Until the connection breaks or the hub stops. True when it had been listening. */
async function listenOnce(url: string, signal: WorkSignal, clock: Clock, stop: AbortSignal): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: HEARTBEAT_ANSWER_MS_MAX,
    keepAlive: true,
    application_name: "stockbridge listener",
  });
  const broken = new AbortController();
  const end = () => broken.abort();
  client.on("error", end);
  client.on("end", end);
  client.on("notification", ({ channel, payload }) => {
    if (channel === CHANNEL && payload !== signal.origin) signal.wake();
  });
  stop.addEventListener("abort", end, { once: true });
  let listening = false;
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    listening = true;
    signal.wake();
    while (!broken.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, broken.signal);
      if (!broken.signal.aborted) await client.query("select 1");
    }
  } catch {
    // Told by the return: the caller opens another connection, and work goes on by time until then.
  } finally {
    stop.removeEventListener("abort", end);
    await client.end().catch(() => {});
  }
  return listening;
}
