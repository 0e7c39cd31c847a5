/**
 * Scheduled and one-off jobs over pg-boss, in the store's own database (schema `stockbridge_jobs`) and through its own
 * connections. A job of one name runs on exactly one process at a time; a process that dies gives its job up after a
 * missed heartbeat. Jobs may be started twice over such a death, so what they do must bear being repeated.
 *
 * Nothing is sent inside a transaction: what belongs to a hint is marked in `work`, jobs are for the clock.
 */
import { PgBoss, type Db } from "pg-boss";
import type { OpenedStore } from "./open-store.ts";

export const JOBS_SCHEMA = "stockbridge_jobs";
/** A job that runs longer is given up. */
export const JOB_SECONDS_MAX = 6 * 60 * 60;
/** A job whose process is silent for longer is tried again on another one. */
export const JOB_HEARTBEAT_SECONDS = 60;
/** After a thrown error or a death of its process. */
export const JOB_RETRIES_MAX = 2;
export const JOB_RETRY_SECONDS = 60;
/** A scheduled turn that could not start within this is not worth starting: the next one comes. */
export const JOB_WAIT_SECONDS_MAX = 24 * 60 * 60;
export const JOB_POLL_SECONDS = 2;
/** The library's own limit. */
const CRON_POLL_SECONDS_MIN = 1;
/** How often schedules are looked at. */
const SCHEDULE_SECONDS = 30;
/** What an ended job leaves behind, for looking at. */
const JOB_KEPT_SECONDS = 3 * 24 * 60 * 60;
/** How long `stop` waits for jobs that do not heed their signal. */
export const STOP_MS_MAX = 30_000;

/** Small and JSON-able. */
export type JobData = Readonly<Record<string, string | number | boolean | null>>;
/** The signal aborts when the hub stops, or when the job has run too long. */
export type JobHandler = (data: JobData, signal: AbortSignal) => Promise<void>;

export interface Jobs {
  /** Sends the job at each turn (five fields, to the minute), from now on; a schedule of that name is replaced. */
  schedule(name: string, cron: string, timeZone: string): Promise<void>;
  /** Removes schedules, of this and of earlier starts, whose names are not among these. */
  keepSchedules(names: readonly string[]): Promise<void>;
  /** This process carries out jobs of that name. Names are `[a-z0-9-/]`. */
  work(name: string, handler: JobHandler): Promise<void>;
  /** Once, as soon as a process that works on it is free. */
  send(name: string, data?: JobData): Promise<void>;
  /** Tells running jobs to end, waits for them, and stops looking for others. The store stays open. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  /** Of the library's own housekeeping (the database is away, for example) and of handlers that threw. */
  readonly onError: (error: Error) => void;
  readonly pollSeconds?: number;
  /** How often schedules are looked at; turns are exact to the minute. */
  readonly scheduleSeconds?: number;
}

export async function openJobs(store: OpenedStore, options: JobsOptions): Promise<Jobs> {
  const boss = await startBoss(store, options);
  const stopping = new AbortController();
  const known = new Set<string>();
  const ensureQueue = async (name: string): Promise<void> => {
    if (known.has(name)) return;
    await boss.createQueue(name, QUEUE);
    known.add(name);
  };
  return {
    schedule: async (name, cron, timeZone) => {
      await ensureQueue(name);
      await boss.schedule(name, cron, null, { tz: timeZone });
    },
    keepSchedules: async (names) => {
      for (const { name } of await boss.getSchedules()) if (!names.includes(name)) await boss.unschedule(name);
    },
    work: async (name, handler) => {
      await ensureQueue(name);
      await boss.work<JobData | null>(
        name,
        { batchSize: 1, pollingIntervalSeconds: options.pollSeconds ?? JOB_POLL_SECONDS },
        async (jobs) => {
          for (const job of jobs) {
            try {
              await handler(job.data ?? {}, AbortSignal.any([job.signal, stopping.signal]));
            } catch (error) {
              options.onError(
                new Error(`The job ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
                  cause: error,
                }),
              );
              throw error;
            }
          }
        },
      );
    },
    send: async (name, data = {}) => {
      await ensureQueue(name);
      await boss.send(name, data);
    },
    stop: async () => {
      stopping.abort();
      await boss.stop({ graceful: true, timeout: STOP_MS_MAX, close: false });
    },
  };
}

const QUEUE = {
  // One of a name runs at a time, whatever the number of processes; others of it wait.
  policy: "singleton",
  expireInSeconds: JOB_SECONDS_MAX,
  heartbeatSeconds: JOB_HEARTBEAT_SECONDS,
  retryLimit: JOB_RETRIES_MAX,
  retryDelay: JOB_RETRY_SECONDS,
  retentionSeconds: JOB_WAIT_SECONDS_MAX,
  deleteAfterSeconds: JOB_KEPT_SECONDS,
};

/** Several processes that start at once on a new database all try to make the library's tables; one of them wins. */
async function startBoss(store: OpenedStore, options: JobsOptions): Promise<PgBoss> {
  for (let tries = 1; ; tries++) {
    const boss = new PgBoss({
      db: bossDb(store),
      schema: JOBS_SCHEMA,
      backend: store.kind,
      cronMonitorIntervalSeconds: options.scheduleSeconds ?? SCHEDULE_SECONDS,
      cronWorkerIntervalSeconds: Math.max(options.pollSeconds ?? JOB_POLL_SECONDS, CRON_POLL_SECONDS_MIN),
    });
    boss.on("error", options.onError);
    try {
      await boss.start();
      return boss;
    } catch (error) {
      const lost = error instanceof Error && "code" in error && MADE_BY_ANOTHER.has(String(error.code));
      if (!lost || tries === START_TRIES_MAX) throw error;
      await store.context.clock.sleep(START_AGAIN_MS * tries);
    }
  }
}

/** Unique violation in the catalog, and a schema, table, type or function that exists already. */
const MADE_BY_ANOTHER = new Set(["23505", "42P06", "42P07", "42710", "42723"]);
const START_TRIES_MAX = 5;
const START_AGAIN_MS = 200;

/**
 * The library's statements go through the store's pool like all others. On PGlite this matters: spoken to directly, its
 * only connection would carry them into whatever transaction of the store is open at that moment.
 */
function bossDb(store: OpenedStore): Db {
  return { executeSql: (text, values) => store.query(text, values) };
}
