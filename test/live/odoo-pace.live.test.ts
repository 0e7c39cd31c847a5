/**
 * Paid orders a second into a real Odoo, in batches through the connector beside the shortest loop of calls one by one.
 * Printed, not asserted: machines differ. What is asserted is that every order of the measurement is paid.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { walk } from "./odoo-path.ts";
import { createWorld, liveOrder, MAJORS, type World } from "./odoo-world.ts";

const BATCH = 20;
const ONE_BY_ONE = 8;

/** Thirteen calls, nothing read but what the next call needs; Odoo's own taxes, no guard against a second document. */
async function loneOrder(world: World, number: number): Promise<string> {
  const { rpc, products, taxes, run, major } = world;
  const reference = `lone-${run}-${number}`;
  const create = async (model: string, vals: Record<string, unknown>, context = {}) =>
    ((await rpc(model, "create", { args: { vals_list: [vals] }, context })) as number[])[0]!;
  const partner = await create("res.partner", { name: "Ann Example", email: `${reference}@example.test` });
  const line = (product: number, quantity: number, price: number) => [
    0,
    0,
    {
      product_id: product,
      product_uom_qty: quantity,
      price_unit: price,
      [major === 19 ? "tax_ids" : "tax_id"]: [[6, 0, [taxes.high]]],
    },
  ];
  const lines = [line(products.shirt, 3, 8.26), line(products.mug, 7, 1.43), line(products.shipping, 1, 4.13)];
  const order = await create("sale.order", { partner_id: partner, client_order_ref: reference, order_line: lines });
  await rpc("sale.order", "action_confirm", { ids: [order] });
  await rpc("sale.order", "write", { ids: [order], args: { vals: { date_order: "2026-11-10 23:30:15" } } });
  const context = { active_model: "sale.order", active_ids: [order], active_id: order };
  const wizard = await create(
    "sale.advance.payment.inv",
    { advance_payment_method: "delivered", ...(major === 19 ? { sale_order_ids: [[6, 0, [order]]] } : {}) },
    context,
  );
  await rpc("sale.advance.payment.inv", "create_invoices", { ids: [wizard], context });
  const [read] = (await rpc("sale.order", "read", {
    ids: [order],
    kwargs: { fields: ["invoice_ids", "amount_total"] },
  })) as { invoice_ids: number[]; amount_total: number }[];
  const invoice = read!.invoice_ids[0]!;
  await rpc("account.move", "write", {
    ids: [invoice],
    args: { vals: { invoice_date: "2026-11-10", ref: reference } },
  });
  await rpc("account.move", "action_post", { ids: [invoice] });
  const method = major === 14 ? { payment_method_id: 1 } : {};
  const values = {
    payment_type: "inbound",
    partner_type: "customer",
    partner_id: partner,
    amount: read!.amount_total,
    journal_id: world.journalId,
    date: "2026-11-10",
    ...method,
  };
  const payment = await create("account.payment", values);
  await rpc("account.payment", "action_post", { ids: [payment] });
  const receivable =
    major === 19 ? ["account_type", "=", "asset_receivable"] : ["account_internal_type", "=", "receivable"];
  const [credit] = (await rpc("account.move.line", "search", {
    args: { domain: [["payment_id", "=", payment], receivable] },
  })) as number[];
  await rpc("account.move", "js_assign_outstanding_line", { ids: [invoice], args: { line_id: credit } });
  const [state] = (await rpc("account.move", "read", { ids: [invoice], kwargs: { fields: ["payment_state"] } })) as {
    payment_state: string;
  }[];
  return state!.payment_state;
}

for (const major of MAJORS) {
  describe(`pace in Odoo ${major}`, async () => {
    const world = await createWorld(major);

    test("batches beside one by one", async (t) => {
      const warm = await walk(world.erp, [liveOrder(world, { number: 1 })], world.call);
      assert.equal(warm[0]?.invoices[0]?.paymentState, "paid");
      const orders = Array.from({ length: BATCH }, (_, index) => liveOrder(world, { number: 100 + index }));
      world.exchanges.length = 0;
      const startedMs = systemClock.nowMs();
      const found = await walk(world.erp, orders, world.call);
      const batchMs = systemClock.nowMs() - startedMs;
      const calls = world.exchanges.length;
      assert.ok(found.every((each) => each.invoices[0]?.paymentState === "paid"));
      const loneMs = systemClock.nowMs();
      for (let number = 0; number < ONE_BY_ONE; number += 1) assert.equal(await loneOrder(world, number), "paid");
      const perOrderMs = (systemClock.nowMs() - loneMs) / ONE_BY_ONE;
      const batched = (BATCH * 1_000) / batchMs;
      const single = 1_000 / perOrderMs;
      t.diagnostic(
        `Odoo ${major}: ${batched.toFixed(2)} orders/s in a batch of ${BATCH} (${calls} calls), ${single.toFixed(2)} orders/s one by one, ${(batched / single).toFixed(2)} times`,
      );
      const slowest = Map.groupBy(world.exchanges.slice(0, calls), (exchange) => exchange.call);
      const sums = [...slowest].map(
        ([name, all]) => `${name} ${all.length}x ${all.reduce((total, exchange) => total + exchange.durationMs, 0)} ms`,
      );
      t.diagnostic(
        sums
          .toSorted((a, b) => Number(b.split(" ").at(-2)) - Number(a.split(" ").at(-2)))
          .slice(0, 14)
          .join("; "),
      );
    });
  });
}
