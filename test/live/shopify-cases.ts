/** Orders as Shopify's customers place them and what happens to them later, step by step, each with what Odoo's books must say then. */
import type { Checkout, CheckoutLine, PlacedOrder } from "../../sim/shopify/checkout.ts";
import type { OrderSnapshot } from "../../sim/shopify/snapshot.ts";
import type { SimulatedShopify } from "../../sim/shopify/shop.ts";
import type { OdooMajor } from "../../tools/odoo.ts";
import type { Papers } from "./shopify-books.ts";
import { BANK, COD, LOW, STATES, type ShopifyDesk, type Side } from "./shopify-hub.ts";
import { FOREIGN, type ShopifyWares } from "./shopify-wares.ts";

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
  readonly warehouse?: string;
  /** What the hub writes onto the shop's order. */
  readonly says?: RegExp;
}

export interface Step {
  readonly change: (shop: SimulatedShopify, placed: PlacedOrder) => void;
  readonly then: Outlook;
}

export interface ShopifyCase {
  readonly name: string;
  readonly side: Side;
  readonly checkout: Checkout;
  readonly outlook: Outlook;
  readonly steps: readonly Step[];
}

const SHIPPING = { title: "Parcel", price: "5.95" };
const DRAFT: Outlook = { order: "draft", invoice: "none", payments: [], goods: [] };
const SOLD: Outlook = {};
/** A person at the warehouse goes on with it. */
export const SENT_FROM_ODOO = "sent from Odoo";

export function casesOf(wares: ShopifyWares): readonly ShopifyCase[] {
  const mug = (quantity: number, more: Partial<CheckoutLine> = {}) => ({ sku: wares.mugSku, quantity, ...more });
  const shirt = (quantity: number, more: Partial<CheckoutLine> = {}) => ({ sku: wares.shirtSku, quantity, ...more });
  const both = [mug(3), shirt(2, { taxes: [LOW] })];
  const give = (name: string, side: Side, checkout: Checkout, outlook = SOLD, steps: readonly Step[] = []) => ({
    name,
    side,
    checkout,
    outlook,
    steps,
  });
  return [
    ...(["us", "eu"] as const).flatMap((side) => [
      give(`${side}: tax excluded`, side, { lines: both, shipping: SHIPPING, ...foreign(side) }),
      give(`${side}: tax included`, side, { lines: both, taxesIncluded: true, shipping: SHIPPING, ...foreign(side) }),
      give(`${side}: three taxes a line`, side, { lines: both.slice(0, 1), taxes: STATES, ...foreign(side) }),
      give(`${side}: an order discount with uneven cents`, side, {
        lines: [mug(1), shirt(1), mug(2)],
        taxes: STATES,
        discount: { code: "TEN", amount: "10.00" },
        shipping: { ...SHIPPING, discount: "5.95" },
        ...foreign(side),
      }),
    ]),
    give("three taxes a line, included", "us", { lines: [mug(7), shirt(1)], taxes: STATES, taxesIncluded: true }),
    give("a tip and duties", "us", {
      lines: [mug(2, { duty: "2.35" }), shirt(1, { duty: "0.99", discount: "1.11" })],
      tip: "2.50",
      shipping: SHIPPING,
    }),
    give("paid by a customer in another currency", "us", {
      lines: both,
      shipping: SHIPPING,
      discount: { amount: "33.34" },
      currency: FOREIGN,
    }),
    give(
      "gift card and card",
      "us",
      { lines: [mug(2)], payments: [{ gateway: "gift_card", amount: "15.00" }, { gateway: "shopify_payments" }] },
      // 2 x 9.99 with 21 %.
      { payments: [`in ${wares.giftJournal} 15.00`, "in BNK1 9.18"] },
    ),
    ...[COD, BANK].map((gateway) =>
      give(`${gateway}, paid later`, "us", { lines: [mug(1)], payments: [{ gateway, state: "pending" }] }, DRAFT, [
        { change: (shop, { id }) => shop.markPaid(id), then: SOLD },
      ]),
    ),
    give(
      "authorised, captured later",
      "us",
      { lines: [shirt(1)], payments: [{ gateway: "shopify_payments", state: "authorized" }] },
      { payments: [], left: "24.60" },
      [{ change: (shop, { id }) => shop.capture(id), then: SOLD }],
    ),
    give("a test order", "us", { lines: [mug(1)], test: true }, { order: "none", invoice: "none", payments: [] }),
    give(
      "a risk, accepted later",
      "us",
      { lines: [mug(1)], risk: "CANCEL" },
      { ...DRAFT, says: /on hold in the shop/ },
      [{ change: (shop, { id }) => shop.tag(id, "odoo:accept"), then: SOLD }],
    ),
    give(
      "sent from the second location",
      "us",
      { lines: [{ sku: wares.jarSku, quantity: 2 }] },
      {
        warehouse: wares.warehouse,
      },
    ),
    give(
      "edited before it was paid",
      "us",
      { lines: [mug(3), shirt(1)], payments: [{ gateway: BANK, state: "pending" }] },
      DRAFT,
      [
        {
          change: (shop, { id, lineIds }) =>
            shop.edit(id, { quantities: { [lineIds[0]!]: 1 }, add: [{ sku: wares.shirtSku, quantity: 2 }] }),
          then: { ...DRAFT, amounts: "current" },
        },
        { change: (shop, { id }) => shop.markPaid(id), then: { amounts: "current" } },
      ],
    ),
    give(
      "cancelled before the invoice",
      "us",
      { lines: [mug(1)], payments: [{ gateway: COD, state: "pending" }] },
      DRAFT,
      [{ change: (shop, { id }) => shop.cancel(id), then: { ...DRAFT, says: /was cancelled in the shop after/ } }],
    ),
    give(SENT_FROM_ODOO, "us", { lines: [mug(3), shirt(1)] }, { goods: ["out open 4"] }),
    ...refunds(wares),
  ];
}

function foreign(side: Side): { readonly currency?: string } {
  return side === "eu" ? { currency: FOREIGN } : {};
}

/** Amounts worked out by hand: a mug is 9.99 and 12.09 with tax, the second of three too; three are 29.97 and 36.26. */
function refunds(wares: ShopifyWares): readonly ShopifyCase[] {
  const lines = [{ sku: wares.mugSku, quantity: 3 }];
  const goods = ["out open 3"];
  return [
    {
      name: "refunds: a unit with restock, part of the shipping, an amount alone",
      side: "us",
      checkout: { lines, shipping: SHIPPING },
      outlook: { goods },
      steps: [
        {
          change: (shop, { id, lineIds }) => {
            shop.refund(id, { lines: [{ lineId: lineIds[0]!, quantity: 1, restock: "CANCEL" }], note: "one less" });
            shop.refund(id, { shipping: true });
            shop.refund(id, { amount: "0.75", note: "sorry" });
          },
          then: {
            goods: ["out open 2"],
            payments: ["in BNK1 43.46", "out BNK1 0.75", "out BNK1 12.09", "out BNK1 7.20"],
            notes: ["12.09 tax 2.10 left 0.00", "7.20 tax 1.25 left 0.00", "0.75 tax 0.00 left 0.00"],
          },
        },
      ],
    },
    {
      name: "sent by the shop in two parts, and one unit returned",
      side: "eu",
      checkout: { lines, currency: FOREIGN, shipping: SHIPPING },
      outlook: { goods },
      steps: [
        {
          change: (shop, { id, lineIds }) => {
            shop.fulfil(id, { lines: [{ lineId: lineIds[0]!, quantity: 1 }], tracking: { number: "P1" } });
          },
          then: { goods: ["out done 1", "out open 2"] },
        },
        {
          change: (shop, { id }) => {
            shop.fulfil(id, { tracking: { number: "P2" } });
          },
          then: { goods: ["out done 3"] },
        },
        {
          // 9.99 USD at 10.37 are 103.60 NOK; three of them 310.80 and their tax 65.27: 125.36 for the first.
          change: (shop, { id, lineIds }) => {
            shop.refund(id, { lines: [{ lineId: lineIds[0]!, quantity: 1, restock: "RETURN" }] });
          },
          then: {
            goods: ["out done 3", "back done 1"],
            payments: ["in BNK1 383.27", "out BNK1 125.36"],
            notes: ["125.36 tax 21.76 left 0.00"],
          },
        },
      ],
    },
    {
      name: "cancelled after it was paid, all money back",
      side: "us",
      checkout: { lines },
      outlook: { goods },
      steps: [
        {
          change: (shop, { id }) => shop.cancel(id),
          then: {
            goods: [],
            payments: ["in BNK1 36.26", "out BNK1 36.26"],
            notes: ["36.26 tax 6.29 left 0.00"],
          },
        },
      ],
    },
  ];
}

/** What must be in Odoo, in the words of the papers; `goods` only where the case tells them. */
export function wanted(
  snapshot: OrderSnapshot,
  { side }: Pick<ShopifyCase, "side">,
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

/** A person's own address and mail at every checkout of the run. */
export function addressed(desk: ShopifyDesk, checkout: Checkout, index: number): Checkout {
  return {
    email: `guest${index}.${desk.prefix}@example.test`.toLowerCase(),
    billing: {
      firstName: `Guest${index}`,
      lastName: "Example",
      address1: `${index} Sample Street`,
      city: "Sampleton",
      zip: "9000",
      countryCode: "BE",
    },
    ...checkout,
  };
}
