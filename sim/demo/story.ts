/** The chapters: each does something a merchant knows, waits until both sides agree, and says what is seen on each. */
import type { Narrator } from "./narrator.ts";
import { ARTICLES, NEW_ARTICLE, SHOPPERS } from "./catalog.ts";
import { SHOP, type Stage } from "./stage.ts";
import { stockRows } from "./tally.ts";
import type { PlacedOrder } from "../woocommerce/checkout.ts";

/** Longest wait for anything that must happen: far more than it takes, so that a slow machine tells the same story. */
export const PATIENCE_MS = 30_000;

export interface Telling {
  readonly stage: Stage;
  readonly narrator: Narrator;
  /** Everything that was not as it should be. */
  readonly wrong: string[];
}

export const CHAPTERS: readonly ((telling: Telling) => Promise<void>)[] = [
  openingStock,
  ordinaryOrder,
  discountAndVariation,
  bankTransfer,
  unknownSku,
  warehouseDay,
  doubledWebhook,
  odooOutage,
];

async function openingStock(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("1. The shelves");
  narrator.say(
    "Odoo knows what lies in the warehouse; the shop starts with zeros. A person asks for one comparison of everything.",
  );
  const { text } = await stage.hub.command(["reconcile", "stock", SHOP]);
  narrator.hub(`stockbridge reconcile stock ${SHOP}: ${text.split("\n")[0] ?? ""}`);
  await verify(telling, "The shop offers what Odoo has.", () => stockIsRight(stage, ARTICLES.length));
  narrator.table(
    ["SKU", "shop", "Odoo free", "held"],
    stockRows(stage).map((row) => [row.sku, String(row.offered), String(row.free), String(row.held)]),
  );
}

async function ordinaryOrder(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("2. An order like most");
  const order = buy(telling, 0, {
    items: [
      { sku: "TEAPOT", quantity: 1 },
      { sku: "COOKBOOK", quantity: 2 },
    ],
    shipping: { total: "4.95", title: "Parcel" },
    ...CARD,
  });
  await arrives(telling, order);
  const proof = await stage.hub.command(["proof", SHOP, order.number]);
  narrator.hub(`stockbridge proof ${SHOP} ${order.number} puts both sides beside each other:`);
  for (const line of proof.text.split("\n").slice(1)) narrator.hub(line);
  check(telling, proof.code === 0, "Every line, each tax and the total are equal to the cent.");
}

async function discountAndVariation(telling: Telling): Promise<void> {
  const { narrator } = telling;
  narrator.chapter("3. A coupon, a size, a fee, cash on delivery");
  const order = buy(telling, 1, {
    items: [
      { sku: "TSHIRT-M-BLK", quantity: 2 },
      { sku: "MUG-BLUE", quantity: 3 },
    ],
    coupons: ["WELCOME10"],
    shipping: { total: "4.95", title: "Parcel" },
    fees: [{ name: "Gift wrapping", total: "1.35" }],
    method: "cod",
    methodTitle: "Cash on delivery",
  });
  await arrives(telling, order, { paid: false });
  narrator.say("Cash on delivery is money that the carrier has, not the shop: no payment is booked.");
}

async function bankTransfer(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("4. A bank transfer that takes its time");
  const order = buy(telling, 2, {
    items: [{ sku: "TSHIRT-L-BLK", quantity: 1 }],
    method: "bacs",
    methodTitle: "Bank transfer",
  });
  await verify(
    telling,
    `Order #${order.number} waits as a draft in Odoo: nothing is posted.`,
    () => stage.odoo.documentsOf(order.number).orders[0]?.state === "draft",
  );
  narrator.say("The money arrives, and the shop moves the order on.");
  stage.shop.payOrder(order.id, "SEPA-0042");
  await arrives(telling, order);
}

async function unknownSku(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("5. A product that nobody made in Odoo");
  const order = buy(telling, 3, {
    items: [
      { sku: NEW_ARTICLE.sku, quantity: 1 },
      { sku: "MUG-BLUE", quantity: 1 },
    ],
    ...CARD,
  });
  const mark = (): string => messageOn(stage, order);
  await verify(telling, "The order is held by name, and the shop's order says why:", () =>
    mark().includes(NEW_ARTICLE.sku),
  );
  narrator.shop(`"${mark()}"`);
  check(telling, stage.odoo.documentsOf(order.number).invoices.length === 0, "Nothing was posted for it.");
  narrator.say(`A person makes the product ${NEW_ARTICLE.sku} in Odoo and presses retry.`);
  await stage.odoo.addArticle(NEW_ARTICLE);
  const retried = await stage.hub.command(["failures", "retry", `order/${SHOP}/${order.id}`]);
  narrator.hub(`stockbridge failures retry order/${SHOP}/${order.id}: ${retried.text}`);
  await arrives(telling, order);
  narrator.say("Its stock is compared too, since now both sides know it.");
  await stage.hub.command(["reconcile", "stock", SHOP]);
  await verify(telling, `The shop offers the ${NEW_ARTICLE.name.toLowerCase()} that Odoo has.`, () =>
    stockIsRight(stage, ARTICLES.length + 1),
  );
}

async function warehouseDay(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("6. A morning in the warehouse");
  const moves = [
    ["A delivery of 24 blue mugs is received.", () => stage.odoo.receive("MUG-BLUE", 24)],
    ["Somebody counts the teapots: there are 9.", () => stage.odoo.count("TEAPOT", 9)],
    ["The market stall sells 5 cookbooks.", () => stage.odoo.sell("COOKBOOK", 5)],
  ] as const;
  for (const [sentence, act] of moves) {
    narrator.odoo(sentence);
    await act();
  }
  const startMs = stage.nowMs();
  await verify(telling, "The shop follows by itself.", () => stockIsRight(stage, ARTICLES.length + 1), 75_000);
  narrator.shop(`It took ${seconds(stage.nowMs() - startMs)}.`);
  narrator.table(
    ["SKU", "shop", "Odoo free", "held"],
    stockRows(stage).map((row) => [row.sku, String(row.offered), String(row.free), String(row.held)]),
  );
  const explained = await stage.hub.command(["explain", "stock", SHOP, "MUG-BLUE"]);
  narrator.hub(`stockbridge explain stock ${SHOP} MUG-BLUE:`);
  for (const line of explained.text.split("\n").slice(0, 8)) narrator.hub(line.trimEnd());
}

async function doubledWebhook(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("7. A webhook that comes three times");
  const order = buy(telling, 4, { items: [{ sku: "MUG-BLUE", quantity: 1 }], ...CARD });
  await arrives(telling, order);
  const answers = [await stage.repeatLastWebhook(), await stage.repeatLastWebhook()];
  narrator.hub(
    `The same delivery comes twice more; the hub answers ${answers.map(({ status }) => status).join(" and ")} and knows it already.`,
  );
  check(
    telling,
    answers.every(({ status, body }) => status === 200 && body.includes('"taken":false')),
    "A delivery that was taken is acknowledged, and nothing else happens.",
  );
  await stage.sleep(1_000);
  isSingle(telling, order);
}

async function odooOutage(telling: Telling): Promise<void> {
  const { stage, narrator } = telling;
  narrator.chapter("8. Odoo is away");
  await stage.outage.begin();
  narrator.odoo("The server is switched off. Customers go on buying; no checkout waits for Odoo.");
  const orders = [0, 1, 2].map((shopper) =>
    buy(telling, shopper, { items: [{ sku: ARTICLES[shopper]?.sku ?? "", quantity: 1 }], ...CARD }),
  );
  let sentence = "";
  await verify(telling, "The hub pauses Odoo as a whole; no order uses up an attempt.", async () => {
    const paused = (await stage.hub.connections()).find(({ state }) => state === "paused");
    sentence = paused?.sentence ?? "";
    return paused !== undefined;
  });
  narrator.hub(`/health/ready says: ${sentence}`);
  await stage.outage.end();
  narrator.odoo("The server is back.");
  const startMs = stage.nowMs();
  await verify(
    telling,
    `All ${orders.length} orders are in Odoo.`,
    () => orders.every((order) => isPosted(stage, order)),
    75_000,
  );
  narrator.hub(`It was caught up ${seconds(stage.nowMs() - startMs)} after Odoo came back.`);
  for (const order of orders) isSingle(telling, order);
  const { json } = await stage.hub.command(["failures", "list", "--shop", SHOP, "--json"]);
  const { failures } = json as { failures: readonly { key: string }[] };
  check(
    telling,
    failures.every(({ key }) => !key.startsWith("order/")),
    "No order is parked, none waits for a person.",
  );
  await verify(telling, "The shop's stock has followed.", () => stockIsRight(stage, ARTICLES.length + 1), 75_000);
}

const CARD = { method: "stripe", methodTitle: "Credit card", paid: true } as const;

function buy(
  telling: Telling,
  shopper: number,
  checkout: Omit<Parameters<Stage["shop"]["placeOrder"]>[0], "billing">,
): PlacedOrder {
  const { stage, narrator } = telling;
  const billing = SHOPPERS[shopper % SHOPPERS.length] ?? {};
  const transaction = checkout.paid === true ? { transactionId: `ch_${stage.shop.snapshot().orders.length + 1}` } : {};
  const order = stage.shop.placeOrder({ ...checkout, ...transaction, billing: { ...billing } });
  const placed = stage.shop.order(order.id);
  const what = checkout.items.map(({ quantity, sku }) => `${quantity} × ${sku ?? "?"}`).join(", ");
  narrator.shop(
    `Order #${order.number}: ${what}, ${checkout.methodTitle ?? ""}, ${placed?.total ?? "?"} ${placed?.currency ?? ""} of which tax ${placed?.totalTax ?? "?"} (${placed?.status ?? ""}).`,
  );
  return order;
}

/** Until it is posted in Odoo and marked in the shop; says what is seen there. */
async function arrives(telling: Telling, order: PlacedOrder, { paid = true } = {}): Promise<void> {
  const { stage, narrator } = telling;
  const startMs = stage.nowMs();
  const isThere = await stage.until(
    () => isPosted(stage, order) && (!paid || stage.odoo.documentsOf(order.number).invoices[0]?.paid === true),
    PATIENCE_MS,
  );
  const { orders, invoices, payments } = stage.odoo.documentsOf(order.number);
  if (isThere) {
    const payment = payments[0] === undefined ? "no payment" : `payment ${payments[0].amount}`;
    narrator.odoo(
      `${orders[0]?.name ?? "?"} over ${orders[0]?.total ?? "?"}, invoice ${invoices[0]?.name ?? "?"} over ${invoices[0]?.total ?? "?"}, ${payment} (after ${seconds(stage.nowMs() - startMs)}).`,
    );
  } else if (messageOn(stage, order) !== "") narrator.hub(messageOn(stage, order));
  check(
    telling,
    isThere,
    `Order #${order.number} is confirmed and invoiced${paid ? " and paid" : ""} in Odoo, and the shop's order says so.`,
  );
  isSingle(telling, order);
  if (!paid) check(telling, payments.length === 0, "There is no payment for it.");
}

/** What the hub wrote on the shop's order; "" when nothing. */
function messageOn({ shop }: Stage, { id }: PlacedOrder): string {
  const message = shop.order(id)?.meta["_stockbridge_message"];
  return typeof message === "string" ? message : "";
}

export function isPosted(stage: Stage, order: PlacedOrder): boolean {
  const [invoice] = stage.odoo.documentsOf(order.number).invoices;
  return invoice?.state === "posted" && stage.shop.order(order.id)?.meta["_stockbridge_status"] === "synced";
}

function isSingle(telling: Telling, order: PlacedOrder): void {
  const { orders, invoices, payments } = telling.stage.odoo.documentsOf(order.number);
  check(
    telling,
    orders.length === 1 && invoices.length === 1 && payments.length <= 1,
    `Order #${order.number} has one order, one invoice and at most one payment.`,
    true,
  );
}

/** All that both sides know, and at least so many. */
export function stockIsRight(stage: Stage, articlesMin: number): boolean {
  const rows = stockRows(stage);
  return rows.length >= articlesMin && rows.every(({ isEqual }) => isEqual);
}

async function verify(
  telling: Telling,
  sentence: string,
  isSo: () => boolean | Promise<boolean>,
  msMax = PATIENCE_MS,
): Promise<void> {
  check(telling, await telling.stage.until(isSo, msMax), sentence);
}

function check({ narrator, wrong }: Telling, isRight: boolean, sentence: string, isQuiet = false): void {
  if (!isRight) wrong.push(sentence);
  if (!isRight || !isQuiet) narrator.verdict(isRight, sentence);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
