/** What the simulated systems hold at the end, read from their own memory and never through the hub. */
import type { Place } from "./sides.ts";

export interface ShopBookOrder {
  /** The shop's connection. */
  readonly shop: string;
  readonly id: string;
  readonly number: string;
  /** As the worlds call it, whatever the shop's word. */
  readonly status: string;
  /** Not lowered by refunds. */
  readonly total: string;
  /** The shop says that the money came. */
  readonly paid: boolean;
  readonly method: string;
  readonly email: string;
  readonly isGuest: boolean;
  /** Product lines by SKU. */
  readonly lines: ReadonlyMap<string, number>;
  /** Units that were refunded, by SKU. */
  readonly refundedUnits: ReadonlyMap<string, number>;
  /** Totals of its refunds. */
  readonly refunds: readonly string[];
  /** The shop tells that their money went back; otherwise somebody gives it back outside of the shop. */
  readonly isMoneyBack: boolean;
  /** Units that the shop says are on their way, by SKU; null: the shop does not tell. */
  readonly fulfilled: ReadonlyMap<string, number> | null;
  /** Units by SKU, by where they are taken from; several places: it is split. Empty: nothing is sent. */
  readonly routes: ReadonlyMap<Place, ReadonlyMap<string, number>>;
  readonly taxCountry: string;
  /** The hub's mark on it, "" when none. */
  readonly mark: string;
}

export interface ErpBookOrder {
  readonly id: number;
  /** The shop's connection, from the document's name; "" for what is not ours. */
  readonly shop: string;
  readonly reference: string;
  readonly state: string;
  readonly total: string;
  readonly invoices: readonly ErpBookInvoice[];
  readonly creditNotes: readonly ErpBookInvoice[];
  readonly moves: readonly ErpBookMove[];
}

export interface ErpBookInvoice {
  readonly id: number;
  readonly state: string;
  readonly total: string;
  readonly paid: boolean;
}

export interface ErpBookPayment {
  readonly id: number;
  /** The shop's connection, from the payment's name; "" for what is not ours. */
  readonly shop: string;
  /** `<order number> <transaction>`. */
  readonly memo: string;
  readonly state: string;
  readonly amount: string;
  readonly direction: "in" | "out";
}

export interface ErpBookMove {
  readonly sku: string;
  readonly place: Place;
  readonly direction: "out" | "back";
  readonly state: string;
  readonly demand: number;
  readonly reserved: number;
  readonly done: number;
}

/** What one shop offers of one SKU from one warehouse. */
export interface ShopBookLevel {
  readonly shop: string;
  readonly sku: string;
  readonly place: Place;
  /** Null: it is not stocked there. */
  readonly offered: number | null;
}

export interface Books {
  readonly shopOrders: readonly ShopBookOrder[];
  readonly shopStock: readonly ShopBookLevel[];
  readonly erpOrders: readonly ErpBookOrder[];
  /** All of them, whatever order they came from. */
  readonly erpInvoiceCount: number;
  readonly erpPayments: readonly ErpBookPayment[];
  /** Customers by mail, contacts of a customer not counted. */
  readonly erpCustomers: ReadonlyMap<string, number>;
  /** Quantity less reserved, by warehouse and SKU. */
  readonly erpFree: Readonly<Record<Place, ReadonlyMap<string, number>>>;
  readonly unsupported: readonly string[];
}

/** Two-digit currencies only, which the worlds use. */
export function cents(amount: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(amount);
  if (match === null) throw new Error(`not an amount: ${amount}`);
  const fraction = (match[3] ?? "").padEnd(2, "0");
  if (/[1-9]/.test(fraction.slice(2))) throw new Error(`finer than a cent: ${amount}`);
  return BigInt(`${match[1] ?? ""}${match[2] ?? ""}${fraction.slice(0, 2)}`);
}

export function amountOf(cent: bigint): string {
  const digits = (cent < 0n ? -cent : cent).toString().padStart(3, "0");
  return `${cent < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
