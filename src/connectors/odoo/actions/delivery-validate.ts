/**
 * Validates the open deliveries of orders, in full or in part; here in full, step by step where goods are picked or packed first. Deliveries that are done
 * or cancelled are left alone, so that doing it twice delivers once.
 */
import type { CallContext } from "../../../core/ports/call.ts";
import { ok, type Result } from "../../../core/result.ts";
import { allOf, divide, troubleIn, type Outcomes } from "../batch.ts";
import { idIn, linkIn, linksIn, numberIn, textIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { isSystemic } from "../errors.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";
import { validateParts } from "./delivery-part.ts";
import { readParts, validatePickings, writeAlike, writeTracking } from "./delivery-pickings.ts";

type Action = ActionOf<"delivery.validate">;

/** Pick, pack, deliver, and one more. */
const STEPS_MAX = 4;

interface Picking {
  readonly id: number;
  readonly orderId: number;
  readonly state: string;
}

export async function validateDeliveries(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return allOf(actions, dialect);
  const inFull = actions.filter((action) => action.lines === null);
  const outcomes = await validateAll(session, dialect.value, inFull, call);
  const inPart = actions.filter((action) => action.lines !== null);
  const trouble = troubleIn(outcomes);
  return merge(outcomes, trouble ? allOf(inPart, trouble) : await validateParts(session, dialect.value, inPart, call));
}

async function validateAll(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes = allOf(actions, ok(undefined));
  for (let round = 0; round < STEPS_MAX; round += 1) {
    const well = actions.filter((action) => outcomes.get(action)?.ok === true);
    if (well.length === 0) break;
    const pickings = await readOpen(session, well, call);
    if (!pickings.ok) return merge(outcomes, allOf(well, pickings));
    const ready = pickings.value.filter((picking) => picking.state !== "waiting" && picking.state !== "draft");
    const due = well.filter((action) => ready.some((picking) => picking.orderId === action.orderId));
    if (due.length === 0) break;
    merge(outcomes, await divide(due, (items) => validate(session, dialect, { items, ready }, call)));
  }
  return outcomes;
}

function merge(outcomes: Outcomes<Action>, more: Outcomes<Action>): Outcomes<Action> {
  for (const [action, outcome] of more) outcomes.set(action, outcome);
  return outcomes;
}

function picksOf(actions: readonly Action[], pickings: readonly Picking[]): readonly number[] {
  const orders = new Set(actions.map((action) => action.orderId));
  return pickings.filter((picking) => orders.has(picking.orderId)).map((picking) => picking.id);
}

async function readOpen(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<readonly Picking[]>> {
  const ids = actions.map((action) => action.orderId);
  const domain = [
    ["sale_id", "in", ids],
    ["state", "not in", ["done", "cancel"]],
    ["picking_type_id.code", "!=", "incoming"],
  ];
  const rows = await session.searchRead("stock.picking", domain, ["sale_id", "state"], call, { order: "id" });
  return decodedRows(session, "stock.picking", rows, (all) =>
    all.map((row) => ({ id: idIn(row), orderId: linkIn(row, "sale_id") ?? 0, state: textIn(row, "state") })),
  );
}

async function validate(
  session: OdooSession,
  dialect: Dialect,
  { items, ready }: { readonly items: readonly Action[]; readonly ready: readonly Picking[] },
  call: CallContext,
): Promise<Result<unknown>> {
  const pickingIds = picksOf(items, ready);
  const filled = await fill(session, dialect, pickingIds, call);
  if (!filled.ok) return filled;
  const tracked = await writeTracking(session, items, pickingIds, call);
  if (!tracked.ok) return tracked;
  const validated = await validatePickings(session, pickingIds, call);
  if (validated.ok || isSystemic(validated.failure)) return validated;
  // Somebody else may have done the same in between: then none of them is open any more.
  const open = await readOpen(session, items, call);
  if (!open.ok) return open;
  return open.value.some(({ id }) => pickingIds.includes(id)) ? validated : ok(undefined);
}

/** Sets every open move to what is asked of it. */
async function fill(
  session: OdooSession,
  dialect: Dialect,
  pickingIds: readonly number[],
  call: CallContext,
): Promise<Result<unknown>> {
  const { reserved, done, picked } = dialect.move;
  const fields = [...new Set(["product_uom_qty", "move_line_ids", reserved, done])];
  const domain = [
    ["picking_id", "in", pickingIds],
    ["state", "not in", ["done", "cancel"]],
  ];
  const rows = await session.searchRead("stock.move", domain, fields, call, { order: "id" });
  const moves = decodedRows(session, "stock.move", rows, (all) =>
    all.map((row) => ({
      id: idIn(row),
      demand: numberIn(row, "product_uom_qty"),
      done: numberIn(row, done),
      lines: linksIn(row, "move_line_ids"),
    })),
  );
  if (!moves.ok) return moves;
  // Odoo 14 wants the parts of a move that is reserved in several places filled one by one.
  const split = picked ? [] : moves.value.filter((move) => move.lines.length > 1);
  const parts = await readParts(session, split, call);
  if (!parts.ok) return parts;
  const ofParts = new Map([...parts.value.values()].flat().map((part) => [part.id, { qty_done: part.reserved }]));
  const filled = await writeAlike(session, "stock.move.line", ofParts, call);
  if (!filled.ok) return filled;
  const whole = moves.value.filter((move) => !split.includes(move) && (picked || move.done !== move.demand));
  const values = new Map(
    whole.map((move) => [move.id, picked ? { [done]: move.demand, picked: true } : { [done]: move.demand }]),
  );
  return writeAlike(session, "stock.move", values, call);
}
