/**
 * Available to sell: what is free in the ERP, less what accepted orders hold, less the safety stock. Always computed as an
 * absolute from what was read, never added to or subtracted from an earlier number.
 */
import { Decimal } from "decimal.js";
import type { Checked } from "../money.ts";
import { formatQuantity, parseQuantity, quantity, sumQuantities } from "../quantity.ts";
import type { HeldPart } from "./holds.ts";

/** No warehouse of a web shop holds ten million of a thing; a number like that is a slip or a broken field. */
export const STOCK_QUANTITY_MAX = 9_999_999;

export interface Available {
  /** Whole units to publish, 0 or more. */
  readonly published: number;
  /** Before it was made publishable; decimal string, may be negative or fractional. */
  readonly computed: string;
  readonly heldTotal: string;
  /** What was done to the computed number, in sentences; empty when nothing was. */
  readonly notices: readonly string[];
}

export interface AvailableInput {
  /** Decimal string as the ERP told it. */
  readonly free: string;
  readonly held: readonly HeldPart[];
  readonly safetyStock: number;
}

/** The reason fits behind a quantity: `cannot be published: {why}`. */
export function available({ free, held, safetyStock }: AvailableInput): Checked<Available> {
  const read = parseQuantity(free);
  if (!read.ok) return { ok: false, why: "it is not a number" };
  if (read.value.abs().greaterThan(STOCK_QUANTITY_MAX)) {
    return {
      ok: false,
      why: `it is beyond ${STOCK_QUANTITY_MAX.toLocaleString("en")}, which no stock of a shop can be`,
    };
  }
  const heldTotal = sumQuantities(held.map((part) => quantity(part.held)));
  const computed = read.value.minus(heldTotal).minus(safetyStock);
  const notices: string[] = [];
  if (read.value.isNegative() && !read.value.isZero())
    notices.push(
      `Odoo's free quantity is negative (${formatQuantity(read.value)}): more was promised there than there is.`,
    );
  const floored = computed.floor();
  if (!computed.isInteger())
    notices.push(`${formatQuantity(computed)} is not a whole number: the part below one unit is not sold.`);
  if (floored.isNegative() && !floored.isZero())
    notices.push(`${formatQuantity(computed)} is less than nothing: 0 is published.`);
  const published = Decimal.max(0, floored).toNumber();
  return {
    ok: true,
    value: { published, computed: formatQuantity(computed), heldTotal: formatQuantity(heldTotal), notices },
  };
}
