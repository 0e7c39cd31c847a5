/**
 * What orders do to stock: taken once when an order is processing, on hold or completed, given back when it is
 * cancelled or pending again. Nothing stops it below zero: the shop's API lets anybody oversell.
 */
import type { Order, Product, ProductItem } from "./model.ts";
import type { ShopState } from "./state.ts";

const TAKES = new Set(["processing", "on-hold", "completed"]);
const GIVES_BACK = new Set(["cancelled", "pending"]);

export type Emit = (topic: string, id: number) => void;

/** Brings the stock in line with the order's status; says whether it moved any. */
export function moveStock(state: ShopState, order: Order, emit: Emit): boolean {
  if (TAKES.has(order.status) && !order.stockReduced) {
    order.stockReduced = true;
    for (const line of order.lines) take(state, line, emit);
    return true;
  }
  if (GIVES_BACK.has(order.status) && order.stockReduced) {
    order.stockReduced = false;
    for (const line of order.lines) giveBack(state, line, reducedOf(line), emit);
    return true;
  }
  return false;
}

/** The product that counts for this one: itself, or the variable product when that counts for all its variations. */
export function countingProduct(state: ShopState, product: Product): Product | null {
  if (product.manageStock) return product;
  const parent = product.type === "variation" ? state.products.get(product.parentId) : undefined;
  return parent?.manageStock === true ? parent : null;
}

export function productOfLine(state: ShopState, line: ProductItem): Product | undefined {
  return state.products.get(line.variationId === 0 ? line.productId : line.variationId);
}

function take(state: ShopState, line: ProductItem, emit: Emit): void {
  const product = productOfLine(state, line);
  const counting = product === undefined ? null : countingProduct(state, product);
  if (counting === null) return;
  counting.stock = (counting.stock ?? 0) - line.quantity;
  counting.totalSales += line.quantity;
  line.meta.push(state.meta("_reduced_stock", String(line.quantity)));
  touch(state, counting, emit);
}

/** Also for a refund that puts goods back on the shelf. */
export function giveBack(state: ShopState, line: ProductItem, quantity: number, emit: Emit): void {
  const product = productOfLine(state, line);
  const counting = product === undefined ? null : countingProduct(state, product);
  if (counting === null || quantity === 0) return;
  counting.stock = (counting.stock ?? 0) + quantity;
  const rest = reducedOf(line) - quantity;
  line.meta = line.meta.filter(({ key }) => key !== "_reduced_stock");
  if (rest > 0) line.meta.unshift(state.meta("_reduced_stock", String(rest)));
  touch(state, counting, emit);
}

function reducedOf(line: ProductItem): number {
  return Number(line.meta.find(({ key }) => key === "_reduced_stock")?.value ?? 0);
}

/** A variation's change also dates its parent anew, but only the variation is told. */
export function touch(state: ShopState, product: Product, emit: Emit): void {
  const nowMs = state.nowMs();
  product.modifiedMs = nowMs;
  const parent = product.type === "variation" ? state.products.get(product.parentId) : undefined;
  if (parent !== undefined) parent.modifiedMs = nowMs;
  emit("product.updated", product.id);
}

export function stockStatus(counting: Product | null): "instock" | "outofstock" | "onbackorder" {
  if (counting === null || (counting.stock ?? 0) > 0) return "instock";
  return counting.backorders === "no" ? "outofstock" : "onbackorder";
}
