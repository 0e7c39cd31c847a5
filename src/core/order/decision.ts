/** What is decided about an order before it is dressed as a plan (with the mark in the shop and the diff). */
import type { Failure } from "../failures.ts";
import type { State, StateName } from "../plan.ts";
import type { OrderAction } from "./observed.ts";
import type { ProofRow } from "./proof.ts";

export interface Decision {
  readonly actions: readonly OrderAction[];
  readonly blockers: readonly Failure[];
  readonly state: State;
  /** What an action on an existing draft would change. */
  readonly differences: readonly ProofRow[];
}

export function rest(name: StateName, sentence: string, recheckMs?: number): Decision {
  const state: State = recheckMs === undefined ? { name, sentence } : { name, sentence, recheckMs };
  return { actions: [], blockers: [], state, differences: [] };
}

export function blocked(...blockers: readonly Failure[]): Decision {
  return { actions: [], blockers, state: { name: "failed", sentence: "" }, differences: [] };
}

/** Steps on the way to a state that is not reached yet: the sentence is what the state will be called meanwhile. */
export function steps(state: State, actions: readonly OrderAction[], differences: readonly ProofRow[] = []): Decision {
  return { actions, blockers: [], state, differences };
}
