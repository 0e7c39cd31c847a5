/**
 * Eight at once, each with a connector of its own as eight processes would have: one partner, one order, one invoice, one
 * payment, on both versions. That some of the eight are told to look again is right; that any makes a second is not.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ErpAction, ErpPort } from "../../src/core/ports/erp.ts";
import type { Result } from "../../src/core/result.ts";
import { observeOne, STEPS } from "./odoo-path.ts";
import { anotherConnector, createWorld, good, liveOrder, MAJORS, type LiveOrder, type World } from "./odoo-world.ts";

const AT_ONCE = 8;
/** What the beaten may be told. Anything else would park an order that is well. */
const LOOK_AGAIN = ["ODOO_CONCURRENT", "ODOO_DUPLICATE"];

async function eightTimes(
  ports: readonly ErpPort[],
  world: World,
  action: ErpAction,
): Promise<readonly Result<void>[]> {
  const outcomes = (await Promise.all(ports.map((erp) => erp.apply([action], world.call)))).flat();
  assert.equal(outcomes.length, AT_ONCE);
  for (const outcome of outcomes)
    if (!outcome.ok) assert.ok(LOOK_AGAIN.includes(outcome.failure.code), JSON.stringify(outcome.failure));
  assert.ok(
    outcomes.some((outcome) => outcome.ok),
    "nobody succeeded",
  );
  return outcomes;
}

async function countOf(world: World, model: string, domain: readonly unknown[]): Promise<number> {
  return (await world.rpc(model, "search_count", { args: { domain } })) as number;
}

for (const major of MAJORS) {
  describe(`eight at once in Odoo ${major}`, async () => {
    const world = await createWorld(major);
    const { erp, call } = world;
    const ports = Array.from({ length: AT_ONCE }, () => anotherConnector(world));

    /** Each of the eight has seen the same, and does the same next step. */
    const race = async (order: LiveOrder, name: string): Promise<void> => {
      const step = STEPS[name];
      assert.ok(step);
      const seen = await Promise.all(ports.map((port) => observeOne(port, order, call)));
      const action = step(order, seen[0]!);
      assert.ok(action, `nothing to do at ${name}`);
      await eightTimes(ports, world, action);
    };

    for (const trial of [1, 2]) {
      test(`one of each, trial ${trial}`, async () => {
        const order = liveOrder(world, { number: trial });
        for (const name of ["partners", "order", "confirm", "invoice", "post", "pay"]) {
          await race(order, name);
          // Who was told to look again looks again: what is left of the step is done by one.
          const left = STEPS[name]!(order, await observeOne(erp, order, call));
          if (left !== null) for (const outcome of await erp.apply([left], call)) good(outcome);
        }
        const found = await observeOne(erp, order, call);
        assert.equal(found.invoices.length, 1);
        assert.equal(found.payments.length, 1);
        assert.deepEqual(
          [found.invoices[0]?.total, found.invoices[0]?.residual, found.invoices[0]?.paymentState],
          [order.document.total, "0.00", "paid"],
        );
        const { reference } = order.document;
        assert.equal(await countOf(world, "res.partner", [["email", "=", order.query.email]]), 1);
        assert.equal(await countOf(world, "res.partner", [["parent_id.email", "=", order.query.email]]), 1);
        assert.equal(await countOf(world, "sale.order", [["client_order_ref", "=", reference]]), 1);
        assert.equal(
          await countOf(world, "sale.order.line", [["order_id.client_order_ref", "=", reference]]),
          major === 19 ? 3 : 5,
        );
        assert.equal(
          await countOf(world, "account.move", [
            ["ref", "=", reference],
            ["move_type", "=", "out_invoice"],
          ]),
          1,
        );
        assert.equal(
          await countOf(world, "account.payment", [[major === 19 ? "memo" : "ref", "=", order.payment.memo]]),
          1,
        );
        assert.equal(await countOf(world, "stock.picking", [["sale_id.client_order_ref", "=", reference]]), 1);
        const invoiceId = found.invoices[0]?.id ?? 0;
        const partials = (await world.rpc("account.partial.reconcile", "search_read", {
          args: { domain: [["debit_move_id.move_id", "=", invoiceId]] },
          kwargs: { fields: ["amount"] },
        })) as { amount: number }[];
        assert.deepEqual(
          partials.map(({ amount }) => amount.toFixed(2)),
          [order.document.total],
        );
      });
    }

    test("eight different first orders of one guest make one customer", async () => {
      const orders = Array.from({ length: AT_ONCE }, (_, index) =>
        liveOrder(world, { number: 100 + index, customer: 100 }),
      );
      const outcomes = await Promise.all(
        orders.map(async (order, index) => {
          const port = ports[index]!;
          const action = STEPS["partners"]!(order, await observeOne(port, order, call));
          return action === null ? [] : port.apply([action], call);
        }),
      );
      for (const outcome of outcomes.flat())
        if (!outcome.ok) assert.ok(LOOK_AGAIN.includes(outcome.failure.code), JSON.stringify(outcome.failure));
      assert.equal(await countOf(world, "res.partner", [["email", "=", orders[0]!.query.email]]), 1);
    });
  });
}
