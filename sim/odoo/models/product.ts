/**
 * Products: a template and its variants share name, kind, policy, price and taxes; quantities are worked out from quants
 * and open moves of the warehouse or location that the context names.
 */
import { amount, roundNumber } from "../amounts.ts";
import { create } from "../orm/crud.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import {
  boolean,
  char,
  float,
  integer,
  many2many,
  many2one,
  one2many,
  selection,
  text,
  type Fields,
} from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { flag, num, ref, str, type Row, type Values } from "../orm/row.ts";
import { quantitiesOf, type Quantities } from "../stock/quantities.ts";
import { companyCurrency } from "../account/document-taxes.ts";
import { STAMPS } from "./stamps.ts";

const SHARED = [
  "name",
  "type",
  "is_storable",
  "invoice_policy",
  "list_price",
  "taxes_id",
  "sale_ok",
  "uom_id",
] as const;

/** Fields that stand on the template and on each variant. */
function shared(version: OdooVersion): Fields {
  const kinds: readonly (readonly [string, string])[] =
    version === 19
      ? [
          ["consu", "Goods"],
          ["service", "Service"],
          ["combo", "Combo"],
        ]
      : [
          ["consu", "Consumable"],
          ["service", "Service"],
          ["product", "Storable Product"],
        ];
  return {
    name: char("Name", { required: true }),
    default_code: char("Internal Reference", { index: true }),
    barcode: char("Barcode", { index: true }),
    active: boolean("Active", { default: () => true }),
    type: selection("Product Type", kinds, { required: true, default: () => "consu" }),
    ...(version === 19 ? { is_storable: boolean("Track Inventory") } : {}),
    invoice_policy: selection(
      "Invoicing Policy",
      [
        ["order", "Ordered quantities"],
        ["delivery", "Delivered quantities"],
      ],
      { default: () => "order" },
    ),
    list_price: float("Sales Price", { default: () => 1, ...(version === 14 ? { digits: 2 } : {}) }),
    standard_price: float("Cost"),
    sale_ok: boolean("Sales", { default: () => true }),
    taxes_id: many2many("Sales Taxes", "account.tax", { default: defaultTaxes }),
    uom_id: many2one("Unit", "uom.uom", { default: (env) => env.by("uom.uom", "name", "Units")[0]?.id }),
    company_id: many2one("Company", "res.company"),
    description_sale: text("Sales Description"),
    ...STAMPS,
  };
}

function defaultTaxes(env: Environment): readonly number[] {
  const tax = [...env.db.table("account.tax").rows.values()].find((row) => flag(row, "is_default"));
  return tax === undefined ? [] : [tax.id];
}

const quantity = (label: string, pick: (found: Quantities) => number) =>
  float(label, {
    digits: 2,
    readonly: true,
    computeMany: (env, rows) =>
      quantitiesOf(
        env,
        rows.map((row) => row.id),
      ).map(pick),
  });

function variant(version: OdooVersion): ModelDefinition {
  return {
    name: "product.product",
    label: version === 19 ? "Product Variant" : "Product",
    order: version === 19 ? "is_favorite desc, default_code, name, id" : "default_code, name, id",
    searchNames: ["default_code", "name"],
    fields: {
      ...shared(version),
      product_tmpl_id: many2one("Product Template", "product.template", { index: true }),
      ...(version === 19 ? { is_favorite: boolean("Favorite") } : {}),
      lst_price: float("Sales Price", { compute: (_, row) => num(row, "list_price") }),
      qty_available: quantity("Quantity On Hand", (found) => found.onHand),
      free_qty: quantity("Free To Use Quantity", (found) => found.free),
      virtual_available: quantity("Forecast Quantity", (found) => found.forecast),
      incoming_qty: quantity("Incoming", (found) => found.incoming),
      outgoing_qty: quantity("Outgoing", (found) => found.outgoing),
      stock_quant_ids: one2many("Stock Quants", "stock.quant", "product_id"),
    },
    displayName: (_, row) => productName(row),
    creating: (_, values, given) => withoutTemplateOwned(values, given),
    created: createTemplate,
    written: (env, row, before, values) => shareWithTemplate(env, row, before, values),
    unlinking: (env, row) => refuseUsed(env, row),
  };
}

export function productName(row: Row): string {
  const code = str(row, "default_code");
  return code === "" ? str(row, "name") : `[${code}] ${str(row, "name")}`;
}

function withoutTemplateOwned(values: Values, given: Values): Values {
  const template = given["product_tmpl_id"];
  return template === undefined ? values : { ...values, product_tmpl_id: template };
}

/** A variant made by itself brings its template along; one of an existing template takes over what they share. */
function createTemplate(env: Environment, row: Row, given: Values): void {
  const template = ref(row, "product_tmpl_id");
  if (template !== null) {
    const source = env.row("product.template", template);
    const taken = SHARED.filter((name) => given[name] === undefined && source[name] !== undefined);
    env.set("product.product", row.id, Object.fromEntries(taken.map((name) => [name, source[name]])));
    return;
  }
  const values = Object.fromEntries(
    [...SHARED, "default_code", "active"].filter((name) => row[name] !== undefined).map((name) => [name, row[name]]),
  );
  const made = create(env.withContext({ create_product_product: false }), "product.template", values);
  env.set("product.product", row.id, { product_tmpl_id: made.id });
}

function shareWithTemplate(env: Environment, row: Row, before: Row, values: Values): void {
  const changed = SHARED.filter((name) => Object.hasOwn(values, name) && row[name] !== before[name]);
  const template = ref(row, "product_tmpl_id");
  if (template === null) return;
  const taken = Object.fromEntries(changed.map((name) => [name, row[name]]));
  const siblings = env.by("product.product", "product_tmpl_id", template);
  const only = siblings.length === 1;
  const own = only && Object.hasOwn(values, "default_code") ? { default_code: row["default_code"] } : {};
  const state = only && Object.hasOwn(values, "active") ? { active: row["active"] } : {};
  env.set("product.template", template, { ...taken, ...own, ...state });
  for (const sibling of siblings) if (sibling.id !== row.id) env.set("product.product", sibling.id, taken);
}

function refuseUsed(env: Environment, row: Row): void {
  const used =
    env.by("sale.order.line", "product_id", row.id).length > 0 || env.by("stock.move", "product_id", row.id).length > 0;
  if (used) env.row("product.product", row.id);
}

function template(version: OdooVersion): ModelDefinition {
  return {
    name: "product.template",
    label: "Product",
    order: version === 19 ? "is_favorite desc, name" : "name",
    fields: {
      ...shared(version),
      ...(version === 19 ? { is_favorite: boolean("Favorite") } : {}),
      product_variant_ids: one2many("Products", "product.product", "product_tmpl_id"),
      product_variant_id: many2one("Product", "product.product", {
        compute: (env, row) => env.oneBy("product.product", "product_tmpl_id", row.id)?.id ?? null,
      }),
    },
    displayName: (_, row) => productName(row),
    created: (env, row) => {
      if (env.context["create_product_product"] === false) return;
      const code = str(row, "default_code");
      create(env, "product.product", { product_tmpl_id: row.id, name: str(row, "name"), default_code: code || false });
    },
    written: (env, row, _, values) => {
      const names = [...SHARED, "active"].filter((name) => Object.hasOwn(values, name));
      const taken = Object.fromEntries(names.map((name) => [name, row[name]]));
      const variants = env.by("product.product", "product_tmpl_id", row.id);
      const own = variants.length === 1 && Object.hasOwn(values, "default_code");
      const code = own ? { default_code: row["default_code"] } : {};
      for (const one of variants) env.set("product.product", one.id, { ...taken, ...code });
    },
  };
}

const pricelist: ModelDefinition = {
  name: "product.pricelist",
  label: "Pricelist",
  order: "sequence, id",
  fields: {
    name: char("Pricelist Name", { required: true }),
    sequence: integer("Sequence", { default: () => 16 }),
    currency_id: many2one("Currency", "res.currency", { required: true, default: companyCurrency }),
    company_id: many2one("Company", "res.company"),
    active: boolean("Active", { default: () => true }),
    ...STAMPS,
  },
  displayName: (env, row) => `${str(row, "name")} (${env.displayName("res.currency", num(row, "currency_id"))})`,
};

const uom: ModelDefinition = {
  name: "uom.uom",
  label: "Product Unit of Measure",
  order: "id",
  fields: { name: char("Unit Name", { index: true }), rounding: float("Rounding"), ...STAMPS },
};

/** The price a line takes when none is given. */
export function listPrice(env: Environment, productId: number): number {
  return roundNumber(amount(num(env.row("product.product", productId), "list_price")).toNumber(), 2);
}

/** Quants are kept for this product. */
export function isStorable(env: Environment, productId: number): boolean {
  const row = env.row("product.product", productId);
  return env.version === 19 ? str(row, "type") === "consu" && flag(row, "is_storable") : str(row, "type") === "product";
}

export function isGoods(env: Environment, productId: number): boolean {
  return str(env.row("product.product", productId), "type") !== "service";
}

export function productModels(version: OdooVersion): readonly ModelDefinition[] {
  return [variant(version), template(version), pricelist, uom];
}
