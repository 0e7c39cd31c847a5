/** What validating in full and in part share: tracking numbers, and the button itself. */
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { idIn, linkIn, numberIn } from "../decode.ts";
import { TRACKING_NUMBER } from "../dialect.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";

/** Nobody is asked anything: no text message, no question about what is left over. */
export const VALIDATE_CONTEXT = { skip_sms: true, skip_backorder: true, skip_immediate: true };

export async function validatePickings(
  session: OdooSession,
  pickingIds: readonly number[],
  call: CallContext,
): Promise<Result<unknown>> {
  const request = { ids: pickingIds, context: VALIDATE_CONTEXT };
  const answer = await session.write("stock.picking", "button_validate", request, call);
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

/** Puts the shop's tracking numbers on those of the transfers that go to the customer and have none. */
export async function writeTracking(
  session: OdooSession,
  actions: readonly ActionOf<"delivery.validate">[],
  pickingIds: readonly number[],
  call: CallContext,
): Promise<Result<unknown>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const tracked = actions.filter((action) => action.tracking !== "");
  if (tracked.length === 0 || !dialect.value.tracking.includes(TRACKING_NUMBER)) return ok(undefined);
  const domain = [
    ["id", "in", pickingIds],
    ["location_dest_id.usage", "=", "customer"],
    [TRACKING_NUMBER, "=", false],
  ];
  const rows = await session.searchRead("stock.picking", domain, ["sale_id"], call, { order: "id" });
  const open = decodedRows(session, "stock.picking", rows, (all) =>
    all.map((row) => ({ id: idIn(row), orderId: linkIn(row, "sale_id") })),
  );
  if (!open.ok) return open;
  for (const { orderId, tracking } of tracked) {
    const ids = open.value.filter((picking) => picking.orderId === orderId).map(({ id }) => id);
    if (ids.length === 0) continue;
    const vals = { [TRACKING_NUMBER]: tracking };
    const answer = await session.write("stock.picking", "write", { ids, args: { vals } }, call);
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}

/** A part of a move on Odoo 14: reserved in one place. */
export interface MovePart {
  readonly id: number;
  readonly reserved: number;
  readonly done: number;
}

/** By move id, oldest first. */
export async function readParts(
  session: OdooSession,
  moves: readonly { readonly id: number; readonly lines: readonly number[] }[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, readonly MovePart[]>>> {
  const ids = moves.flatMap((move) => move.lines);
  if (ids.length === 0) return ok(new Map());
  const fields = ["product_uom_qty", "qty_done"];
  const rows = await session.searchRead("stock.move.line", [["id", "in", ids]], fields, call, { order: "id" });
  return decodedRows(session, "stock.move.line", rows, (all) => {
    const parts = new Map(
      all.map((row) => {
        const part = { id: idIn(row), reserved: numberIn(row, "product_uom_qty"), done: numberIn(row, "qty_done") };
        return [part.id, part] as const;
      }),
    );
    return new Map(moves.map((move) => [move.id, move.lines.flatMap((id) => parts.get(id) ?? [])]));
  });
}

/** One write for all records that get the same values. */
export async function writeAlike(
  session: OdooSession,
  model: string,
  wanted: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
  call: CallContext,
): Promise<Result<unknown>> {
  for (const [, same] of Map.groupBy(wanted, ([, vals]) => JSON.stringify(vals))) {
    const vals = same[0]?.[1] ?? {};
    const answer = await session.write(model, "write", { ids: same.map(([id]) => id), args: { vals } }, call);
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}
