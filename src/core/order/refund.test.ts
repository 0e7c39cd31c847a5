/** Refunds against the model of Odoo: from every state they can stop in they come to the same end, to the cent, and double nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { formatMoney } from "../money.ts";
import { observe, runLoop } from "../testing/loop.ts";
import { minorOf } from "../testing/model-refunds.ts";
import { ModelErp } from "../testing/model-erp.ts";
import { allSent, line, PRODUCTS, RULES, sampleOrder } from "../testing/orders.ts";
import { blockedBy } from "../testing/plans.ts";
import { planOrder } from "./plan.ts";
import { settleOrder } from "./settle.ts";
import type { OrderRefund, OrderRefundLine, ShopOrder } from "./shop-order.ts";

const AT = "2026-11-23T10:00:00.000Z";

function part(given: Partial<OrderRefundLine>): OrderRefundLine {
  return {
    lineId: null,
    name: "",
    quantity: "0",
    untaxed: "0.00",
    taxes: [],
    restock: false,
    locationId: null,
    ...given,
  };
}

function refundOf(
  id: string,
  total: string,
  lines: readonly OrderRefundLine[],
  given: Partial<OrderRefund> = {},
): OrderRefund {
  const paid = { id: "", method: "stripe", title: "Card", transactionId: `re${id}`, amount: total, paidAt: AT };
  return { id, createdAt: AT, reason: "damaged", lines, total, payments: [paid], ...given };
}

const MUG = part({
  lineId: "1",
  name: "Mug",
  quantity: "1",
  untaxed: "9.00",
  taxes: [{ rateId: "1", amount: "1.89" }],
});

function refunded(refunds: readonly OrderRefund[], given: Partial<ShopOrder> = {}): ShopOrder {
  const minor = refunds.reduce((all, each) => all + minorOf(each.total, "EUR"), 0n);
  return sampleOrder({ refunds, refundedTotal: formatMoney(minor, "EUR"), ...given });
}

function model(exactOrders = true): ModelErp {
  return new ModelErp({ products: PRODUCTS, exactOrders });
}

function synced(): ModelErp {
  const erp = model();
  runLoop(erp, sampleOrder());
  return erp;
}

interface Case {
  readonly order: ShopOrder;
  readonly exactOrders: boolean;
  readonly sent: boolean;
}

/** Each line's net, taxes and units split at random over refunds, the rest kept; some given back in parts, some unpaid. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    refunds: fc.array(
      fc.record({
        lines: fc.array(
          fc.record({
            share: fc.integer({ min: 0, max: 100 }),
            units: fc.integer({ min: 0, max: 2 }),
            restock: fc.boolean(),
            taxOnly: fc.boolean(),
          }),
          { minLength: 4, maxLength: 4 },
        ),
        goodwill: fc.integer({ min: 0, max: 100 }),
        parts: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    exactOrders: fc.boolean(),
    sent: fc.boolean(),
    paid: fc.boolean(),
  })
  .map(({ refunds: given, exactOrders, sent, paid }) => {
    const order = sampleOrder();
    const left = order.lines.map((each) => ({
      net: minorOf(each.total, "EUR"),
      tax: minorOf(each.taxes[0]!.amount, "EUR"),
      units: Number(each.quantity),
    }));
    const money = (minor: bigint) => formatMoney(minor, "EUR");
    const refunds = given.flatMap(({ lines, goodwill, parts }, index) => {
      let total = 0n;
      const own = lines.map(({ share, units, restock, taxOnly }, at): OrderRefundLine => {
        const rest = left[at]!;
        const net = taxOnly ? 0n : (rest.net * BigInt(share)) / 100n;
        const tax = (rest.tax * BigInt(share)) / 100n;
        const taken = order.lines[at]!.kind === "product" ? Math.min(units, rest.units) : 0;
        rest.net -= net;
        rest.tax -= tax;
        rest.units -= taken;
        total += net + tax;
        const taxes = [{ rateId: "1", amount: money(tax) }];
        return part({ lineId: order.lines[at]!.id, quantity: String(taken), untaxed: money(net), taxes, restock });
      });
      const first = left[0]!;
      const gift = (first.net * BigInt(goodwill)) / 200n;
      first.net -= gift;
      total += gift;
      const all = gift === 0n ? own : [...own, part({ name: "Goodwill", untaxed: money(gift) })];
      const half = total / 2n;
      const amounts = parts === 0 || !paid ? [] : parts === 1 ? [total] : [half, total - half];
      const payments = amounts
        .filter((amount) => amount > 0n)
        .map((amount, slot) => ({
          id: amounts.length === 1 ? "" : String(slot),
          method: slot === 0 ? "stripe" : "bacs",
          title: "",
          transactionId: "",
          amount: money(amount),
          paidAt: AT,
        }));
      return [refundOf(String(index + 1), money(total), all, { payments })];
    });
    const payments = paid ? order.payments : order.payments.map((payment) => ({ ...payment, paidAt: null }));
    const fulfilments = sent ? [allSent(order)] : [];
    return { order: refunded(refunds, { payments, fulfilments }), exactOrders, sent };
  });

const SHIPS = { ...RULES, deliveries: "shop" } as const;

function finished(erp: ModelErp, { order, sent }: Case): void {
  const observed = observe(erp, order);
  const plan = planOrder(observed, SHIPS);
  assert.deepEqual([plan.state.name, plan.actions, plan.blockers], ["synced", [], []]);
  assert.equal(new Set(erp.created).size, erp.created.length, "nothing was made twice");
  const credited = order.refunds.filter((refund) => Number(refund.total) > 0);
  assert.deepEqual(
    erp.notes.map((note) => [note.state, note.total, note.reversedId]),
    credited.map((refund) => ["posted", refund.total, erp.invoice?.id]),
  );
  const given = erp.payments.filter((payment) => payment.direction === "out");
  const paid = order.payments[0]?.paidAt !== null;
  assert.deepEqual(
    given.map(({ amount }) => amount).toSorted(),
    paid ? credited.flatMap((refund) => refund.payments.map(({ amount }) => amount)).toSorted() : [],
  );
  for (const line of order.lines.filter(({ kind }) => kind === "product")) {
    const own = order.refunds.flatMap((each) => each.lines).filter(({ lineId }) => lineId === line.id);
    const units = (lines: readonly OrderRefundLine[]) => lines.reduce((all, each) => all + Number(each.quantity), 0);
    const left = (direction: "out" | "back") =>
      erp.deliveries
        .filter((delivery) => delivery.direction === direction && delivery.state !== "cancel")
        .flatMap((delivery) => delivery.lines)
        .reduce((all, each) => (each.externalId?.endsWith(`_l${line.id}`) ? all + Number(each.demand) : all), 0);
    const ordered = Number(line.quantity);
    const back = units(own.filter((each) => each.restock));
    assert.deepEqual([left("out"), left("back")], sent ? [ordered, back] : [ordered - units(own), 0]);
  }
  assert.equal(settleOrder(observed, plan, SHIPS).proof?.equal, true);
}

describe("refunds", () => {
  test("come to their end and stay there, whatever was given back", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const erp = model(given.exactOrders);
        const loop = runLoop(erp, given.order, { rules: SHIPS });
        assert.deepEqual(loop.plan.blockers, []);
        finished(erp, given);
      }),
    );
  });

  test("come to the same end after a crash behind any action, again and again, and when they come one by one", () => {
    fc.assert(
      fc.property(cases, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), (given, crashes) => {
        const erp = model(given.exactOrders);
        const { refunds } = given.order;
        for (const [index, actionsMax] of crashes.entries()) {
          const known = refunds.slice(0, Math.floor((index * (refunds.length + 1)) / crashes.length));
          const order = refunded(known, { payments: given.order.payments, fulfilments: given.order.fulfilments });
          runLoop(erp, order, { rules: SHIPS, actionsMax });
        }
        runLoop(erp, given.order, { rules: SHIPS });
        finished(erp, given);
      }),
    );
  });

  test("a credit note that Odoo makes differently is held as a draft, with its cause", () => {
    const erp = new ModelErp({
      products: PRODUCTS,
      exactOrders: true,
      distortNote: (note) => ({ ...note, taxTotals: [{ taxId: 21, amount: "1.90" }], tax: "1.90", total: "10.90" }),
    });
    const loop = runLoop(erp, refunded([refundOf("7", "10.89", [MUG])]));
    assert.match(
      blockedBy(loop.plan, "PROOF_DIFFERENT"),
      /refund 7: tax VAT 21 is 1.89 in the shop but 1.90 in Odoo \(draft credit note \(id 78\)\); cause: tax/,
    );
    assert.deepEqual([erp.notes[0]?.state, erp.mark.status], ["draft", "held"]);
  });

  test("a credit note that a person made counts; one that was begun, or comes to something else, holds the order", () => {
    const order = refunded([refundOf("7", "10.89", [MUG])]);
    const note = (erp: ModelErp, state: "draft" | "posted", total: string) => ({
      ...erp.invoice!,
      id: 99,
      name: "RINV/9",
      type: "out_refund" as const,
      state,
      total,
      reversedId: 77,
    });
    const counted = synced();
    counted.notes = [note(counted, "posted", "10.89")];
    const loop = runLoop(counted, order);
    assert.deepEqual([loop.plan.state.name, counted.notes.length], ["synced", 1]);
    const begun = synced();
    begun.notes = [note(begun, "draft", "10.89")];
    assert.match(blockedBy(runLoop(begun, order).plan, "REFUND_BY_HAND"), /begun in Odoo by hand/);
    const other = synced();
    other.notes = [note(other, "posted", "10.00")];
    assert.match(blockedBy(runLoop(other, order).plan, "PROOF_DIFFERENT"), /10.89 EUR in the shop but 10.00 EUR/);
  });

  test("many refunds of an order that was never paid take a round each, and come to their end in one run", () => {
    const cent = part({ lineId: "1", untaxed: "0.01" });
    const refunds = Array.from({ length: 20 }, (_, index) => refundOf(`${index}`, "0.01", [cent], { payments: [] }));
    const order = refunded(refunds, { payments: [] });
    const loop = runLoop(model(false), order);
    assert.deepEqual([loop.plan.state.name, loop.plan.actions, loop.plan.blockers], ["synced", [], []]);
    assert.ok(loop.rounds > 20 && loop.rounds < 40, `${loop.rounds} rounds`);
  });

  test("more than was invoiced is never credited", () => {
    const erp = synced();
    const first = refundOf("1", "80.00", [part({ lineId: "1", untaxed: "80.00" })]);
    const second = refundOf("2", "10.00", [part({ lineId: "1", untaxed: "10.00" })]);
    const loop = runLoop(erp, refunded([first, second]));
    assert.match(blockedBy(loop.plan, "REFUND_EXCEEDS_INVOICE"), /90.00 EUR would be credited in all.*is 86.46 EUR/);
    assert.deepEqual(erp.notes, []);
  });

  test("what was paid too much goes back without a credit note, once, whoever registered it", () => {
    const [card] = sampleOrder().payments;
    const payments = [{ ...card!, amount: "96.46" }];
    const back = { id: "", method: "stripe", title: "Card", transactionId: "re1", amount: "10.00", paidAt: AT };
    const order = refunded([refundOf("1", "0.00", [], { payments: [back] })], { payments });
    const money = (erp: ModelErp) => erp.payments.map(({ direction, amount }) => [direction, amount]);
    const both = [
      ["in", "96.46"],
      ["out", "10.00"],
    ];
    for (const actionsMax of [1, 2, 3, undefined]) {
      const erp = model();
      if (actionsMax !== undefined) runLoop(erp, order, { actionsMax });
      const { plan } = runLoop(erp, order);
      assert.deepEqual([plan.state.name, plan.blockers, erp.notes, money(erp)], ["synced", [], [], both]);
    }
    const byHand = model();
    runLoop(byHand, sampleOrder({ payments }));
    const [received] = byHand.payments;
    const given = { ...received!, id: 99, externalId: null, amount: "10.00", memo: "1054", reconciled: true };
    byHand.payments = [...byHand.payments, { ...given, direction: "out" as const }];
    assert.deepEqual([runLoop(byHand, order).plan.state.name, money(byHand)], ["synced", both]);
    const credited = model();
    runLoop(
      credited,
      refunded([refundOf("1", "0.00", [], { payments: [back] }), refundOf("2", "10.89", [MUG])], { payments }),
    );
    const amounts = money(credited).map((each) => each.join(" "));
    assert.deepEqual(amounts.toSorted(), ["in 96.46", "out 10.00", "out 10.89"]);
  });

  test("refunded by status alone, or with amounts that do not add up: held by name", () => {
    const whole = refundOf("1", "86.46", [part({ name: "Refund", untaxed: "86.46" })]);
    const erp = synced();
    const loop = runLoop(erp, refunded([whole], { status: "refunded" }));
    assert.match(blockedBy(loop.plan, "REFUND_NOT_ITEMISED"), /refund 1 gives back 86.46 EUR without naming a line/);
    const wrong = refundOf("1", "12.00", [MUG]);
    blockedBy(runLoop(synced(), refunded([wrong])).plan, "ORDER_TOTALS_INCONSISTENT");
  });

  test("refunded whole before it reached Odoo: nothing to post; cancelled and refunded afterwards: credited", () => {
    const lines = sampleOrder().lines.map(({ id, quantity, total, taxes }) =>
      part({ lineId: id, quantity, untaxed: total, taxes, restock: true }),
    );
    const all = [refundOf("1", "86.46", lines)];
    assert.equal(runLoop(model(), refunded(all, { status: "refunded" })).plan.state.name, "not-applicable");
    for (const status of ["refunded", "cancelled"] as const) {
      const erp = synced();
      const { plan } = runLoop(erp, refunded(all, { status }));
      assert.deepEqual([plan.state.name, plan.blockers], ["synced", []]);
      assert.match(plan.state.sentence, /paid; 86.46 EUR refunded with credit note RINV/);
      assert.deepEqual(
        erp.deliveries.map(({ state }) => state),
        ["cancel"],
      );
    }
  });

  test("invoiced on delivery and partly refunded before: the rest is sent, and then a person is asked", () => {
    const late = PRODUCTS.map((each) => ({ ...each, invoicePolicy: "delivery" }));
    const erp = new ModelErp({ products: late, exactOrders: true });
    const order = refunded([refundOf("1", "10.89", [MUG], { createdAt: "2026-11-21T12:00:00.000Z" })]);
    const { plan } = runLoop(erp, order);
    assert.deepEqual([plan.state.name, plan.blockers, erp.payment?.amount], ["waiting-for-delivery", [], "86.46"]);
    assert.deepEqual(
      erp.deliveries[0]?.lines.map(({ demand }) => demand),
      ["2", "2"],
    );
    erp.deliver();
    assert.match(blockedBy(runLoop(erp, order).plan, "REFUND_BY_HAND"), /some were refunded before; invoice by hand/);
  });

  test("invoiced on delivery and refunded whole before: nothing is sent or invoiced, and the money goes as it came", () => {
    const late = PRODUCTS.map((each) => ({ ...each, invoicePolicy: "delivery" }));
    const erp = new ModelErp({ products: late, exactOrders: true });
    runLoop(erp, sampleOrder());
    const lines = sampleOrder().lines.map(({ id, quantity, total, taxes }) =>
      part({ lineId: id, quantity, untaxed: total, taxes, restock: true }),
    );
    const { plan } = runLoop(erp, refunded([refundOf("1", "86.46", lines)], { status: "refunded" }));
    assert.deepEqual([plan.state.name, plan.blockers, erp.invoice, erp.notes], ["synced", [], null, []]);
    assert.deepEqual(
      erp.payments.map(({ direction, amount }) => [direction, amount]),
      [
        ["in", "86.46"],
        ["out", "86.46"],
      ],
    );
    assert.deepEqual(
      erp.deliveries.map(({ state }) => state),
      ["cancel"],
    );
  });

  test("a method without journal is named, and only its own part waits", () => {
    const payments = [{ id: "", method: "voucher", title: "Voucher", transactionId: "", amount: "10.89", paidAt: AT }];
    const erp = synced();
    const loop = runLoop(erp, refunded([refundOf("1", "10.89", [MUG], { payments })]));
    assert.match(blockedBy(loop.plan, "PAYMENT_METHOD_NOT_MAPPED"), /voucher \(Voucher\)/);
    assert.equal(erp.notes[0]?.state, "posted");
  });

  test("an order with one line of each kind of tax keeps its cents", () => {
    const order = refunded(
      [refundOf("1", "0.03", [part({ lineId: "1", untaxed: "0.0249", taxes: [{ rateId: "1", amount: "0.00523" }] })])],
      {
        lines: [line({ id: "1", total: "0.0249", taxes: [{ rateId: "1", amount: "0.00523" }] })],
        total: "0.03",
        taxRates: [],
      },
    );
    const erp = model();
    runLoop(erp, order);
    assert.deepEqual(
      erp.notes.map((note) => [note.total, note.untaxed, note.tax]),
      [["0.03", "0.02", "0.01"]],
    );
  });
});
