/** What the live suite of Shopify needs in a real Odoo, all of it named after the run: goods, taxes, a warehouse, a journal, a price list. */
import assert from "node:assert/strict";
import { makeWares, setStock, type OdooBooks, type Wares } from "./odoo-books.ts";

/** The customers' other currency: active on the servers, with a rate of its own. */
export const FOREIGN = "NOK";
export const FOREIGN_RATE = "10.37";

export interface ShopifyWares extends Wares {
  readonly jarSku: string;
  readonly cupSku: string;
  readonly dishSku: string;
  /** By SKU: jar, cup and dish. */
  readonly ids: ReadonlyMap<string, number>;
  /** By percentage, as the shop writes it. */
  readonly taxIds: ReadonlyMap<string, number>;
  /** Code of the second warehouse. */
  readonly warehouse: string;
  /** Code of the journal of gift cards. */
  readonly giftJournal: string;
  readonly pricelistId: number;
}

export const JARS = 30;
export const CUPS = 15;
export const DISHES = 7;
const PLENTY = 100_000;

export async function makeShopifyWares(books: OdooBooks, mark: string): Promise<ShopifyWares> {
  const wares = await makeWares(books, mark, PLENTY);
  const code = mark.slice(-4).toUpperCase();
  const [warehouse, giftJournal] = [`S${code}`, `G${code}`];
  await books.create("stock.warehouse", { name: `Live ${mark}`, code: warehouse });
  await books.create("account.journal", { name: `Live gift cards ${mark}`, code: giftJournal, type: "bank" });
  const tax = (percent: string) =>
    books.create("account.tax", {
      name: `Live ${percent} ${mark}`,
      amount: Number(percent),
      amount_type: "percent",
      type_tax_use: "sale",
    });
  const taxIds = new Map([
    ["21", wares.tax21Id],
    ["6", wares.tax6Id],
  ]);
  for (const percent of ["6.25", "1", "0.875"]) taxIds.set(percent, await tax(percent));
  const storable = books.major >= 19 ? { type: "consu", is_storable: true } : { type: "product" };
  const [jarSku, cupSku, dishSku] = [`JAR-${mark}`, `CUP-${mark}`, `DISH-${mark}`];
  const ids = new Map<string, number>();
  for (const sku of [jarSku, cupSku, dishSku])
    ids.set(
      sku,
      await books.create("product.product", { name: sku, default_code: sku, invoice_policy: "order", ...storable }),
    );
  await setStock(books, ids.get(jarSku)!, JARS, warehouse);
  await setStock(books, ids.get(cupSku)!, CUPS, warehouse);
  await setStock(books, ids.get(dishSku)!, DISHES);
  const pricelistId = await foreignPricelist(books, mark);
  return { ...wares, jarSku, cupSku, dishSku, ids, taxIds, warehouse, giftJournal, pricelistId };
}

/** Orders in another currency need one. */
async function foreignPricelist(books: OdooBooks, mark: string): Promise<number> {
  const [ids] = [
    (await books.call("res.currency", "search", [[["name", "=", FOREIGN]]], {
      context: { active_test: false },
    })) as number[],
  ];
  const [currencyId] = ids;
  assert.ok(currencyId, `Odoo knows ${FOREIGN}`);
  await books.call("res.currency", "write", [[currencyId], { active: true }]);
  const rates = await books.searchRead("res.currency.rate", [["currency_id", "=", currencyId]], ["rate"]);
  if (rates.length === 0)
    await books.create("res.currency.rate", {
      currency_id: currencyId,
      name: "2020-01-01",
      rate: Number(FOREIGN_RATE),
    });
  return books.create("product.pricelist", { name: `Live ${mark}`, currency_id: currencyId, sequence: 99 });
}

/** So that nobody else's documents get this run's price list or journal. */
export async function retireWares(books: OdooBooks, { pricelistId, giftJournal }: ShopifyWares): Promise<void> {
  await books.call("product.pricelist", "write", [[pricelistId], { active: false }]);
  const journals = await books.searchRead("account.journal", [["code", "=", giftJournal]], ["code"]);
  await books.call("account.journal", "write", [journals.map(({ id }) => id), { active: false }]);
}
