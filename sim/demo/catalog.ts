/** What the demo's shop sells and its Odoo has on the shelf. Names and people are invented. */
import type { SimulatedShop } from "../woocommerce/shop.ts";

export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  /** On the shelf in Odoo when the story begins. */
  readonly onHand: number;
  readonly reduced?: boolean;
}

export const ARTICLES: readonly Article[] = [
  { sku: "MUG-BLUE", name: "Blue mug", price: "9.95", onHand: 40 },
  { sku: "TEAPOT", name: "Teapot", price: "34.50", onHand: 12 },
  { sku: "TSHIRT-M-BLK", name: "T-shirt, black, M", price: "19.90", onHand: 25 },
  { sku: "TSHIRT-L-BLK", name: "T-shirt, black, L", price: "19.90", onHand: 8 },
  { sku: "COOKBOOK", name: "Cookbook", price: "24.99", onHand: 30, reduced: true },
];

/** In the shop's catalog, but nobody has made it in Odoo yet. */
export const NEW_ARTICLE: Article = { sku: "LAMP-OAK", name: "Oak lamp", price: "79.00", onHand: 6 };

export interface ShopTaxes {
  readonly standard: string;
  readonly reduced: string;
}

export const TAX_PERCENTS = { standard: "21", reduced: "9" } as const;

export interface Shopper {
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly address_1: string;
  readonly city: string;
  readonly postcode: string;
  readonly country: string;
}

const PEOPLE = [
  ["Anna", "Sample"],
  ["Bram", "Sample"],
  ["Carla", "Example"],
  ["Dirk", "Example"],
  ["Els", "Invented"],
] as const;

export const SHOPPERS: readonly Shopper[] = PEOPLE.map(([first_name, last_name], at) => ({
  first_name,
  last_name,
  email: `${first_name.toLowerCase()}@example.test`,
  address_1: `Example Street ${at + 1}`,
  city: "Utrecht",
  postcode: "3511 AB",
  country: "NL",
}));

/** The shop's own counts start out empty: the first comparison fills them. */
export function stockShop(shop: SimulatedShop): ShopTaxes {
  const standard = shop.addTaxRate({ country: "NL", percent: TAX_PERCENTS.standard, name: "BTW 21%" });
  const reduced = shop.addTaxRate({
    country: "NL",
    percent: TAX_PERCENTS.reduced,
    name: "BTW 9%",
    taxClass: "reduced-rate",
  });
  const [shirts, others] = [
    ARTICLES.filter(({ sku }) => sku.startsWith("TSHIRT")),
    ARTICLES.filter(({ sku }) => !sku.startsWith("TSHIRT")),
  ];
  for (const { name, sku, price, reduced: isReduced } of [...others, NEW_ARTICLE]) {
    shop.addProduct({ name, sku, price, stock: 0, ...(isReduced === true ? { taxClass: "reduced-rate" } : {}) });
  }
  shop.addVariableProduct({
    name: "T-shirt, black",
    variations: shirts.map(({ sku, price, name }) => ({ option: name.slice(-1), sku, price, stock: 0 })),
  });
  shop.addCoupon({ code: "WELCOME10", type: "percent", amount: "10" });
  return { standard, reduced };
}
