/**
 * Transfers of sales orders: out to the customer and back, with what is asked and done of each of our order lines, carrier and
 * tracking number. Steps inside the warehouse are none of them; where Odoo makes the transfer out only when the one before it
 * is done, the one before stands for it, with nothing done. Moves without a transfer are not among them.
 */
import type { ErpDelivery } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { quantityText } from "./amounts.ts";
import { idIn, instantIn, linkIn, numberIn, textIn, type Row } from "./decode.ts";
import { TRACKING_NUMBER } from "./dialect.ts";
import { readReturned, type Move, type Outgoing } from "./moves.ts";
import type { FoundLine } from "./observe-orders.ts";
import { decodedRows } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";

/** Behind this many digits a part of a kit is a rounding error. */
const KIT_EPSILON = 1e-6;

type DeliveryLine = ErpDelivery["lines"][number];

interface Picking {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly doneAt: string | null;
  readonly carrierId: number | null;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
}

/** By order id, oldest first. `lines`: those of the orders, as they stand. */
export async function readDeliveries(
  session: OdooSession,
  outgoing: Outgoing,
  lines: readonly FoundLine[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, readonly ErpDelivery[]>>> {
  const sent = [...outgoing].filter(([, moves]) => moves.some((move) => move.state === "done"));
  const returned = await readReturned(
    session,
    sent.map(([orderId]) => orderId),
    call,
  );
  if (!returned.ok) return returned;
  const moves = [...outgoing.values(), ...returned.value.values()].flat();
  const pickings = await readPickings(session, [...new Set(moves.flatMap((move) => move.pickingId ?? []))], call);
  if (!pickings.ok) return pickings;
  const carriers = await readCarriers(session, [...pickings.value.values()], call);
  if (!carriers.ok) return carriers;
  return ok(
    new Map(
      [...outgoing].map(([orderId, out]) => {
        const found: Transfers = { lines, pickings: pickings.value, carriers: carriers.value };
        const back = returned.value.get(orderId) ?? [];
        return [orderId, [...deliveriesOf(out, "out", found), ...deliveriesOf(back, "back", found)].toSorted(byAge)];
      }),
    ),
  );
}

async function readPickings(
  session: OdooSession,
  ids: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, Picking>>> {
  if (ids.length === 0) return ok(new Map());
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const fields = ["name", "state", "date_done", ...dialect.value.tracking];
  const rows = await session.searchRead("stock.picking", [["id", "in", ids]], fields, call, { order: "id" });
  return decodedRows(
    session,
    "stock.picking",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), pickingOf(row)] as const)),
  );
}

function pickingOf(row: Row): Picking {
  const url = textIn(row, "carrier_tracking_url");
  return {
    id: idIn(row),
    name: textIn(row, "name"),
    state: textIn(row, "state"),
    doneAt: instantIn(row, "date_done") || null,
    carrierId: linkIn(row, "carrier_id"),
    trackingNumber: textIn(row, TRACKING_NUMBER).trim(),
    // Several parcels make a list of addresses here, which is none that a customer can open.
    trackingUrl: /^https?:/i.test(url) ? url : "",
  };
}

/** Their names; nothing where the user may not read them: an order does not wait for a carrier's name. */
async function readCarriers(
  session: OdooSession,
  pickings: readonly Picking[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, string>>> {
  const ids = [...new Set(pickings.flatMap((picking) => picking.carrierId ?? []))];
  if (ids.length === 0) return ok(new Map());
  const rows = await session.searchRead("delivery.carrier", [["id", "in", ids]], ["name"], call, { archived: true });
  if (!rows.ok && rows.failure.code === "ACCESS_DENIED") return ok(new Map());
  return decodedRows(
    session,
    "delivery.carrier",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), textIn(row, "name")] as const)),
  );
}

interface Transfers {
  readonly lines: readonly FoundLine[];
  readonly pickings: ReadonlyMap<number, Picking>;
  readonly carriers: ReadonlyMap<number, string>;
}

function deliveriesOf(moves: readonly Move[], direction: ErpDelivery["direction"], found: Transfers): ErpDelivery[] {
  const ids = [...new Set(moves.flatMap((move) => move.pickingId ?? []))];
  const pickings = ids.flatMap((id) => found.pickings.get(id) ?? []).toSorted(byAge);
  const linesOf = new Map<number, DeliveryLine[]>(pickings.map(({ id }) => [id, []]));
  for (const [lineId, own] of Map.groupBy(moves, (move) => move.orderLineId ?? 0)) {
    const line = found.lines.find(({ id }) => id === lineId) ?? null;
    for (const [pickingId, parts] of lineInPickings(line, own, pickings)) linesOf.get(pickingId)?.push(...parts);
  }
  return pickings.map(({ carrierId, ...picking }) => ({
    ...picking,
    direction,
    carrier: found.carriers.get(carrierId ?? 0) ?? "",
    lines: linesOf.get(picking.id) ?? [],
  }));
}

function lineInPickings(
  line: FoundLine | null,
  moves: readonly Move[],
  pickings: readonly Picking[],
): ReadonlyMap<number, readonly DeliveryLine[]> {
  const byPicking = pickings.map(({ id }) => [id, moves.filter((move) => move.pickingId === id)] as const);
  const externalId = line?.externalId ?? null;
  const ordered = line === null ? null : linkIn(line.row, "product_id");
  if (line === null || moves.every((move) => move.productId === ordered)) {
    const plain = (move: Move): DeliveryLine => ({
      externalId,
      productId: move.productId,
      demand: quantityText(move.demand),
      done: quantityText(doneOf(move)),
    });
    return new Map(byPicking.map(([id, own]) => [id, own.map(plain)]));
  }
  const kits = numberIn(line.row, "product_uom_qty");
  const parts = byPicking.map(([, own]) => own);
  const demand = kitsOf(parts, kits, moves, (move) => move.demand);
  const done = kitsOf(parts, kits, moves, doneOf);
  return new Map(
    byPicking.map(([id], index) => {
      const units = { demand: quantityText(demand[index] ?? 0), done: quantityText(done[index] ?? 0) };
      return [id, [{ externalId, productId: ordered ?? 0, ...units }]];
    }),
  );
}

/** On the way inside the warehouse, nothing has gone out. */
function doneOf(move: Move): number {
  return move.isOnTheWay ? 0 : move.done;
}

/**
 * A kit's line has moves of what it is made of. A kit counts with the transfer that brings the last of its parts, whole kits only:
 * each entry is what one transfer adds, in the order given.
 */
export function kitsOf<M extends { readonly productId: number; readonly demand: number }>(
  transfers: readonly (readonly M[])[],
  kits: number,
  moves: readonly M[],
  read: (move: M) => number,
): readonly number[] {
  const wanted = new Map<number, number>();
  for (const move of moves) wanted.set(move.productId, (wanted.get(move.productId) ?? 0) + move.demand);
  const passed = new Map<number, number>();
  let counted = 0;
  return transfers.map((own) => {
    for (const move of own) passed.set(move.productId, (passed.get(move.productId) ?? 0) + read(move));
    const shares = [...wanted].filter(([, all]) => all > 0).map(([id, all]) => ((passed.get(id) ?? 0) * kits) / all);
    const whole = Math.floor(Math.min(kits, ...shares) + KIT_EPSILON);
    const added = shares.length === 0 ? 0 : Math.max(0, whole - counted);
    counted += added;
    return added;
  });
}

/** Open ones come last. */
function byAge(a: { doneAt: string | null; id: number }, b: { doneAt: string | null; id: number }): number {
  const [first, second] = [a.doneAt ?? "~", b.doneAt ?? "~"];
  if (first !== second) return first < second ? -1 : 1;
  return a.id - b.id;
}
