/** What a shop's rules may say depends on what its kind of shop has: locations of its own, and being told what went out. */
import type { ShopKind } from "../../core/ports/shop-kind.ts";
import type { StockScope } from "../../core/ports/erp.ts";
import { within } from "../../core/stock/scopes.ts";
import type { Report } from "./cross-checks.ts";
import type { ShopSettings, StockSettings } from "./schema.ts";
import { stockScopes } from "./stock-scopes.ts";
import type { SettingPath } from "./yaml-source.ts";

export function checkShopRules(id: string, { orders, stock }: ShopSettings, kind: ShopKind, report: Report): void {
  const path = ["shops", id, "stock"];
  if (orders?.deliveries === "odoo" && !kind.abilities.fulfilments)
    report(
      ["shops", id, "orders", "deliveries"],
      `is odoo, but a ${kind.label} shop cannot be told what went out`,
      "Write apart, or shop: then what is completed in the shop is validated in Odoo.",
    );
  if (stock === undefined) return;
  if (!kind.abilities.locations) checkWholeShop(path, stock, kind, report);
  else checkShopLocations(path, stock, kind, report);
}

function checkWholeShop(path: SettingPath, stock: StockSettings, kind: ShopKind, report: Report): void {
  const fix = "Name the code of one warehouse, or the locations whose stock is sold.";
  if (stock.shopLocations !== undefined)
    report([...path, "shopLocations"], `is not for a ${kind.label} shop, which has no locations of its own`, fix);
  else if (stock.warehouse === undefined && stock.locations === undefined)
    report(path, "names neither warehouse nor locations", fix);
  if (stock.warehouse !== undefined && stock.locations !== undefined)
    report(path, "names both warehouse and locations", "Keep one of the two.");
}

function checkShopLocations(path: SettingPath, stock: StockSettings, kind: ShopKind, report: Report): void {
  const { shopLocations = {} } = stock;
  const { example = "", whereabouts = "" } = kind.locationIds ?? {};
  const fix = `Name each location's warehouse under shopLocations: "${example}": { warehouse: WH }. ${whereabouts}`;
  for (const name of ["warehouse", "locations"] as const)
    if (stock[name] !== undefined)
      report(
        [...path, name],
        `is not for a ${kind.label} shop: a total is never written to one of its locations by default`,
        fix,
      );
  if (Object.keys(shopLocations).length === 0) {
    const isSaid = stock.warehouse !== undefined || stock.locations !== undefined;
    if (stock.shopLocations !== undefined || !isSaid) report(path, "names none of the shop's locations", fix);
    return;
  }
  for (const [id, { warehouse, locations }] of Object.entries(shopLocations)) {
    const at = [...path, "shopLocations", id];
    if (kind.locationIds?.pattern.test(id) === false)
      report(at, `"${id}" is not the id of a ${kind.label} location`, `Write its number alone, like "${example}".`);
    if (warehouse === undefined && locations === undefined)
      report(at, "names neither warehouse nor locations", "Name the warehouse, the Odoo locations, or both.");
  }
  checkDisjoint(path, stock, report);
}

/** The same units behind two locations of one shop would be offered twice. */
function checkDisjoint(path: SettingPath, stock: StockSettings, report: Report): void {
  const scopes = [...stockScopes(stock)];
  scopes.forEach(([id, scope], index) => {
    for (const [earlierId, earlier] of scopes.slice(0, index)) {
      const shared = sharedPlace(earlier, scope);
      if (shared === null) continue;
      report(
        [...path, "shopLocations", id],
        `counts ${shared}, which ${earlierId} counts already: the same units would be offered twice`,
        "Give each of the shop's locations stock of its own: another warehouse, or locations that do not lie within each other.",
      );
      return;
    }
  });
}

/** A warehouse's locations lie in one that is named by its code; what was renamed shows only in Odoo itself. */
function sharedPlace(a: StockScope, b: StockScope): string | null {
  if ("warehouse" in a) {
    if ("warehouse" in b) return a.warehouse === b.warehouse ? `warehouse ${b.warehouse}` : null;
    return b.locations.find((name) => within(name, a.warehouse)) ?? null;
  }
  if ("warehouse" in b)
    return a.locations.some((name) => within(name, b.warehouse)) ? `warehouse ${b.warehouse}` : null;
  return b.locations.find((name) => a.locations.some((other) => within(name, other) || within(other, name))) ?? null;
}
