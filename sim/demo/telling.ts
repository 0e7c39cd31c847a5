/** What the chapters share: saying what happens, waiting until all sides agree, and keeping what was not as it should be. */
import { CURRENCY, NEW_ARTICLE, SHOPPERS } from "./catalog.ts";
import type { Narrator } from "./narrator.ts";
import type { Basket, DemoOrder, DemoShop } from "./shop.ts";
import type { Stage } from "./stage.ts";
import { stockRows, stockTable } from "./stock-rows.ts";

/** Longest wait for anything that must happen: far more than it takes, so that a slow machine tells the same story. */
export const PATIENCE_MS = 30_000;
/** The same where the hub may have to find by a schedule what no webhook told of. */
export const LONG_PATIENCE_MS = 75_000;

export interface Telling {
  readonly stage: Stage;
  readonly narrator: Narrator;
  /** Everything that was not as it should be. */
  readonly wrong: string[];
  chapters: number;
}

export function chapter(telling: Telling, title: string): void {
  telling.chapters += 1;
  telling.narrator.chapter(`${telling.chapters}. ${title}`);
}

/** Something that is seen in a shop; named where there are several. */
export function seen({ stage, narrator }: Telling, shop: DemoShop, sentence: string): void {
  narrator.shop(sentence, stage.shops.length === 1 ? "shop" : shop.label);
}

const WAYS = {
  card: "credit card",
  transfer: "bank transfer",
  "on-delivery": "cash on delivery",
  "gift-card": "gift card and credit card",
} as const;

export type Wish = Omit<Basket, "shopper">;

/** Null where the shop is sold out. */
export function tryToBuy(telling: Telling, shop: DemoShop, shopper: number, wish: Wish): DemoOrder | null {
  const person = SHOPPERS[shopper % SHOPPERS.length];
  if (person === undefined) throw new Error("nobody is there to buy anything");
  const order = shop.buy({ ...wish, shopper: person });
  if (order === null) return null;
  const what = wish.items.map(({ quantity, sku }) => `${quantity} × ${sku}`).join(", ");
  seen(
    telling,
    shop,
    `Order #${order.number}: ${what}, ${WAYS[wish.paidBy]}, ${order.total} ${CURRENCY} of which tax ${order.tax} (${order.status}).`,
  );
  return order;
}

export function buy(telling: Telling, shop: DemoShop, shopper: number, wish: Wish): DemoOrder {
  const order = tryToBuy(telling, shop, shopper, wish);
  if (order === null) throw new Error(`${shop.id} is sold out of ${wish.items.map(({ sku }) => sku).join(", ")}`);
  return order;
}

/** Until it is posted in Odoo and marked in the shop; says what is seen there. */
export async function arrives(telling: Telling, shop: DemoShop, order: DemoOrder): Promise<void> {
  const { stage, narrator } = telling;
  const startMs = stage.nowMs();
  const isThere = await stage.until(() => isPosted(stage, shop, order), PATIENCE_MS);
  const { orders, invoices, payments } = stage.odoo.documentsOf(order.number);
  const money = shop.order(order.id).received.parts > 0;
  if (isThere) {
    const paid =
      payments.length === 0
        ? "no payment"
        : `${payments.length === 1 ? "payment" : "payments"} ${payments.join(" and ")}`;
    narrator.odoo(
      `${orders[0]?.name ?? "?"} over ${orders[0]?.total ?? "?"}, invoice ${invoices[0]?.name ?? "?"} over ${invoices[0]?.total ?? "?"}, ${paid} (after ${seconds(stage.nowMs() - startMs)}).`,
    );
  } else {
    const { sentence } = shop.order(order.id).mark;
    if (sentence !== "") narrator.hub(sentence);
  }
  check(
    telling,
    isThere,
    `Order #${order.number} is confirmed and invoiced${money ? " and paid" : ""} in Odoo, and the shop's order says so.`,
  );
  isSingle(telling, shop, order);
  if (!money) check(telling, payments.length === 0, "There is no payment for it.");
}

/** Invoiced, paid as far as money came through the shop, and marked so in the shop. */
export function isPosted(stage: Stage, shop: DemoShop, { id, number }: DemoOrder): boolean {
  const { received, mark } = shop.order(id);
  const { invoices, payments } = stage.odoo.documentsOf(number);
  const [invoice] = invoices;
  return (
    invoice?.state === "posted" &&
    mark.status === "synced" &&
    payments.length >= received.parts &&
    (received.parts === 0 || invoice.paid)
  );
}

export function isSingle({ stage, narrator, wrong }: Telling, shop: DemoShop, { id, number }: DemoOrder): void {
  const { orders, invoices, payments } = stage.odoo.documentsOf(number);
  const { parts } = shop.order(id).received;
  const isRight = orders.length === 1 && invoices.length === 1 && payments.length === parts;
  check(
    { narrator, wrong },
    isRight,
    `Order #${number} has one order, one invoice and ${parts === 1 ? "one payment" : `${parts} payments`} in Odoo.`,
    true,
  );
}

/** All that both sides know is equal, and each article of the shops' catalogs is among it. */
export function stockIsRight({ shops, odoo }: Stage): boolean {
  const rows = stockRows(shops, odoo);
  const isThere = (shop: DemoShop): boolean =>
    shop
      .offers()
      .filter(({ sku }) => sku !== NEW_ARTICLE.sku)
      .every(({ sku }) => rows.some((row) => row.shop === shop && row.sku === sku));
  return rows.length > 0 && shops.every(isThere) && rows.every(({ isEqual }) => isEqual);
}

/** As `verify` of `stockIsRight`; what is not right is shown. */
export async function verifyStock(telling: Telling, sentence: string, msMax = PATIENCE_MS): Promise<void> {
  const { stage, narrator } = telling;
  await verify(telling, sentence, () => stockIsRight(stage), msMax);
  for (const { shop, sku, warehouse, offered, free, held, isEqual } of stockRows(stage.shops, stage.odoo))
    if (!isEqual)
      narrator.say(
        `${shop.id} offers ${offered} × ${sku} of warehouse ${warehouse}; Odoo: ${free} free, ${held} held.`,
      );
}

export function showStock({ stage: { shops, odoo }, narrator }: Telling): void {
  narrator.table(...stockTable(shops, odoo));
}

export async function verify(
  telling: Telling,
  sentence: string,
  isSo: () => boolean | Promise<boolean>,
  msMax = PATIENCE_MS,
): Promise<void> {
  check(telling, await telling.stage.until(isSo, msMax), sentence);
}

export function check(
  { narrator, wrong }: Pick<Telling, "narrator" | "wrong">,
  isRight: boolean,
  sentence: string,
  isQuiet = false,
): void {
  if (!isRight) wrong.push(sentence);
  if (!isRight || !isQuiet) narrator.verdict(isRight, sentence);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
