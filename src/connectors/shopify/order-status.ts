/**
 * Shopify's two statuses (money and goods), its cancellation and its reasons to wait, as the one status of the hub. Takes the words
 * of GraphQL (`PARTIALLY_PAID`) and of webhooks' bodies (`partially_paid`, `partial`, null) alike.
 */
import type { OrderStatus } from "../../core/order/shop-order.ts";

export interface StatusWords {
  /** Null: the shop tells none (nothing has to be paid yet). */
  readonly financial: string | null;
  /** Null in webhooks: nothing has been sent. */
  readonly fulfilment: string | null;
  readonly cancelledAt: string | null;
  /** Why the order has to wait although it may be paid: a risk or a hold; null: nothing. Not told by webhooks. */
  readonly waitReason?: string | null;
}

export interface StatusRead {
  readonly status: OrderStatus;
  /** For people, e.g. `paid, unfulfilled` or `on hold: high risk of fraud (paid, unfulfilled)`. */
  readonly text: string;
}

const BY_MONEY: ReadonlyMap<string, OrderStatus> = new Map([
  ["PENDING", "on-hold"],
  ["PARTIALLY_PAID", "on-hold"],
  ["AUTHORIZED", "processing"],
  ["PAID", "processing"],
  ["PARTIALLY_REFUNDED", "processing"],
  ["REFUNDED", "refunded"],
  ["VOIDED", "cancelled"],
  ["EXPIRED", "failed"],
]);

/** Statuses of an order that lives: only these can wait or be completed. */
const LIVING: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["processing", "on-hold"]);

export function orderStatus(words: StatusWords): StatusRead {
  const financial = (words.financial ?? "").trim().toUpperCase();
  const fulfilment = (words.fulfilment ?? "").trim().toUpperCase();
  const text = `${say(financial, "no payment status")}, ${say(fulfilment, "unfulfilled")}`;
  if (words.cancelledAt !== null) return { status: "cancelled", text: `cancelled (${text})` };
  // A word that Shopify has added since: nothing is posted until somebody has said what it means.
  const byMoney = BY_MONEY.get(financial) ?? "on-hold";
  if (!LIVING.has(byMoney)) return { status: byMoney, text };
  // Goods that have gone are not called back by a doubt about the payment.
  if (fulfilment === "FULFILLED") return { status: "completed", text };
  const reason = words.waitReason ?? null;
  if (reason !== null) return { status: "on-hold", text: `on hold: ${reason} (${text})` };
  return { status: byMoney, text };
}

function say(word: string, none: string): string {
  if (word === "") return none;
  return word === "PARTIAL" ? "partially fulfilled" : word.toLowerCase().replaceAll("_", " ");
}

/** Shopify's recommendation stays on an order for good; with this tag a person says that it was looked into. */
const RISK_ACCEPTED_TAG = "odoo:accept";

export interface WaitSigns {
  readonly recommendation: string;
  readonly tags: readonly string[];
  readonly holds: readonly { readonly status: string; readonly reasons: readonly string[] }[];
}

/** The first reason to wait, in words that go behind `on hold:`; null when there is none. */
export function waitReason({ recommendation, tags, holds }: WaitSigns): string | null {
  const held = holds.find((hold) => hold.status === "ON_HOLD");
  if (held) {
    const reasons = [...new Set(held.reasons.filter((reason) => reason !== ""))].join(", ");
    return reasons === "" ? "its fulfilment is on hold" : `its fulfilment is on hold, ${reasons}`;
  }
  if (tags.some((tag) => tag.trim().toLowerCase() === RISK_ACCEPTED_TAG)) return null;
  const release = `tag it ${RISK_ACCEPTED_TAG} to let it go on`;
  if (recommendation === "CANCEL") return `Shopify sees a high risk of fraud and recommends to cancel it; ${release}`;
  if (recommendation === "INVESTIGATE")
    return `Shopify sees a risk of fraud and recommends to look into it; ${release}`;
  return null;
}
