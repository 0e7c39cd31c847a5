/** What happens when nothing special happens: an order or a movement every few seconds, until somebody stops it. */
import { createRandom } from "../random.ts";
import { ARTICLES, SHOPPERS } from "./catalog.ts";
import { isPosted, PATIENCE_MS, stockIsRight, type Telling } from "./story.ts";
import { stockRows } from "./tally.ts";
import { systemClock } from "../../src/app/system-clock.ts";

const PAUSE_MS_MIN = 2_000;
const PAUSE_MS_MAX = 6_000;
const TABLE_EVERY_EVENTS = 8;

export async function tradingDay(telling: Telling, signal: AbortSignal): Promise<void> {
  const { stage, narrator } = telling;
  const random = createRandom(`trading day ${systemClock.nowMs()}`);
  narrator.chapter("A quiet trading day (Ctrl-C ends it)");
  for (let event = 1; !signal.aborted; event += 1) {
    const article = random.pick(ARTICLES);
    if (random.chance(0.6))
      await sale(telling, random.pick(ARTICLES).sku, random.int(1, 2), random.int(0, SHOPPERS.length - 1));
    else {
      const quantity = random.int(5, 20);
      narrator.odoo(`${quantity} × ${article.sku} are received.`);
      await stage.odoo.receive(article.sku, quantity);
      const follows = await stage.until(() => signal.aborted || stockIsRight(stage, ARTICLES.length), PATIENCE_MS);
      if (!signal.aborted)
        narrator.shop(
          follows
            ? `offers ${stage.shop.snapshot().variants.find(({ sku }) => sku === article.sku)?.stock ?? "?"} of them.`
            : "has not followed yet.",
        );
    }
    if (event % TABLE_EVERY_EVENTS === 0)
      narrator.table(
        ["SKU", "shop", "Odoo free", "held"],
        stockRows(stage).map((row) => [row.sku, String(row.offered), String(row.free), String(row.held)]),
      );
    await systemClock.sleep(random.int(PAUSE_MS_MIN, PAUSE_MS_MAX), signal);
  }
}

async function sale({ stage, narrator }: Telling, sku: string, quantity: number, shopper: number): Promise<void> {
  const order = stage.shop.placeOrder({
    items: [{ sku, quantity }],
    billing: { ...SHOPPERS[shopper] },
    method: "stripe",
    methodTitle: "Credit card",
    paid: true,
    transactionId: `ch_day_${stage.shop.snapshot().orders.length + 1}`,
  });
  narrator.shop(`Order #${order.number}: ${quantity} × ${sku}, ${stage.shop.order(order.id)?.total ?? "?"} USD.`);
  const isThere = await stage.until(() => isPosted(stage, order), PATIENCE_MS);
  const { orders, invoices } = stage.odoo.documentsOf(order.number);
  narrator.odoo(
    isThere
      ? `${orders[0]?.name ?? "?"}, invoice ${invoices[0]?.name ?? "?"}, paid.`
      : `Order #${order.number} has not arrived yet.`,
  );
}
