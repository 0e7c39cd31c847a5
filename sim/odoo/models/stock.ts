/** Locations, warehouses, picking types, quants. */
import { addQuantity } from "../amounts.ts";
import { NotSimulatedError, userError } from "../errors.ts";
import { formatInstant } from "../instants.ts";
import { create } from "../orm/crud.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { boolean, char, datetime, float, many2one, selection } from "../orm/field.ts";
import { recordsMethod, type ModelDefinition } from "../orm/model.ts";
import { flag, num, ref, str, type Row, type Values } from "../orm/row.ts";
import { isInside, locationByUsage, warehouseOfLocation } from "../stock/locations.ts";
import { createMove, finishMove } from "../stock/moves.ts";
import { findQuant } from "../stock/quants.ts";
import { productName } from "./product.ts";
import { STAMPS } from "./stamps.ts";

const USAGES: readonly (readonly [string, string])[] = [
  ["supplier", "Vendor"],
  ["view", "Virtual"],
  ["internal", "Internal"],
  ["customer", "Customer"],
  ["inventory", "Inventory Loss"],
  ["production", "Production"],
  ["transit", "Transit"],
];

function completeName(env: Environment, row: Row): string {
  const parent = ref(row, "location_id");
  // A view stands alone, also below another one.
  if (parent === null || str(row, "usage") === "view") return str(row, "name");
  return `${completeName(env, env.row("stock.location", parent))}/${str(row, "name")}`;
}

const location: ModelDefinition = {
  name: "stock.location",
  label: "Inventory Locations",
  order: "complete_name, id",
  parentField: "location_id",
  searchNames: ["complete_name"],
  fields: {
    name: char("Location Name", { required: true }),
    complete_name: char("Full Location Name"),
    usage: selection("Location Type", USAGES, { required: true, index: true, default: () => "internal" }),
    location_id: many2one("Parent Location", "stock.location", { index: true }),
    active: boolean("Active", { default: () => true }),
    company_id: many2one("Company", "res.company"),
    warehouse_id: many2one("Warehouse", "stock.warehouse", {
      compute: (env, row) => warehouseOfLocation(env, row.id),
    }),
    ...STAMPS,
  },
  displayName: (_, row) => str(row, "complete_name"),
  created: (env, row) => rename(env, row),
  written: (env, row) => rename(env, row),
};

function rename(env: Environment, row: Row): void {
  env.set("stock.location", row.id, { complete_name: completeName(env, row) });
  for (const child of env.by("stock.location", "location_id", row.id)) rename(env, child);
}

const warehouse: ModelDefinition = {
  name: "stock.warehouse",
  label: "Warehouse",
  order: "id",
  fields: {
    name: char("Warehouse", { required: true }),
    code: char("Short Name", { required: true, index: true }),
    active: boolean("Active", { default: () => true }),
    company_id: many2one("Company", "res.company"),
    view_location_id: many2one("View Location", "stock.location"),
    lot_stock_id: many2one("Location Stock", "stock.location"),
    in_type_id: many2one("In Type", "stock.picking.type"),
    out_type_id: many2one("Out Type", "stock.picking.type"),
    partner_id: many2one("Address", "res.partner"),
    ...STAMPS,
  },
};

const pickingType: ModelDefinition = {
  name: "stock.picking.type",
  label: "Picking Type",
  order: "id",
  fields: {
    name: char("Operation Type"),
    code: selection("Type of Operation", [
      ["incoming", "Receipt"],
      ["outgoing", "Delivery"],
      ["internal", "Internal Transfer"],
    ]),
    prefix: char("Prefix", { hidden: true }),
    warehouse_id: many2one("Warehouse", "stock.warehouse", { index: true }),
    return_picking_type_id: many2one("Operation Type for Returns", "stock.picking.type"),
    ...STAMPS,
  },
  displayName: (env, row) => {
    const owner = ref(row, "warehouse_id");
    return owner === null ? str(row, "name") : `${env.displayName("stock.warehouse", owner)}: ${str(row, "name")}`;
  },
};

function quant(version: OdooVersion): ModelDefinition {
  const digits = version === 19 ? { digits: 2 } : {};
  return {
    name: "stock.quant",
    label: "Quants",
    order: "id",
    fields: {
      product_id: many2one("Product", "product.product", { required: true, index: true }),
      location_id: many2one("Location", "stock.location", { required: true, index: true }),
      company_id: many2one("Company", "res.company", {
        compute: (env, row) => ref(env.row("stock.location", num(row, "location_id")), "company_id"),
      }),
      quantity: float("Quantity", digits),
      reserved_quantity: float("Reserved Quantity", { required: true, ...digits }),
      available_quantity: float("Available Quantity", {
        compute: (_, row) => addQuantity(num(row, "quantity"), -num(row, "reserved_quantity")),
      }),
      in_date: datetime("Incoming Date", { default: (env) => formatInstant(env.nowUs) }),
      inventory_quantity: float("Counted Quantity", version === 19 ? {} : { default: () => 0 }),
      ...(version === 19
        ? {
            inventory_quantity_set: boolean("Inventory Quantity Set"),
            inventory_diff_quantity: float("Difference", {
              compute: (_, row) =>
                flag(row, "inventory_quantity_set")
                  ? addQuantity(num(row, "inventory_quantity"), -num(row, "quantity"))
                  : 0,
            }),
          }
        : {}),
      ...STAMPS,
    },
    displayName: (env, row) =>
      version === 19
        ? env.displayName("stock.location", num(row, "location_id"))
        : productName(env.row("product.product", num(row, "product_id"))),
    methods: {
      action_apply_inventory: recordsMethod([], (env, ids) => {
        for (const id of ids) applyInventory(env, env.row("stock.quant", id));
        return null;
      }),
      create: createQuants(),
    },
    written: (env, row, before, values) => countedByWrite(env, row, before, values),
  };
}

/** In inventory mode a count is put on the quant that exists; on 14 it takes effect at once. */
function createQuants(): NonNullable<ModelDefinition["methods"]>[string] {
  return {
    on: "model",
    params: ["vals_list"],
    required: ["vals_list"],
    run: (env, _, args) => {
      const given = args["vals_list"];
      const list = (Array.isArray(given) ? given : [given]) as Values[];
      const ids = list.map((values) => createOrCount(env, values));
      return Array.isArray(given) ? ids : ids[0];
    },
  };
}

function createOrCount(env: Environment, values: Values): number {
  const [product, place] = [Number(values["product_id"]), Number(values["location_id"])];
  const counted = typeof values["inventory_quantity"] === "number" ? values["inventory_quantity"] : null;
  const inMode = env.context["inventory_mode"] === true;
  if (counted === null || !inMode) {
    if (env.version === 14 && env.user.rights !== "administrator") {
      throw userError("Quant's creation is restricted, you can't do this operation.");
    }
    return createPlain(env, values, counted);
  }
  const existing = findQuant(env, product, place);
  const id = existing?.id ?? createPlain(env, { product_id: product, location_id: place }, null);
  if (env.version === 14) {
    applyCount(env, env.row("stock.quant", id), counted);
    return id;
  }
  env.set("stock.quant", id, { inventory_quantity: counted, inventory_quantity_set: true });
  // Odoo writes the quant's quantity once more here, which its automations tell as well (measured).
  env.db.noteChange({ kind: "write", model: "stock.quant", id, fields: ["quantity"] });
  return id;
}

function createPlain(env: Environment, values: Values, counted: number | null): number {
  if (env.version === 14 && counted !== null) {
    throw new NotSimulatedError("stock.quant create with a count outside inventory mode");
  }
  const plain = env.withContext({ inventory_mode: false });
  return create(plain, "stock.quant", {
    product_id: values["product_id"],
    location_id: values["location_id"],
    ...(counted === null ? {} : { inventory_quantity: counted, inventory_quantity_set: true }),
  }).id;
}

function countedByWrite(env: Environment, row: Row, before: Row, values: Values): void {
  if (!Object.hasOwn(values, "inventory_quantity")) return;
  if (env.version === 19) {
    env.set("stock.quant", row.id, { inventory_quantity_set: true });
    return;
  }
  env.set("stock.quant", row.id, { inventory_quantity: before["inventory_quantity"] });
  applyCount(env, env.row("stock.quant", row.id), num(row, "inventory_quantity"));
}

function applyInventory(env: Environment, row: Row): void {
  applyCount(env, row, num(row, "inventory_quantity"));
  const after = env.find("stock.quant", row.id);
  if (after !== undefined) env.set("stock.quant", row.id, { inventory_quantity: 0, inventory_quantity_set: false });
}

/** The difference moves from or to the inventory loss location. */
export function applyCount(env: Environment, row: Row, counted: number): void {
  const difference = addQuantity(counted, -num(row, "quantity"));
  if (difference === 0) return;
  const loss = locationByUsage(env, "inventory");
  const place = num(row, "location_id");
  const [from, to] = difference > 0 ? [loss, place] : [place, loss];
  env.together(() => moveNow(env, num(row, "product_id"), Math.abs(difference), from, to));
  if (!isInside(env, place)) throw userError("You can only adjust valid quants");
}

/** A move without picking, done at once. */
export function moveNow(env: Environment, productId: number, quantity: number, from: number, to: number): Row {
  const uom = ref(env.row("product.product", productId), "uom_id") ?? false;
  const named = env.version === 14 ? { name: "Product Quantity Updated" } : { is_inventory: true };
  const base = {
    product_id: productId,
    product_uom: uom,
    product_uom_qty: quantity,
    location_id: from,
    location_dest_id: to,
  };
  const move = createMove(env, { ...base, ...named });
  env.set("stock.move", move.id, { state: "confirmed" });
  const done = env.version === 19 ? "quantity" : "qty_done";
  const line = { move_id: move.id, product_id: productId, product_uom_id: uom };
  create(env, "stock.move.line", { ...line, location_id: from, location_dest_id: to, [done]: quantity });
  finishMove(env, move.id);
  return env.row("stock.move", move.id);
}

export function stockModels(version: OdooVersion): readonly ModelDefinition[] {
  return [location, warehouse, pickingType, quant(version)];
}
