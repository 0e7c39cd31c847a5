import { describe, test } from "node:test";
import assert from "node:assert/strict";
import {
  invoiceOrder,
  loadedId,
  loadOrder,
  many2oneId,
  partner,
  product,
  type LineWish,
} from "./differential/scene.ts";
import { openTrial, type Trial } from "./trial.ts";

async function posted(
  { scene, session }: Trial,
  name: string,
  price: string,
  more: Partial<LineWish> = {},
): Promise<number> {
  await partner(scene);
  const productId = await product(scene, { name, kind: "service" });
  const order = loadedId(await loadOrder(scene, name, [{ productId, quantity: "1", price, ...more }]));
  await session.call("sale.order", "action_confirm", { ids: [order] });
  const invoice = Number(await invoiceOrder(scene, order));
  await session.call("account.move", "action_post", { ids: [invoice] });
  return invoice;
}

async function paid(
  { scene, session }: Trial,
  name: string,
  amount: string,
): Promise<{ readonly payment: number; readonly line: number }> {
  const fields = ["id", "payment_type", "partner_id/id", "amount", "journal_id/.id"];
  const row = [session.external(`${name}_pay`), "inbound", session.external("p"), amount, String(scene.journalId)];
  const payment = loadedId(await session.call("account.payment", "load", { fields, data: [row] }));
  await session.call("account.payment", "action_post", { ids: [payment] });
  const [found] = await session.search("account.payment", [["id", "=", payment]], ["move_id"]);
  const move = many2oneId(found?.["move_id"]);
  const type =
    session.version === 19 ? ["account_type", "=", "asset_receivable"] : ["account_internal_type", "=", "receivable"];
  return { payment, line: await session.findId("account.move.line", [["move_id", "=", move], type]) };
}

for (const version of [19, 14] as const) {
  describe(`invoices of ${version}`, () => {
    test("every entry balances, and the totals are those of its lines", async () => {
      const trial = await openTrial(version);
      await posted(trial, "A", "8.26");
      await paid(trial, "A", "9.5");
      const [invoice] = trial.odoo.documents().invoices;
      assert.deepEqual(
        [invoice?.untaxed, invoice?.tax, invoice?.total, invoice?.imbalance, invoice?.residual],
        [8.26, 1.24, 9.5, 0, 9.5],
      );
    });

    test("numbers follow each other in their own row", async () => {
      const trial = await openTrial(version);
      await posted(trial, "A", "1");
      await posted(trial, "B", "2");
      const names = trial.odoo.documents().invoices.map((invoice) => invoice.name);
      assert.deepEqual(
        names,
        version === 19 ? ["INV/2026/00001", "INV/2026/00002"] : ["INV/2026/05/0001", "INV/2026/05/0002"],
      );
    });

    test("a payment in parts: partial, then paid, and what is too much stays open", async () => {
      const trial = await openTrial(version);
      const { session, odoo } = trial;
      const invoice = await posted(trial, "A", "100");
      const state = () => odoo.documents().invoices.find((one) => one.id === invoice);
      const first = await paid(trial, "first", "15");
      await session.call("account.move", "js_assign_outstanding_line", { ids: [invoice], line_id: first.line });
      assert.deepEqual([state()?.paymentState, state()?.residual], ["partial", 100]);
      const second = await paid(trial, "second", "120");
      await session.call("account.move", "js_assign_outstanding_line", { ids: [invoice], line_id: second.line });
      assert.deepEqual([state()?.paymentState, state()?.residual], ["paid", 0]);
      const payments = odoo.documents().payments;
      assert.deepEqual(
        payments.map((payment) => payment.reconciled),
        [true, false],
      );
      const [open] = await session.search("account.move.line", [["id", "=", second.line]], ["amount_residual"]);
      assert.equal(open?.["amount_residual"], -20);
    });

    test("resetting an invoice to draft opens its payment again", async () => {
      const trial = await openTrial(version);
      const { session, odoo } = trial;
      const invoice = await posted(trial, "A", "10");
      const { line } = await paid(trial, "A", "11.5");
      await session.call("account.move", "js_assign_outstanding_line", { ids: [invoice], line_id: line });
      assert.equal(odoo.documents().payments[0]?.reconciled, true);
      await session.call("account.move", "button_draft", { ids: [invoice] });
      assert.equal(odoo.documents().payments[0]?.reconciled, false);
      assert.equal(odoo.documents().counts.reconciliations, 0);
    });

    test("a deleted invoice makes its order due again", async () => {
      const trial = await openTrial(version);
      const invoice = await posted(trial, "A", "10");
      await trial.odoo.deleteDocument("account.move", invoice);
      const [order] = await trial.session.search("sale.order", [], ["invoice_status", "invoice_ids"]);
      assert.deepEqual([order?.["invoice_status"], order?.["invoice_ids"]], ["to invoice", []]);
    });
  });
}

describe("another currency", () => {
  test("is the price list's; entries carry the company's money beside it", async () => {
    const trial = await openTrial(19);
    const { odoo, session, scene } = trial;
    await odoo.addCurrency({ name: "EUR", rate: 0.8 });
    const pricelist = await session.findId("product.pricelist", [["currency_id.name", "=", "EUR"]]);
    await partner(scene);
    const productId = await product(scene, { name: "A", kind: "service" });
    const fields = [
      "id",
      "partner_id/id",
      "pricelist_id/.id",
      "order_line/id",
      "order_line/product_id/.id",
      "order_line/price_unit",
      "order_line/tax_ids/.id",
    ];
    const row = [
      session.external("o"),
      session.external("p"),
      String(pricelist),
      session.external("l"),
      String(productId),
      "8",
      "",
    ];
    const order = loadedId(await session.call("sale.order", "load", { fields, data: [row] }));
    await session.call("sale.order", "action_confirm", { ids: [order] });
    const invoice = Number(await invoiceOrder(scene, order));
    const view = odoo.documents().invoices[0];
    assert.deepEqual([view?.currency, view?.total, view?.imbalance], ["EUR", 8, 0]);
    const lines = await session.search(
      "account.move.line",
      [["move_id", "=", invoice]],
      ["amount_currency", "balance"],
      { order: "id" },
    );
    assert.deepEqual(
      lines.map((line) => [line["amount_currency"], line["balance"]]),
      [
        [-8, -10],
        [8, 10],
      ],
    );
  });
});
