/** On hand, free, coming and going of products in the locations that the context means. */
import { addQuantity } from "../amounts.ts";
import type { Environment } from "../orm/environment.ts";
import { num, str } from "../orm/row.ts";
import { contextLocations } from "./locations.ts";

export interface Quantities {
  readonly onHand: number;
  /** On hand without what is reserved. */
  readonly free: number;
  readonly incoming: number;
  readonly outgoing: number;
  /** On hand with what comes, without what goes. */
  readonly forecast: number;
}

const OPEN = new Set(["waiting", "confirmed", "assigned", "partially_available"]);

export function quantitiesOf(env: Environment, productIds: readonly number[]): readonly Quantities[] {
  const inside = contextLocations(env);
  const quants = env.db.table("stock.quant");
  const moves = env.db.table("stock.move");
  return productIds.map((product) => {
    let [onHand, reserved, incoming, outgoing] = [0, 0, 0, 0];
    for (const id of quants.lookup("product_id", product)) {
      const row = quants.rows.get(id);
      if (row === undefined || !inside.has(num(row, "location_id"))) continue;
      onHand = addQuantity(onHand, num(row, "quantity"));
      reserved = addQuantity(reserved, num(row, "reserved_quantity"));
    }
    for (const id of moves.lookup("product_id", product)) {
      const row = moves.rows.get(id);
      if (row === undefined || !OPEN.has(str(row, "state"))) continue;
      const [from, to] = [inside.has(num(row, "location_id")), inside.has(num(row, "location_dest_id"))];
      if (to && !from) incoming = addQuantity(incoming, num(row, "product_uom_qty"));
      if (from && !to) outgoing = addQuantity(outgoing, num(row, "product_uom_qty"));
    }
    const forecast = addQuantity(addQuantity(onHand, incoming), -outgoing);
    return { onHand, free: addQuantity(onHand, -reserved), incoming, outgoing, forecast };
  });
}
