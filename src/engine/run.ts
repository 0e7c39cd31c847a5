/**
 * One claimed batch from claim to commit: converge under the lease, then write every outcome in one transaction.
 * A lost lease writes nothing but a new hint for its keys, so that what a late request may have done is looked at.
 */
import { FAILURES, failure, fixOf, sentenceOf, type Failure } from "../core/failures.ts";
import { formatKey, PRIORITY, type Key } from "../core/key.ts";
import { LeaseLostError, type CallContext, type Exchange } from "../core/ports/call.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Activity, ActivityStatus, Claim, ClaimedKey, Finish, HubStore, KeyResult } from "../core/ports/store.ts";
import { redact } from "../core/redact.ts";
import { ATTEMPTS_MAX, nextStep, pauseMs } from "../core/retry.ts";
import { converge, type Settled } from "./converge.ts";
import { EMPTY_KEEPSAKE, type AnyFlow } from "./flow.ts";
import type { HubObserver } from "./observer.ts";

export const LEASE_MS = 60_000;
export const BEAT_EVERY_MS = 15_000;
/** A request must have ended this long before the lease does. */
export const LEASE_MARGIN_MS = 10_000;
/** Statuses from here on say that the server is in trouble, not that it answered. */
const SERVER_ERROR = 500;
/** Exchanges kept on an activity; a batch that made more says how many were left out. */
export const EXCHANGES_KEPT_MAX = 60;

export interface RunDependencies {
  readonly store: HubStore;
  readonly clock: Clock;
  readonly observer: HubObserver;
}

interface Lease {
  claim: Claim;
  lost: boolean;
  sent: boolean;
  exchanges: Exchange[];
  leftOut: number;
}

export async function runClaim(flow: AnyFlow, claim: Claim, dependencies: RunDependencies): Promise<void> {
  const { store, clock, observer } = dependencies;
  const lease: Lease = { claim, lost: false, sent: false, exchanges: [], leftOut: 0 };
  const call = callUnder(lease, dependencies);
  const beating = new AbortController();
  const heart = keepBeating(lease, dependencies, beating.signal);
  const startedAtMs = clock.nowMs();
  try {
    const settled = await settleAll(flow, claim, call, dependencies);
    await pauseAndResume(settled, lease, dependencies);
    const hints = await flow.run((typed) => typed.hints?.(settled));
    const results = settled.map((one) => ({
      ...resultOf(flow, one, lease, startedAtMs, clock.nowMs()),
      marks: hints?.get(one.id) ?? [],
    }));
    const lostIds = await store.commit(lease.claim, results);
    if (lostIds.length > 0) lease.lost = true;
    for (const result of results) if (!lostIds.includes(result.id)) tell(observer, result);
    if (lostIds.length > 0 && lease.sent) await hintAgain(flow, lease.claim, lostIds, store);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    observer.note("warn", "lease lost", { flow: claim.flow, connection: claim.connection, keys: claim.keys.length });
    if (lease.sent)
      await hintAgain(
        flow,
        claim,
        claim.keys.map((key) => key.id),
        store,
      );
  } finally {
    beating.abort();
    await heart;
  }
}

/** A thrown error is a defect: it becomes a named failure of the batch's keys, so that none of them is lost. */
async function settleAll(
  flow: AnyFlow,
  claim: Claim,
  call: CallContext,
  { clock, observer }: RunDependencies,
): Promise<readonly Settled[]> {
  const ids = claim.keys.map((key) => key.id);
  const options = { connection: claim.connection, dryRun: false, nowMs: () => clock.nowMs() };
  try {
    return await flow.run((typed) => converge(typed, ids, call, options));
  } catch (error) {
    if (error instanceof LeaseLostError || isStoreTrouble(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    observer.note("error", "defect", { flow: claim.flow, connection: claim.connection, error });
    return ids.map((id) => ({
      id,
      failure: failure("INTERNAL_ERROR", {
        key: formatKey({ flow: claim.flow, connection: claim.connection, id }),
        message,
      }),
      state: { name: "failed", sentence: "" },
      keepsake: EMPTY_KEEPSAKE,
      diff: [],
      wrote: false,
    }));
  }
}

/** The store's own troubles end the run without an outcome: the lease runs out and the keys are taken over. */
function isStoreTrouble(error: unknown): boolean {
  return error instanceof Error && error.name === "StoreUnavailableError";
}

function callUnder(lease: Lease, { store, clock, observer }: RunDependencies): CallContext {
  return {
    deadlineMs: () => lease.claim.leaseUntilMs - LEASE_MARGIN_MS,
    beforeWrite: async () => {
      if (lease.lost || clock.nowMs() >= lease.claim.leaseUntilMs - LEASE_MARGIN_MS)
        throw new LeaseLostError("the lease has run out");
      if (!(await store.holdsLease(lease.claim))) throw new LeaseLostError("another run has taken the keys over");
      lease.sent = true;
    },
    record: (exchange) => {
      observer.call(exchange);
      if (lease.exchanges.length >= EXCHANGES_KEPT_MAX) lease.leftOut += 1;
      else
        lease.exchanges.push({
          ...exchange,
          request: redact(exchange.request, exchange.call),
          response: redact(exchange.response, exchange.call),
        });
    },
  };
}

async function keepBeating(
  lease: Lease,
  { store, clock, observer }: RunDependencies,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(BEAT_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      const beforeMs = clock.nowMs();
      if (await store.beat(lease.claim, LEASE_MS)) lease.claim = { ...lease.claim, leaseUntilMs: beforeMs + LEASE_MS };
      else lease.lost = true;
    } catch (error) {
      observer.note("warn", "heartbeat failed", { error });
    }
  }
}

/** Failures that pause a connection pause it once a batch; a call that went well ends its pause. */
async function pauseAndResume(
  settled: readonly Settled[],
  lease: Lease,
  { store, clock, observer }: RunDependencies,
): Promise<void> {
  const broken = new Map<string, Failure>();
  for (const { failure: found } of settled) {
    if (found !== null && FAILURES[found.code].reaction === "pause" && found.connection !== undefined)
      broken.set(found.connection, found);
  }
  for (const [connection, found] of broken) await pauseConnection(connection, found, { store, clock, observer });
  const answered = new Set(
    lease.exchanges
      .filter(({ status }) => typeof status === "number" && status < SERVER_ERROR)
      .map(({ connection }) => connection),
  );
  for (const connection of answered) if (!broken.has(connection)) await store.resume(connection);
}

export async function pauseConnection(
  connection: string,
  found: Failure,
  { store, clock, observer }: RunDependencies,
): Promise<void> {
  const { failedProbes } = await store.connectionState(connection);
  const untilMs = clock.nowMs() + pauseMs(failedProbes, found.retryAfterMs ?? 0);
  await store.pause(connection, found, untilMs);
  observer.paused(connection, sentenceOf(found), untilMs);
}

/** What a request of a lost run did is unknown to everybody: a hint makes the owner look once more. */
async function hintAgain(flow: AnyFlow, claim: Claim, ids: readonly string[], store: HubStore): Promise<void> {
  await store.mark(
    ids.map((id) => ({
      key: { flow: flow.name, connection: claim.connection, id },
      priority: PRIORITY.retry,
      trigger: "recheck",
    })),
  );
}

function resultOf(flow: AnyFlow, settled: Settled, lease: Lease, startedAtMs: number, nowMs: number): KeyResult {
  const { claim } = lease;
  const claimed = claim.keys.find((key) => key.id === settled.id);
  if (claimed === undefined) throw new Error(`outcome for ${settled.id}, which was not claimed`);
  const key: Key = { flow: flow.name, connection: claim.connection, id: settled.id };
  const finish = finishOf(settled, claimed, nowMs);
  const { links, holds, proof, explanations, erpIds } = settled.keepsake;
  const activity: Activity = {
    key,
    status: statusOf(settled, finish),
    state: settled.state.name,
    code: settled.failure?.code ?? null,
    sentence:
      settled.failure === null
        ? settled.state.sentence
        : `${sentenceOf(settled.failure)}${outlook(finish, settled.failure, nowMs)}`,
    fix: settled.failure === null ? "" : fixOf(settled.failure),
    erpIds,
    trigger: claimed.trigger,
    attempt: claimed.attempt,
    startedAtMs,
    durationMs: nowMs - startedAtMs,
    diff: settled.diff,
    exchanges: lease.exchanges,
  };
  return {
    id: settled.id,
    gen: claimed.gen,
    finish,
    activity,
    failure: settled.failure,
    links,
    ...(holds === undefined ? {} : { holds }),
    ...(proof === undefined ? {} : { proof }),
    ...(explanations === undefined ? {} : { explanations }),
  };
}

function finishOf(settled: Settled, claimed: ClaimedKey, nowMs: number): Finish {
  if (settled.failure === null) {
    return settled.state.recheckMs === undefined
      ? { kind: "done" }
      : { kind: "done", recheckAtMs: nowMs + settled.state.recheckMs };
  }
  const step = nextStep(settled.failure, { attempt: claimed.attempt, nowMs });
  if (step.kind === "pause") return { kind: "release" };
  if (step.kind === "park") return { kind: "park" };
  return { kind: "retry", runAtMs: step.runAtMs };
}

function statusOf(settled: Settled, finish: Finish): ActivityStatus {
  if (finish.kind === "park") return "failed";
  if (settled.failure !== null) return "retrying";
  const { name } = settled.state;
  return name === "synced" || name === "linked" ? "success" : "skipped";
}

/** Whether and when it is tried again: every failure's sentence ends with it. */
function outlook(finish: Finish, found: Failure, nowMs: number): string {
  const end = /[.!?]$/.test(sentenceOf(found)) ? " " : ". ";
  if (finish.kind === "retry") return `${end}It will be tried again ${inWords(finish.runAtMs - nowMs)}.`;
  if (finish.kind === "release")
    return `${end}It will be tried again when ${found.connection ?? "the connection"} answers.`;
  return `${end}It is parked and not tried again by itself${nextStep(found, { attempt: 1, nowMs }).kind === "park" ? "" : ` after ${ATTEMPTS_MAX} attempts`}.`;
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "in a few seconds";
  return minutes === 1 ? "in 1 minute" : `in ${minutes} minutes`;
}

function tell(observer: HubObserver, result: KeyResult): void {
  const { activity } = result;
  const { key, status, code, sentence, trigger, attempt, durationMs } = activity;
  const wrote = activity.diff.length > 0;
  observer.run({
    ...key,
    status,
    code,
    class: code === null ? null : FAILURES[code].class,
    sentence,
    trigger,
    attempt,
    durationMs,
    wrote,
  });
}
