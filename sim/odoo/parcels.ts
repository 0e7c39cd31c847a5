/** What people in a warehouse do with deliveries: one parcel after the other, each with its carrier and number. */
import { addQuantity } from "./amounts.ts";
import { create, write } from "./orm/crud.ts";
import type { Environment } from "./orm/environment.ts";
import { num, str, type Row } from "./orm/row.ts";
import { isOpen, setMoveQuantity, setQuantityDone } from "./stock/moves.ts";
import { validatePicking } from "./stock/pickings.ts";

export interface Parcel {
  /** By SKU. */
  readonly units: Readonly<Record<string, number>>;
  readonly carrier?: string;
  readonly tracking?: string;
}

/** Sends it from the order's open delivery; what is left over becomes a backorder. Answers the delivery's name. */
export function sendParcel(env: Environment, orderId: number, parcel: Parcel): string {
  const shipping = env.withContext({ skip_backorder: true });
  const picking = env
    .by("stock.picking", "sale_id", orderId)
    .find((each) => !["done", "cancel"].includes(str(each, "state")));
  if (picking === undefined) throw new Error(`order ${orderId} has no open delivery`);
  const left = new Map(Object.entries(parcel.units));
  for (const move of env.by("stock.move", "picking_id", picking.id).filter(isOpen)) {
    const sku = str(env.row("product.product", num(move, "product_id")), "default_code");
    const units = Math.min(left.get(sku) ?? 0, num(move, "product_uom_qty"));
    if (units === 0) continue;
    left.set(sku, addQuantity(left.get(sku) ?? 0, -units));
    fill(shipping, move, units);
  }
  const missing = [...left].find(([, units]) => units > 0);
  if (missing) throw new Error(`order ${orderId} does not ask for ${missing[1]} more of ${missing[0]}`);
  write(env, "stock.picking", [picking.id], {
    ...(parcel.carrier === undefined ? {} : { carrier_id: carrierOf(env, parcel.carrier) }),
    ...(parcel.tracking === undefined ? {} : { carrier_tracking_ref: parcel.tracking }),
  });
  validatePicking(shipping, picking.id);
  return str(picking, "name");
}

function fill(env: Environment, move: Row, units: number): void {
  if (env.version === 14) {
    setQuantityDone(env, move, units);
    env.set("stock.move", move.id, { quantity_done: units });
  } else {
    setMoveQuantity(env, move, units);
    env.set("stock.move", move.id, { picked: true });
  }
}

function carrierOf(env: Environment, name: string): number {
  const known = env.oneBy("delivery.carrier", "name", name);
  if (known !== undefined) return known.id;
  const product = create(env, "product.product", { name, type: "service", list_price: 0 });
  return create(env, "delivery.carrier", { name, product_id: product.id }).id;
}
