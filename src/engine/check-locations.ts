/**
 * Where a shop's stock comes from: each mapped stock is there in the ERP; of a shop with locations, what is mapped to nothing on
 * either side is named, since its stock would silently never be offered or never be written.
 */
import { type Failure, failure, fixOf, sentenceOf } from "../core/failures.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { CheckLine } from "../core/ports/check.ts";
import type { Mappable } from "../core/ports/shop.ts";
import { scopeText, type StockRules } from "../core/stock/rules.ts";
import { unmappedWarehouses, type Warehouse } from "../core/stock/scopes.ts";
import { WHOLE_SHOP } from "../core/stock/shop-variant.ts";
import type { ShopRuntime } from "./hub.ts";

const LOCATIONS = "inventory locations";

export async function checkStockPlaces(shop: ShopRuntime, call: CallContext): Promise<readonly CheckLine[]> {
  if (!shop.stock.enabled) return shop.port.abilities.locations ? [await locationsOfStockOff(shop, call)] : [];
  const scopes = await scopeLines(shop, call);
  return shop.port.abilities.locations ? [...scopes, ...(await checkLocations(shop, call))] : scopes;
}

/** No product has the id 0: only the warehouse or the locations are looked up. */
async function scopeLines({ connection, erp, stock }: ShopRuntime, call: CallContext): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  for (const [locationId, scope] of stock.rules.scopes) {
    const subject = locationId === WHOLE_SHOP ? "stock scope" : `stock of location ${locationId}`;
    const read = await erp.quantities([0], scope, call);
    lines.push(
      read.ok
        ? { connection, subject, status: "ok", sentence: `Stock is that of ${scopeText(scope)}`, fix: "" }
        : { connection, subject, status: "error", sentence: sentenceOf(read.failure), fix: fixOf(read.failure) },
    );
  }
  return lines;
}

async function locationsOfStockOff({ connection, port }: ShopRuntime, call: CallContext): Promise<CheckLine> {
  const read = await port.readMappables(call);
  return read.ok ? stockOffLine(connection, read.value.locations) : unread(connection, read.failure);
}

function unread(connection: string, found: Failure): CheckLine {
  return { connection, subject: LOCATIONS, status: "warning", sentence: sentenceOf(found), fix: fixOf(found) };
}

/** Whoever is about to switch stock on needs the ids. */
export function stockOffLine(connection: string, locations: readonly Mappable[]): CheckLine {
  const known = locations.map(({ id, label }) => `${id} (${label})`).join(", ");
  const sentence = `Stock is off; the shop's locations are ${known === "" ? "none" : known}`;
  return { connection, subject: LOCATIONS, status: "ok", sentence, fix: "" };
}

async function checkLocations(
  { connection, port, erp, stock }: ShopRuntime,
  call: CallContext,
): Promise<readonly CheckLine[]> {
  const mappables = await port.readMappables(call);
  if (!mappables.ok) return [unread(connection, mappables.failure)];
  const warehouses = await erp.readWarehouses(call);
  if (!warehouses.ok) return [unread(connection, warehouses.failure)];
  return locationLines(stock.rules, mappables.value.locations, warehouses.value);
}

/** @param locations those that the shop has in use. */
export function locationLines(
  rules: StockRules,
  locations: readonly Mappable[],
  warehouses: readonly Warehouse[],
): readonly CheckLine[] {
  const { connection, shopLabel, scopes } = rules;
  const place = `shops.${connection}.stock.shopLocations`;
  const ids = new Set(locations.map(({ id }) => id));
  const unknown = [...scopes.keys()].filter((id) => !ids.has(id));
  const silent = locations.filter(({ id }) => !scopes.has(id));
  const unmapped = unmappedWarehouses(warehouses, scopes.values());
  const lines = [
    ...unknown.map((id): CheckLine => {
      const found = failure("SHOP_LOCATION_NOT_FOUND", { connection, location: id });
      const known = locations.map((location) => `${location.id} (${location.label})`).join(", ");
      const fix = `Correct the id under ${place}. The shop has: ${known === "" ? "none" : known}.`;
      return { connection, subject: `inventory location ${id}`, status: "error", sentence: sentenceOf(found), fix };
    }),
    ...silent.map(({ id, label }): CheckLine => ({
      connection,
      subject: `inventory location ${id}`,
      status: "warning",
      sentence: `${shopLabel} inventory location ${label} (${id}) is mapped to no Odoo stock, so its stock is never written`,
      fix: `Map it under ${place} (${id}: a warehouse), unless it is another system's to write.`,
    })),
    ...unmapped.map(({ stockLocation }): CheckLine => {
      const found = failure("LOCATION_NOT_MAPPED", { warehouse: stockLocation, shop: shopLabel, connection });
      const told = { sentence: sentenceOf(found), fix: fixOf(found) };
      return { connection, subject: `warehouse ${stockLocation}`, status: "warning", ...told };
    }),
  ];
  if (lines.length > 0) return lines;
  const sentence = "Every inventory location and every warehouse is mapped";
  return [{ connection, subject: LOCATIONS, status: "ok", sentence, fix: "" }];
}
