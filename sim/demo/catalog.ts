/** What the demo's shops sell and its Odoo has on the shelf. Names and people are invented. */

/** Warehouses of the demo's Odoo, by code. */
export const WAREHOUSES = [
  { code: "WH", name: "Example Pottery" },
  { code: "TOWN", name: "Town shop" },
] as const;
export type Warehouse = (typeof WAREHOUSES)[number]["code"];

export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  /** On the shelf in Odoo when the story begins; a warehouse that is not named has none and never had. */
  readonly onHand: Readonly<Partial<Record<Warehouse, number>>>;
  readonly reduced?: boolean;
}

export const ARTICLES: readonly Article[] = [
  { sku: "MUG-BLUE", name: "Blue mug", price: "9.95", onHand: { WH: 40, TOWN: 6 } },
  { sku: "TEAPOT", name: "Teapot", price: "34.50", onHand: { WH: 12 } },
  { sku: "TSHIRT-M-BLK", name: "T-shirt, black, M", price: "19.90", onHand: { WH: 25 } },
  { sku: "TSHIRT-L-BLK", name: "T-shirt, black, L", price: "19.90", onHand: { WH: 8 } },
  { sku: "COOKBOOK", name: "Cookbook", price: "24.99", onHand: { WH: 30, TOWN: 4 }, reduced: true },
  { sku: "VASE", name: "Vase", price: "48.00", onHand: { TOWN: 5 } },
];

/** In the shops' catalogs, but nobody has made it in Odoo yet. */
export const NEW_ARTICLE: Article = { sku: "LAMP-OAK", name: "Oak lamp", price: "79.00", onHand: { WH: 6 } };

export const CURRENCY = "USD";
export const COUNTRY = "NL";
export const COUPON = { code: "WELCOME10", percent: 10n } as const;
export const TAX_PERCENTS = { standard: "21", reduced: "9" } as const;

export interface Shopper {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
}

const PEOPLE = [
  ["Anna", "Sample"],
  ["Bram", "Sample"],
  ["Carla", "Example"],
  ["Dirk", "Example"],
  ["Els", "Invented"],
] as const;

export const SHOPPERS: readonly Shopper[] = PEOPLE.map(([firstName, lastName], at) => ({
  firstName,
  lastName,
  email: `${firstName.toLowerCase()}@example.test`,
  street: `Example Street ${at + 1}`,
  city: "Utrecht",
  postcode: "3511 AB",
}));

/** Articles that a shop with stock from these warehouses has in its catalog. */
export function catalogOf(warehouses: readonly Warehouse[]): readonly Article[] {
  return [...ARTICLES, NEW_ARTICLE].filter(({ onHand }) => warehouses.some((code) => onHand[code] !== undefined));
}
