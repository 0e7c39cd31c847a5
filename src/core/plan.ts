/**
 * A plan is data: what to do next for one key, or why nothing may be done, with an explanation. Pure functions make
 * plans; the loop applies them; a dry run prints them.
 */
import type { Failure } from "./failures.ts";

/** One field that an action would change, for the printed diff. */
export interface DiffLine {
  /** e.g. `sale.order client_order_ref`. */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Where a key stands after a run; each name is explained in docs/states.md. */
export const STATE_NAMES = [
  "synced", // both sides agree, verified
  "waiting-for-payment", // pending in the shop: nothing is posted
  "on-hold", // a draft in Odoo, nothing posted
  "waiting-for-delivery", // products invoiced on delivery: paid, invoice follows the delivery
  "failed-payment", // the shop says the payment failed: nothing is posted
  "not-applicable", // nothing of it concerns this flow (trashed before it was ever synced, draft, outside the scope)
  "linked", // stock: in step
  "not-managed", // stock: the shop does not manage this variant's stock; reported, never changed
  "failed", // a failure is being retried or is parked: see its code
] as const;
export type StateName = (typeof STATE_NAMES)[number];

export interface State {
  readonly name: StateName;
  /** One sentence for people. */
  readonly sentence: string;
  /** Look again after this long even without a hint (a named state that ends in the other system). */
  readonly recheckMs?: number;
}

export interface Plan<A extends { readonly kind: string }> {
  /** Carried out in the flow's stage order; then both sides are observed again. */
  readonly actions: readonly A[];
  /**
   * Not empty: this key cannot go on. Actions beside blockers are what is right all the same: reports (sync status in the
   * shop), and the stock of the locations that nothing is in the way of.
   */
  readonly blockers: readonly Failure[];
  readonly state: State;
  readonly diff: readonly DiffLine[];
}
