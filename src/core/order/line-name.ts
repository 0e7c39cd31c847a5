/** What people call a line of an order. */
import type { OrderLine } from "./shop-order.ts";

export function lineName(line: Pick<OrderLine, "id" | "name">): string {
  return line.name.trim() || `number ${line.id}`;
}
