/** What is decided about an order before it is dressed as a plan (with the mark in the shop and the diff). */
import { failure, type Failure } from "../failures.ts";
import { formatMoney, parseMoney, sum } from "../money.ts";
import type { State, StateName } from "../plan.ts";
import type { ErpOrderDocuments } from "./erp-documents.ts";
import type { OrderAction } from "./observed.ts";
import type { ProofRow } from "./proof.ts";
import type { ShopOrder } from "./shop-order.ts";

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

/** Null when posted credit notes cover what the shop refunded; `atLeast` is what counts as refunded when the shop names less. */
export function refundFailure(order: ShopOrder, erp: ErpOrderDocuments, atLeast: string): Failure | null {
  const told = parseMoney(order.refundedTotal, order.currency);
  const floor = parseMoney(atLeast, order.currency);
  if (!told.ok)
    return failure("ORDER_UNREADABLE", { order: `#${order.number}`, field: "its refunded amount", why: told.why });
  const refunded = floor.ok && floor.value > told.value ? floor.value : told.value;
  const credited = sum(
    erp.invoices
      .filter((note) => note.type === "out_refund" && note.state === "posted" && note.currency === order.currency)
      .map((note) => {
        const total = parseMoney(note.total, note.currency);
        return total.ok ? (total.value < 0n ? -total.value : total.value) : 0n;
      }),
  );
  if (refunded <= credited) return null;
  const amount = `${formatMoney(refunded, order.currency)} ${order.currency}`;
  return failure("ORDER_REFUNDED_UNSUPPORTED", { order: order.number, refunded: amount });
}
