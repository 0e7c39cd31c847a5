/**
 * What must be true when everything has come to rest, whatever happened on the way. Worked out from the two systems' own
 * books by the rules as a merchant would say them; nothing here is the hub's code.
 */
import { amountOf, cents, type Books, type ErpBookOrder, type ErpBookPayment, type ShopBookOrder } from "./books.ts";
import { ON_DELIVERY_SKU } from "./plan.ts";
import type { Place } from "./sides.ts";

/** What the hub itself says at the end. */
export interface HubBooks {
  readonly states: ReadonlyMap<
    string,
    { readonly state: string; readonly code: string | null; readonly failureClass: string | null }
  >;
  readonly work: readonly {
    readonly key: string;
    readonly parkedCode: string | null;
    readonly nextAtMs: number | null;
    readonly leaseUntilMs: number | null;
    readonly trigger: string;
  }[];
  readonly nowMs: number;
}

export interface ShopRules {
  readonly safetyStock: number;
  readonly sends: "apart" | "shop" | "odoo";
  /** Methods whose money never comes through the shop. */
  readonly unpaid: readonly string[];
}

export interface OracleRules {
  readonly shops: ReadonlyMap<string, ShopRules>;
  /** Mails as the shop wrote them and what they come to. */
  readonly normalEmail: (email: string) => string;
  /** SKUs that Odoo does not have. */
  readonly unknownSkus: ReadonlySet<string>;
  /** Countries whose tax is not mapped. */
  readonly unmappedCountries: ReadonlySet<string>;
  /** Odoo 14 cannot keep the shop's taxes on an order, only on its invoice. */
  readonly exactOrders: boolean;
}

/** One sentence for everything that is not as it must be; empty when all is well. */
export function violations(books: Books, hub: HubBooks, rules: OracleRules): readonly string[] {
  return [
    ...books.shopOrders.flatMap((order) => orderViolations(order, books, hub, rules)),
    ...strangers(books),
    ...partnerViolations(books, rules),
    ...stockViolations(books, hub, rules),
    ...workViolations(hub),
    ...books.unsupported.map((call) => `a simulator was asked for something it does not support: ${call}`),
  ];
}

/** What the worlds' catalogs hold on purpose: a product that Odoo does not know, and one without a SKU. */
const STOCK_CODES: readonly string[] = ["STOCK_SKU_NOT_IN_ODOO", "STOCK_SKU_BLANK"];

type Expected =
  /** Order, posted invoice, and a payment if `paid`. */
  | { readonly kind: "posted"; readonly paid: boolean }
  /** Paid and confirmed; the invoice follows the delivery. */
  | { readonly kind: "delivery"; readonly paid: boolean }
  | { readonly kind: "draft" }
  /** Refunded as a whole before it was invoiced: nothing is sent, nothing is invoiced, and the money went back. */
  | { readonly kind: "called-off" }
  | { readonly kind: "nothing" }
  /** Stopped by name: these codes, and nothing doubled. */
  | { readonly kind: "parked"; readonly codes: readonly string[] };

function expectedOf(order: ShopBookOrder, found: readonly ErpBookOrder[], rules: OracleRules): Expected {
  const reached = found.some(({ state }) => state !== "cancel");
  const isAccepted = ["processing", "completed", "on-hold"].includes(order.status);
  const paid = order.paid && rules.shops.get(order.shop)?.unpaid.includes(order.method) !== true;
  const isUnknown = [...order.lines.keys()].some((sku) => rules.unknownSkus.has(sku));
  const codes = [
    ...(order.routes.size > 1 ? ["ORDER_SPLIT_OVER_WAREHOUSES"] : []),
    ...(isUnknown ? ["SKU_NOT_FOUND"] : []),
    ...(rules.unmappedCountries.has(order.taxCountry) ? ["TAX_NOT_MAPPED"] : []),
  ];
  if (isAccepted && codes.length > 0) return { kind: "parked", codes };
  switch (order.status) {
    case "processing":
    case "completed":
      return { kind: order.lines.has(ON_DELIVERY_SKU) ? "delivery" : "posted", paid };
    case "on-hold":
      return { kind: "draft" };
    case "cancelled":
      // All of the money went back: the invoice stands and credit notes take it back, or nothing is sent and invoiced.
      if (order.refunds.length > 0 && same(sumOf(order.refunds), order.total)) {
        if (isPosted(found)) return { kind: "posted", paid };
        if (found.some(({ state }) => state === "sale")) return { kind: "called-off" };
      }
      return reached && found.some(({ state }) => state !== "draft")
        ? { kind: "parked", codes: ["ORDER_CANCELLED_UNSUPPORTED"] }
        : { kind: "nothing" };
    case "refunded":
      if (found.some(({ invoices }) => invoices.some(({ state }) => state === "posted")))
        return { kind: "posted", paid };
      return { kind: reached ? "called-off" : "nothing" };
    default:
      return { kind: "nothing" };
  }
}

function orderViolations(order: ShopBookOrder, books: Books, hub: HubBooks, rules: OracleRules): string[] {
  const found = books.erpOrders.filter(({ shop, reference }) => shop === order.shop && reference === order.number);
  const invoices = found.flatMap((erp) => erp.invoices);
  const payments = books.erpPayments.filter(({ shop, memo }) => shop === order.shop && isAbout(memo, order.number));
  const name = `order ${order.shop}/#${order.number} (${order.status})`;
  const wrong: string[] = [];
  const must = (isTrue: boolean, sentence: string): void => {
    if (!isTrue) wrong.push(`${name}: ${sentence}`);
  };
  const received = payments.filter(({ direction }) => direction === "in");
  must(found.length <= 1, `${found.length} orders in Odoo`);
  must(invoices.length <= 1, `${invoices.length} invoices in Odoo`);
  must(received.length <= 1, `${received.length} payments in Odoo`);
  const [erp] = found;
  const [invoice] = invoices;
  const [payment] = received;
  const state = hub.states.get(`order/${order.shop}/${order.id}`);
  const expected = expectedOf(order, found, rules);
  const stood = `the hub says ${state === undefined ? "nothing" : `${state.state} ${state.code ?? ""}`.trim()}`;
  must(state !== undefined, "the hub never settled it");
  if (erp !== undefined && erp.state !== "cancel" && order.status !== "cancelled") {
    must(
      expected.kind === "parked" || !rules.exactOrders || same(erp.total, order.total),
      `total ${order.total} in the shop, ${erp.total} on the order in Odoo`,
    );
  }
  if (invoice?.state === "posted")
    must(same(invoice.total, order.total), `total ${order.total} in the shop, ${invoice.total} on the posted invoice`);
  if (payment !== undefined)
    must(same(payment.amount, order.total), `total ${order.total} in the shop, ${payment.amount} on the payment`);
  checkDocuments({ order, erp, invoice, payment, state, stood, expected, must });
  checkRefunds({ order, erp, payments, expected, must, stood });
  checkSent(order, erp, rules, must);
  return wrong;
}

/** `<order number> …`, and nothing that only begins like it. */
function isAbout(memo: string, number: string): boolean {
  return memo === number || memo.startsWith(`${number} `);
}

/** Each refund of a posted order is one posted credit note of its amount, and no more than that was paid back. */
function checkRefunds({
  order,
  erp,
  payments,
  expected,
  must,
  stood,
}: Pick<Found, "order" | "erp" | "expected" | "must" | "stood"> & {
  readonly payments: readonly ErpBookPayment[];
}): void {
  const posted = erp?.creditNotes.filter(({ state }) => state === "posted") ?? [];
  const wanted = expected.kind === "posted" ? order.refunds.map(cents) : [];
  const amounts = posted.map(({ total }) => cents(total));
  const inOrder = (list: readonly bigint[]) => list.map(amountOf).toSorted().join(", ") || "none";
  const paid = payments.some(({ direction }) => direction === "in");
  const back = payments.filter(({ direction }) => direction === "out");
  if (expected.kind !== "delivery")
    must(
      inOrder(amounts) === inOrder(wanted),
      `refunds of ${inOrder(wanted)}, credit notes of ${inOrder(amounts)}; ${stood}`,
    );
  must(erp?.creditNotes.every(({ state }) => state !== "draft") ?? true, "a credit note that is left a draft");
  const total = (list: readonly bigint[]) => list.reduce((sum, amount) => sum + amount, 0n);
  const received = total(payments.filter(({ direction }) => direction === "in").map(({ amount }) => cents(amount)));
  if (expected.kind === "called-off" && order.isMoneyBack)
    must(
      total(back.map(({ amount }) => cents(amount))) === received,
      `${amountOf(received)} received and not given back; ${stood}`,
    );
  must(
    total(back.map(({ amount }) => cents(amount))) <= total(order.refunds.map(cents)) && (paid || back.length === 0),
    `payments of ${inOrder(back.map(({ amount }) => cents(amount)))} went back for refunds of ${inOrder(wanted)}`,
  );
}

/** What went out is told by the side that knows it, and never more than was sold. */
function checkSent(order: ShopBookOrder, erp: ErpBookOrder | undefined, rules: OracleRules, must: Found["must"]): void {
  if (erp?.state !== "sale" || order.fulfilled === null || order.status === "cancelled") return;
  const sends = rules.shops.get(order.shop)?.sends;
  for (const [sku, ordered] of order.lines) {
    const moves = erp.moves.filter((move) => move.sku === sku && move.direction === "out");
    if (moves.length === 0) continue;
    const sent = moves.reduce((sum, { state, done }) => sum + (state === "done" ? done : 0), 0);
    const told = order.fulfilled.get(sku) ?? 0;
    must(sent <= ordered && told <= ordered, `${ordered} ${sku} sold, ${sent} sent by Odoo and ${told} by the shop`);
    // What was called off before the shop heard of it is not sent as far as the shop can know.
    const calledOff = order.refundedUnits.get(sku) ?? 0;
    if (sends === "odoo") must(told + calledOff >= sent, `Odoo sent ${sent} ${sku}, and the shop knows of ${told}`);
    if (sends === "shop") must(sent >= told, `the shop sent ${told} ${sku}, and Odoo knows of ${sent}`);
  }
}

interface Found {
  readonly order: ShopBookOrder;
  readonly erp: ErpBookOrder | undefined;
  readonly invoice: ErpBookOrder["invoices"][number] | undefined;
  readonly payment: Books["erpPayments"][number] | undefined;
  readonly state: { readonly state: string; readonly code: string | null } | undefined;
  /** What the hub says, for sentences. */
  readonly stood: string;
  readonly expected: Expected;
  readonly must: (isTrue: boolean, sentence: string) => void;
}

function checkDocuments({ order, erp, invoice, payment, state, stood, expected, must }: Found): void {
  switch (expected.kind) {
    case "posted":
      must(erp?.state === "sale", `no confirmed order in Odoo (${erp?.state ?? "none"}); ${stood}`);
      must(invoice?.state === "posted", `no posted invoice in Odoo (${invoice?.state ?? "none"}); ${stood}`);
      must(
        (payment !== undefined) === expected.paid,
        expected.paid ? `no payment in Odoo; ${stood}` : "a payment in Odoo that the shop never received",
      );
      if (expected.paid) must(invoice?.paid === true, "its invoice is not paid");
      must(state?.state === "synced", stood);
      must(order.mark === "synced", `the shop's mark says "${order.mark}"`);
      break;
    case "delivery":
      must(erp?.state === "sale", `no confirmed order in Odoo (${erp?.state ?? "none"}); ${stood}`);
      must(
        (payment !== undefined) === expected.paid,
        expected.paid ? `no payment in Odoo; ${stood}` : "a payment in Odoo that the shop never received",
      );
      must(state?.state === (invoice?.state === "posted" ? "synced" : "waiting-for-delivery"), stood);
      must(
        isSent(erp) === (invoice?.state === "posted"),
        `${isSent(erp) ? "delivered but" : "not delivered and yet"} invoiced ${invoice?.state ?? "not at all"}`,
      );
      break;
    case "called-off":
      must(invoice === undefined || invoice.state === "cancel", `an invoice of an order that was called off; ${stood}`);
      must(isNothingSent(erp), "goods of an order that was called off still go out");
      must(state?.code === null, stood);
      break;
    case "draft":
      must(erp?.state === "draft", `a ${erp?.state ?? "missing"} order in Odoo; ${stood}`);
      must(invoice === undefined && payment === undefined, "an invoice or a payment in Odoo");
      must(state?.state === "on-hold", stood);
      break;
    case "nothing":
      must(
        erp === undefined || erp.state === "draft" || erp.state === "cancel",
        `a ${erp?.state ?? ""} order in Odoo; ${stood}`,
      );
      must(invoice === undefined && payment === undefined, "an invoice or a payment in Odoo");
      must(state === undefined || state.code === null || state.code === "ORDER_CANCELLED_UNSUPPORTED", stood);
      break;
    case "parked":
      must(state?.state === "failed" && expected.codes.includes(state.code ?? ""), stood);
      break;
  }
}

function isSent(erp: ErpBookOrder | undefined): boolean {
  const moves = erp?.moves.filter(({ state, direction }) => state !== "cancel" && direction === "out") ?? [];
  return moves.length > 0 && moves.every(({ state }) => state === "done");
}

function isPosted(found: readonly ErpBookOrder[]): boolean {
  return found.some(({ invoices }) => invoices.some(({ state }) => state === "posted"));
}

function sumOf(amounts: readonly string[]): string {
  return amountOf(amounts.reduce((sum, amount) => sum + cents(amount), 0n));
}

function isNothingSent(erp: ErpBookOrder | undefined): boolean {
  return erp?.moves.every(({ state, direction }) => direction === "back" || state === "cancel") ?? true;
}

/** Documents that belong to no order of the shop. */
function strangers(books: Books): string[] {
  const orders = books.shopOrders;
  return [
    ...books.erpOrders
      .filter(({ shop, reference }) => !orders.some((order) => order.shop === shop && order.number === reference))
      .map(({ id, reference }) => `Odoo order ${id} refers to "${reference}", which no shop order is called`),
    ...books.erpPayments
      .filter(({ shop, memo }) => !orders.some((order) => order.shop === shop && isAbout(memo, order.number)))
      .map(({ id, memo }) => `Odoo payment ${id} says "${memo}", which no shop order is called`),
  ];
}

function partnerViolations(books: Books, { normalEmail }: OracleRules): string[] {
  const byMail = new Map<string, number>();
  for (const [email, count] of books.erpCustomers)
    byMail.set(normalEmail(email), (byMail.get(normalEmail(email)) ?? 0) + count);
  const guests = new Set(books.shopOrders.filter(({ isGuest }) => isGuest).map(({ email }) => normalEmail(email)));
  return [...guests]
    .filter((email) => (byMail.get(email) ?? 0) > 1)
    .map((email) => `guest ${email} is ${byMail.get(email) ?? 0} customers in Odoo`);
}

/**
 * What may be sold from a warehouse: free in it, less what accepted orders of any shop take from it and Odoo has neither
 * set aside nor sent. May be negative.
 */
export function sellable(books: Books, sku: string, place: Place): number {
  const free = books.erpFree[place].get(sku) ?? 0;
  return free - books.shopOrders.reduce((sum, order) => sum + heldBy(order, books, sku, place), 0);
}

function heldBy(order: ShopBookOrder, books: Books, sku: string, place: Place): number {
  // What was sent and came back is off the hands of the shop, but Odoo has still to hear of both.
  const kept = (order.lines.get(sku) ?? 0) - (order.refundedUnits.get(sku) ?? 0);
  const ordered = Math.max(kept, order.fulfilled?.get(sku) ?? 0);
  if (ordered <= 0 || !["processing", "completed", "on-hold"].includes(order.status)) return 0;
  const confirmed = books.erpOrders.find(
    ({ shop, reference, state }) => shop === order.shop && reference === order.number && state === "sale",
  );
  if (confirmed !== undefined) return unreserved(confirmed, sku, ordered, place);
  return Math.min(ordered, order.routes.get(place)?.get(sku) ?? 0);
}

/** What each shop offers is what may be sold less its safety stock; where nothing may be sold it need not stock it at all. */
function stockViolations(books: Books, hub: HubBooks, rules: OracleRules): string[] {
  const wrong: string[] = [];
  for (const { shop, sku, place, offered } of books.shopStock) {
    if (!books.erpFree[place].has(sku)) continue;
    const safetyStock = rules.shops.get(shop)?.safetyStock ?? 0;
    const there = sellable(books, sku, place);
    const right = Math.max(0, Math.floor(there - safetyStock));
    if ((offered ?? 0) !== right)
      wrong.push(
        `stock of ${sku} at ${shop} from ${place}: ${offered ?? "nothing"} is offered, the rules say ${right} (${there} to sell, free ${books.erpFree[place].get(sku) ?? 0}, safety ${safetyStock})`,
      );
  }
  for (const [key, { state, code }] of hub.states) {
    if (key.startsWith("stock/") && state === "failed" && !STOCK_CODES.includes(code ?? ""))
      wrong.push(`${key} ended ${state} ${code ?? ""}`);
  }
  return wrong;
}

function unreserved(order: ErpBookOrder, sku: string, ordered: number, place: Place): number {
  const moves = order.moves.filter(
    (move) => move.sku === sku && move.state !== "cancel" && move.direction === "out" && move.place === place,
  );
  const open = moves.filter(({ state }) => state !== "done");
  const waiting = open.reduce((sum, { demand, reserved }) => sum + Math.max(0, demand - reserved), 0);
  const settled =
    open.reduce((sum, { reserved }) => sum + reserved, 0) +
    moves.reduce((sum, { done, state }) => sum + (state === "done" ? done : 0), 0);
  return Math.min(waiting, Math.max(0, ordered - settled));
}

/** No key is under way or due: each is done, waits with a named reason, or is parked by a named cause. */
function workViolations({ work, states, nowMs }: HubBooks): string[] {
  const wrong: string[] = [];
  for (const { key, parkedCode, nextAtMs, leaseUntilMs, trigger } of work) {
    const state = states.get(key);
    if (leaseUntilMs !== null) wrong.push(`${key} is still under way`);
    else if (nextAtMs === null && parkedCode === null) wrong.push(`${key} is parked without a cause`);
    else if (nextAtMs !== null && nextAtMs <= nowMs)
      wrong.push(`${key} has been due since ${new Date(nextAtMs).toISOString()}`);
    // What waits for the other system's people is looked at again now and then.
    else if (nextAtMs !== null && !(trigger === "recheck" && state?.code === null))
      wrong.push(
        `${key} waits until ${new Date(nextAtMs).toISOString()} in the state ${state?.state ?? "none"} ${state?.code ?? ""}`,
      );
    if (nextAtMs === null && state?.failureClass === "connection")
      wrong.push(`${key} was parked by ${state.code ?? ""}, a connection's fault`);
    if (parkedCode === "INTERNAL_ERROR" || parkedCode === "WORKER_DIED")
      wrong.push(`${key} was parked by ${parkedCode}`);
  }
  for (const [key, { code }] of states)
    if (code === "INTERNAL_ERROR") wrong.push(`${key} ended with a defect of the hub`);
  return wrong;
}

function same(a: string, b: string): boolean {
  return cents(a) === cents(b);
}
