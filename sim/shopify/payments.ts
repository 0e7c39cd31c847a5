/** Payments: what gateways leave behind at the checkout, and what happens to it later. */
import type { Bag, Order, Transaction } from "./model.ts";
import { add, isZero, minus, ZERO, type Exchange } from "./money.ts";
import { capturableOf, outstandingOf } from "./order-amounts.ts";
import type { Shop } from "./stock.ts";

export interface PaymentDraft {
  /** `shopify_payments`, `paypal`, `gift_card`, `Cash on Delivery (COD)`, `Bank Deposit`, ... */
  readonly gateway: string;
  readonly title?: string;
  /** In the customer's currency; default: what the payments before it left. */
  readonly amount?: string;
  /**
   * `captured` (default); `authorized`: to be captured; `pending`: will be paid by hand (bank deposit, cash on delivery); `failed`: tried in vain.
   */
  readonly state?: "captured" | "authorized" | "pending" | "failed";
  /** The gateway's own id of it; default: made up. */
  readonly reference?: string;
}

const AUTHORIZATION_LIFE_MS = 7 * 24 * 3_600_000;
const PAYMENT_HEX_DIGITS = 12;
const TITLES: Readonly<Record<string, string>> = {
  shopify_payments: "Shopify Payments",
  gift_card: "Gift Card",
  paypal: "PayPal",
  manual: "Manual",
};

export function recordPayments(
  shop: Shop,
  order: Order,
  drafts: readonly PaymentDraft[],
  exchange: Exchange,
  total: Bag,
): void {
  let left = total;
  for (const draft of drafts) {
    const amount = draft.amount === undefined ? left : exchange.text(draft.amount);
    if (isZero(amount)) continue;
    if (draft.state !== "failed") left = minus(left, amount);
    addTransaction(shop, order, {
      kind: draft.state === "authorized" ? "AUTHORIZATION" : "SALE",
      status: draft.state === "pending" ? "PENDING" : draft.state === "failed" ? "FAILURE" : "SUCCESS",
      gateway: draft.gateway,
      title: draft.title ?? TITLES[draft.gateway] ?? draft.gateway,
      manual: draft.state === "pending",
      amount,
      parent: null,
      ...(draft.reference === undefined ? {} : { paymentId: draft.reference }),
    });
    if (draft.state === "authorized") order.authorizationExpiresMs = shop.state.nowMs() + AUTHORIZATION_LIFE_MS;
  }
}

function addTransaction(
  { state }: Shop,
  order: Order,
  given: Pick<Transaction, "kind" | "status" | "gateway" | "title" | "manual" | "amount" | "parent"> &
    Partial<Pick<Transaction, "paymentId">>,
): Transaction {
  const nowMs = state.nowMs();
  const transaction: Transaction = {
    type: "OrderTransaction",
    id: state.nextId("OrderTransaction"),
    order,
    kind: given.kind,
    status: given.status,
    gateway: given.gateway,
    title: given.title,
    manual: given.manual,
    amount: given.amount,
    parent: given.parent,
    paymentId: given.paymentId ?? `pay_${state.random.hex(PAYMENT_HEX_DIGITS)}`,
    createdMs: nowMs,
    processedMs: given.status === "PENDING" ? null : nowMs,
  };
  order.transactions.push(transaction);
  return transaction;
}

/** What comes of a payment later: an entry of its own at the same gateway. */
function following(parent: Transaction) {
  const { kind, gateway, title, manual, amount } = parent;
  return { kind, status: "SUCCESS" as const, gateway, title, manual, amount, parent };
}

/** All that was authorised and is not yet captured. */
export function capture(shop: Shop, order: Order): void {
  const open = order.transactions.filter(({ kind, status }) => kind === "AUTHORIZATION" && status === "SUCCESS");
  if (isZero(capturableOf(order))) throw new Error(`order ${order.id} has nothing to capture`);
  for (const parent of open) {
    const taken = add(
      ...order.transactions
        .filter((one) => one.parent === parent && one.status === "SUCCESS")
        .map(({ amount }) => amount),
    );
    const amount = minus(parent.amount, taken);
    if (isZero(amount)) continue;
    addTransaction(shop, order, { ...following(parent), kind: "CAPTURE", amount });
  }
}

/** What was pending is paid, as far as an edit has left it open: the money of a bank deposit or of cash on delivery has come. */
export function markPaid(shop: Shop, order: Order): void {
  const [parent] = order.transactions.filter(({ status, kind }) => status === "PENDING" && kind === "SALE");
  if (parent === undefined) throw new Error(`order ${order.id} has no pending payment`);
  addTransaction(shop, order, { ...following(parent), amount: outstandingOf(order) });
}

export function voidAuthorizations(shop: Shop, order: Order): void {
  for (const parent of order.transactions.filter(
    ({ kind, status }) => kind === "AUTHORIZATION" && status === "SUCCESS",
  )) {
    const children = order.transactions.filter((one) => one.parent === parent && one.status === "SUCCESS");
    if (children.length === 0) addTransaction(shop, order, { ...following(parent), kind: "VOID" });
  }
}

/** Gives back over the payments in their order, each at most what it brought. Returns what it has recorded. */
export function payBack(shop: Shop, order: Order, amount: Bag): Transaction[] {
  const made: Transaction[] = [];
  let left = amount;
  const payments = order.transactions.filter(
    ({ kind, status }) => status === "SUCCESS" && (kind === "SALE" || kind === "CAPTURE"),
  );
  for (const parent of payments) {
    if (left.presentment <= 0n) break;
    const before = order.transactions.filter(
      (one) => one.parent === parent && one.kind === "REFUND" && one.status === "SUCCESS",
    );
    const rest = minus(parent.amount, add(ZERO, ...before.map((one) => one.amount)));
    const part = rest.presentment < left.presentment ? rest : left;
    if (part.presentment <= 0n) continue;
    left = minus(left, part);
    made.push(addTransaction(shop, order, { ...following(parent), kind: "REFUND", amount: part }));
  }
  if (left.presentment > 0n) throw new Error(`order ${order.id} has not been paid as much as is given back`);
  return made;
}
