/**
 * What a flow is to the loop: how to observe keys in a batch, how to plan one, how to apply actions of one kind, and
 * what to remember of it. Everything else (claims, rounds, retries, pauses, activities) is the loop's and the same for all.
 */
import type { FlowName } from "../core/key.ts";
import type { Failure } from "../core/failures.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { KeyResult } from "../core/ports/store.ts";
import type { Plan } from "../core/plan.ts";
import type { Result } from "../core/result.ts";

/** What the flow wants kept of a key at the end of its run. */
export type Keepsake = Pick<KeyResult, "links" | "holds" | "proof" | "explanation"> & {
  readonly erpIds: Readonly<Record<string, number | string>>;
};

export const EMPTY_KEEPSAKE: Keepsake = { links: [], erpIds: {} };

export interface Flow<O, A extends { readonly kind: string }> {
  readonly name: FlowName;
  /** Kinds in the order in which a round carries them out; each kind is one batched call over all keys. */
  readonly stages: readonly A["kind"][];
  /** Kinds that write documents or numbers (false for reports such as the mark in the shop): a failed report fails no key's documents. */
  observe(ids: readonly string[], call: CallContext): Promise<ReadonlyMap<string, Result<O>>>;
  /** Pure. */
  plan(observed: O): Plan<A>;
  /** All actions are of one kind; outcomes in the same order. */
  apply(actions: readonly A[], call: CallContext): Promise<readonly Result<void>[]>;
  /** Pure: what to keep, from the last observation. `wrote` says whether this run applied anything for the key. */
  keep(observed: O, plan: Plan<A>, run: { readonly wrote: boolean; readonly atMs: number }): Keepsake;
  /** Pure: reports to send when an action failed (the sync status in the shop). */
  report(observed: O, failure: Failure): readonly A[];
}

/** A flow with its types closed over, so that flows of different shapes stand in one list. */
export interface AnyFlow {
  readonly name: FlowName;
  run<T>(visit: <O, A extends { readonly kind: string }>(flow: Flow<O, A>) => T): T;
}

export function closeFlow<O, A extends { readonly kind: string }>(flow: Flow<O, A>): AnyFlow {
  return { name: flow.name, run: (visit) => visit(flow) };
}
