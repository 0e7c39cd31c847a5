/**
 * Stock that accepted orders hold back. An order is held from its acceptance in the shop until its outgoing moves in Odoo
 * are reserved, done or given up: a confirmed order without reservation still counts as free there.
 */
import { Decimal } from "decimal.js";
import { isOpen } from "../order/delivery.ts";
import type { ErpMove } from "../order/erp-documents.ts";
import type { OrderStatus, ShopOrder } from "../order/shop-order.ts";
import type { OrderHold } from "../ports/shop.ts";
import { formatQuantity, parseQuantity, quantity, sumQuantities } from "../quantity.ts";

/** The shop has promised the goods: it took them off its own count at these. */
const ACCEPTED: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["on-hold", "processing", "completed"]);

/** What an order takes, one entry a variant; empty when it takes nothing (any more). */
export function holdsOfOrder(order: ShopOrder): readonly OrderHold[] {
  if (!ACCEPTED.has(order.status)) return [];
  const byVariant = new Map<string, Decimal>();
  for (const line of order.lines) {
    if (line.kind !== "product" || line.variantId === null) continue;
    const ordered = parseQuantity(line.quantity);
    // A line that cannot be understood holds nothing; the order itself is held by name for it.
    if (!ordered.ok || ordered.value.lessThanOrEqualTo(0)) continue;
    byVariant.set(line.variantId, (byVariant.get(line.variantId) ?? new Decimal(0)).plus(ordered.value));
  }
  return [...byVariant].map(([variantId, held]) => ({
    orderId: order.id,
    orderNumber: order.number,
    variantId,
    quantity: formatQuantity(held),
  }));
}

/** One order's claim on one variant, as the stock flow sees it. */
export interface HeldOrder {
  readonly orderId: string;
  readonly orderNumber: string;
  /** What the shop's order takes. */
  readonly ordered: string;
  /**
   * Outgoing moves of that order for this product; null: the order is not confirmed in Odoo (or not there at all), so
   * Odoo knows nothing of it yet. Empty: it is confirmed and nothing of this product goes out.
   */
  readonly moves: readonly ErpMove[] | null;
}

export interface HeldPart {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly ordered: string;
  readonly reserved: string;
  readonly done: string;
  /** What is still to be taken off Odoo's free quantity. */
  readonly held: string;
}

/** What Odoo has reserved or sent is off its free quantity already; what was cancelled there is released. */
export function heldPart(order: HeldOrder): HeldPart {
  const { orderId, orderNumber, ordered, moves } = order;
  if (moves === null) return { orderId, orderNumber, ordered, reserved: "0", done: "0", held: ordered };
  const open = moves.filter(isOpen);
  const reserved = sumQuantities(open.map((move) => quantity(move.reserved)));
  const done = sumQuantities(moves.filter((move) => move.state === "done").map((move) => quantity(move.done)));
  const missing = sumQuantities(
    open.map((move) => Decimal.max(0, quantity(move.demand).minus(quantity(move.reserved)))),
  );
  // Odoo may have been asked for more than the shop sold; that is Odoo's business, not a promise of the shop.
  const left = Decimal.max(0, quantity(ordered).minus(reserved).minus(done));
  const held = Decimal.min(missing, left);
  return {
    orderId,
    orderNumber,
    ordered,
    reserved: formatQuantity(reserved),
    done: formatQuantity(done),
    held: formatQuantity(held),
  };
}
