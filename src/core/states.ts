/** What each state means, for docs/states.md and whoever shows states to people. */
import type { StateName } from "./plan.ts";

export interface StateMeaning {
  readonly flow: "orders" | "stock" | "both";
  readonly meaning: string;
  /** What ends it. */
  readonly ends: string;
}

export const STATE_MEANINGS: Readonly<Record<StateName, StateMeaning>> = {
  synced: {
    flow: "orders",
    meaning:
      "Both sides agree and were read back: the order and its posted invoice are in Odoo with the shop's amounts, the payment too where the shop has the money. What went out so far is known to the side that is to be told; more may still have to be sent.",
    ends: "A change on either side; it is looked at again with the next hint.",
  },
  "waiting-for-payment": {
    flow: "orders",
    meaning: "The order is pending in the shop. Nothing is posted; a draft that was made earlier stays a draft.",
    ends: "The shop's status changes: paid, cancelled or failed.",
  },
  "on-hold": {
    flow: "orders",
    meaning:
      "The order is on hold in the shop (an open bank transfer, a check by hand). It is a draft in Odoo and nothing is posted; what was confirmed before it was put on hold stays as it is.",
    ends: "The shop's status changes.",
  },
  "waiting-for-delivery": {
    flow: "orders",
    meaning:
      "Odoo invoices a product of this order on delivery. The order is confirmed, a payment is registered and waits as the customer's credit.",
    ends: "All of these products have gone out; then it is invoiced and reconciled. Odoo's change is a hint, and every 30 minutes it is looked at without one.",
  },
  "failed-payment": {
    flow: "orders",
    meaning: "The payment failed in the shop. Nothing is posted.",
    ends: "The customer pays or the order is cancelled in the shop.",
  },
  "not-applicable": {
    flow: "both",
    meaning:
      "Nothing of it concerns this flow: an order that was cancelled, refunded, trashed or deleted before it reached Odoo, an unfinished checkout, an order from before the configured start; a variant that the shop no longer has and that was never linked.",
    ends: "It changes in the shop.",
  },
  linked: {
    flow: "stock",
    meaning: "The variant is linked to one Odoo product and its number in the shop is what the rules say.",
    ends: "A change on either side.",
  },
  "not-managed": {
    flow: "stock",
    meaning:
      "The shop does not count this variant's stock (or counts it on the parent). It is reported and never written.",
    ends: "Stock management is switched on for it in the shop.",
  },
  failed: {
    flow: "both",
    meaning: "A failure is being retried or is parked. Its code, sentence and fix stand beside it: see failures.md.",
    ends: "The cause is mended and it is retried, by itself or by a person; or a person skips it with a reason.",
  },
};
