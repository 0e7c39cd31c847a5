/** What confirming an order sets in motion: its delivery with reserved goods. */
import { addQuantity } from "../amounts.ts";
import { userError } from "../errors.ts";
import type { Environment } from "../orm/environment.ts";
import { num, ref, str, type Row } from "../orm/row.ts";
import { isGoods } from "../models/product.ts";
import { locationByUsage } from "../stock/locations.ts";
import { assignMoves, isOpen, refreshPicking } from "../stock/moves.ts";
import { addMoves, createPicking, type PickingOrder } from "../stock/pickings.ts";

/** Confirms a draft: the date becomes this moment, goods go into one delivery of the order's warehouse. */
export function confirmOrder(env: Environment, order: Row): void {
  const state = str(order, "state");
  if (state === "cancel")
    throw userError("It is not allowed to confirm an order in the following states: cancel, done");
  const lines = env.by("sale.order.line", "order_id", order.id);
  if (state === "sale" || state === "done") {
    env.set("sale.order", order.id, { date_order: env.nowUs });
    return;
  }
  for (const line of lines) {
    if (str(line, "display_type") === "" && ref(line, "product_id") === null && line["is_downpayment"] !== true) {
      throw userError("Some order lines are missing a product, you need to correct them before going further.");
    }
  }
  env.set("sale.order", order.id, { state: "sale", date_order: env.nowUs });
  const goods = lines.filter((line) => isDelivered(env, line) && num(line, "product_uom_qty") > 0);
  if (goods.length === 0) return;
  createPicking(
    env,
    deliveryOf(
      env,
      order,
      goods.map((line) => ({ line, quantity: num(line, "product_uom_qty") })),
    ),
  );
}

function isDelivered(env: Environment, line: Row): boolean {
  const product = ref(line, "product_id");
  return product !== null && str(line, "display_type") === "" && isGoods(env, product);
}

function deliveryOf(
  env: Environment,
  order: Row,
  parts: readonly { readonly line: Row; readonly quantity: number }[],
): PickingOrder {
  const warehouse = env.row("stock.warehouse", num(order, "warehouse_id"));
  return {
    typeId: num(warehouse, "out_type_id"),
    partnerId: ref(order, "partner_shipping_id"),
    origin: str(order, "name"),
    saleId: order.id,
    locationId: num(warehouse, "lot_stock_id"),
    locationDestId: locationByUsage(env, "customer"),
    moves: parts.map(({ line, quantity }) => ({
      productId: num(line, "product_id"),
      quantity,
      saleLineId: line.id,
      name: str(line, "name"),
    })),
  };
}

/** More of a confirmed line: its open move grows, or another one is added to the order's open delivery. */
export function raiseDemand(env: Environment, line: Row, delta: number): void {
  if (delta <= 0 || !isDelivered(env, line)) return;
  const order = env.row("sale.order", num(line, "order_id"));
  const open = env.by("stock.move", "sale_line_id", line.id).find(isOpen);
  if (open !== undefined) {
    env.set("stock.move", open.id, { product_uom_qty: addQuantity(num(open, "product_uom_qty"), delta) });
    assignMoves(env, [open.id]);
    refreshPicking(env, num(open, "picking_id"));
    return;
  }
  const delivery = deliveryOf(env, order, [{ line, quantity: delta }]);
  const picking = env
    .by("stock.picking", "sale_id", order.id)
    .find((one) => !["done", "cancel"].includes(str(one, "state")));
  if (picking === undefined) createPicking(env, delivery);
  else addMoves(env, picking.id, delivery);
}
