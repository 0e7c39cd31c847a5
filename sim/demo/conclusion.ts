/** The books at the end, a column for each shop, and whether all is as it should be. */
import type { Narrator } from "./narrator.ts";
import type { ShopTally, Tally } from "./tally.ts";

const ROWS: readonly (readonly [string, (shop: ShopTally) => number])[] = [
  ["orders placed in the shop", ({ orders }) => orders.placed],
  ["of these in step with Odoo", ({ orders }) => orders.synced],
  ["held for a person", ({ orders }) => orders.parked],
  ["refunds made in the shop", ({ orders }) => orders.refunds],
  ["orders in Odoo", ({ documents }) => documents.orders],
  ["invoices", ({ documents }) => documents.invoices],
  ["payments", ({ documents }) => documents.payments],
  ["credit notes", ({ documents }) => documents.creditNotes],
  ["payments given back", ({ documents }) => documents.moneyBack],
  ["documents made twice", ({ documents }) => documents.duplicates],
  ["transfers that Odoo sent", ({ parcels }) => parcels.sent],
  ["fulfilments in the shop", ({ parcels }) => parcels.told],
  ["transfers back", ({ parcels }) => parcels.returned],
  ["stock numbers compared", ({ stock }) => stock.checked],
  ["of these different", ({ stock }) => stock.different],
];

export function conclude(narrator: Narrator, { shops, proofs }: Tally, wrong: readonly string[]): void {
  const all = Object.entries(shops);
  narrator.chapter("The books");
  narrator.table(
    ["", ...all.map(([id]) => id)],
    ROWS.map(([name, read]) => [name, ...all.map(([, shop]) => String(read(shop)))]),
  );
  narrator.blank();
  narrator.say(
    `Proofs that an order is equal on both sides, to the cent: ${proofs.equal}. Different: ${proofs.different}.`,
  );
  narrator.blank();
  for (const sentence of wrong) narrator.verdict(false, `Not as it should be: ${sentence}`);
  if (wrong.length === 0) narrator.verdict(true, "Everything is as it should be.");
}
