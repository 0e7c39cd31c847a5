/** What each shop offers beside what is free in Odoo, less what accepted orders take that Odoo does not know of yet. */
import type { Warehouse } from "./catalog.ts";
import type { OdooBooks } from "./odoo-books.ts";
import type { DemoShop } from "./shop.ts";

export interface StockRow {
  readonly shop: DemoShop;
  readonly sku: string;
  readonly warehouse: Warehouse;
  readonly offered: number;
  readonly free: number;
  /** By orders of all shops. */
  readonly held: number;
  readonly isEqual: boolean;
}

/** Of all that a shop has in its catalog and Odoo knows, at each of the shop's places. */
export function stockRows(shops: readonly DemoShop[], odoo: OdooBooks): readonly StockRow[] {
  const orders = shops.flatMap((shop) => shop.orders()).filter(({ isAccepted }) => isAccepted);
  const heldOf = (sku: string, warehouse: Warehouse): number =>
    orders
      .filter((order) => order.warehouse === warehouse)
      .map((order) => {
        const ordered = order.lines.filter((line) => line.sku === sku).reduce((sum, { left }) => sum + left, 0);
        return ordered === 0 ? 0 : Math.max(0, ordered - odoo.settledOf(order.number, sku));
      })
      .reduce((sum, units) => sum + units, 0);
  return shops.flatMap((shop) => {
    const offers = shop.offers();
    const skus = [...new Set(offers.map(({ sku }) => sku))];
    return skus.flatMap((sku) =>
      shop.places.flatMap(({ warehouse }) => {
        const free = odoo.free(sku, warehouse);
        if (free === null) return [];
        const held = heldOf(sku, warehouse);
        const due = Math.max(0, Math.floor(free - held));
        const offered = offers.find((offer) => offer.sku === sku && offer.warehouse === warehouse)?.units ?? null;
        // Not stocked there, and nothing to sell from there.
        if (offered === null && due === 0) return [];
        return [{ shop, sku, warehouse, offered: offered ?? 0, free, held, isEqual: (offered ?? 0) === due }];
      }),
    );
  });
}

/** The same as a table: a line for each SKU in each warehouse, a column for each shop. */
export function stockTable(
  shops: readonly DemoShop[],
  odoo: OdooBooks,
): readonly [head: readonly string[], rows: readonly (readonly string[])[]] {
  const found = stockRows(shops, odoo);
  const isOnePlace = new Set(found.map(({ warehouse }) => warehouse)).size === 1;
  const names = shops.length === 1 ? ["shop"] : shops.map(({ label }) => label);
  const lines = [...Map.groupBy(found, ({ sku, warehouse }) => `${warehouse} ${sku}`).values()];
  return [
    ["SKU", ...(isOnePlace ? [] : ["warehouse"]), ...names, "Odoo free", "held"],
    lines.flatMap((rows) => {
      const [first] = rows;
      if (first === undefined) return [];
      const offered = shops.map((shop) => String(rows.find((row) => row.shop === shop)?.offered ?? "–"));
      return [
        [first.sku, ...(isOnePlace ? [] : [first.warehouse]), ...offered, String(first.free), String(first.held)],
      ];
    }),
  ];
}
