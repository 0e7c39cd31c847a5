/**
 * Validates deliveries in part. What is asked for is how much of each line is to be done in all, so every look at the moves says
 * anew what is missing, and doing it twice sends once. Step by step where goods are picked or packed first.
 */
import type { CallContext } from "../../../core/ports/call.ts";
import { ok, type Result } from "../../../core/result.ts";
import { divide, type Outcomes } from "../batch.ts";
import { flagIn, idIn, idsOf, decoded, linkIn, linksIn, numberIn, textIn, type Row } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { isSystemic } from "../errors.ts";
import { readOrderLines, type FoundLine } from "../observe-orders.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";
import { allot, type PartMove, type WantedLine } from "./delivery-shares.ts";
import { readParts, validatePickings, writeAlike, writeTracking, type MovePart } from "./delivery-pickings.ts";

type Action = ActionOf<"delivery.validate">;

/** Pick, pack, deliver, and one more. */
const STEPS_MAX = 4;

export function validateParts(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  return divide(actions, (items) => attempt(session, dialect, items, call));
}

async function attempt(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<unknown>> {
  const orderIds = actions.map((action) => action.orderId);
  const lines = await readOrderLines(session, dialect, orderIds, call);
  if (!lines.ok) return lines;
  const wanted = actions.flatMap((action) => wantedLines(action, lines.value));
  for (let round = 0; round < STEPS_MAX; round += 1) {
    const moves = await readMoves(session, dialect, orderIds, call);
    if (!moves.ok) return moves;
    const shares = allot(wanted, moves.value);
    if (shares.size === 0) break;
    const done = await carryOut(session, dialect, actions, { moves: moves.value, shares }, call);
    if (done.ok) continue;
    if (isSystemic(done.failure)) return done;
    // Somebody else may have done the same in between: then nothing is missing any more.
    const after = await readMoves(session, dialect, orderIds, call);
    if (!after.ok) return after;
    if (allot(wanted, after.value).size > 0) return done;
  }
  return ok(undefined);
}

/** A line that is split in two gets its units in the order of its halves. */
function wantedLines({ orderId, lines: targets }: Action, found: readonly FoundLine[]): readonly WantedLine[] {
  return (targets ?? []).flatMap((target) => {
    const halves = found.filter((line) => line.orderId === orderId && line.externalId === target.externalId);
    let left = Number(target.quantity);
    return halves.map((half, index) => {
      const ordered = numberIn(half.row, "product_uom_qty");
      const units = index === halves.length - 1 ? left : Math.min(left, ordered);
      left -= units;
      return { lineId: half.id, productId: linkIn(half.row, "product_id") ?? 0, ordered, units };
    });
  });
}

/** All that belongs to the orders or lies in one of their transfers, but for what came or comes back. */
async function readMoves(
  session: OdooSession,
  dialect: Dialect,
  orderIds: readonly number[],
  call: CallContext,
): Promise<Result<readonly PartMove[]>> {
  const { reserved, done, picked } = dialect.move;
  const names = ["product_id", "sale_line_id", "picking_id", "state", "product_uom_qty", "product_qty"];
  const links = ["move_orig_ids", "move_dest_ids", "move_line_ids"];
  const fields = [...new Set([...names, ...links, reserved, done, ...(picked ? ["picked"] : [])])];
  const domain = [
    ["state", "!=", "cancel"],
    ["picking_id", "!=", false],
    ["picking_type_id.code", "!=", "incoming"],
    ["location_id.usage", "!=", "customer"],
    "|",
    ["sale_line_id.order_id", "in", orderIds],
    ["picking_id.sale_id", "in", orderIds],
  ];
  const rows = await session.searchRead("stock.move", domain, fields, call, { order: "id" });
  if (!rows.ok) return rows;
  const last = [
    ["id", "in", rows.value.map(idIn)],
    ["location_dest_id.usage", "=", "customer"],
  ];
  const answer = await session.read("stock.move", "search", { args: { domain: last } }, call);
  const final = decoded(session.connection, "stock.move search", answer, idsOf);
  if (!final.ok) return final;
  const ends = new Set(final.value);
  return decodedRows(session, "stock.move", rows, (all) => all.map((row) => moveOf(row, dialect, ends)));
}

function moveOf(row: Row, dialect: Dialect, ends: ReadonlySet<number>): PartMove {
  return {
    id: idIn(row),
    productId: linkIn(row, "product_id") ?? 0,
    lineId: linkIn(row, "sale_line_id"),
    pickingId: linkIn(row, "picking_id") ?? 0,
    state: textIn(row, "state"),
    demand: numberIn(row, "product_uom_qty"),
    reserved: numberIn(row, dialect.move.reserved),
    filled: numberIn(row, dialect.move.done),
    picked: flagIn(row, "picked"),
    isFinal: ends.has(idIn(row)),
    before: linksIn(row, "move_orig_ids"),
    after: linksIn(row, "move_dest_ids"),
    lines: linksIn(row, "move_line_ids"),
  };
}

interface Allotted {
  readonly moves: readonly PartMove[];
  /** What each move is to bring, by its id. */
  readonly shares: ReadonlyMap<number, number>;
}

async function carryOut(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  { moves, shares }: Allotted,
  call: CallContext,
): Promise<Result<unknown>> {
  const pickingIds = [...new Set(moves.filter(({ id }) => shares.has(id)).map(({ pickingId }) => pickingId))];
  const open = moves.filter((move) => move.state !== "done" && pickingIds.includes(move.pickingId));
  const filled = dialect.move.picked
    ? await writeAlike(session, "stock.move", pickedValues(dialect, open, shares), call)
    : await fillOld(session, dialect, open, shares, call);
  if (!filled.ok) return filled;
  const tracked = await writeTracking(session, actions, pickingIds, call);
  return tracked.ok ? validatePickings(session, pickingIds, call) : tracked;
}

/** What somebody has ticked in the same transfer and is not to go is unticked. */
function pickedValues(
  { move: { done } }: Dialect,
  open: readonly PartMove[],
  shares: ReadonlyMap<number, number>,
): ReadonlyMap<number, Readonly<Record<string, unknown>>> {
  const values = new Map<number, Readonly<Record<string, unknown>>>();
  for (const move of open) {
    const share = shares.get(move.id);
    if (share !== undefined) values.set(move.id, { [done]: share, picked: true });
    else if (move.picked) values.set(move.id, { picked: false });
  }
  return values;
}

/** Before `picked` there was, what is filled in is what goes; a move reserved in several places is filled place by place. */
async function fillOld(
  session: OdooSession,
  { move: { done } }: Dialect,
  open: readonly PartMove[],
  shares: ReadonlyMap<number, number>,
  call: CallContext,
): Promise<Result<unknown>> {
  const changed = open.filter((move) => move.filled !== (shares.get(move.id) ?? 0));
  const split = changed.filter((move) => move.lines.length > 1);
  const parts = await readParts(session, split, call);
  if (!parts.ok) return parts;
  const ofParts = new Map<number, Readonly<Record<string, unknown>>>();
  for (const move of split) {
    const own = parts.value.get(move.id) ?? [];
    for (const [id, units] of spread(own, shares.get(move.id) ?? 0)) ofParts.set(id, { qty_done: units });
  }
  const filled = await writeAlike(session, "stock.move.line", ofParts, call);
  if (!filled.ok) return filled;
  const whole = changed.filter((move) => move.lines.length <= 1);
  const values = new Map(whole.map((move) => [move.id, { [done]: shares.get(move.id) ?? 0 }]));
  return writeAlike(session, "stock.move", values, call);
}

/** Place by place as far as is reserved there; what is more comes from the last. */
function spread(parts: readonly MovePart[], units: number): ReadonlyMap<number, number> {
  let left = units;
  return new Map(
    parts.map((part, index) => {
      const own = index === parts.length - 1 ? left : Math.min(left, part.reserved);
      left -= own;
      return [part.id, own];
    }),
  );
}
