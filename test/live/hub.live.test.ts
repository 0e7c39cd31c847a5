/**
 * The whole hub on the real Odoo 19 and 14: orders of every shape, the same events again, stock back to the shop, and thirty
 * deaths in the middle of runs. Judged by reading Odoo's books without the hub.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertOnce, booksOf, makeWares, openBooks, setStock, type OdooBooks, type Wares } from "./odoo-books.ts";
import { openHub, shopIdOf, SYNCED_WITHIN_MS, until, type HubUnderTest } from "./hub-under-test.ts";

/** Deaths on both versions together: 30. */
const DEATHS = { 19: 20, 14: 10 } as const;
const STOCK_AT_FIRST = 1_000;

for (const major of [19, 14] as const) {
  describe(`the hub on Odoo ${major}`, () => {
    const mark = `${major}${Date.now().toString(36)}`;
    const shopId = shopIdOf(mark);
    let books: OdooBooks;
    let wares: Wares;
    let hub: HubUnderTest;
    let shirt: string;
    let mug: string;

    before(async () => {
      books = await openBooks(major);
      wares = await makeWares(books, mark, STOCK_AT_FIRST);
      hub = await openHub(books, wares, mark);
      const { shop } = hub;
      shop.addTaxRate({ percent: "21", name: "VAT 21", country: "BE" });
      shop.addTaxRate({ percent: "6", name: "VAT 6", country: "BE", taxClass: "reduced-rate" });
      shop.addCoupon({ code: "SAVE10", type: "percent", amount: "10" });
      mug = shop.addProduct({ name: "Mug", sku: wares.mugSku, price: "9.99", stock: 5 });
      shirt = shop.addVariableProduct({
        name: "T-Shirt",
        variations: [{ option: "S", sku: wares.shirtSku, price: "20.33", stock: 5 }],
      }).variationIds[0]!;
      await hub.start();
    });

    after(async () => {
      await hub?.close();
      await removeAutomations(books, mark);
    });

    const guest = (name: string) => ({
      first_name: name,
      last_name: "Example",
      address_1: "Kerkstraat 1",
      city: "Gent",
      postcode: "9000",
      country: "BE",
      email: `${name.toLowerCase()}-${mark}@example.test`,
    });
    const totalOf = (orderId: string) => hub.shop.order(orderId)!.total;

    test("a paid order with a variation, a coupon, shipping, a fee and tax becomes one of each document, equal to the cent", async () => {
      const { id, number } = hub.shop.placeOrder({
        items: [
          { variantId: mug, quantity: 3 },
          { variantId: shirt, quantity: 2 },
        ],
        billing: guest("Ann"),
        coupons: ["SAVE10"],
        shipping: { method: "flat_rate", title: "Flat rate", total: "5.95" },
        fees: [{ name: "Gift wrap", total: "2.50", taxable: true }],
        method: "stripe",
        transactionId: "pi_1",
        paid: true,
      });
      await hub.synced(id);
      await assertOnce(books, number, totalOf(id), true);
      const proof = await hub.command("proof", shopId, number);
      assert.equal((proof.json as { equal?: boolean }).equal, true, proof.text);
    });

    test("cash on delivery is invoiced and not paid; an open bank transfer is a draft and nothing is posted", async () => {
      const cod = hub.shop.placeOrder({
        items: [{ variantId: mug, quantity: 1 }],
        billing: guest("Bob"),
        method: "cod",
      });
      const bacs = hub.shop.placeOrder({
        items: [{ variantId: mug, quantity: 1 }],
        billing: guest("Cas"),
        method: "bacs",
      });
      await hub.synced(cod.id);
      await assertOnce(books, cod.number, totalOf(cod.id), false);
      await until(
        async () => (await booksOf(books, bacs.number)).orders.length === 1,
        SYNCED_WITHIN_MS,
        () => "a draft of the bank transfer's order",
      );
      const found = await booksOf(books, bacs.number);
      assert.deepEqual([found.orders[0]?.["state"], found.invoices.length, found.payments.length], ["draft", 0, 0]);
    });

    test("the same events again make no second document", async () => {
      const { id, number } = hub.shop.placeOrder({
        items: [{ variantId: shirt, quantity: 1 }],
        billing: guest("Dora"),
        method: "stripe",
        transactionId: "pi_2",
        paid: true,
      });
      await hub.synced(id);
      for (let time = 0; time < 8; time += 1) {
        hub.shop.editOrder(id, { meta: [{ key: "_seen", value: String(time) }] });
        await hub.shop.deliverDueWebhooks();
      }
      const again = await hub.command("run", "order", shopId, id);
      assert.equal(again.code, 0, again.text);
      await assertOnce(books, number, totalOf(id), true);
    });

    test("an unknown SKU fails with its sentence and succeeds on retry once it is known, without a duplicate", async () => {
      const sku = `LATE-${mark}`;
      const late = hub.shop.addProduct({ name: "Late", sku, price: "4.01", stock: 3 });
      const { id, number } = hub.shop.placeOrder({
        items: [{ variantId: late, quantity: 1 }],
        billing: guest("Eva"),
        method: "stripe",
        transactionId: "pi_3",
        paid: true,
      });
      await until(
        async () => {
          await hub.shop.deliverDueWebhooks();
          return hub.shop.order(id)?.meta["_stockbridge_status"] === "failed";
        },
        SYNCED_WITHIN_MS,
        () => "the failure on the shop's order",
      );
      assert.equal(
        hub.shop.order(id)?.meta["_stockbridge_message"],
        `Order #${number} failed to sync because product SKU ${sku} was not found in Odoo product.product -> default_code`,
      );
      await books.create("product.product", { name: sku, default_code: sku, type: "service", invoice_policy: "order" });
      const retried = await hub.command("failures", "retry", `order/${shopId}/${id}`);
      assert.equal(retried.code, 0, retried.text);
      await hub.synced(id);
      await assertOnce(books, number, totalOf(id), true);
    });

    test("stock that changes in Odoo appears in the shop, less what its orders hold", async () => {
      const swept = await hub.command("reconcile", "stock", shopId);
      assert.equal(swept.code, 0, swept.text);
      const free = async () => {
        const context = major >= 19 ? { warehouse_id: 1 } : { warehouse: 1 };
        const [row] = (await books.call("product.product", "read", [[wares.mugId], ["free_qty"]], { context })) as {
          free_qty: number;
        }[];
        return row!.free_qty;
      };
      // Orders on hold are drafts in Odoo: it reserves nothing for them, so the hub holds their one mug back.
      await until(
        async () => hub.shop.stockOf(mug) === (await free()) - 1,
        SYNCED_WITHIN_MS,
        () => `the shop's ${hub.shop.stockOf(mug)} mugs to follow Odoo`,
      );
      await setStock(books, wares.mugId, 321);
      if (major < 19) await hub.command("reconcile", "stock", shopId);
      await until(
        async () => hub.shop.stockOf(mug) === (await free()) - 1,
        SYNCED_WITHIN_MS,
        () => `the shop's ${hub.shop.stockOf(mug)} mugs to follow Odoo`,
      );
      const why = await hub.command("explain", "stock", shopId, wares.mugSku);
      assert.equal(why.code, 0, why.text);
      assert.match(why.text, /heldTotal/);
    });

    test(
      `kill -9 in the middle of ${DEATHS[major]} runs loses and doubles nothing`,
      { timeout: 20 * 60_000 },
      async () => {
        const placed: { readonly id: string; readonly number: string }[] = [];
        let deaths = 0;
        for (let trial = 0; deaths < DEATHS[major]; trial += 1) {
          assert.ok(trial < 2 * DEATHS[major], `only ${deaths} deaths in ${trial} trials`);
          // From the first reads over every write to the last look, before and after Odoo has carried it out.
          hub.dieAtCall(1 + ((trial * 7) % 41), trial % 2 === 0 ? "before" : "after");
          const order = hub.shop.placeOrder({
            items: [{ variantId: shirt, quantity: 1 + (trial % 3) }],
            billing: guest(`Kim${trial % 4}`),
            method: "stripe",
            transactionId: `pi_k${trial}`,
            paid: true,
          });
          placed.push(order);
          await until(
            async () => {
              await hub.shop.deliverDueWebhooks();
              return !hub.running() || hub.shop.order(order.id)?.meta["_stockbridge_status"] === "synced";
            },
            SYNCED_WITHIN_MS,
            () => "the death or the end of the run",
          );
          if (hub.running()) continue;
          deaths += 1;
          await hub.start();
          await hub.synced(order.id);
        }
        for (const { id, number } of placed) await assertOnce(books, number, totalOf(id), true);
        const partners = await books.searchRead(
          "res.partner",
          [
            ["email", "like", `kim%-${mark}@example.test`],
            ["parent_id", "=", false],
          ],
          ["email"],
        );
        assert.equal(partners.length, Math.min(4, placed.length), "one partner a guest");
      },
    );

    test("it stops cleanly", async () => {
      assert.equal(await hub.stop(), 0);
    });
  });
}

/** They would post to nobody for as long as this database lives. */
async function removeAutomations(books: OdooBooks | undefined, mark: string): Promise<void> {
  if (books === undefined || books.major < 19) return;
  const actions = await books.searchRead(
    "ir.actions.server",
    [["webhook_url", "like", `automation${mark}`]],
    ["base_automation_id"],
  );
  const automations = actions.flatMap(({ base_automation_id: automation }) =>
    Array.isArray(automation) ? [automation[0] as number] : [],
  );
  if (automations.length > 0) await books.call("base.automation", "unlink", [automations]);
}
