/** The stock moves behind lines of a sales order, as giving goods up and taking them back need them. */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { idIn, linkIn, numberIn, textIn, type Row } from "../decode.ts";
import { unsplitExternalId } from "../observe-orders.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";

export interface GoodsMove {
  readonly id: number;
  /** External id of the order's line, as it was asked for. */
  readonly externalId: string;
  readonly orderLineId: number;
  readonly productId: number;
  readonly unitId: number;
  readonly pickingId: number | null;
  readonly locationId: number;
  readonly destinationId: number;
  readonly state: string;
  readonly demand: number;
  readonly done: number;
  /** Out of the door, and not on the way to it. */
  readonly isFinal: boolean;
}

interface OrderLine {
  readonly externalId: string;
  readonly productId: number;
}

/** Moves towards the customer of those lines of the order; a kit's lines are refused, since parts are no units of it. */
export async function readGoods(
  session: OdooSession,
  orderId: number,
  externalIds: readonly string[],
  call: CallContext,
): Promise<Result<readonly GoodsMove[]>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const lines = await readLines(session, orderId, new Set(externalIds), call);
  if (!lines.ok) return lines;
  const { done } = dialect.value.move;
  const fields = [
    "product_id",
    "product_uom",
    "sale_line_id",
    "picking_id",
    "location_id",
    "location_dest_id",
    "state",
    "product_uom_qty",
    done,
  ];
  const domain = [
    ["sale_line_id", "in", [...lines.value.keys()]],
    ["location_id.usage", "!=", "customer"],
  ];
  const rows = await session.searchRead("stock.move", domain, fields, call, { order: "id" });
  if (!rows.ok) return rows;
  const last = await session.searchRead(
    "stock.move",
    [...domain, ["location_dest_id.usage", "=", "customer"]],
    ["state"],
    call,
  );
  const final = decodedRows(session, "stock.move", last, (all) => new Set(all.map(idIn)));
  if (!final.ok) return final;
  const moves = decodedRows(session, "stock.move", rows, (all) =>
    all.flatMap((row) => goodsMove(row, lines.value, final.value, done)),
  );
  if (!moves.ok) return moves;
  const part = moves.value.find((move) => move.productId !== lines.value.get(move.orderLineId)?.productId);
  return part ? fail(failure("ODOO_REJECTED", { what: part.externalId, message: PARTS })) : moves;
}

const PARTS = "the product is delivered in parts (a kit), of which the refunded ones must be chosen by hand";

async function readLines(
  session: OdooSession,
  orderId: number,
  wanted: ReadonlySet<string>,
  call: CallContext,
): Promise<Result<ReadonlyMap<number, OrderLine>>> {
  const rows = await session.searchRead("sale.order.line", [["order_id", "=", orderId]], ["product_id"], call);
  if (!rows.ok) return rows;
  const names = await session.externalIds("sale.order.line", rows.value.map(idIn), call);
  if (!names.ok) return names;
  return ok(
    new Map(
      rows.value.flatMap((row) => {
        const externalId = unsplitExternalId(names.value.get(idIn(row)) ?? "");
        return wanted.has(externalId) ? [[idIn(row), { externalId, productId: linkIn(row, "product_id") ?? 0 }]] : [];
      }),
    ),
  );
}

function goodsMove(
  row: Row,
  lines: ReadonlyMap<number, OrderLine>,
  final: ReadonlySet<number>,
  done: string,
): readonly GoodsMove[] {
  const orderLineId = linkIn(row, "sale_line_id") ?? 0;
  const line = lines.get(orderLineId);
  if (!line) return [];
  const state = textIn(row, "state");
  const move: GoodsMove = {
    id: idIn(row),
    externalId: line.externalId,
    orderLineId,
    productId: linkIn(row, "product_id") ?? 0,
    unitId: linkIn(row, "product_uom") ?? 0,
    pickingId: linkIn(row, "picking_id"),
    locationId: linkIn(row, "location_id") ?? 0,
    destinationId: linkIn(row, "location_dest_id") ?? 0,
    state,
    demand: numberIn(row, "product_uom_qty"),
    done: state === "done" ? numberIn(row, done) : 0,
    isFinal: final.has(idIn(row)),
  };
  return [move];
}

export function isOpenMove({ state }: { readonly state: string }): boolean {
  return state !== "done" && state !== "cancel";
}
