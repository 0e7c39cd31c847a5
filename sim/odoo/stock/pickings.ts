/** Pickings: making them, validating them in full or in part, backorders. */
import { addQuantity } from "../amounts.ts";
import { NotSimulatedError, userError } from "../errors.ts";
import { create, unlink } from "../orm/crud.ts";
import type { Environment } from "../orm/environment.ts";
import { num, ref, str, type Row } from "../orm/row.ts";
import {
  assignMoves,
  cancelMoves,
  confirmMoves,
  createMove,
  doneOf,
  finishMove,
  isOpen,
  isPicked,
  linesOf,
  refreshPicking,
  reservedOf,
  unreserve,
} from "./moves.ts";

const NOTHING_TO_MOVE_14 =
  "You cannot validate a transfer if no quantities are reserved nor done. " +
  "To force the transfer, switch in edit mode and encode the done quantities.";

export interface PickingOrder {
  readonly typeId: number;
  readonly partnerId: number | null;
  readonly origin: string;
  readonly saleId: number | null;
  readonly locationId: number;
  readonly locationDestId: number;
  readonly moves: readonly {
    readonly productId: number;
    readonly quantity: number;
    readonly saleLineId: number | null;
    readonly name: string;
  }[];
}

export function createPicking(env: Environment, order: PickingOrder): Row {
  const picking = create(env, "stock.picking", {
    picking_type_id: order.typeId,
    partner_id: order.partnerId ?? false,
    origin: order.origin || false,
    location_id: order.locationId,
    location_dest_id: order.locationDestId,
  });
  env.set("stock.picking", picking.id, { sale_id: order.saleId });
  addMoves(env, picking.id, order);
  return env.row("stock.picking", picking.id);
}

export function addMoves(env: Environment, pickingId: number, order: PickingOrder): void {
  const made = order.moves.map((move) =>
    createMove(env, {
      picking_id: pickingId,
      product_id: move.productId,
      product_uom_qty: move.quantity,
      product_uom: ref(env.row("product.product", move.productId), "uom_id") ?? false,
      location_id: order.locationId,
      location_dest_id: order.locationDestId,
      picking_type_id: order.typeId,
      partner_id: order.partnerId ?? false,
      origin: order.origin || false,
      sale_line_id: move.saleLineId ?? false,
      ...(env.version === 19 && move.saleLineId !== null ? { location_final_id: order.locationDestId } : {}),
      ...(env.version === 14 ? { name: move.name } : {}),
    }),
  );
  confirmMoves(
    env,
    made.map((move) => move.id),
  );
  refreshPicking(env, pickingId);
}

function openMoves(env: Environment, pickingId: number): Row[] {
  return env.by("stock.move", "picking_id", pickingId).filter(isOpen);
}

export function cancelPicking(env: Environment, pickingId: number): void {
  cancelMoves(
    env,
    openMoves(env, pickingId).map((move) => move.id),
  );
  refreshPicking(env, pickingId);
}

/** True, or the action of a wizard that Odoo wants answered first. */
export function validatePicking(env: Environment, pickingId: number): true | Readonly<Record<string, unknown>> {
  const picking = env.row("stock.picking", pickingId);
  const moves = openMoves(env, pickingId);
  if (moves.length === 0) {
    if (str(picking, "state") === "done") {
      if (env.version === 19) return true;
      throw userError(NOTHING_TO_MOVE_14);
    }
    throw userError(
      env.version === 19
        ? "You can’t validate an empty transfer. Please add some products to move before proceeding."
        : "Please add some items to move.",
    );
  }
  return env.version === 19 ? validate19(env, pickingId, moves) : validate14(env, pickingId, moves);
}

function validate19(
  env: Environment,
  pickingId: number,
  moves: readonly Row[],
): true | Readonly<Record<string, unknown>> {
  const picked = moves.filter((move) => isPicked(move) && reservedOf(env, move.id) > 0);
  const done = picked.length > 0 ? picked : moves.filter((move) => reservedOf(env, move.id) > 0);
  if (done.length === 0) {
    throw userError(
      "Transfer trouble alert! Validating a zero quantity transfer? You're not moving invisible goods around are you?\n" +
        "Set some quantities and let's get moving!",
    );
  }
  return finish(env, pickingId, moves, new Map(done.map((move) => [move.id, reservedOf(env, move.id)])));
}

function validate14(
  env: Environment,
  pickingId: number,
  moves: readonly Row[],
): true | Readonly<Record<string, unknown>> {
  const done = new Map(moves.map((move) => [move.id, doneOf(env, move.id)]));
  const nothing = [...done.values()].every((quantity) => quantity === 0);
  if (nothing && moves.every((move) => reservedOf(env, move.id) === 0)) throw userError(NOTHING_TO_MOVE_14);
  if (nothing && env.context["skip_immediate"] !== true) return wizard(env, "stock.immediate.transfer", pickingId);
  if (nothing) throw new NotSimulatedError("stock.picking.button_validate with skip_immediate and nothing done");
  return finish(env, pickingId, moves, done);
}

function finish(
  env: Environment,
  pickingId: number,
  moves: readonly Row[],
  done: ReadonlyMap<number, number>,
): true | Readonly<Record<string, unknown>> {
  const partial = moves.some((move) => (done.get(move.id) ?? 0) < num(move, "product_uom_qty"));
  const decided = env.context["skip_backorder"] === true;
  if (partial && !decided) return wizard(env, "stock.backorder.confirmation", pickingId);
  env.together(() => finishPicking(env, pickingId, moves, done));
  return true;
}

function wizard(env: Environment, model: string, pickingId: number): Readonly<Record<string, unknown>> {
  return {
    name: model === "stock.immediate.transfer" ? "Immediate Transfer?" : "Create Backorder?",
    type: "ir.actions.act_window",
    view_mode: "form",
    res_model: model,
    target: "new",
    context: {
      ...env.context,
      button_validate_picking_ids: [pickingId],
      default_show_transfers: false,
      default_pick_ids: [[4, pickingId]],
    },
  };
}

function finishPicking(
  env: Environment,
  pickingId: number,
  moves: readonly Row[],
  done: ReadonlyMap<number, number>,
): void {
  const rest: Row[] = [];
  for (const move of moves) {
    const quantity = done.get(move.id) ?? 0;
    if (quantity === 0 && num(move, "product_uom_qty") === 0) {
      cancelMoves(env, [move.id]);
      continue;
    }
    if (quantity === 0) {
      rest.push(move);
      continue;
    }
    const missing = addQuantity(num(move, "product_uom_qty"), -quantity);
    if (missing > 0) rest.push(splitMove(env, move, missing));
    env.set("stock.move", move.id, { product_uom_qty: quantity });
    finishMove(env, move.id);
  }
  env.set("stock.picking", pickingId, { date_done: env.nowUs });
  if (rest.length > 0) createBackorder(env, pickingId, rest);
  refreshPicking(env, pickingId);
  const sale = ref(env.row("stock.picking", pickingId), "sale_id");
  if (sale !== null) env.later(`delivered ${sale}`, () => refreshDelivered(env, sale));
}

function splitMove(env: Environment, move: Row, quantity: number): Row {
  const names = [
    "product_id",
    "product_uom",
    "location_id",
    "location_dest_id",
    "picking_type_id",
    "partner_id",
    "origin",
  ];
  if (env.version === 19) names.push("location_final_id");
  const values = Object.fromEntries([...names, "sale_line_id"].map((name) => [name, move[name] ?? false]));
  const named = env.version === 14 ? { name: str(move, "name") } : {};
  const made = createMove(env, { ...values, ...named, picking_id: num(move, "picking_id"), product_uom_qty: quantity });
  env.set("stock.move", made.id, { state: "confirmed" });
  return made;
}

function createBackorder(env: Environment, pickingId: number, moves: readonly Row[]): void {
  const picking = env.row("stock.picking", pickingId);
  const names = ["picking_type_id", "partner_id", "origin", "location_id", "location_dest_id", "carrier_id"];
  const values = Object.fromEntries(names.map((name) => [name, picking[name] ?? false]));
  const backorder = create(env, "stock.picking", { ...values, backorder_id: pickingId });
  env.set("stock.picking", backorder.id, { sale_id: picking["sale_id"] });
  for (const move of moves) {
    env.set("stock.move", move.id, { picking_id: backorder.id });
    for (const line of linesOf(env, move.id)) env.set("stock.move.line", line.id, { picking_id: backorder.id });
  }
  // 14 leaves a backorder without reservation until somebody asks for it.
  if (env.version === 19)
    assignMoves(
      env,
      moves.map((move) => move.id),
    );
  refreshPicking(env, backorder.id);
}

/** Delivered quantities of an order's lines from its done moves, returns taken off. */
function refreshDelivered(env: Environment, saleId: number): void {
  for (const line of env.by("sale.order.line", "order_id", saleId)) {
    let delivered = 0;
    for (const move of env.by("stock.move", "sale_line_id", line.id)) {
      if (str(move, "state") !== "done") continue;
      const outgoing = str(env.row("stock.location", num(move, "location_dest_id")), "usage") === "customer";
      delivered = addQuantity(delivered, outgoing ? num(move, "product_uom_qty") : -num(move, "product_uom_qty"));
    }
    env.set("sale.order.line", line.id, { qty_delivered: delivered });
  }
}

/** Deletes a picking that is not done, its reservations given back. */
export function removePicking(env: Environment, pickingId: number): void {
  for (const move of env.by("stock.move", "picking_id", pickingId)) {
    if (isOpen(move)) unreserve(env, move, true);
    unlink(env, "stock.move", [move.id]);
  }
  unlink(env, "stock.picking", [pickingId]);
}
