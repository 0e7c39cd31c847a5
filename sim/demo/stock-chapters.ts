/** Chapters about stock, of one shop or of several on the same shelf, and about an Odoo that is away. */
import { ARTICLES } from "./catalog.ts";
import type { DemoOrder, DemoShop } from "./shop.ts";
import {
  arrives,
  buy,
  chapter,
  check,
  isPosted,
  isSingle,
  LONG_PATIENCE_MS,
  seconds,
  seen,
  showStock,
  verifyStock,
  tryToBuy,
  verify,
  type Telling,
} from "./telling.ts";

export async function openingStock(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  chapter(telling, "The shelves");
  narrator.say(
    `Odoo knows what lies in the warehouse; the ${stage.shops.length === 1 ? "shop starts" : "shops start"} with zeros. A person asks for one comparison of everything.`,
  );
  const { text } = await stage.hub.command(["reconcile", "stock"]);
  narrator.hub("stockbridge reconcile stock");
  const isSum = (line: string): boolean => stage.shops.some(({ id }) => line.startsWith(`${id}: `));
  for (const line of text.split("\n").filter(isSum)) narrator.hub(line);
  await verifyStock(telling, "What Odoo has is on offer.");
  showStock(telling);
}

export async function warehouseDay(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  const { odoo, shops } = stage;
  chapter(telling, "A morning in the warehouse");
  const hasTown = shops.some(({ places }) => places.some(({ warehouse }) => warehouse === "TOWN"));
  const moves: readonly (readonly [string, () => Promise<void>])[] = [
    ["A delivery of 24 blue mugs is received.", () => odoo.receive("MUG-BLUE", 24, "WH")],
    ["Somebody counts the teapots: there are 9.", () => odoo.count("TEAPOT", 9, "WH")],
    ["The market stall sells 5 cookbooks.", () => odoo.sell("COOKBOOK", 5)],
    ...(hasTown
      ? [["Warehouse TOWN has found two more mugs: there are 8.", () => odoo.count("MUG-BLUE", 8, "TOWN")] as const]
      : []),
  ];
  for (const [sentence, act] of moves) {
    narrator.odoo(sentence);
    await act();
  }
  const startMs = stage.nowMs();
  await verifyStock(
    telling,
    shops.length === 1 ? "The shop follows by itself." : "The shops follow by themselves.",
    LONG_PATIENCE_MS,
  );
  narrator.hub(`It took ${seconds(stage.nowMs() - startMs)}.`);
  showStock(telling);
  const shop = shops.at(-1);
  if (shop !== undefined) await explainMugs(telling, shop);
}

async function explainMugs({ stage, narrator }: Telling, { id }: DemoShop): Promise<void> {
  const { text } = await stage.hub.command(["explain", "stock", id, "MUG-BLUE"]);
  narrator.hub(`stockbridge explain stock ${id} MUG-BLUE:`);
  // What was published before, and what a run would do, is left out.
  const lines = text.split("\n").filter((line) => !/^\s*\d{4}-\d\d-\d\dT/.test(line));
  const end = lines.findIndex((line) => line.startsWith("If it ran now"));
  for (const line of lines.slice(0, end === -1 ? undefined : end)) narrator.hub(line.trimEnd());
}

export async function odooOutage(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  chapter(telling, "Odoo is away");
  await stage.outage.begin();
  narrator.odoo("The server is switched off. Customers go on buying; no checkout waits for Odoo.");
  const orders = [0, 1, 2].map((shopper) => {
    const shop = stage.shops[shopper % stage.shops.length];
    if (shop === undefined) throw new Error("there is no shop");
    const item = { sku: ARTICLES[shopper]?.sku ?? "", quantity: 1 };
    return [shop, buy(telling, shop, shopper, { items: [item], paidBy: "card" })] as const;
  });
  await isPaused(telling);
  if (stage.shops.length > 1)
    narrator.say("What is free cannot be asked meanwhile: the shops go on with the numbers that they have.");
  await backAgain(telling, orders);
  const { json } = await stage.hub.command(["failures", "list", "--json"]);
  const { failures } = json as { failures: readonly { key: string }[] };
  check(
    telling,
    failures.every(({ key }) => !key.startsWith("order/")),
    "No order is parked, none waits for a person.",
  );
  await verifyStock(telling, "The stock on offer has followed.", LONG_PATIENCE_MS);
}

async function isPaused(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  let sentence = "";
  await verify(telling, "The hub pauses Odoo as a whole; no order uses up an attempt.", async () => {
    const paused = (await stage.hub.connections()).find(({ state }) => state === "paused");
    sentence = paused?.sentence ?? "";
    return paused !== undefined;
  });
  narrator.hub(sentence);
}

async function backAgain(telling: Telling, orders: readonly (readonly [DemoShop, DemoOrder])[]): Promise<void> {
  const { stage, narrator } = telling;
  await stage.outage.end();
  narrator.odoo("The server is back.");
  const startMs = stage.nowMs();
  await verify(
    telling,
    orders.length === 1 ? "The order is in Odoo." : `All ${orders.length} orders are in Odoo.`,
    () => orders.every(([shop, order]) => isPosted(stage, shop, order)),
    LONG_PATIENCE_MS,
  );
  narrator.hub(`It was caught up ${seconds(stage.nowMs() - startMs)} after Odoo came back.`);
  for (const [shop, order] of orders) isSingle(telling, shop, order);
}

/** What one shop sells is held back from the other. */
export async function oneShelf(telling: Telling, [one, other]: readonly [DemoShop, DemoShop]): Promise<void> {
  const { stage } = telling;
  chapter(telling, "One shelf, two shops");
  for (const [shopper, seller, sibling] of [
    [1, one, other],
    [2, other, one],
  ] as const) {
    const before = offered(sibling, "TEAPOT");
    const startMs = stage.nowMs();
    const order = buy(telling, seller, shopper, { items: [{ sku: "TEAPOT", quantity: 2 }], paidBy: "card" });
    await verify(
      telling,
      `${sibling.kindLabel} offers two teapots fewer.`,
      () => offered(sibling, "TEAPOT") === before - 2,
    );
    seen(
      telling,
      sibling,
      `TEAPOT: ${before} before, ${offered(sibling, "TEAPOT")} now (after ${seconds(stage.nowMs() - startMs)}).`,
    );
    await arrives(telling, seller, order);
  }
  await verifyStock(telling, "Both shops offer the same, and what Odoo has.");
}

/** The last unit is sold once, though Odoo reserves nothing for an order that waits for its money. */
export async function lastUnit(telling: Telling, [one, other]: readonly [DemoShop, DemoShop]): Promise<void> {
  const { stage, narrator } = telling;
  const { odoo } = stage;
  const sku = "TSHIRT-L-BLK";
  const items = [{ sku, quantity: 1 }];
  const bothOffer = (units: number): boolean => [one, other].every((shop) => offered(shop, sku) === units);
  chapter(telling, "The last one");
  const free = odoo.free(sku, "WH") ?? 0;
  await odoo.sell(sku, free - 1);
  narrator.odoo(`The market stall sells ${free - 1} of ${free} black T-shirts in L.`);
  await verify(telling, "Both shops offer the last one.", () => bothOffer(1), LONG_PATIENCE_MS);
  const order = buy(telling, one, 4, { items, paidBy: "transfer" });
  const startMs = stage.nowMs();
  await verify(telling, `${other.kindLabel} does not offer it any more.`, () => offered(other, sku) === 0);
  seen(telling, other, `0 of them ${seconds(stage.nowMs() - startMs)} after the order in ${one.kindLabel}.`);
  const second = tryToBuy(telling, other, 0, { items, paidBy: "card" });
  if (second === null) seen(telling, other, `A customer wants 1 × ${sku}: sold out.`);
  check(telling, second === null, "It is sold once.");
  await verify(
    telling,
    "Odoo has it as free: a draft reserves nothing. The hub holds it back from both shops.",
    () => odoo.documentsOf(order.number).orders[0]?.state === "draft" && odoo.free(sku, "WH") === 1 && bothOffer(0),
  );
  narrator.say("The money arrives.");
  one.moneyArrives(order.id);
  await arrives(telling, one, order);
  check(telling, odoo.free(sku, "WH") === 0, "Odoo has reserved it.");
  await verifyStock(telling, "Nothing is left of it, here or there.");
}

function offered(shop: DemoShop, sku: string): number {
  return shop.offers().find((offer) => offer.sku === sku && offer.warehouse === "WH")?.units ?? 0;
}
