/** The role that does things by the clock: polls, sweeps, watches, retention, backups. One process at a time does each. */
import { join } from "node:path";
import type { Hub } from "../engine/hub.ts";
import { jobsOf, startUp, type Job } from "../engine/jobs.ts";
import { openJobs, type Jobs } from "../store/jobs.ts";
import type { OpenedStore } from "../store/open-store.ts";
import type { Config } from "./config.ts";
import { whileStoreIsAway, type Retrying } from "./store-opening.ts";
import { backUp } from "./scheduled-backup.ts";
import { untilAborted } from "./until-aborted.ts";

export interface SchedulerOptions {
  readonly hub: Hub;
  readonly store: OpenedStore;
  readonly config: Pick<Config, "schedules" | "store">;
  readonly signal: AbortSignal;
}

/** Ends after the signal, when the jobs under way have ended or were given up. */
export async function schedule({ hub, store, config, signal }: SchedulerOptions): Promise<void> {
  const { observer, clock } = hub;
  const retrying: Retrying = {
    clock,
    signal,
    onFailure: (error, attempt) => observer.note("error", "the scheduler waits for the store", { error, attempt }),
  };
  const jobs = [...jobsOf(hub), ...backupJobs(config, store, hub)];
  const opened = await whileStoreIsAway(() => begin(store, jobs, hub), retrying);
  if (opened === null) return;
  try {
    // What was missed while the hub was down is looked at now, not at the next turn.
    await whileStoreIsAway(() => startUp(hub), retrying);
    await untilAborted(signal);
  } finally {
    await opened.stop();
  }
}

async function begin(store: OpenedStore, jobs: readonly Job[], { observer }: Hub): Promise<Jobs> {
  const opened = await openJobs(store, { onError: (error) => observer.note("error", "a job failed", { error }) });
  try {
    await opened.keepSchedules(jobs.map(({ name }) => name));
    for (const job of jobs) {
      await opened.schedule(job.name, job.cron, job.timeZone);
      await opened.work(job.name, (_data, jobSignal) => job.run(jobSignal));
    }
    return opened;
  } catch (error) {
    await opened.stop();
    throw error;
  }
}

/** The embedded store is copied by the hub itself; a PostgreSQL server has its own ways. */
function backupJobs(
  { store: settings, schedules }: SchedulerOptions["config"],
  store: OpenedStore,
  { clock, observer }: Hub,
): readonly Job[] {
  if (settings.kind !== "embedded") return [];
  const run = async (): Promise<void> => {
    const file = await backUp(store, join(settings.directory, "backups"), settings.backupsKept, clock);
    observer.note("info", "store backed up", { file });
  };
  return [{ name: "backup", cron: schedules.backup, timeZone: schedules.timeZone, run }];
}
