/**
 * Takes goods back: a transfer from the customer into the warehouse's stock, linked to the deliveries that sent them, then
 * validated. It is made by `load` under the refund's external id (eight at once make one) and moved on from the state that it
 * stands in. A return that a person has begun is not raced: it must be finished first.
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { loadAll, oneByOne, type Outcomes } from "../batch.ts";
import { idIn, linkIn, numberIn, textIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { decodedRows } from "../reference-data.ts";
import { findByExternalId } from "../references.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";
import { VALIDATE_CONTEXT } from "./delivery-pickings.ts";
import { readGoods, type GoodsMove } from "./order-goods.ts";

type Action = ActionOf<"return.create">;

export function createReturns(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  return oneByOne(actions, (action) => takeBack(session, action, call));
}

async function takeBack(session: OdooSession, action: Action, call: CallContext): Promise<Result<unknown>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const known = await findByExternalId(session, "stock.picking", [action.externalId], call);
  if (!known.ok) return known;
  const made = known.value.get(action.externalId) ?? (await make(session, action, dialect.value, call));
  const id = typeof made === "number" ? ok(made) : made;
  return id.ok ? finish(session, id.value, dialect.value, call) : id;
}

interface Portion {
  readonly move: GoodsMove;
  readonly quantity: number;
}

async function make(
  session: OdooSession,
  action: Action,
  dialect: Dialect,
  call: CallContext,
): Promise<Result<number>> {
  const externalIds = action.lines.map((line) => line.externalId);
  const moves = await readGoods(session, action.orderId, externalIds, call);
  if (!moves.ok) return moves;
  const sent = moves.value.filter((move) => move.isFinal && move.state === "done");
  const returned = await readReturned(session, sent, dialect, call);
  if (!returned.ok) return returned;
  const portions: Portion[] = [];
  for (const { externalId, quantity } of action.lines) {
    let missing = Number(quantity);
    for (const move of sent.filter((candidate) => candidate.externalId === externalId)) {
      const taken = Math.min(missing, move.done - (returned.value.get(move.id) ?? 0));
      if (taken <= 0) continue;
      portions.push({ move, quantity: taken });
      missing -= taken;
    }
    if (missing > 0) return refused(action, "more is to come back than was delivered");
  }
  return load(session, action, portions, dialect, call);
}

function refused(action: Action, message: string): Result<never> {
  return fail(failure("ODOO_REJECTED", { what: `the return of goods for ${action.reference}`, message }));
}

/** Of each delivered move, what came back already; a return that is still open is a failure. */
async function readReturned(
  session: OdooSession,
  sent: readonly GoodsMove[],
  dialect: Dialect,
  call: CallContext,
): Promise<Result<ReadonlyMap<number, number>>> {
  const { done } = dialect.move;
  const domain = [
    ["origin_returned_move_id", "in", sent.map((move) => move.id)],
    ["state", "!=", "cancel"],
  ];
  const fields = ["origin_returned_move_id", "state", "picking_id", done];
  const rows = await session.searchRead("stock.move", domain, fields, call, { order: "id" });
  if (!rows.ok) return rows;
  const open = rows.value.find((row) => textIn(row, "state") !== "done");
  if (open) {
    const what = `transfer with id ${linkIn(open, "picking_id") ?? 0}`;
    return fail(
      failure("ODOO_REJECTED", { what, message: "it is a return that was begun by hand; validate or cancel it" }),
    );
  }
  return decodedRows(session, "stock.move", rows, (all) => {
    const returned = new Map<number, number>();
    for (const row of all) {
      const id = linkIn(row, "origin_returned_move_id") ?? 0;
      returned.set(id, (returned.get(id) ?? 0) + numberIn(row, done));
    }
    return returned;
  });
}

interface Route {
  readonly typeId: number;
  readonly stockId: number;
  readonly partnerId: number | null;
  /** Of the order, where transfers of an order are held together by one. */
  readonly groupId: number | null;
}

async function load(
  session: OdooSession,
  action: Action,
  portions: readonly Portion[],
  dialect: Dialect,
  call: CallContext,
): Promise<Result<number>> {
  const [first] = portions;
  const pickingId = first?.move.pickingId ?? null;
  if (!first || pickingId === null) return refused(action, "there is no delivery that it could be a return of");
  const route = await readRoute(session, pickingId, dialect, call);
  if (!route.ok) return route;
  const { typeId, stockId, partnerId, groupId } = route.value;
  const { moves: list, moveName, returnOf } = dialect.picking;
  const head = [
    ["id", action.externalId],
    ["picking_type_id/.id", String(typeId)],
    ["location_id/.id", String(first.move.destinationId)],
    ["location_dest_id/.id", String(stockId)],
    ["partner_id/.id", String(partnerId ?? "")],
    ["origin", action.reference],
    ...(returnOf ? [["return_id/.id", String(pickingId)]] : []),
    ...(groupId === null ? [] : [["group_id/.id", String(groupId)]]),
  ] as const;
  const lineOf = ({ move, quantity }: Portion) =>
    [
      ["id", `${action.externalId}_m${move.id}`],
      ...(moveName ? [["name", action.reference]] : []),
      ["product_id/.id", String(move.productId)],
      ["product_uom_qty", String(quantity)],
      ["product_uom/.id", String(move.unitId)],
      ["location_id/.id", String(move.destinationId)],
      ["location_dest_id/.id", String(stockId)],
      ["origin_returned_move_id/.id", String(move.id)],
      ["sale_line_id/.id", String(move.orderLineId)],
      ["to_refund", "1"],
      ...(groupId === null ? [] : [["group_id/.id", String(groupId)]]),
    ] as const;
  const fields = [...head.map(([field = ""]) => field), ...lineOf(first).map(([field = ""]) => `${list}/${field}`)];
  const rowsOf = () =>
    portions.map((portion, index) => [
      ...head.map(([, value = ""]) => (index === 0 ? value : "")),
      ...lineOf(portion).map(([, value = ""]) => value),
    ]);
  const { outcomes, ids } = await loadAll(session, { model: "stock.picking", fields, rowsOf }, [action], call);
  const outcome = outcomes.get(action);
  if (outcome?.ok === false) return outcome;
  const id = ids.get(action);
  return id === undefined ? refused(action, "it was not made") : ok(id);
}

async function readRoute(
  session: OdooSession,
  pickingId: number,
  dialect: Dialect,
  call: CallContext,
): Promise<Result<Route>> {
  const groups = dialect.picking.groups ? ["group_id"] : [];
  const pickings = await session.searchRead(
    "stock.picking",
    [["id", "=", pickingId]],
    ["picking_type_id", "partner_id", ...groups],
    call,
  );
  if (!pickings.ok) return pickings;
  const [picking] = pickings.value;
  const typeId = picking ? (linkIn(picking, "picking_type_id") ?? 0) : 0;
  const types = await session.searchRead(
    "stock.picking.type",
    [["id", "=", typeId]],
    ["return_picking_type_id", "warehouse_id"],
    call,
    { archived: true },
  );
  if (!types.ok) return types;
  const [type] = types.value;
  const warehouses = await session.searchRead(
    "stock.warehouse",
    [["id", "=", (type && linkIn(type, "warehouse_id")) ?? 0]],
    ["lot_stock_id", "in_type_id"],
    call,
    { archived: true },
  );
  if (!warehouses.ok) return warehouses;
  const [warehouse] = warehouses.value;
  const returnType = (type && linkIn(type, "return_picking_type_id")) ?? (warehouse && linkIn(warehouse, "in_type_id"));
  const stockId = warehouse && linkIn(warehouse, "lot_stock_id");
  if (!picking || !returnType || !stockId)
    return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `warehouse of the delivery with id ${pickingId}` }));
  const groupId = dialect.picking.groups ? linkIn(picking, "group_id") : null;
  return ok({ typeId: returnType, stockId, partnerId: linkIn(picking, "partner_id"), groupId });
}

/** Confirmed, filled and validated, from wherever it stands. */
async function finish(
  session: OdooSession,
  pickingId: number,
  dialect: Dialect,
  call: CallContext,
): Promise<Result<unknown>> {
  const before = await readState(session, pickingId, call);
  if (!before.ok || before.value === "done") return before;
  if (before.value === "cancel")
    return fail(
      failure("ODOO_REJECTED", { what: `transfer with id ${pickingId}`, message: "this return was cancelled by hand" }),
    );
  if (before.value === "draft") {
    const confirmed = await session.write("stock.picking", "action_confirm", { ids: [pickingId] }, call);
    if (!confirmed.ok) return confirmed;
  }
  const filled = await fill(session, pickingId, dialect, call);
  if (!filled.ok) return filled;
  const request = { ids: [pickingId], context: VALIDATE_CONTEXT };
  const validated = await session.write("stock.picking", "button_validate", request, call);
  const after = await readState(session, pickingId, call);
  if (!after.ok || after.value === "done") return after;
  if (!validated.ok) return validated;
  const what = "stock.picking button_validate";
  return fail(failure("ODOO_REJECTED", { what, message: `the return with id ${pickingId} stays ${after.value}` }));
}

async function fill(
  session: OdooSession,
  pickingId: number,
  dialect: Dialect,
  call: CallContext,
): Promise<Result<unknown>> {
  const { done, picked } = dialect.move;
  const domain = [
    ["picking_id", "=", pickingId],
    ["state", "not in", ["done", "cancel"]],
  ];
  const rows = await session.searchRead("stock.move", domain, ["product_uom_qty"], call, { order: "id" });
  if (!rows.ok) return rows;
  for (const row of rows.value) {
    const demand = numberIn(row, "product_uom_qty");
    const vals = picked ? { [done]: demand, picked: true } : { [done]: demand };
    const answer = await session.write("stock.move", "write", { ids: [idIn(row)], args: { vals } }, call);
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}

async function readState(session: OdooSession, pickingId: number, call: CallContext): Promise<Result<string>> {
  const rows = await session.searchRead("stock.picking", [["id", "=", pickingId]], ["state"], call);
  return decodedRows(session, "stock.picking", rows, ([row]) => (row ? textIn(row, "state") : "cancel"));
}
