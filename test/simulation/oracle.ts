/**
 * What must be true when everything has come to rest, whatever happened on the way. Worked out from the two systems' own
 * books by the rules as a merchant would say them; nothing here is the hub's code.
 */
import { ON_DELIVERY_SKU } from "./plan.ts";
import type { Books, ErpBookOrder, ShopBookOrder } from "./books.ts";

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
  }[];
  readonly nowMs: number;
}

export interface OracleRules {
  readonly safetyStock: number;
  readonly shop: string;
  /** Mails as the shop wrote them and what they come to. */
  readonly normalEmail: (email: string) => string;
  /** SKUs that Odoo does not have. */
  readonly unknownSkus: ReadonlySet<string>;
  /** Countries whose tax is not mapped. */
  readonly unmappedCountries: ReadonlySet<string>;
  readonly methodsWithoutPayment: readonly string[];
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
  | { readonly kind: "nothing" }
  /** Stopped by name: these codes, and nothing doubled. */
  | { readonly kind: "parked"; readonly codes: readonly string[] };

function expectedOf(order: ShopBookOrder, found: readonly ErpBookOrder[], rules: OracleRules): Expected {
  const reached = found.some(({ state }) => state !== "cancel");
  const isAccepted = ["processing", "completed", "on-hold"].includes(order.status);
  const paid = order.paid && !rules.methodsWithoutPayment.includes(order.method);
  const isUnknown = [...order.lines.keys()].some((sku) => rules.unknownSkus.has(sku));
  const codes = [
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
      return reached && found.some(({ state }) => state !== "draft")
        ? { kind: "parked", codes: ["ORDER_CANCELLED_UNSUPPORTED"] }
        : { kind: "nothing" };
    case "refunded":
      return reached ? { kind: "parked", codes: ["ORDER_REFUNDED_UNSUPPORTED"] } : { kind: "nothing" };
    default:
      return { kind: "nothing" };
  }
}

function orderViolations(order: ShopBookOrder, books: Books, hub: HubBooks, rules: OracleRules): string[] {
  const found = books.erpOrders.filter(({ reference }) => reference === order.number);
  const invoices = found.flatMap((erp) => erp.invoices);
  const payments = books.erpPayments.filter(({ memo }) => memo.split(" ")[0] === order.number);
  const name = `order #${order.number} (${order.status})`;
  const wrong: string[] = [];
  const must = (isTrue: boolean, sentence: string): void => {
    if (!isTrue) wrong.push(`${name}: ${sentence}`);
  };
  must(found.length <= 1, `${found.length} orders in Odoo`);
  must(invoices.length <= 1, `${invoices.length} invoices in Odoo`);
  must(payments.length <= 1, `${payments.length} payments in Odoo`);
  const [erp] = found;
  const [invoice] = invoices;
  const [payment] = payments;
  const state = hub.states.get(`order/${rules.shop}/${order.id}`);
  const expected = expectedOf(order, found, rules);
  const stood = `the hub says ${state === undefined ? "nothing" : `${state.state} ${state.code ?? ""}`.trim()}`;
  must(state !== undefined, "the hub never settled it");
  if (erp !== undefined && erp.state !== "cancel" && !["cancelled", "refunded"].includes(order.status)) {
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
  return wrong;
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
  const moves = erp?.moves.filter(({ state }) => state !== "cancel") ?? [];
  return moves.length > 0 && moves.every(({ state }) => state === "done");
}

/** Documents that belong to no order of the shop. */
function strangers(books: Books): string[] {
  const numbers = new Set(books.shopOrders.map(({ number }) => number));
  return [
    ...books.erpOrders
      .filter(({ reference }) => !numbers.has(reference))
      .map(({ id, reference }) => `Odoo order ${id} refers to "${reference}", which no shop order is called`),
    ...books.erpPayments
      .filter(({ memo }) => !numbers.has(memo.split(" ")[0] ?? ""))
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

/** Free in the warehouse, less what accepted orders take and Odoo has neither set aside nor sent, less the safety stock. */
function stockViolations(books: Books, hub: HubBooks, rules: OracleRules): string[] {
  const wrong: string[] = [];
  for (const [sku, offered] of books.shopStock) {
    const free = books.erpFree.get(sku);
    if (free === undefined) continue;
    let held = 0;
    for (const order of books.shopOrders) {
      const ordered = order.lines.get(sku) ?? 0;
      if (ordered === 0 || !["processing", "completed", "on-hold"].includes(order.status)) continue;
      const confirmed = books.erpOrders.find(({ reference, state }) => reference === order.number && state === "sale");
      held += confirmed === undefined ? ordered : unreserved(confirmed, sku, ordered);
    }
    const right = Math.max(0, Math.floor(free - held - rules.safetyStock));
    if (offered !== right)
      wrong.push(
        `stock of ${sku}: the shop offers ${offered}, the rules say ${right} (free ${free}, held ${held}, safety ${rules.safetyStock})`,
      );
  }
  for (const [key, { state, code }] of hub.states) {
    if (key.startsWith("stock/") && state === "failed" && !STOCK_CODES.includes(code ?? ""))
      wrong.push(`${key} ended ${state} ${code ?? ""}`);
  }
  return wrong;
}

function unreserved(order: ErpBookOrder, sku: string, ordered: number): number {
  const moves = order.moves.filter((move) => move.sku === sku && move.state !== "cancel");
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
  for (const { key, parkedCode, nextAtMs, leaseUntilMs } of work) {
    const state = states.get(key);
    if (leaseUntilMs !== null) wrong.push(`${key} is still under way`);
    else if (nextAtMs === null && parkedCode === null) wrong.push(`${key} is parked without a cause`);
    else if (nextAtMs !== null && nextAtMs <= nowMs)
      wrong.push(`${key} has been due since ${new Date(nextAtMs).toISOString()}`);
    else if (nextAtMs !== null && state?.state !== "waiting-for-delivery")
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

/** Two-digit currencies only, which the worlds use. */
function cents(amount: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(amount);
  if (match === null) throw new Error(`not an amount: ${amount}`);
  const fraction = (match[3] ?? "").padEnd(2, "0");
  if (/[1-9]/.test(fraction.slice(2))) throw new Error(`finer than a cent: ${amount}`);
  return BigInt(`${match[1] ?? ""}${match[2] ?? ""}${fraction.slice(0, 2)}`);
}
