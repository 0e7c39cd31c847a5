/**
 * Stock moves: confirmed, reserved, changed, done, cancelled. A move's reserved quantity stands on its move lines (one a
 * location), mirrored in the quants' reserved quantity while the move is open.
 */
import { addQuantity } from "../amounts.ts";
import { create, unlink } from "../orm/crud.ts";
import type { Environment } from "../orm/environment.ts";
import { flag, num, ref, str, type Row, type Values } from "../orm/row.ts";
import { isStorable } from "../models/product.ts";
import { bypassesReservation } from "./locations.ts";
import { availableBelow, changeQuantity, changeReserved } from "./quants.ts";

/** Names of the fields that hold a line's reserved and its done quantity. */
export function lineFields(env: Environment): { readonly reserved: string; readonly done: string } {
  return env.version === 19
    ? { reserved: "quantity", done: "quantity" }
    : { reserved: "product_uom_qty", done: "qty_done" };
}

const CLOSED = new Set(["done", "cancel"]);

export function isOpen(move: Row): boolean {
  return !CLOSED.has(str(move, "state"));
}

export function linesOf(env: Environment, moveId: number): Row[] {
  return env.by("stock.move.line", "move_id", moveId);
}

/** Quants follow this move: the product is storable and the source is not a supplier or the like. */
function tracksSource(env: Environment, move: Row): boolean {
  return isStorable(env, num(move, "product_id")) && !bypassesReservation(env, num(move, "location_id"));
}

export function createMove(env: Environment, values: Values): Row {
  return create(env, "stock.move", { state: "draft", ...values });
}

/** Confirms drafts and reserves what there is, as a picking type set to reserve at confirmation does. */
export function confirmMoves(env: Environment, moveIds: readonly number[]): void {
  for (const id of moveIds) env.set("stock.move", id, { state: "confirmed" });
  assignMoves(env, moveIds);
}

export function assignMoves(env: Environment, moveIds: readonly number[]): void {
  for (const id of moveIds) {
    const move = env.row("stock.move", id);
    if (isOpen(move) && str(move, "state") !== "draft") reserve(env, move);
  }
}

function reserve(env: Environment, move: Row): void {
  let missing = addQuantity(num(move, "product_uom_qty"), -reservedOf(env, move.id));
  if (missing > 0 && !tracksSource(env, move)) {
    addToLine(env, move, num(move, "location_id"), { quantity: missing, held: 0 });
    missing = 0;
  }
  hold(env, move, missing);
  refreshState(env, move.id);
}

/** Reserves up to this much and answers what could not be. */
function hold(env: Environment, move: Row, wanted: number): number {
  let missing = wanted;
  if (missing <= 0) return 0;
  for (const place of availableBelow(env, num(move, "product_id"), num(move, "location_id"))) {
    const taken = Math.min(missing, place.quantity);
    if (taken <= 0) break;
    changeReserved(env, num(move, "product_id"), place.locationId, taken);
    addToLine(env, move, place.locationId, { quantity: taken, held: taken });
    missing = addQuantity(missing, -taken);
  }
  return missing;
}

interface Portion {
  readonly quantity: number;
  /** How much of it is reserved on the quant. */
  readonly held: number;
}

function addToLine(env: Environment, move: Row, locationId: number, { quantity, held }: Portion): void {
  const { reserved } = lineFields(env);
  const line = linesOf(env, move.id).find((one) => num(one, "location_id") === locationId);
  if (line !== undefined) {
    const values = {
      [reserved]: addQuantity(num(line, reserved), quantity),
      held: addQuantity(num(line, "held"), held),
    };
    env.set("stock.move.line", line.id, values);
    return;
  }
  const made = create(env, "stock.move.line", {
    move_id: move.id,
    picking_id: ref(move, "picking_id") ?? false,
    product_id: num(move, "product_id"),
    product_uom_id: ref(move, "product_uom") ?? false,
    location_id: locationId,
    location_dest_id: num(move, "location_dest_id"),
    [reserved]: quantity,
  });
  env.set("stock.move.line", made.id, { held });
}

export function reservedOf(env: Environment, moveId: number): number {
  const { reserved } = lineFields(env);
  return linesOf(env, moveId).reduce((total, line) => addQuantity(total, num(line, reserved)), 0);
}

export function doneOf(env: Environment, moveId: number): number {
  const { done } = lineFields(env);
  return linesOf(env, moveId).reduce((total, line) => addQuantity(total, num(line, done)), 0);
}

/** Brings the move's own quantities and state in line with its lines and demand. */
export function refreshState(env: Environment, moveId: number): void {
  const move = env.row("stock.move", moveId);
  const reserved = reservedOf(env, moveId);
  const values: Record<string, unknown> = env.version === 19 ? { quantity: reserved } : {};
  if (isOpen(move) && str(move, "state") !== "draft") {
    const demand = num(move, "product_uom_qty");
    if (reserved >= demand) values["state"] = "assigned";
    else values["state"] = reserved > 0 ? "partially_available" : "confirmed";
  }
  env.set("stock.move", moveId, values);
}

/** 19: somebody writes the quantity of an open move: its lines and reservations follow. */
export function setMoveQuantity(env: Environment, move: Row, wanted: number): void {
  unreserve(env, move, true);
  const missing = tracksSource(env, move) ? hold(env, move, wanted) : wanted;
  // More than there is may be encoded by hand: it is moved all the same and leaves a negative quant.
  if (missing > 0) addToLine(env, move, num(move, "location_id"), { quantity: missing, held: 0 });
  refreshState(env, move.id);
}

/** 14: the done quantity of a move is that of its only line. */
export function setQuantityDone(env: Environment, move: Row, wanted: number): void {
  const line = linesOf(env, move.id)[0];
  if (line === undefined && wanted > 0) addToLine(env, move, num(move, "location_id"), { quantity: 0, held: 0 });
  const target = linesOf(env, move.id)[0];
  if (target !== undefined) env.set("stock.move.line", target.id, { qty_done: wanted });
}

/** Gives back what the move holds; its lines go as well, or stay for what they say is done. */
export function unreserve(env: Environment, move: Row, dropLines: boolean): void {
  const { reserved, done } = lineFields(env);
  for (const line of linesOf(env, move.id)) {
    const held = num(line, "held");
    if (held > 0) changeReserved(env, num(move, "product_id"), num(line, "location_id"), -held);
    if (dropLines) unlink(env, "stock.move.line", [line.id]);
    else env.set("stock.move.line", line.id, { held: 0, ...(reserved === done ? {} : { [reserved]: 0 }) });
  }
}

export function cancelMoves(env: Environment, moveIds: readonly number[]): void {
  for (const id of moveIds) {
    const move = env.row("stock.move", id);
    if (!isOpen(move)) continue;
    unreserve(env, move, true);
    env.set("stock.move", id, { state: "cancel", ...(env.version === 19 ? { quantity: 0 } : {}) });
  }
}

/** Carries an open move out with what its lines say; the caller has split off what stays behind. */
export function finishMove(env: Environment, moveId: number): void {
  const move = env.row("stock.move", moveId);
  const { done } = lineFields(env);
  const product = num(move, "product_id");
  unreserve(env, move, false);
  for (const line of linesOf(env, moveId)) {
    const quantity = num(line, done);
    if (quantity === 0 || !isStorable(env, product)) continue;
    changeQuantity(env, product, num(line, "location_id"), -quantity);
    changeQuantity(env, product, num(line, "location_dest_id"), quantity);
  }
  const total = doneOf(env, moveId);
  const values = env.version === 19 ? { quantity: total, picked: true } : {};
  env.set("stock.move", moveId, { ...values, product_uom_qty: total, state: "done", date: env.nowUs });
  triggerAssign(env, env.row("stock.move", moveId));
}

/** 19: goods that arrived are reserved for moves that wait for them in that place. 14 leaves that to its scheduler. */
function triggerAssign(env: Environment, done: Row): void {
  if (env.version === 14 || bypassesReservation(env, num(done, "location_dest_id"))) return;
  const waiting = env
    .by("stock.move", "product_id", num(done, "product_id"))
    .filter((move) => str(move, "state") === "confirmed" || str(move, "state") === "partially_available")
    .filter((move) => num(move, "location_id") === num(done, "location_dest_id"));
  for (const move of waiting) {
    reserve(env, move);
    const picking = ref(move, "picking_id");
    if (picking !== null) env.later(`picking ${picking}`, () => refreshPicking(env, picking));
  }
}

/** A picking's state follows its moves (a delivery that may go in parts is ready when any part is). */
export function refreshPicking(env: Environment, pickingId: number): void {
  if (env.find("stock.picking", pickingId) === undefined) return;
  const states = env.by("stock.move", "picking_id", pickingId).map((move) => str(move, "state"));
  env.set("stock.picking", pickingId, { state: pickingState(states) });
}

function pickingState(states: readonly string[]): string {
  if (states.length === 0 || states.includes("draft")) return "draft";
  if (states.every((state) => state === "cancel")) return "cancel";
  if (states.every((state) => CLOSED.has(state))) return "done";
  if (states.some((state) => state === "assigned" || state === "partially_available")) return "assigned";
  return "confirmed";
}

export function isPicked(move: Row): boolean {
  return flag(move, "picked");
}
