/**
 * Stock that accepted orders hold back. An order is held from its acceptance in the shop until its outgoing moves in Odoo
 * are reserved, done or given up: a confirmed order without reservation still counts as free there.
 */
import { Decimal } from "decimal.js";
import { isOpen } from "../order/delivery.ts";
import type { ErpMove } from "../order/erp-documents.ts";
import type { OrderLine, OrderStatus, ShopOrder } from "../order/shop-order.ts";
import type { StockScope } from "../ports/erp.ts";
import type { OrderHold } from "../ports/shop.ts";
import { formatQuantity, parseQuantity, quantity, sumQuantities } from "../quantity.ts";
import { calledOffUnits } from "../order/refund-stock.ts";
import { scopesDisjoint } from "./scopes.ts";

/** The shop has promised the goods: it took them off its own count at these. */
const ACCEPTED: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["on-hold", "processing", "completed"]);

/** What of an order says what it takes: all that some webhooks tell of it. */
export type TakingOrder = Pick<ShopOrder, "id" | "number" | "status" | "test"> & {
  readonly lines: readonly TakingLine[];
  /** Absent where they were not told: the order run corrects that. */
  readonly refunds?: ShopOrder["refunds"];
  readonly fulfilments?: ShopOrder["fulfilments"];
};
type TakingLine = Pick<OrderLine, "kind" | "variantId" | "locationId" | "quantity"> & Partial<Pick<OrderLine, "id">>;

/** What an order takes, one entry for each variant and location; empty when it takes nothing (any more). */
export function holdsOfOrder(order: TakingOrder): readonly OrderHold[] {
  if (!ACCEPTED.has(order.status) || order.test) return [];
  const taken = Map.groupBy(
    order.lines.flatMap((line) => takenBy(line, order)),
    ({ variantId, locationId }) => JSON.stringify([variantId, locationId]),
  );
  return [...taken.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { variantId, locationId } = first;
    const held = formatQuantity(sumQuantities(same.map(({ units }) => units)));
    return [{ orderId: order.id, orderNumber: order.number, variantId, quantity: held, locationId }];
  });
}

/** What was refunded before it was sent is not promised any more, whether it goes back on the shelf or not. */
function takenBy({ id, kind, variantId, locationId, quantity: text }: TakingLine, order: TakingOrder) {
  if (kind !== "product" || variantId === null) return [];
  const ordered = parseQuantity(text);
  // A line that cannot be understood holds nothing; the order itself is held by name for it.
  if (!ordered.ok || ordered.value.lessThanOrEqualTo(0)) return [];
  const units = id === undefined ? ordered.value : ordered.value.minus(calledOffUnits({ refunds: [], ...order }, id));
  return units.greaterThan(0) ? [{ variantId, locationId, units }] : [];
}

/** One order's claim on one product, as the stock flow sees it. */
export interface HeldOrder {
  /** Connection of the shop that took the order when it is another one; "" for the variant's own shop. */
  readonly shop: string;
  readonly orderId: string;
  readonly orderNumber: string;
  /** What the shop's order takes, at least one entry; `scope` is the stock that is offered where it is taken, null: not known. */
  readonly parts: readonly { readonly ordered: string; readonly scope: StockScope | null }[];
  /**
   * Outgoing moves of that order for this product; null: the order is not confirmed in Odoo (or not there at all), so
   * Odoo knows nothing of it yet. Empty: it is confirmed and nothing of this product goes out.
   */
  readonly moves: readonly ErpMove[] | null;
}

export interface HeldPart {
  readonly shop: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly ordered: string;
  readonly reserved: string;
  readonly done: string;
  /** What is still to be taken off Odoo's free quantity. */
  readonly held: string;
}

/**
 * What the order holds of the stock in `scope` (null: of all there is); null: it takes nothing of it. What Odoo has reserved
 * or sent is off its free quantity already; what was cancelled there is released.
 */
export function heldPart(order: HeldOrder, scope: StockScope | null = null): HeldPart | null {
  const { shop, orderId, orderNumber, parts, moves } = order;
  const touching = parts.filter((part) => scope === null || part.scope === null || !scopesDisjoint(part.scope, scope));
  if (touching.length === 0) return null;
  const ordered = sumQuantities(touching.map((part) => quantity(part.ordered)));
  const told = { shop, orderId, orderNumber, ordered: formatQuantity(ordered) };
  if (moves === null) return { ...told, reserved: "0", done: "0", held: told.ordered };
  const open = moves.filter(isOpen);
  const reserved = sumQuantities(open.map((move) => quantity(move.reserved)));
  const done = sumQuantities(moves.filter((move) => move.state === "done").map((move) => quantity(move.done)));
  const missing = sumQuantities(
    open.map((move) => Decimal.max(0, quantity(move.demand).minus(quantity(move.reserved)))),
  );
  const all = sumQuantities(parts.map((part) => quantity(part.ordered)));
  // Odoo may have been asked for more than the shop sold; that is Odoo's business, not a promise of the shop.
  const left = Decimal.max(0, all.minus(reserved).minus(done));
  // Moves do not tell which of several places they serve: what is missing may be missing here.
  const held = Decimal.min(missing, left, ordered);
  return { ...told, reserved: formatQuantity(reserved), done: formatQuantity(done), held: formatQuantity(held) };
}
