/** Quants: how much of a product lies in a location and how much of it is promised. One quant a product and location. */
import { addQuantity } from "../amounts.ts";
import { create } from "../orm/crud.ts";
import type { Environment } from "../orm/environment.ts";
import { num, type Row } from "../orm/row.ts";
import { descendants } from "./locations.ts";

export function findQuant(env: Environment, productId: number, locationId: number): Row | undefined {
  const table = env.db.table("stock.quant");
  for (const id of table.lookup("product_id", productId)) {
    const row = table.rows.get(id);
    if (row !== undefined && num(row, "location_id") === locationId) return row;
  }
  return undefined;
}

export function quantOf(env: Environment, productId: number, locationId: number): Row {
  const found = findQuant(env, productId, locationId);
  if (found !== undefined) return found;
  const plain = env.withContext({ inventory_mode: false });
  return create(plain, "stock.quant", { product_id: productId, location_id: locationId });
}

export function changeQuantity(env: Environment, productId: number, locationId: number, delta: number): void {
  const quant = quantOf(env, productId, locationId);
  env.set("stock.quant", quant.id, { quantity: addQuantity(num(quant, "quantity"), delta) });
}

export function changeReserved(env: Environment, productId: number, locationId: number, delta: number): void {
  const quant = quantOf(env, productId, locationId);
  const reserved = Math.max(0, addQuantity(num(quant, "reserved_quantity"), delta));
  env.set("stock.quant", quant.id, { reserved_quantity: reserved });
}

export interface Available {
  readonly locationId: number;
  readonly quantity: number;
}

/** What can still be reserved below a location, oldest quant first. */
export function availableBelow(env: Environment, productId: number, locationId: number): readonly Available[] {
  const inside = descendants(env, [locationId]);
  const found: Available[] = [];
  for (const quant of env.by("stock.quant", "product_id", productId)) {
    const place = num(quant, "location_id");
    const quantity = addQuantity(num(quant, "quantity"), -num(quant, "reserved_quantity"));
    if (inside.has(place) && quantity > 0) found.push({ locationId: place, quantity });
  }
  return found;
}
