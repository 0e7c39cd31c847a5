/**
 * Orders in a real Odoo 19 and 14, from nothing to paid: equal to the cent, once however often it is asked for, and one bad
 * order spoils only itself.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ErpOrderDocuments } from "../../src/core/order/erp-documents.ts";
import { carryOut, observeOne, STEPS, takeStep, walk } from "./odoo-path.ts";
import { createWorld, good, liveOrder, MAJORS, type LineSpec, type LiveOrder, type World } from "./odoo-world.ts";

/** Coupons leave nets that no price of two digits gives; a negative fee; a line without tax; a free one. */
const COUPON_LINES: readonly LineSpec[] = [
  { product: "shirt", quantity: "3", untaxed: "20.01", taxes: [["high", "4.20"]] },
  { product: "mug", quantity: "11", untaxed: "99.97", taxes: [["low", "9.00"]] },
  {
    product: "mug",
    quantity: "6",
    untaxed: "0.05",
    taxes: [
      ["high", "0.01"],
      ["low", "0.01"],
    ],
  },
  { product: "shipping", quantity: "1", untaxed: "4.95", taxes: [] },
  { product: "shipping", quantity: "1", untaxed: "-2.50", taxes: [["high", "-0.53"]] },
  { product: "shirt", quantity: "2", untaxed: "0.00", taxes: [["high", "0.00"]] },
];

function expectEqual(order: LiveOrder, found: ErpOrderDocuments, world: World): void {
  const { document } = order;
  const [invoice] = found.invoices;
  assert.ok(found.order && invoice);
  assert.equal(found.invoices.length, 1);
  assert.equal(found.payments.length, 1);
  assert.equal(invoice.total, document.total);
  assert.equal(invoice.currency, document.currency);
  for (const lines of [found.order.lines, invoice.lines]) {
    assert.deepEqual(
      lines
        .map(({ externalId, quantity, untaxed, productId }) => ({ externalId, quantity, untaxed, productId }))
        .toSorted(byExternalId),
      document.lines
        .map(({ externalId, quantity, untaxed, productId }) => ({ externalId, quantity, untaxed, productId }))
        .toSorted(byExternalId),
    );
  }
  const wanted = taxesOf(document.lines.flatMap((line) => line.taxes));
  assert.deepEqual(taxesOf(invoice.taxTotals), wanted);
  if (world.major === 19) {
    assert.equal(found.order.total, document.total);
    assert.ok(found.order.taxTotals);
    assert.deepEqual(taxesOf(found.order.taxTotals), wanted);
  }
  assert.equal(found.order.dateOrder, document.placedAt);
  assert.equal(invoice.state, "posted");
  assert.equal(invoice.paymentState, "paid");
  assert.equal(invoice.residual, "0.00");
  assert.equal(found.payments[0]?.reconciled, true);
  assert.equal(found.payments[0]?.memo, order.payment.memo);
}

function byExternalId(a: { externalId: string | null }, b: { externalId: string | null }): number {
  return (a.externalId ?? "").localeCompare(b.externalId ?? "");
}

function taxesOf(taxes: readonly { taxId: number; amount: string }[]): Record<number, number> {
  const totals: Record<number, number> = {};
  for (const { taxId, amount } of taxes) totals[taxId] = (totals[taxId] ?? 0) + Math.round(Number(amount) * 100);
  return Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== 0));
}

for (const major of MAJORS) {
  describe(`orders in Odoo ${major}`, async () => {
    const world = await createWorld(major);
    const { erp, call } = world;

    test("mixed taxes, coupons, a negative fee and a free line are equal to the cent, in one batch of three", async () => {
      const orders = [
        liveOrder(world, { number: 1 }),
        liveOrder(world, { number: 2, lines: COUPON_LINES }),
        liveOrder(world, { number: 3, customer: 1 }),
      ];
      const found = await walk(erp, orders, call);
      for (const [index, order] of orders.entries()) expectEqual(order, found[index]!, world);
      // Carried out once more, with nothing observed in between, as after a lost answer.
      const ids = { orderId: found[0]!.order!.id, invoiceId: found[0]!.invoices[0]!.id };
      const { document, payment, partners } = orders[0]!;
      await carryOut(erp, [{ kind: "partner.create", partners }], call);
      await carryOut(erp, [{ kind: "order.create", document }], call);
      await carryOut(erp, [{ kind: "order.confirm", orderId: ids.orderId, placedAt: document.placedAt }], call);
      await carryOut(
        erp,
        [{ kind: "invoice.create", orderId: ids.orderId, document, invoiceAt: document.placedAt }],
        call,
      );
      await carryOut(
        erp,
        [{ kind: "invoice.adjust", invoiceId: ids.invoiceId, document, invoiceAt: document.placedAt }],
        call,
      );
      await carryOut(erp, [{ kind: "invoice.post", invoiceId: ids.invoiceId }], call);
      await carryOut(erp, [{ kind: "payment.register", payment, paymentId: null, invoiceId: ids.invoiceId }], call);
      expectEqual(orders[0]!, await observeOne(erp, orders[0]!, call), world);
    });

    test("the customer's note, dates and references are the shop's", async () => {
      const order = liveOrder(world, { number: 10 });
      const [found] = await walk(erp, [order], call);
      assert.equal(found?.invoices[0]?.invoiceDate, "2026-11-10");
      const [row] = (await world.rpc("account.move", "read", {
        ids: [found?.invoices[0]?.id ?? 0],
        kwargs: { fields: ["ref", "payment_reference", "date"] },
      })) as Record<string, unknown>[];
      assert.deepEqual(
        [row?.["ref"], row?.["payment_reference"], row?.["date"]],
        [order.document.reference, order.document.reference, "2026-11-10"],
      );
      const [sale] = (await world.rpc("sale.order", "read", {
        ids: [found?.order?.id ?? 0],
        kwargs: { fields: ["note", "client_order_ref"] },
      })) as Record<string, unknown>[];
      assert.equal(sale?.["client_order_ref"], order.document.reference);
      assert.match(String(sale?.["note"]), /twice/);
    });

    test("a draft is brought to a changed document: quantity, price, a line less, a line more", async () => {
      const before = liveOrder(world, { number: 20, lines: COUPON_LINES });
      await walk(erp, [before], call, ["partners", "order"]);
      const after = liveOrder(world, {
        number: 20,
        lines: [
          { product: "shirt", quantity: "4", untaxed: "26.67", taxes: [["high", "5.61"]] },
          { product: "mug", quantity: "11", untaxed: "99.97", taxes: [["low", "9.01"]] },
        ],
      });
      await carryOut(erp, [{ kind: "order.create", document: after.document }], call);
      const found = await walk(erp, [after], call);
      expectEqual(after, found[0]!, world);
    });

    test("a foreign currency is kept, with a rate that is not one", async () => {
      const pricelistId = await foreignPricelist(world, "NOK");
      try {
        const order = liveOrder(world, { number: 30, currency: "NOK", placedAt: "2026-10-01T10:00:00Z" });
        const [found] = await walk(erp, [order], call);
        expectEqual(order, found!, world);
      } finally {
        await world.rpc("product.pricelist", "write", { ids: [pricelistId], args: { vals: { active: false } } });
      }
      const unlisted = liveOrder(world, { number: 31, currency: "ISK" });
      await walk(erp, [unlisted], call, ["partners"]);
      const [refused] = await takeStep(erp, STEPS["order"]!, [unlisted], call);
      assert.equal(refused?.ok === false && refused.failure.code, "CURRENCY_UNKNOWN");
    });

    test("one bad order in a batch of ten spoils only itself", async () => {
      const bad = liveOrder(world, { number: 104 });
      const broken: LiveOrder = {
        ...bad,
        document: { ...bad.document, lines: bad.document.lines.map((line) => ({ ...line, productId: 99_999_999 })) },
      };
      const orders = [100, 101, 102, 103].map((number) => liveOrder(world, { number, customer: 100 }));
      const more = [105, 106, 107, 108, 109].map((number) => liveOrder(world, { number, customer: 101 }));
      const all = [...orders, broken, ...more];
      for (const outcome of await takeStep(erp, STEPS["partners"]!, all, call)) good(outcome);
      const created = await takeStep(erp, STEPS["order"]!, all, call);
      assert.deepEqual(
        created.map((outcome) => outcome.ok),
        all.map((order) => order !== broken),
      );
      const refused = created[4];
      assert.equal(refused?.ok === false && refused.failure.code, "ODOO_INVALID_VALUE");
      const well = all.filter((order) => order !== broken);
      const found = await walk(erp, well, call);
      for (const [index, order] of well.entries()) expectEqual(order, found[index]!, world);
    });

    test("one order that Odoo refuses to confirm does not hold back the others", async () => {
      const orders = [200, 201, 202].map((number) => liveOrder(world, { number }));
      const found = await walk(erp, orders, call, ["partners", "order"]);
      // A line without a product cannot be confirmed on 19; a cancelled order is left alone on both.
      await world.rpc("sale.order", "action_cancel", {
        ids: [found[1]!.order!.id],
        context: { disable_cancel_warning: true },
      });
      const actions = found.map((each, index) => ({
        kind: "order.confirm" as const,
        orderId: each.order!.id,
        placedAt: orders[index]!.document.placedAt,
      }));
      const outcomes = await erp.apply(
        [...actions, { kind: "order.confirm", orderId: 99_999_999, placedAt: orders[0]!.document.placedAt }],
        call,
      );
      assert.deepEqual(
        outcomes.map((outcome) => outcome.ok),
        [true, true, true, false],
      );
      const after = await walk(erp, orders, call, []);
      assert.deepEqual(
        after.map((each) => each.order?.state),
        ["sale", "cancel", "sale"],
      );
      const gone = outcomes[3];
      assert.equal(gone?.ok === false && gone.failure.code, "ODOO_RECORD_NOT_FOUND");
    });

    test("products invoiced on delivery: no invoice before, the payment waits as a credit, the whole invoice after", async () => {
      const order = liveOrder(world, {
        number: 40,
        lines: [
          { product: "late", quantity: "2", untaxed: "10.00", taxes: [["high", "2.10"]] },
          { product: "shipping", quantity: "1", untaxed: "4.13", taxes: [["high", "0.86"]] },
        ],
      });
      const [waiting] = await walk(erp, [order], call);
      assert.equal(waiting?.order?.invoiceStatus, "no");
      assert.equal(waiting.invoices.length, 0);
      assert.deepEqual(
        waiting.payments.map(({ state, reconciled }) => [state, reconciled]),
        [["posted", false]],
      );
      await carryOut(erp, [{ kind: "delivery.validate", orderId: waiting.order.id, lines: null, tracking: "" }], call);
      await carryOut(erp, [{ kind: "delivery.validate", orderId: waiting.order.id, lines: null, tracking: "" }], call);
      const [paid] = await walk(erp, [order], call);
      expectEqual(order, paid!, world);
      assert.deepEqual(
        paid?.moves.map(({ done, state }) => [done, state]),
        [["2", "done"]],
      );
    });

    if (major === 19) {
      test("a journal that books no entry for its payments: the payment names its invoice, and nothing is open", async () => {
        const order = liveOrder(world, { number: 80 });
        const [posted] = await walk(erp, [order], call, ["partners", "order", "confirm", "invoice", "post"]);
        const { payment } = order;
        const fields = [
          "id",
          "payment_type",
          "partner_type",
          "partner_id/.id",
          "amount",
          "date",
          "memo",
          "journal_id/.id",
        ];
        const values = [
          "inbound",
          "customer",
          String(posted!.order!.partnerId),
          payment.amount,
          "2026-11-10",
          payment.memo,
        ];
        const data = [[payment.externalId, ...values, String(payment.journalId)]];
        const { ids } = (await world.rpc("account.payment", "load", { args: { fields, data } })) as { ids: number[] };
        await world.rpc("account.payment", "write", { ids, args: { vals: { outstanding_account_id: false } } });
        const [found] = await walk(erp, [order], call, ["pay", "pay"]);
        assert.deepEqual(
          found?.payments.map(({ id, state, reconciled }) => [id, state, reconciled]),
          [[ids[0], "posted", true]],
        );
        assert.deepEqual([found?.invoices[0]?.paymentState, found?.invoices[0]?.residual], ["paid", "0.00"]);
      });
    }

    test("a deleted order and a deleted invoice are noticed, and made again only when asked", async () => {
      const order = liveOrder(world, { number: 50 });
      const [draft] = await walk(erp, [order], call, ["partners", "order"]);
      const known = { ...order, query: { ...order.query, knownOrderId: draft!.order!.id } };
      await world.rpc("sale.order", "unlink", { ids: [draft!.order!.id] });
      const gone = await observeOne(erp, known, call);
      assert.deepEqual([gone.order, gone.orderDeleted], [null, true]);
      const [invoiced] = await walk(erp, [order], call, ["order", "confirm", "invoice"]);
      assert.notEqual(invoiced?.order?.id, draft!.order!.id);
      const linked = {
        ...order,
        query: { ...order.query, knownOrderId: invoiced!.order!.id, knownInvoiceId: invoiced!.invoices[0]!.id },
      };
      await world.rpc("account.move", "unlink", { ids: [invoiced!.invoices[0]!.id] });
      const after = await observeOne(erp, linked, call);
      assert.deepEqual([after.orderDeleted, after.invoices.length, after.invoiceDeleted], [false, 0, true]);
    });

    test("an order is found by its external id when its reference was edited; a stranger's with our reference is not ours", async () => {
      const order = liveOrder(world, { number: 60 });
      const [draft] = await walk(erp, [order], call, ["partners", "order"]);
      await world.rpc("sale.order", "write", {
        ids: [draft!.order!.id],
        args: { vals: { client_order_ref: "edited by hand" } },
      });
      const edited = await observeOne(erp, order, call);
      assert.equal(edited.order?.id, draft!.order!.id);
      const stranger = liveOrder(world, { number: 61 });
      const vals = { partner_id: draft!.order!.partnerId, client_order_ref: stranger.document.reference };
      await world.rpc("sale.order", "create", { args: { vals_list: [vals] } });
      assert.equal((await observeOne(erp, stranger, call)).order, null);
    });

    test("an existing customer is used by its e-mail, the oldest one, and is not rewritten", async () => {
      const order = liveOrder(world, { number: 70 });
      const partner = { name: "Ann of Old", email: order.query.email.toUpperCase(), street: "Old Street" };
      const ids = (await world.rpc("res.partner", "create", {
        args: { vals_list: [partner, { ...partner, name: "Younger" }] },
      })) as number[];
      const [found] = await walk(erp, [order], call, ["partners", "order"]);
      assert.equal(found?.order?.partnerId, Math.min(...ids));
      assert.equal(found.partners.get(order.document.partnerExternalId)?.place?.street, "Old Street");
      const [row] = (await world.rpc("res.partner", "read", {
        ids: [Math.min(...ids)],
        kwargs: { fields: ["name", "child_ids"] },
      })) as Record<string, unknown>[];
      assert.ok(row);
      assert.equal(row["name"], "Ann of Old");
      assert.equal((row["child_ids"] as number[]).length, 1);
    });
  });
}

/** A currency at a rate that divides nothing evenly, and a price list for it that no other order comes upon. */
async function foreignPricelist(world: World, currency: string): Promise<number> {
  const [id = 0] = (await world.rpc("res.currency", "search", {
    args: { domain: [["name", "=", currency]] },
    context: { active_test: false },
  })) as number[];
  await world.rpc("res.currency", "write", { ids: [id], args: { vals: { active: true } } });
  const rates = (await world.rpc("res.currency.rate", "search", {
    args: { domain: [["currency_id", "=", id]] },
  })) as number[];
  if (rates.length === 0)
    await world.rpc("res.currency.rate", "create", {
      args: { vals_list: [{ currency_id: id, name: "2020-01-01", rate: 10.37 }] },
    });
  const vals = { name: `Live ${world.run}`, currency_id: id, sequence: 99 };
  const [pricelistId = 0] = (await world.rpc("product.pricelist", "create", {
    args: { vals_list: [vals] },
  })) as number[];
  return pricelistId;
}
