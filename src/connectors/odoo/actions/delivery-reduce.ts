/**
 * Takes goods out of open deliveries: each line keeps at most what is still to be sent, on every step of its way. A delivery of
 * which nothing is left is cancelled; what remains of the others is reserved again, since Odoo lets go of a move that is
 * shortened. The amounts are absolute, so that doing it twice changes nothing.
 */
import type { CallContext } from "../../../core/ports/call.ts";
import { ok, type Result } from "../../../core/result.ts";
import { oneByOne, type Outcomes } from "../batch.ts";
import { idIn, linkIn, numberIn, textIn } from "../decode.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";
import { isOpenMove, readGoods, type GoodsMove } from "./order-goods.ts";

type Action = ActionOf<"delivery.reduce">;

export function reduceDeliveries(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  return oneByOne(actions, (action) => reduce(session, action, call));
}

async function reduce(session: OdooSession, action: Action, call: CallContext): Promise<Result<unknown>> {
  const externalIds = action.lines.map((line) => line.externalId);
  const moves = await readGoods(session, action.orderId, externalIds, call);
  if (!moves.ok) return moves;
  const demands = new Map(
    action.lines.flatMap(({ externalId, keep }) =>
      shortened(
        moves.value.filter((move) => move.externalId === externalId),
        Number(keep),
      ),
    ),
  );
  const pickings = [...new Set([...demands.keys()].flatMap((move) => move.pickingId ?? []))];
  const empty = await emptied(session, pickings, demands, call);
  if (!empty.ok) return empty;
  for (const [move, demand] of demands) {
    if (move.pickingId !== null && empty.value.has(move.pickingId)) continue;
    const request = { ids: [move.id], args: { vals: { product_uom_qty: demand } } };
    const answer = await session.write("stock.move", "write", request, call);
    if (!answer.ok) return answer;
  }
  if (empty.value.size > 0) {
    const answer = await session.write("stock.picking", "action_cancel", { ids: [...empty.value] }, call);
    if (!answer.ok) return answer;
  }
  const kept = pickings.filter((id) => !empty.value.has(id));
  if (kept.length === 0) return ok(undefined);
  const reserved = await session.write("stock.picking", "action_assign", { ids: kept }, call);
  // With nothing to reserve (any more) Odoo refuses; the goods are then short, as they would be for any delivery.
  return reserved.ok || reserved.failure.connection === undefined ? ok(undefined) : reserved;
}

/** The new demand of each open move that asks for too much; the last are shortened first. */
export function shortened(
  moves: readonly Pick<GoodsMove, "state" | "demand" | "done" | "isFinal" | "locationId" | "destinationId">[],
  keep: number,
): [GoodsMove, number][] {
  const sent = total(
    moves.filter((move) => move.isFinal),
    (move) => move.done,
  );
  const steps = Map.groupBy(moves, (move) => `${move.locationId} ${move.destinationId}`);
  return [...steps.values()].flatMap((step) => {
    const allowed = Math.max(0, sent + keep - total(step, (move) => move.done));
    const open = step.filter(isOpenMove);
    let excess = total(open, (move) => move.demand) - allowed;
    return open.toReversed().flatMap((move): [GoodsMove, number][] => {
      const cut = Math.min(move.demand, Math.max(0, excess));
      excess -= cut;
      return cut > 0 ? [[move as GoodsMove, move.demand - cut]] : [];
    });
  });
}

function total<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((all, item) => all + read(item), 0);
}

/** Pickings of which nothing would be left to send. */
async function emptied(
  session: OdooSession,
  pickings: readonly number[],
  demands: ReadonlyMap<GoodsMove, number>,
  call: CallContext,
): Promise<Result<ReadonlySet<number>>> {
  if (pickings.length === 0) return ok(new Set<number>());
  const fields = ["picking_id", "state", "product_uom_qty"];
  const rows = await session.searchRead("stock.move", [["picking_id", "in", pickings]], fields, call, { order: "id" });
  const after = new Map([...demands].map(([move, demand]) => [move.id, demand]));
  return decodedRows(session, "stock.move", rows, (all) => {
    const left = all.filter(
      (row) =>
        isOpenMove({ state: textIn(row, "state") }) && (after.get(idIn(row)) ?? numberIn(row, "product_uom_qty")) > 0,
    );
    const busy = new Set(left.map((row) => linkIn(row, "picking_id")));
    return new Set(pickings.filter((id) => !busy.has(id)));
  });
}
