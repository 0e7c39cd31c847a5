/**
 * What a flow is to the loop: how to observe keys in a batch, how to plan one, how to apply actions of one kind, and
 * what to remember of it. Everything else (claims, rounds, retries, pauses, activities) is the loop's and the same for all.
 */
import type { FlowName } from "../core/key.ts";
import type { Failure } from "../core/failures.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { KeyResult, Mark } from "../core/ports/store.ts";
import type { Plan } from "../core/plan.ts";
import type { Result } from "../core/result.ts";

/** What the flow wants kept of a key at the end of its run. */
export type Keepsake = Pick<KeyResult, "links" | "holds" | "proof" | "explanations"> & {
  readonly erpIds: Readonly<Record<string, number | string>>;
};

export const EMPTY_KEEPSAKE: Keepsake = { links: [], erpIds: {} };

/** One round of a run, all of whose actions went well. */
export interface Earlier<O, A> {
  readonly observed: O;
  readonly actions: readonly A[];
}

export interface Flow<O, A extends { readonly kind: string }> {
  readonly name: FlowName;
  /** The shop whose keys it runs. */
  readonly connection: string;
  /** Kinds in the order in which a round carries them out; each kind is one batched call over all keys. */
  readonly stages: readonly A["kind"][];
  /**
   * Batched; an answer for every id. `earlier` is what this run saw and did in the round before, of the ids that had one: what
   * an answer to a write has told need not be asked again.
   */
  observe(
    ids: readonly string[],
    call: CallContext,
    earlier: ReadonlyMap<string, Earlier<O, A>>,
  ): Promise<ReadonlyMap<string, Result<O>>>;
  /** Pure. `applied` is what this run has carried out for the key already: no step is repeated within a run. */
  plan(observed: O, applied: readonly A[]): Plan<A>;
  /** All actions are of one kind; outcomes in the same order. */
  apply(actions: readonly A[], call: CallContext): Promise<readonly Result<void>[]>;
  /** Pure: what to keep, from the last observation. `written` is what this run carried out for the key with success. */
  keep(observed: O, plan: Plan<A>, run: { readonly written: readonly A[]; readonly atMs: number }): Keepsake;
  /** Before the commit: what else should be looked at because of what is kept, by the key's id. */
  hints?(
    kept: readonly { readonly id: string; readonly keepsake: Keepsake }[],
  ): Promise<ReadonlyMap<string, readonly Mark[]>>;
  /** Pure: reports to send when an action failed (the sync status in the shop). */
  report(observed: O, failure: Failure): readonly A[];
  /** A key of this flow ended in this failure: drop what is kept in memory and may be out of date. */
  doubt(failure: Failure): void;
}

/** A flow with its types closed over, so that flows of different shapes stand in one list. */
export interface AnyFlow {
  readonly name: FlowName;
  readonly connection: string;
  run<T>(visit: <O, A extends { readonly kind: string }>(flow: Flow<O, A>) => T): T;
}

export function closeFlow<O, A extends { readonly kind: string }>(flow: Flow<O, A>): AnyFlow {
  return { name: flow.name, connection: flow.connection, run: (visit) => visit(flow) };
}
