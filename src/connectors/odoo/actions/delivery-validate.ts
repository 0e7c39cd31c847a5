/**
 * Validates the open deliveries of orders in full, step by step where goods are picked or packed first. Deliveries that are done
 * or cancelled are left alone, so that doing it twice delivers once.
 */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, divide, type Outcomes } from "../batch.ts";
import { idIn, linkIn, linksIn, numberIn, textIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

type Action = ActionOf<"delivery.validate">;

/** Pick, pack, deliver, and one more. */
const STEPS_MAX = 4;
/** Nobody is asked anything: no text message, no question about what is left over. */
const VALIDATE_CONTEXT = { skip_sms: true, skip_backorder: true, skip_immediate: true };

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
  const outcomes = allOf(actions, ok(undefined));
  const dialect = await session.dialect(call);
  if (!dialect.ok) return allOf(actions, dialect);
  for (let round = 0; round < STEPS_MAX; round += 1) {
    const well = actions.filter((action) => outcomes.get(action)?.ok === true);
    const pickings = await readOpen(session, well, call);
    if (!pickings.ok) return merge(outcomes, allOf(well, pickings));
    const ready = pickings.value.filter((picking) => picking.state !== "waiting" && picking.state !== "draft");
    const due = well.filter((action) => ready.some((picking) => picking.orderId === action.orderId));
    if (due.length === 0) break;
    merge(outcomes, await divide(due, (items) => validate(session, dialect.value, picksOf(items, ready), call)));
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
  pickingIds: readonly number[],
  call: CallContext,
): Promise<Result<unknown>> {
  const filled = await fill(session, dialect, pickingIds, call);
  if (!filled.ok) return filled;
  const answer = await session.write(
    "stock.picking",
    "button_validate",
    { ids: pickingIds, context: VALIDATE_CONTEXT },
    call,
  );
  if (!answer.ok) return answer;
  // Anything else is a form that Odoo wants a person to fill in.
  const asked =
    typeof answer.value === "object" && answer.value !== null
      ? (answer.value as { res_model?: unknown }).res_model
      : null;
  if (typeof asked !== "string") return answer;
  return fail(
    failure("ODOO_REJECTED", { what: "stock.picking button_validate", message: `it asks for a decision (${asked})` }),
  );
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
  if (split.length > 0) {
    const parts = await fillParts(
      session,
      split.flatMap((move) => move.lines),
      call,
    );
    if (!parts.ok) return parts;
  }
  const whole = moves.value.filter((move) => !split.includes(move) && (picked || move.done !== move.demand));
  for (const [demand, same] of Map.groupBy(whole, (move) => move.demand)) {
    const vals = picked ? { [done]: demand, picked: true } : { [done]: demand };
    const answer = await session.write(
      "stock.move",
      "write",
      { ids: same.map((move) => move.id), args: { vals } },
      call,
    );
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}

async function fillParts(
  session: OdooSession,
  lineIds: readonly number[],
  call: CallContext,
): Promise<Result<unknown>> {
  const rows = await session.searchRead("stock.move.line", [["id", "in", lineIds]], ["product_uom_qty"], call);
  const lines = decodedRows(session, "stock.move.line", rows, (all) =>
    all.map((row) => ({ id: idIn(row), reserved: numberIn(row, "product_uom_qty") })),
  );
  if (!lines.ok) return lines;
  for (const [reserved, same] of Map.groupBy(lines.value, (line) => line.reserved)) {
    const answer = await session.write(
      "stock.move.line",
      "write",
      { ids: same.map((line) => line.id), args: { vals: { qty_done: reserved } } },
      call,
    );
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}
