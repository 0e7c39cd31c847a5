/** What happens when nothing special happens: an order or a movement every few seconds, until somebody stops it. */
import { createRandom } from "../random.ts";
import { ARTICLES, SHOPPERS } from "./catalog.ts";
import type { DemoShop } from "./shop.ts";
import { isPosted, PATIENCE_MS, seen, showStock, stockIsRight, tryToBuy, type Telling } from "./telling.ts";
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
    if (random.chance(0.6)) {
      const shop = random.pick(stage.shops);
      await sale(telling, shop, random.pick(shop.offers()).sku, random.int(0, SHOPPERS.length - 1));
    } else {
      const quantity = random.int(5, 20);
      const warehouse = article.onHand.WH === undefined ? "TOWN" : "WH";
      narrator.odoo(`${quantity} × ${article.sku} are received in warehouse ${warehouse}.`);
      await stage.odoo.receive(article.sku, quantity, warehouse);
      const follows = await stage.until(() => signal.aborted || stockIsRight(stage), PATIENCE_MS);
      if (!signal.aborted) narrator.hub(follows ? "It is on offer." : "It is not on offer yet.");
    }
    if (event % TABLE_EVERY_EVENTS === 0) {
      await stage.until(() => signal.aborted || stockIsRight(stage), PATIENCE_MS);
      showStock(telling);
    }
    await systemClock.sleep(random.int(PAUSE_MS_MIN, PAUSE_MS_MAX), signal);
  }
}

async function sale(telling: Telling, shop: DemoShop, sku: string, shopper: number): Promise<void> {
  const { stage, narrator } = telling;
  const order = tryToBuy(telling, shop, shopper, { items: [{ sku, quantity: 1 }], paidBy: "card" });
  if (order === null) return seen(telling, shop, `A customer wants 1 × ${sku}: sold out.`);
  const isThere = await stage.until(() => isPosted(stage, shop, order), PATIENCE_MS);
  const { orders, invoices } = stage.odoo.documentsOf(order.number);
  narrator.odoo(
    isThere
      ? `${orders[0]?.name ?? "?"}, invoice ${invoices[0]?.name ?? "?"}, paid.`
      : `Order #${order.number} has not arrived yet.`,
  );
}
