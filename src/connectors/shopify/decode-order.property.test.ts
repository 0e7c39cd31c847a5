/** Generated orders, with tax on top and inside: decoded, they are exact, whatever was discounted, removed or refunded. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { fine, provenNode } from "./testing/decoded-order.ts";
import { orderNode, PAID_AT, type SampleLine, type SampleRefund } from "./testing/sample-orders.ts";

const RUNS = 400;
const RATES = [0.21, 0.09, 0.0625, 0.08875, 0.01] as const;

interface Drawn {
  readonly quantity: number;
  readonly cents: number;
  readonly discounts: readonly number[];
  readonly rates: readonly number[];
  readonly removed: number;
}

const drawnLine: fc.Arbitrary<Drawn> = fc
  .record({
    quantity: fc.integer({ min: 1, max: 7 }),
    cents: fc.integer({ min: 0, max: 999_99 }),
    shares: fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 2 }),
    rates: fc.subarray([...RATES], { maxLength: 3 }),
    part: fc.integer({ min: 0, max: 7 }),
  })
  .map(({ quantity, cents, shares, rates, part }) => ({
    quantity,
    cents,
    discounts: shares.map((share) => Math.floor((cents * share) / 100)),
    rates,
    removed: Math.min(part, quantity),
  }));

const drawnOrder = fc.record({
  lines: fc.array(drawnLine, { minLength: 1, maxLength: 6 }),
  inside: fc.boolean(),
  shipping: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: null }),
  tip: fc.integer({ min: 0, max: 500 }),
  tipAsLine: fc.boolean(),
  /** What became of the units that are not there any more. */
  fate: fc.constantFrom("none", "edited", "untold", "refunded"),
});

const money = (cents: number) => (cents / 100).toFixed(2);

/** The taxes of an amount as a shop rounds them, each rate by itself. */
function taxesOf(cents: number, rates: readonly number[], inside: boolean) {
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  const base = inside ? cents / (1 + all) : cents;
  return rates.map((rate) => ({ title: `Tax ${rate}`, rate, cents: Math.floor(base * rate + 0.5) }));
}

/** The order as a shop would tell it, and what it must come to. */
function build(drawn: typeof drawnOrder extends fc.Arbitrary<infer T> ? T : never) {
  const { inside, fate } = drawn;
  let total = 0;
  let gone = 0;
  const lines: SampleLine[] = [];
  const parts: { line: number; quantity: number; subtotal: string; tax: string }[] = [];
  for (const [index, line] of drawn.lines.entries()) {
    const after = line.cents - line.discounts.reduce((sum, one) => sum + one, 0);
    const taxes = taxesOf(after, line.rates, inside);
    const tax = taxes.reduce((sum, one) => sum + one.cents, 0);
    const gross = inside ? after : after + tax;
    total += gross;
    const removed = fate === "none" ? 0 : line.removed;
    lines.push({
      id: index + 1,
      quantity: line.quantity,
      currentQuantity: line.quantity - removed,
      total: money(line.cents),
      discounts: line.discounts.map((cents) => ({ amount: money(cents), code: "CODE" })),
      taxes: taxes.map(({ title, rate, cents }) => ({ title, rate, amount: money(cents) })),
    });
    if (removed === 0) continue;
    const goneTax = Math.floor((tax * removed) / line.quantity);
    const goneTold = Math.floor((after * removed) / line.quantity);
    const told = removed === line.quantity ? { after, tax } : { after: goneTold, tax: goneTax };
    gone += inside ? told.after : told.after + told.tax;
    parts.push({ line: index + 1, quantity: removed, subtotal: money(told.after), tax: money(told.tax) });
  }
  const shipping = drawn.shipping === null ? [] : [{ id: 4, price: money(drawn.shipping) }];
  total += drawn.shipping ?? 0;
  if (drawn.tip > 0) total += drawn.tip;
  if (drawn.tip > 0 && drawn.tipAsLine) lines.push({ id: 99, name: "Tip", total: money(drawn.tip), custom: true });
  const wasPaid = fate === "refunded";
  const refund: SampleRefund = {
    id: 31,
    at: "2026-11-22T10:00:00Z",
    lines: parts,
    money: wasPaid && gone > 0 ? [{ id: 98, amount: money(gone) }] : [],
  };
  const node = orderNode({
    total: money(total),
    taxesIncluded: inside,
    lines,
    shipping,
    tip: money(drawn.tip),
    transactions: wasPaid ? [{ id: 97, amount: money(total), at: PAID_AT }] : [],
    refunds: parts.length === 0 || fate === "untold" ? [] : [refund],
  });
  return { node, total, gone, parts };
}

describe("generated orders", () => {
  test("are accepted by the core, and come to what was sold after edits and before refunds", () => {
    fc.assert(
      fc.property(drawnOrder, (drawn) => {
        const { node, total, gone, parts } = build(drawn);
        const order = provenNode(node);
        if (drawn.fate === "none" || drawn.fate === "refunded") assert.equal(fine(order.total), fine(money(total)));
        if (drawn.fate === "edited") assert.equal(fine(order.total), fine(money(total - gone)));
        if (drawn.fate !== "refunded") assert.equal(order.refunds.length, 0);
        if (drawn.fate === "refunded" && parts.length > 0) assert.equal(fine(order.refundedTotal), fine(money(gone)));
        const units = order.lines
          .filter(({ kind }) => kind === "product")
          .reduce((sum, line) => sum + Number(line.quantity), 0);
        const sold = drawn.lines.reduce((sum, line) => sum + line.quantity, 0);
        const removed = parts.reduce((sum, part) => sum + part.quantity, 0);
        assert.equal(units, drawn.fate === "refunded" || drawn.fate === "none" ? sold : sold - removed);
      }),
      { numRuns: RUNS },
    );
  });

  test("come to twice as much on the customer's side", () => {
    fc.assert(
      fc.property(drawnOrder, (drawn) => {
        // What is rounded once more there (units that no refund tells of) may be a cent apart.
        fc.pre(drawn.fate !== "untold");
        const { node } = build(drawn);
        assert.equal(fine(provenNode(node, "presentment").total), 2n * fine(provenNode(node).total));
      }),
      { numRuns: RUNS },
    );
  });
});
