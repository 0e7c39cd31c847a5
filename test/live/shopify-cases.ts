/** Orders as Shopify's customers place them and what happens to them later, step by step, each with what Odoo's books must say then. */
import type { Checkout, CheckoutLine, PlacedOrder } from "../../sim/shopify/checkout.ts";
import type { SimulatedShopify } from "../../sim/shopify/shop.ts";
import { BANK, COD, LOW, STATES, type ShopifyDesk, type Side } from "./shopify-hub.ts";
import type { Outlook } from "./shopify-outlook.ts";
import { FOREIGN, type ShopifyWares } from "./shopify-wares.ts";

export interface Step {
  readonly change: (shop: SimulatedShopify, placed: PlacedOrder) => void;
  readonly outlook: Outlook;
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
const NOTHING: Outlook = { order: "none", invoice: "none", payments: [], goods: [] };
const SOLD: Outlook = {};
/** A person at the warehouse goes on with it. */
export const SENT_FROM_ODOO = "sent from Odoo";

export function casesOf(wares: ShopifyWares): readonly ShopifyCase[] {
  return [
    ...amountCases(wares),
    ...paymentCases(wares),
    ...draftCases(wares),
    refunds(wares),
    sentByShop(wares),
    cancelledWhenPaid(wares),
  ];
}

function goods({ mugSku, shirtSku }: ShopifyWares) {
  const mug = (quantity: number, more: Partial<CheckoutLine> = {}) => ({ sku: mugSku, quantity, ...more });
  const shirt = (quantity: number, more: Partial<CheckoutLine> = {}) => ({ sku: shirtSku, quantity, ...more });
  return { mug, shirt, both: [mug(3), shirt(2, { taxes: [LOW] })] };
}

function give(
  name: string,
  side: Side,
  checkout: Checkout,
  outlook: Outlook = SOLD,
  steps: readonly Step[] = [],
): ShopifyCase {
  return { name, side, checkout, outlook, steps };
}

/** What a total is made of. */
function amountCases(wares: ShopifyWares): readonly ShopifyCase[] {
  const { mug, shirt, both } = goods(wares);
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
    give(
      "a tip and duties, which are given back",
      "us",
      {
        lines: [mug(2, { duty: "2.35" }), shirt(1, { duty: "0.99", discount: "1.11" })],
        tip: "2.50",
        shipping: SHIPPING,
      },
      SOLD,
      [
        {
          change: (shop, { id }) => void shop.refund(id, { duties: true }),
          outlook: { payments: ["in BNK1 60.48", "out BNK1 3.34"], notes: ["3.34 tax 0.00 left 0.00"] },
        },
      ],
    ),
    give("paid by a customer in another currency", "us", {
      lines: both,
      shipping: SHIPPING,
      discount: { amount: "33.34" },
      currency: FOREIGN,
    }),
  ];
}

/** How they are paid, and what makes them wait. */
function paymentCases(wares: ShopifyWares): readonly ShopifyCase[] {
  const { mug, shirt } = goods(wares);
  return [
    give(
      "gift card and card",
      "us",
      { lines: [mug(2)], payments: [{ gateway: "gift_card", amount: "15.00" }, { gateway: "shopify_payments" }] },
      // 2 x 9.99 with 21 %.
      { payments: [`in ${wares.giftJournal} 15.00`, "in BNK1 9.18"] },
      [
        {
          change: (shop, { id, lineIds }) => {
            shop.refund(id, { lines: [{ lineId: lineIds[0]!, quantity: 2, restock: "CANCEL" }] });
          },
          outlook: {
            goods: [],
            payments: [
              `in ${wares.giftJournal} 15.00`,
              "in BNK1 9.18",
              `out ${wares.giftJournal} 15.00`,
              "out BNK1 9.18",
            ],
            notes: ["24.18 tax 4.20 left 0.00"],
          },
        },
      ],
    ),
    ...[COD, BANK].map((gateway) =>
      give(`${gateway}, paid later`, "us", { lines: [mug(1)], payments: [{ gateway, state: "pending" }] }, DRAFT, [
        { change: (shop, { id }) => shop.markPaid(id), outlook: SOLD },
      ]),
    ),
    give(
      "authorised, captured later",
      "us",
      { lines: [shirt(1)], payments: [{ gateway: "shopify_payments", state: "authorized" }] },
      { payments: [], left: "24.60" },
      [{ change: (shop, { id }) => shop.capture(id), outlook: SOLD }],
    ),
    give("a test order", "us", { lines: [mug(1)], test: true }, NOTHING),
    give(
      "a risk, accepted later",
      "us",
      { lines: [mug(1)], risk: "CANCEL" },
      { ...DRAFT, says: /on hold in the shop/ },
      [{ change: (shop, { id }) => shop.tag(id, "odoo:accept"), outlook: SOLD }],
    ),
    give(
      "sent from the second location",
      "us",
      { lines: [{ sku: wares.jarSku, quantity: 2 }] },
      { warehouse: wares.warehouse },
    ),
    give(
      "sent from locations of two warehouses",
      "us",
      { lines: [mug(1), { sku: wares.jarSku, quantity: 1 }] },
      { ...NOTHING, says: /warehouses/ },
    ),
  ];
}

/** What happens while nothing is posted yet. */
function draftCases(wares: ShopifyWares): readonly ShopifyCase[] {
  const { mug, shirt } = goods(wares);
  return [
    give(
      "edited before it was paid",
      "us",
      { lines: [mug(3), shirt(1)], payments: [{ gateway: BANK, state: "pending" }] },
      DRAFT,
      [
        {
          change: (shop, { id, lineIds }) =>
            shop.edit(id, { quantities: { [lineIds[0]!]: 1 }, add: [{ sku: wares.shirtSku, quantity: 2 }] }),
          outlook: { ...DRAFT, amounts: "current" },
        },
        { change: (shop, { id }) => shop.markPaid(id), outlook: { amounts: "current" } },
      ],
    ),
    give(
      "cancelled before the invoice",
      "us",
      { lines: [mug(1)], payments: [{ gateway: COD, state: "pending" }] },
      DRAFT,
      [{ change: (shop, { id }) => shop.cancel(id), outlook: { ...DRAFT, says: /was cancelled in the shop after/ } }],
    ),
    give(SENT_FROM_ODOO, "us", { lines: [mug(3), shirt(1)] }, { goods: ["out open 4"] }),
  ];
}

function foreign(side: Side): { readonly currency?: string } {
  return side === "eu" ? { currency: FOREIGN } : {};
}

/** A mug is 9.99 and 12.09 with tax, the second of three too; three are 29.97 and 36.26. */
function refunds(wares: ShopifyWares): ShopifyCase {
  const { mug } = goods(wares);
  const name = "refunds: a unit with restock, the shipping, an amount alone";
  return give(name, "us", { lines: [mug(3)], shipping: SHIPPING }, { goods: ["out open 3"] }, [
    {
      change: (shop, { id, lineIds }) => {
        shop.refund(id, { lines: [{ lineId: lineIds[0]!, quantity: 1, restock: "CANCEL" }], note: "one less" });
        shop.refund(id, { shipping: true });
        shop.refund(id, { amount: "0.75", note: "sorry" });
      },
      outlook: {
        goods: ["out open 2"],
        payments: ["in BNK1 43.46", "out BNK1 0.75", "out BNK1 12.09", "out BNK1 7.20"],
        notes: ["12.09 tax 2.10 left 0.00", "7.20 tax 1.25 left 0.00", "0.75 tax 0.00 left 0.00"],
      },
    },
  ]);
}

function sentByShop(wares: ShopifyWares): ShopifyCase {
  const { mug } = goods(wares);
  const checkout = { lines: [mug(3)], currency: FOREIGN, shipping: SHIPPING };
  return give("sent by the shop in two parts, and one unit returned", "eu", checkout, { goods: ["out open 3"] }, [
    {
      change: (shop, { id, lineIds }) => {
        shop.fulfil(id, { lines: [{ lineId: lineIds[0]!, quantity: 1 }], tracking: { number: "P1" } });
      },
      outlook: { goods: ["out done 1", "out open 2"] },
    },
    {
      change: (shop, { id }) => void shop.fulfil(id, { tracking: { number: "P2" } }),
      outlook: { goods: ["out done 3"], parcels: ["P1", "P2"] },
    },
    {
      // 9.99 USD at 10.37 are 103.60 NOK; three of them 310.80 and their tax 65.27: 125.36 for the first.
      change: (shop, { id, lineIds }) => {
        shop.refund(id, { lines: [{ lineId: lineIds[0]!, quantity: 1, restock: "RETURN" }] });
      },
      outlook: {
        goods: ["out done 3", "back done 1"],
        payments: ["in BNK1 383.27", "out BNK1 125.36"],
        notes: ["125.36 tax 21.76 left 0.00"],
      },
    },
  ]);
}

function cancelledWhenPaid(wares: ShopifyWares): ShopifyCase {
  const { mug } = goods(wares);
  const name = "cancelled after it was paid, all money back";
  return give(name, "us", { lines: [mug(3)] }, { goods: ["out open 3"] }, [
    {
      change: (shop, { id }) => shop.cancel(id),
      outlook: { goods: [], payments: ["in BNK1 36.26", "out BNK1 36.26"], notes: ["36.26 tax 6.29 left 0.00"] },
    },
  ]);
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
