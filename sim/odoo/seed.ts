/**
 * A fresh database as the real servers' test databases are: one company in USD, one warehouse, a 15 % tax, a bank.
 */
import type { Rights } from "./orm/access.ts";
import { create } from "./orm/crud.ts";
import type { Environment } from "./orm/environment.ts";
import type { RoundingMethod } from "./taxes.ts";

export interface SeedOptions {
  readonly rounding: RoundingMethod;
  readonly company: string;
  /** The company's and user's time zone. */
  readonly timeZone: string;
  /** 19: the bank's payment method names an outstanding account. */
  readonly outstandingAccount: boolean;
}

export const MODULES = [
  "base",
  "web",
  "account",
  "sale",
  "sale_management",
  "stock",
  "sale_stock",
  "delivery",
  "purchase_stock",
];

const COUNTRIES: readonly (readonly [string, string])[] = [
  ["US", "United States"],
  ["BE", "Belgium"],
  ["NL", "Netherlands"],
  ["DE", "Germany"],
  ["FR", "France"],
  ["GB", "United Kingdom"],
  ["ES", "Spain"],
  ["IT", "Italy"],
  ["AT", "Austria"],
  ["CA", "Canada"],
];

/** Known and not active, as in a fresh database. */
const CURRENCIES = ["EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "CAD", "AUD", "ISK"];

const STATES: readonly (readonly [string, string, string])[] = [
  ["US", "CA", "California"],
  ["US", "NY", "New York"],
  ["US", "TX", "Texas"],
  ["CA", "ON", "Ontario"],
  ["ES", "B", "Barcelona"],
];

export function seed(env: Environment, options: SeedOptions): void {
  seedCompany(env, options);
  seedPlaces(env);
  seedAccounting(env, options);
  seedTechnical(env);
}

function seedCompany(env: Environment, options: SeedOptions): void {
  create(env, "res.currency", { name: "USD", symbol: "$", rounding: 0.01, decimal_places: 2, rate: 1 });
  for (const name of CURRENCIES) {
    create(env, "res.currency", { name, symbol: name, rounding: 0.01, decimal_places: 2, rate: 1, active: false });
  }
  for (const [code, name] of COUNTRIES) create(env, "res.country", { code, name });
  for (const [country, code, name] of STATES) {
    create(env, "res.country.state", {
      code,
      name,
      country_id: env.oneBy("res.country", "code", country)?.id ?? false,
    });
  }
  const partner = create(env, "res.partner", { name: options.company, is_company: true, tz: options.timeZone });
  create(env, "res.company", {
    name: options.company,
    partner_id: partner.id,
    currency_id: 1,
    country_id: 1,
    tax_calculation_rounding_method: options.rounding,
  });
  create(env, "crm.team", { name: "Sales" });
  create(env, "uom.uom", { name: "Units", rounding: 0.01 });
  if (env.version === 14) create(env, "product.pricelist", { name: "Public Pricelist", currency_id: 1 });
  create(env, "res.lang", { name: "English (US)", code: "en_US", active: true });
}

export interface UserSeed {
  readonly login: string;
  readonly name: string;
  readonly timeZone: string;
  readonly rights: Rights;
}

export function seedUser(env: Environment, user: UserSeed): number {
  return create(env, "res.users", {
    name: user.name,
    login: user.login,
    company_id: 1,
    company_ids: [[6, 0, [1]]],
    partner_id: 1,
    tz: user.timeZone,
    lang: "en_US",
  }).id;
}

function seedPlaces(env: Environment): void {
  const place = (name: string, usage: string, parent: number | false = false) =>
    create(env, "stock.location", { name, usage, location_id: parent }).id;
  const partners = env.version === 14 ? place("Partner Locations", "view") : false;
  const virtual = env.version === 14 ? place("Virtual Locations", "view") : false;
  place("Vendors", "supplier", partners);
  place("Customers", "customer", partners);
  place("Inventory adjustment", "inventory", virtual);
  place("Production", "production", virtual);
  seedWarehouse(env, { name: env.version === 14 ? "San Francisco" : "My Company", code: "WH" });
}

export interface WarehouseSeed {
  readonly name: string;
  readonly code: string;
}

/** A warehouse with its locations and picking types. */
export function seedWarehouse(env: Environment, { name, code }: WarehouseSeed): number {
  const view = create(env, "stock.location", { name: code, usage: "view" }).id;
  const stock = create(env, "stock.location", {
    name: "Stock",
    usage: "internal",
    location_id: view,
    company_id: 1,
  }).id;
  const type = (title: string, kind: string, short: string) => {
    const made = create(env, "stock.picking.type", { name: title, code: kind }).id;
    env.set("stock.picking.type", made, { prefix: `${code}/${short}/` });
    return made;
  };
  const [incoming, outgoing] = [type("Receipts", "incoming", "IN"), type("Delivery Orders", "outgoing", "OUT")];
  const warehouse = create(env, "stock.warehouse", {
    name,
    code,
    company_id: 1,
    view_location_id: view,
    lot_stock_id: stock,
    in_type_id: incoming,
    out_type_id: outgoing,
  }).id;
  for (const id of [incoming, outgoing]) env.set("stock.picking.type", id, { warehouse_id: warehouse });
  env.set("stock.picking.type", outgoing, { return_picking_type_id: incoming });
  return warehouse;
}

function seedAccounting(env: Environment, options: SeedOptions): void {
  const account = (code: string, name: string, purpose: string, kind: string, reconcile: boolean) => {
    const kinds =
      env.version === 19
        ? { account_type: kind }
        : { internal_type: kind === "asset_receivable" ? "receivable" : "other" };
    const made = create(env, "account.account", { code, name, reconcile, ...kinds });
    env.set("account.account", made.id, { purpose });
    return made.id;
  };
  account("121000", "Account Receivable", "receivable", "asset_receivable", true);
  account("251000", "Tax Received", "tax", "liability_current", false);
  account("400000", "Product Sales", "income", "income", false);
  const outstanding = account("101403", "Outstanding Receipts", "outstanding", "asset_current", true);
  create(env, "account.payment.method", {
    name: env.version === 19 ? "Manual Payment" : "Manual",
    code: "manual",
    payment_type: "inbound",
  });
  create(env, "account.payment.method", {
    name: env.version === 19 ? "Manual Payment" : "Manual",
    code: "manual",
    payment_type: "outbound",
  });
  create(env, "account.journal", {
    name: env.version === 19 ? "Sales" : "Customer Invoices",
    code: "INV",
    type: "sale",
    sequence: 5,
  });
  create(env, "account.journal", { name: "Miscellaneous Operations", code: "MISC", type: "general", sequence: 9 });
  seedBank(env, { name: "Bank", code: "BNK1", outstanding: options.outstandingAccount ? outstanding : null });
  const tax = create(env, "account.tax", {
    name: env.version === 19 ? "15%" : "Tax 15.00%",
    description: env.version === 19 ? false : "Tax 15.00%",
    amount: 15,
  });
  env.set("account.tax", tax.id, { is_default: true });
}

export interface BankSeed {
  readonly name: string;
  readonly code: string;
  readonly outstanding: number | null;
}

export function seedBank(env: Environment, bank: BankSeed): number {
  const onJournal =
    env.version === 14 ? { payment_debit_account_id: env.oneBy("account.account", "purpose", "outstanding")?.id } : {};
  const journal = create(env, "account.journal", { name: bank.name, code: bank.code, type: "bank", ...onJournal }).id;
  if (env.version === 19) {
    create(env, "account.payment.method.line", {
      name: "Manual Payment",
      payment_type: "inbound",
      payment_method_id: 1,
      payment_account_id: bank.outstanding ?? false,
      journal_id: journal,
    });
  }
  return journal;
}

function seedTechnical(env: Environment): void {
  for (const name of MODULES) create(env, "ir.module.module", { name, state: "installed" });
  if (env.version === 19) create(env, "ir.module.module", { name: "base_automation", state: "installed" });
  for (const definition of env.db.models.values()) {
    const model = create(env, "ir.model", { name: definition.label, model: definition.name });
    if (!["stock.quant", "stock.move", "sale.order"].includes(definition.name)) continue;
    for (const [name, field] of Object.entries(definition.fields)) {
      if (field.hidden !== true) {
        create(env, "ir.model.fields", { name, model: definition.name, model_id: model.id, ttype: field.type });
      }
    }
  }
}
