/**
 * Outgoing stock of sales orders: what is asked, reserved and gone. Where goods are picked or packed first, older servers make
 * the whole chain at once: the outgoing move waits while those before it hold the reservation, which counts as its own. Newer
 * ones make each move when the one before it is done: the last that there is stands for the rest of the way.
 */
import type { ErpMove } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { quantityText } from "./amounts.ts";
import { idIn, linkIn, linksIn, numberIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { decodedRows } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";

/** Pick, pack and one more: Odoo's own routes have no longer chain before the delivery. */
const STEPS_BEFORE_MAX = 3;

export interface Move {
  readonly id: number;
  readonly productId: number;
  readonly orderLineId: number | null;
  readonly pickingId: number | null;
  /** Not the step to the customer yet, but the last one that there is. */
  readonly isOnTheWay: boolean;
  readonly state: string;
  readonly demand: number;
  readonly reserved: number;
  readonly done: number;
  readonly before: readonly number[];
}

/** By order id; an order without any outgoing move has no entry. */
export async function readMoves(
  session: OdooSession,
  orderIds: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, readonly ErpMove[]>>> {
  const outgoing = await readOutgoing(session, orderIds, call);
  if (!outgoing.ok) return outgoing;
  return movesOf(session, outgoing.value, call);
}

/** The moves themselves, by order id. */
export type Outgoing = ReadonlyMap<number, readonly Move[]>;

export async function readOutgoing(
  session: OdooSession,
  orderIds: readonly number[],
  call: CallContext,
): Promise<Result<Outgoing>> {
  if (orderIds.length === 0) return ok(new Map());
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const out = ["location_dest_id.usage", "=", "customer"];
  const onTheWay = [
    "&",
    "&",
    ["location_final_id.usage", "=", "customer"],
    ["move_dest_ids", "=", false],
    ["state", "!=", "done"],
  ];
  return readByOrder(
    session,
    dialect.value,
    [["sale_line_id.order_id", "in", orderIds], ...(dialect.value.finalLocation ? ["|", out, ...onTheWay] : [out])],
    call,
  );
}

/** What came back from customers. */
export async function readReturned(
  session: OdooSession,
  orderIds: readonly number[],
  call: CallContext,
): Promise<Result<Outgoing>> {
  if (orderIds.length === 0) return ok(new Map());
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  return readByOrder(
    session,
    dialect.value,
    [
      ["sale_line_id.order_id", "in", orderIds],
      ["location_id.usage", "=", "customer"],
      ["location_dest_id.usage", "!=", "customer"],
    ],
    call,
  );
}

async function readByOrder(
  session: OdooSession,
  dialect: Dialect,
  domain: readonly unknown[],
  call: CallContext,
): Promise<Result<Outgoing>> {
  const moves = await read(session, dialect, domain, call);
  if (!moves.ok) return moves;
  if (moves.value.length === 0) return ok(new Map());
  const lineIds = moves.value.flatMap((move) => move.orderLineId ?? []);
  const orders = await ordersOfLines(session, lineIds, call);
  if (!orders.ok) return orders;
  return ok(Map.groupBy(moves.value, (move) => orders.value.get(move.orderLineId ?? 0) ?? 0));
}

/** What the moves come to, with what is reserved for them in the steps before. */
export async function movesOf(
  session: OdooSession,
  outgoing: Outgoing,
  call: CallContext,
): Promise<Result<ReadonlyMap<number, readonly ErpMove[]>>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const held = await reservedBefore(session, dialect.value, [...outgoing.values()].flat(), call);
  if (!held.ok) return held;
  return ok(
    new Map(
      [...outgoing].map(([orderId, own]) => [orderId, own.map((move) => erpMove(move, held.value.get(move.id) ?? 0))]),
    ),
  );
}

/** Order of each order line. */
export async function ordersOfLines(
  session: OdooSession,
  lineIds: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, number>>> {
  if (lineIds.length === 0) return ok(new Map());
  const rows = await session.searchRead("sale.order.line", [["id", "in", [...new Set(lineIds)]]], ["order_id"], call);
  return decodedRows(
    session,
    "sale.order.line",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), linkIn(row, "order_id") ?? 0])),
  );
}

async function read(
  session: OdooSession,
  dialect: Dialect,
  domain: readonly unknown[],
  call: CallContext,
): Promise<Result<readonly Move[]>> {
  const { reserved, done } = dialect.move;
  const fields = [
    ...new Set([
      "product_id",
      "sale_line_id",
      "picking_id",
      "location_dest_id",
      ...(dialect.finalLocation ? ["location_final_id"] : []),
      "state",
      "product_uom_qty",
      "product_qty",
      "move_orig_ids",
      reserved,
      done,
    ]),
  ];
  const rows = await session.searchRead("stock.move", domain, fields, call, { order: "id" });
  return decodedRows(session, "stock.move", rows, (all) => all.map((row) => moveOf(row, dialect)));
}

function moveOf(row: Row, dialect: Dialect): Move {
  const state = textIn(row, "state");
  const asked = numberIn(row, "product_uom_qty");
  const demand = numberIn(row, "product_qty");
  // Reserved and done are in the move's unit, stock is counted in the product's.
  const factor = asked === 0 ? 1 : demand / asked;
  const isDone = state === "done";
  return {
    id: idIn(row),
    productId: linkIn(row, "product_id") ?? 0,
    orderLineId: linkIn(row, "sale_line_id"),
    pickingId: linkIn(row, "picking_id"),
    isOnTheWay: isOnTheWay(row, dialect),
    state,
    demand,
    reserved: isDone || state === "cancel" ? 0 : numberIn(row, dialect.move.reserved) * factor,
    done: isDone ? numberIn(row, dialect.move.done) * factor : 0,
    before: linksIn(row, "move_orig_ids"),
  };
}

function isOnTheWay(row: Row, dialect: Dialect): boolean {
  const final = dialect.finalLocation ? linkIn(row, "location_final_id") : null;
  return final !== null && final !== linkIn(row, "location_dest_id");
}

function erpMove(move: Move, held: number): ErpMove {
  const isOpen = move.state !== "done" && move.state !== "cancel";
  return {
    productId: move.productId,
    demand: quantityText(move.demand),
    reserved: quantityText(isOpen ? Math.min(move.demand, Math.max(move.reserved, held)) : 0),
    done: quantityText(move.done),
    state: move.state,
  };
}

/** For each waiting move, what the moves before it have reserved or already brought on their way. */
async function reservedBefore(
  session: OdooSession,
  dialect: Dialect,
  moves: readonly Move[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, number>>> {
  const held = new Map<number, number>();
  let front = moves.filter((move) => move.state === "waiting").map((move) => ({ root: move.id, ids: move.before }));
  for (let step = 0; step < STEPS_BEFORE_MAX && front.some(({ ids }) => ids.length > 0); step += 1) {
    const found = await read(session, dialect, [["id", "in", [...new Set(front.flatMap(({ ids }) => ids))]]], call);
    if (!found.ok) return found;
    const byId = new Map(found.value.map((move) => [move.id, move]));
    front = front.map(({ root, ids }) => {
      const before = ids.flatMap((id) => byId.get(id) ?? []);
      const amount = before.reduce((total, move) => total + move.reserved + move.done, 0);
      held.set(root, Math.max(held.get(root) ?? 0, amount));
      return { root, ids: before.filter((move) => move.state === "waiting").flatMap((move) => move.before) };
    });
  }
  return ok(held);
}
