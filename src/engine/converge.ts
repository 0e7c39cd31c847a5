/**
 * The loop's heart: observe, plan, apply, and observe again, until nothing is left to do. The last observation, from
 * which no action follows, is the verification. One outcome for each id, whatever happens to the others.
 */
import type { Failure } from "../core/failures.ts";
import { failure } from "../core/failures.ts";
import { formatKey, type FlowName } from "../core/key.ts";
import type { DiffLine, Plan, State } from "../core/plan.ts";
import type { CallContext } from "../core/ports/call.ts";
import { LeaseLostError } from "../core/ports/call.ts";
import type { Result } from "../core/result.ts";
import { EMPTY_KEEPSAKE, type Earlier, type Flow, type Keepsake } from "./flow.ts";

/**
 * More rounds than any plan needs (an order takes 5, with refunds up to 10, and one more for each credit note that is set against
 * its open invoice): a plan that never empties is a defect, named as such.
 */
export const ROUNDS_MAX = 100;

export interface Settled {
  readonly id: string;
  readonly failure: Failure | null;
  readonly state: State;
  readonly keepsake: Keepsake;
  /** All that this run changed, or, in a dry run, would change first. */
  readonly diff: readonly DiffLine[];
  readonly wrote: boolean;
}

export interface ConvergeOptions {
  readonly connection: string;
  readonly dryRun: boolean;
  readonly nowMs: () => number;
}

interface Progress<O, A extends { readonly kind: string }> {
  readonly id: string;
  observed: O | null;
  plan: Plan<A> | null;
  failure: Failure | null;
  readonly diff: DiffLine[];
  readonly applied: A[];
  /** Of these, what is known to be done. */
  readonly written: A[];
}

const FAILED_STATE = { name: "failed" } as const;

export async function converge<O, A extends { readonly kind: string }>(
  flow: Flow<O, A>,
  ids: readonly string[],
  call: CallContext,
  options: ConvergeOptions,
): Promise<readonly Settled[]> {
  const all = new Map(
    ids.map((id): [string, Progress<O, A>] => [
      id,
      { id, observed: null, plan: null, failure: null, diff: [], applied: [], written: [] },
    ]),
  );
  let open = [...all.values()];
  for (let round = 1; open.length > 0; round += 1) {
    await observeAndPlan(flow, open, call, options);
    open = open.filter((key) => key.failure === null && key.plan !== null && key.plan.actions.length > 0);
    for (const key of open) key.diff.push(...(key.plan?.diff ?? []));
    if (options.dryRun || open.length === 0) break;
    if (round === ROUNDS_MAX) {
      for (const key of open)
        key.failure = internal(flow, options.connection, key.id, `no end after ${ROUNDS_MAX} rounds`);
      break;
    }
    await applyRound(flow, open, call);
    await reportFailures(flow, open, call);
    open = open.filter((key) => key.failure === null);
  }
  return [...all.values()].map((key) => settle(flow, key, options));
}

async function observeAndPlan<O, A extends { readonly kind: string }>(
  flow: Flow<O, A>,
  open: readonly Progress<O, A>[],
  call: CallContext,
  options: ConvergeOptions,
): Promise<void> {
  const earlier = new Map<string, Earlier<O, A>>();
  for (const { id, observed, plan } of open)
    if (observed !== null && plan !== null) earlier.set(id, { observed, actions: plan.actions });
  const observed = await flow.observe(
    open.map((key) => key.id),
    call,
    earlier,
  );
  for (const key of open) {
    const result: Result<O> | undefined = observed.get(key.id);
    if (result === undefined) {
      key.failure = internal(flow, options.connection, key.id, "observe left it out");
    } else if (!result.ok) {
      key.failure = result.failure;
    } else {
      key.observed = result.value;
      key.plan = flow.plan(result.value, key.applied);
    }
  }
}

/** Carries one round of actions out, stage by stage; a key whose action failed takes no part in later stages. */
async function applyRound<O, A extends { readonly kind: string }>(
  flow: Flow<O, A>,
  open: readonly Progress<O, A>[],
  call: CallContext,
): Promise<void> {
  for (const stage of flow.stages) {
    const work: { key: Progress<O, A>; action: A }[] = [];
    for (const key of open) {
      if (key.failure !== null) continue;
      for (const action of key.plan?.actions ?? []) if (action.kind === stage) work.push({ key, action });
    }
    if (work.length === 0) continue;
    for (const { key, action } of work) key.applied.push(action);
    const outcomes = await flow.apply(
      work.map(({ action }) => action),
      call,
    );
    for (const [index, { key, action }] of work.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined)
        throw new Error(`${flow.name}: ${stage} gave ${outcomes.length} outcomes for ${work.length} actions`);
      if (outcome.ok) key.written.push(action);
      else key.failure ??= outcome.failure;
    }
  }
}

/** Tells the shop of a failure. Best effort: the failure itself is what counts, and the next run reports again. */
async function reportFailures<O, A extends { readonly kind: string }>(
  flow: Flow<O, A>,
  open: readonly Progress<O, A>[],
  call: CallContext,
): Promise<void> {
  const reports = open.flatMap((key) =>
    key.failure === null || key.observed === null ? [] : flow.report(key.observed, key.failure),
  );
  if (reports.length === 0) return;
  try {
    await flow.apply(reports, call);
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
  }
}

function settle<O, A extends { readonly kind: string }>(
  flow: Flow<O, A>,
  key: Progress<O, A>,
  options: ConvergeOptions,
): Settled {
  const { id, diff, observed, plan } = key;
  const wrote = key.applied.length > 0;
  const found = key.failure ?? plan?.blockers[0] ?? null;
  if (found !== null) flow.doubt(found);
  const keepsake =
    observed === null || plan === null
      ? EMPTY_KEEPSAKE
      : flow.keep(observed, plan, { written: key.written, atMs: options.nowMs() });
  const state: State = plan !== null && found === null ? plan.state : { ...FAILED_STATE, sentence: "" };
  return { id, failure: found, state, keepsake, diff, wrote };
}

function internal(flow: { readonly name: FlowName }, connection: string, id: string, message: string): Failure {
  return failure("INTERNAL_ERROR", { key: formatKey({ flow: flow.name, connection, id }), message });
}
