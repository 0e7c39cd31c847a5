/** What the live tests of deliveries share: a shop's order beside Odoo's, goods sent and sent back as people do it. */
import assert from "node:assert/strict";
import type { ErpDelivery, ErpOrderDocuments } from "../../src/core/order/erp-documents.ts";
import { undoneFulfilments } from "../../src/core/order/fulfilment.ts";
import type { OrderFulfilment, ShopOrder } from "../../src/core/order/shop-order.ts";
import type { ErpAction } from "../../src/core/ports/erp.ts";
import { line, sampleOrder } from "../../src/core/testing/orders.ts";
import { walk } from "./odoo-path.ts";
import { liveOrder, type LineSpec, type LiveOrder, type World } from "./odoo-world.ts";

/** The shop's lines 1 and 2 are goods, 3 is the shipping; the parcel's number stands on the transfer. */
export const PARCEL_LINES: readonly LineSpec[] = [
  { product: "shirt", quantity: "5", untaxed: "50.00", taxes: [] },
  { product: "mug", quantity: "3", untaxed: "9.00", taxes: [] },
  { product: "shipping", quantity: "1", untaxed: "4.00", taxes: [] },
];

type Units = Readonly<Record<string, string>>;

export async function stock(
  world: World,
  product: keyof World["products"],
  quantity: number,
  locationId: number | null = null,
): Promise<void> {
  const values = { product_id: world.products[product], location_id: locationId ?? (await stockLocation(world, "WH")) };
  const ids = (await world.rpc("stock.quant", "create", {
    args: { vals_list: [{ ...values, inventory_quantity: quantity }] },
    context: { inventory_mode: true },
  })) as number[];
  if (world.major === 19) await world.rpc("stock.quant", "action_apply_inventory", { ids });
}

/** Where a warehouse keeps its goods. */
export async function stockLocation(world: World, code: string): Promise<number> {
  const [warehouse] = (await world.rpc("stock.warehouse", "search_read", {
    args: { domain: [["code", "=", code]] },
    kwargs: { fields: ["lot_stock_id"] },
  })) as { lot_stock_id: [number, string] }[];
  assert.ok(warehouse);
  return warehouse.lot_stock_id[0];
}

export async function confirmed(
  world: World,
  number: number,
  lines = PARCEL_LINES,
  warehouseId: number | null = null,
): Promise<LiveOrder> {
  const base = liveOrder(world, { number, lines });
  const order = { ...base, document: { ...base.document, warehouseId } };
  await walk(world.erp, [order], world.call, ["partners", "order", "confirm"]);
  return order;
}

export function shopOrder(order: LiveOrder, fulfilments: readonly OrderFulfilment[] = []): ShopOrder {
  const lines = order.document.lines.map((each, index) =>
    line({ id: String(index + 1), kind: each.kind, quantity: each.quantity }),
  );
  return sampleOrder({ id: order.orderId, lines, fulfilments, refunds: [] });
}

export function fulfilment(id: string, units: Units, trackingNumbers: readonly string[] = []): OrderFulfilment {
  const lines = Object.entries(units).map(([lineId, quantity]) => ({ lineId, quantity }));
  const createdAt = "2026-11-12T12:00:00.000Z";
  return { id, status: "done", createdAt, locationId: null, carrier: "", trackingNumbers, lines };
}

/** As a person at the warehouse does it: so much of each product, the rest as a backorder. */
export async function sendByHand(
  world: World,
  found: ErpOrderDocuments,
  units: Partial<Record<keyof World["products"], number>>,
  values: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const open = found.deliveries.find((each) => each.direction === "out" && each.state !== "done");
  assert.ok(open);
  const moves = await movesOf(world, open.id);
  for (const [product, quantity] of Object.entries(units)) {
    const move = moves.find((each) => each.product_id[0] === world.products[product as keyof World["products"]]);
    const vals = world.major === 19 ? { quantity, picked: true } : { quantity_done: quantity };
    await world.rpc("stock.move", "write", { ids: [move!.id], args: { vals } });
  }
  if (Object.keys(values).length > 0)
    await world.rpc("stock.picking", "write", { ids: [open.id], args: { vals: values } });
  await world.rpc("stock.picking", "button_validate", {
    ids: [open.id],
    context: { skip_sms: true, skip_backorder: true, skip_immediate: true },
  });
}

/** Done units of each line, out of the transfers to the customer. */
export function doneUnits(deliveries: readonly ErpDelivery[], order: LiveOrder): readonly string[] {
  const out = deliveries.filter(({ direction }) => direction === "out").flatMap(({ lines }) => lines);
  return order.document.lines
    .filter(({ kind }) => kind === "product")
    .map(({ externalId }) =>
      String(
        out.filter((each) => each.externalId === externalId).reduce((total, each) => total + Number(each.done), 0),
      ),
    );
}

export function states(deliveries: readonly ErpDelivery[]): readonly string[] {
  return deliveries.map(({ direction, state }) => `${direction} ${state}`);
}

export function validation(order: LiveOrder, found: ErpOrderDocuments, shop: ShopOrder): ErpAction {
  const undone = undoneFulfilments(shop, order.document.externalId, found.deliveries);
  assert.ok(undone && found.order);
  return { kind: "delivery.validate", orderId: found.order.id, ...undone };
}

interface SentMove {
  readonly id: number;
  readonly product_id: [number, string];
  readonly product_uom_qty: number;
  readonly product_uom: [number, string];
}

export async function movesOf(world: World, pickingId: number): Promise<readonly SentMove[]> {
  return (await world.rpc("stock.move", "search_read", {
    args: { domain: [["picking_id", "=", pickingId]] },
    kwargs: { fields: ["product_id", "product_uom_qty", "product_uom"] },
  })) as SentMove[];
}

/** The customer sends the whole transfer back. On 14 the wizard's lines are what its form fills in. */
export async function sendBack(world: World, sent: ErpDelivery): Promise<void> {
  const context = { active_id: sent.id, active_ids: [sent.id], active_model: "stock.picking" };
  const returned = (await movesOf(world, sent.id)).map((move) => {
    const own = { product_id: move.product_id[0], uom_id: move.product_uom[0], move_id: move.id };
    return [0, 0, { ...own, quantity: move.product_uom_qty, to_refund: true }];
  });
  const [picking] = (await world.rpc("stock.picking", "read", {
    ids: [sent.id],
    kwargs: { fields: ["location_id"] },
  })) as { location_id: [number, string] }[];
  const wizard = (await world.rpc("stock.return.picking", "create", {
    args: {
      vals_list: [
        world.major === 19
          ? { picking_id: sent.id }
          : { picking_id: sent.id, location_id: picking!.location_id[0], product_return_moves: returned },
      ],
    },
    context,
  })) as number[];
  const method = world.major === 19 ? "action_create_returns_all" : "create_returns";
  const answer = (await world.rpc("stock.return.picking", method, { ids: wizard, context })) as { res_id: number };
  for (const move of await movesOf(world, answer.res_id)) {
    const quantity = move.product_uom_qty;
    const vals = world.major === 19 ? { quantity, picked: true } : { quantity_done: quantity };
    await world.rpc("stock.move", "write", { ids: [move.id], args: { vals } });
  }
  await world.rpc("stock.picking", "button_validate", {
    ids: [answer.res_id],
    context: { skip_sms: true, skip_backorder: true, skip_immediate: true },
  });
}
