/**
 * WooCommerce's refunds, as the hub knows them. Each line names the order's line that it takes back; what a refund's amount has
 * beyond its lines is money without a line, on which the shop itself counts no tax.
 */
import { failure } from "../../core/failures.ts";
import { misfitOf } from "../../core/misfit.ts";
import { parseFine } from "../../core/money.ts";
import type { OrderPayment, OrderRefund, OrderRefundLine } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { addAmounts } from "./amounts.ts";
import { refundShape, type OrderShape, type RefundShape } from "./shapes.ts";

/** The order's line that a line of a refund takes back. */
const REFUNDED_ITEM = "_refunded_item_id";
/** On the order's line: how many units all its refunds together have put back into stock; a refund itself does not tell. */
const RESTOCKED = "_restock_refunded_items";
/** Money that came through a bank can only go back by hand: a refund that no gateway made is the payment itself. */
const MANUAL_METHODS: ReadonlySet<string> = new Set(["bacs", "cheque"]);

/** Oldest first. */
export function decodeRefunds(order: OrderShape, bodies: readonly unknown[]): Result<readonly OrderRefund[]> {
  const shapes: RefundShape[] = [];
  for (const body of bodies) {
    const parsed = refundShape.safeParse(body, { reportInput: true });
    if (!parsed.success) {
      const { field, why } = misfitOf(parsed.error);
      return fail(failure("ORDER_UNREADABLE", { order: `#${order.number}`, field: `refund: ${field}`, why }));
    }
    shapes.push(parsed.data);
  }
  const restocked = restockedUnits(order);
  const sorted = shapes.toSorted(
    (a, b) => Date.parse(a.date_created_gmt) - Date.parse(b.date_created_gmt) || a.id - b.id,
  );
  return ok(sorted.map((refund) => toRefund(order, refund, restocked)));
}

function toRefund(order: OrderShape, refund: RefundShape, restocked: Map<string, number>): OrderRefund {
  const lines = [...refund.line_items, ...refund.shipping_lines, ...refund.fee_lines].flatMap((line) =>
    refundLines(line, restocked),
  );
  const named = lines.flatMap((line) => [line.untaxed, ...line.taxes.map((tax) => tax.amount)]);
  const rest = addAmounts([refund.amount, ...named.map(negated)]);
  const money: OrderRefundLine = { ...NO_LINE, name: refund.reason?.trim() || "Refund", untaxed: rest };
  return {
    id: String(refund.id),
    createdAt: refund.date_created_gmt,
    reason: refund.reason ?? "",
    lines: isZero(rest) ? lines : [...lines, money],
    total: refund.amount,
    payments: paymentsOf(order, refund),
  };
}

const NO_LINE = { lineId: null, quantity: "0", taxes: [], restock: false, locationId: null } as const;

/** One; or two where only some of its units went back into stock. */
function refundLines(
  line: RefundShape["line_items"][number],
  restocked: Map<string, number>,
): readonly OrderRefundLine[] {
  const lineId = line.meta_data.find(({ key }) => key === REFUNDED_ITEM)?.value;
  const id = typeof lineId === "string" || typeof lineId === "number" ? String(lineId) : null;
  const units = Math.abs(line.quantity ?? 0);
  const taxes = line.taxes
    .filter(({ total }) => total !== "")
    .map(({ id: rateId, total }) => ({ rateId: String(rateId), amount: negated(total) }));
  const own = { ...NO_LINE, lineId: id, name: line.name ?? line.method_title ?? "" };
  const back = Math.min(units, restocked.get(id ?? "") ?? 0);
  if (id !== null) restocked.set(id, (restocked.get(id) ?? 0) - back);
  const whole = {
    ...own,
    quantity: String(back > 0 ? back : units),
    untaxed: negated(line.total),
    taxes,
    restock: back > 0,
  };
  if (back === 0 || back === units) return [whole];
  return [whole, { ...own, quantity: String(units - back), untaxed: "0" }];
}

function restockedUnits(order: OrderShape): Map<string, number> {
  return new Map(
    order.line_items.map(({ id, meta_data: meta }) => {
      const units = meta.filter(({ key }) => key === RESTOCKED).map(({ value }) => Number(value));
      return [String(id), units.reduce((all, each) => (each > 0 ? all + each : all), 0)];
    }),
  );
}

/** Given back by the gateway, or by hand where that is the only way; money that never came is not given back. */
function paymentsOf(order: OrderShape, refund: RefundShape): readonly OrderPayment[] {
  const method = order.payment_method ?? "";
  const isGiven = refund.refunded_payment || MANUAL_METHODS.has(method);
  if (!isGiven || order.date_paid_gmt === null) return [];
  const title = order.payment_method_title ?? "";
  const { id, amount, date_created_gmt: paidAt } = refund;
  return [{ id: "", method, title, transactionId: `refund ${id}`, amount, paidAt }];
}

function negated(amount: string): string {
  if (isZero(amount)) return amount.replace(/^-/, "");
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

function isZero(amount: string): boolean {
  const fine = parseFine(amount);
  return fine.ok && fine.value === 0n;
}
