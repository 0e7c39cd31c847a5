/** What Odoo's books must say of an order of a simulated shop, from the shop's own snapshot and what happened to the order. */
import type { OrderSnapshot } from "../../sim/shopify/snapshot.ts";
import type { OdooMajor } from "../../tools/odoo.ts";
import type { Papers } from "./shopify-books.ts";
import type { Side } from "./shopify-hub.ts";
import type { ShopifyWares } from "./shopify-wares.ts";

/** Where it differs from an order that was sold, invoiced, paid once by card, and not sent. */
export interface Outlook {
  readonly order?: "sale" | "draft" | "none";
  /** What of the shop's order stands in Odoo. Default: all that was sold. */
  readonly amounts?: "sold" | "current";
  readonly invoice?: "posted" | "none";
  /** Of the invoice, still owed. */
  readonly left?: string;
  readonly payments?: readonly string[];
  /** `10.01 tax 1.75 left 0.00` of each credit note. */
  readonly notes?: readonly string[];
  readonly goods?: readonly string[];
  readonly parcels?: readonly string[];
  readonly warehouse?: string;
  /** What the hub writes onto the shop's order. */
  readonly says?: RegExp;
}

/** What must be in Odoo, in the words of the papers; `goods` only where the case tells them. */
export function wanted(
  snapshot: OrderSnapshot,
  side: Side,
  outlook: Outlook,
  { wares, major }: { readonly wares: ShopifyWares; readonly major: OdooMajor },
): Partial<Papers> {
  const isForeign = side === "eu";
  const isCurrent = outlook.amounts === "current";
  const currency = isForeign ? snapshot.presentmentCurrency : "USD";
  const total = isForeign ? snapshot.presentmentTotal : isCurrent ? snapshot.currentTotal : snapshot.total;
  const tax = isForeign ? snapshot.presentmentTax : isCurrent ? snapshot.currentTax : snapshot.totalTax;
  const sum = `${currency} ${total} tax ${tax}`;
  const state = outlook.order ?? "sale";
  const notes = outlook.notes ?? [];
  const paid = snapshot.paidParts.map(
    (part) =>
      `in ${part.gateway === "gift_card" ? wares.giftJournal : "BNK1"} ${isForeign ? part.presentmentAmount : part.amount}`,
  );
  // Odoo 14 rounds an order's taxes itself: there the order is exact without them, and the invoice with them.
  const ordered = major >= 19 ? sum : `${currency} net ${difference(total, tax)}`;
  return {
    orders: state === "none" ? [] : [`${state} ${ordered} ${outlook.warehouse ?? "WH"}`],
    invoices: outlook.invoice === "none" ? [] : [`posted ${sum} left ${outlook.left ?? "0.00"}`],
    payments: (outlook.payments ?? paid).toSorted(),
    notes: notes.map((note) => `posted ${currency} ${note}`),
    ...(outlook.goods === undefined ? {} : { goods: outlook.goods }),
    ...(outlook.parcels === undefined ? {} : { parcels: outlook.parcels }),
  };
}

function difference(total: string, tax: string): string {
  return (Math.round(Number(total) * 100 - Number(tax) * 100) / 100).toFixed(2);
}

/** One sentence for each thing that is not as it must be. */
export function differences(name: string, papers: Papers, want: Partial<Papers>): readonly string[] {
  return Object.entries(want).flatMap(([what, expected]) => {
    const found = papers[what as keyof Papers];
    return JSON.stringify(found) === JSON.stringify(expected)
      ? []
      : [`${name}: ${what} are ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
  });
}
