/**
 * What tests and the demo do to a simulated Odoo from the inside: products, warehouses, stock, other channels' sales,
 * deliveries, deletions; and what they look at afterwards.
 */
import { amount } from "./amounts.ts";
import { create, unlink, write } from "./orm/crud.ts";
import type { Environment } from "./orm/environment.ts";
import { num, ref, str, type Row } from "./orm/row.ts";
import { documentsOf, type OdooDocuments } from "./documents.ts";
import { sendParcel, type Parcel } from "./parcels.ts";
import { seedBank, seedWarehouse } from "./seed.ts";
import { applyCount, moveNow } from "./models/stock.ts";
import { locationByUsage } from "./stock/locations.ts";
import { isOpen, reservedOf, setMoveQuantity, setQuantityDone } from "./stock/moves.ts";
import { removePicking, validatePicking } from "./stock/pickings.ts";
import { quantOf } from "./stock/quants.ts";
import { quantitiesOf } from "./stock/quantities.ts";

export interface ProductSeed {
  readonly sku: string;
  /** Default: the SKU. */
  readonly name?: string;
  /** On hand at once; default 0. */
  readonly stock?: number;
  /** Code of the warehouse that holds it; default `WH`. */
  readonly warehouse?: string;
  /** Default `order`. */
  readonly invoicePolicy?: "order" | "delivery";
  /** Sales price without tax; default 1. */
  readonly price?: number;
  /** Default `storable`. */
  readonly kind?: "storable" | "consumable" | "service";
  readonly active?: boolean;
}

export interface TaxSeed {
  readonly name: string;
  readonly percent: number;
  readonly priceInclude?: boolean;
  readonly includeBase?: boolean;
}

export interface OdooDomain {
  /** The product's id. */
  addProduct(product: ProductSeed): Promise<number>;
  addProducts(products: readonly ProductSeed[]): Promise<readonly number[]>;
  /** The warehouse's id. */
  addWarehouse(warehouse: { readonly name: string; readonly code: string }): Promise<number>;
  /** A location below a warehouse's stock or another location; the new one's id. */
  addLocation(location: { readonly name: string; readonly parent: string; readonly usage?: string }): Promise<number>;
  addTax(tax: TaxSeed): Promise<number>;
  /** A bank journal; `outstanding: false` (19) leaves its payment method without an account. */
  addJournal(journal: {
    readonly name: string;
    readonly code: string;
    readonly outstanding?: boolean;
  }): Promise<number>;
  /** A currency with its price list. Rate: units for one of the company's. */
  addCurrency(currency: { readonly name: string; readonly rate: number; readonly digits?: number }): Promise<number>;
  /** Counts the stock of a SKU as this quantity. */
  adjustStock(sku: string, quantity: number, warehouse?: string): Promise<void>;
  /** Goods from a supplier, at once. */
  receive(sku: string, quantity: number, warehouse?: string): Promise<void>;
  /** Another channel's confirmed order; its id. */
  reserveElsewhere(sku: string, quantity: number, warehouse?: string): Promise<number>;
  /** Another channel's order, confirmed and delivered; its id. */
  sellElsewhere(sku: string, quantity: number, warehouse?: string): Promise<number>;
  /** Delivers all open pickings of an order in full. */
  deliver(orderId: number): Promise<void>;
  /** Sends a part of an order's open delivery; the name of the delivery. */
  sendParcel(orderId: number, parcel: Parcel): Promise<string>;
  /** As a person with all rights deletes it, whatever its state. */
  deleteDocument(model: string, id: number): Promise<void>;
  /** Writes as a person in Odoo does, with everything that follows from it. */
  writeDocument(model: string, id: number, values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Orders, invoices and payments with their external ids and totals. */
  documents(): OdooDocuments;
  freeQuantity(sku: string, warehouse?: string): number;
  onHand(sku: string, warehouse?: string): number;
  productId(sku: string): number;
  /** Every record of every model, for comparing two runs. */
  snapshot(): Readonly<Record<string, readonly Row[]>>;
}

export interface DomainAccess {
  readonly change: <T>(work: (env: Environment) => T) => Promise<T>;
  readonly read: <T>(work: (env: Environment) => T) => T;
}

const MAIN = "WH";

export function createDomain({ change, read }: DomainAccess): OdooDomain {
  const quantity = (sku: string, code: string, pick: "free" | "onHand") =>
    read((env) => quantityIn(env, sku, code)[pick]);
  return {
    addProduct: (product) => change((env) => addProduct(env, product)),
    addProducts: (products) => change((env) => products.map((product) => addProduct(env, product))),
    addWarehouse: (warehouse) => change((env) => seedWarehouse(env, warehouse)),
    addLocation: ({ name, parent, usage }) =>
      change((env) => {
        const above = [...env.db.table("stock.location").rows.values()].find(
          (row) => str(row, "complete_name") === parent,
        );
        if (above === undefined) throw new Error(`no location ${parent}`);
        return create(env, "stock.location", { name, usage: usage ?? "internal", location_id: above.id, company_id: 1 })
          .id;
      }),
    addTax: (tax) => change((env) => addTax(env, tax)),
    addJournal: ({ name, code, outstanding }) =>
      change((env) => {
        const account = env.oneBy("account.account", "purpose", "outstanding")?.id ?? null;
        return seedBank(env, { name, code, outstanding: outstanding === false ? null : account });
      }),
    addCurrency: (currency) => change((env) => addCurrency(env, currency)),
    adjustStock: (sku, counted, warehouse = MAIN) =>
      change((env) => {
        const place = stockOf(env, warehouse);
        applyCount(env, quantOf(env, productOf(env, sku).id, place), counted);
      }),
    receive: (sku, received, warehouse = MAIN) =>
      change((env) => {
        moveNow(env, productOf(env, sku).id, received, locationByUsage(env, "supplier"), stockOf(env, warehouse));
      }),
    reserveElsewhere: (sku, sold, warehouse = MAIN) => change((env) => sell(env, sku, sold, warehouse)),
    sellElsewhere: (sku, sold, warehouse = MAIN) =>
      change((env) => {
        const order = sell(env, sku, sold, warehouse);
        deliverAll(env, order);
        return order;
      }),
    deliver: (orderId) => change((env) => deliverAll(env, orderId)),
    sendParcel: (orderId, parcel) => change((env) => sendParcel(env, orderId, parcel)),
    deleteDocument: (model, id) => change((env) => deleteAnything(env, model, id)),
    writeDocument: (model, id, values) => change((env) => write(env, model, [id], values)),
    documents: () => read(documentsOf),
    freeQuantity: (sku, warehouse = MAIN) => quantity(sku, warehouse, "free"),
    onHand: (sku, warehouse = MAIN) => quantity(sku, warehouse, "onHand"),
    productId: (sku) => read((env) => productOf(env, sku).id),
    snapshot: () =>
      read((env) => {
        const names = [...env.db.models.keys()];
        return Object.fromEntries(names.map((name) => [name, [...env.db.table(name).rows.values()]]));
      }),
  };
}

function productOf(env: Environment, sku: string): Row {
  const row = env.oneBy("product.product", "default_code", sku);
  if (row === undefined) throw new Error(`no product ${sku}`);
  return row;
}

function warehouseOf(env: Environment, code: string): Row {
  const row = env.oneBy("stock.warehouse", "code", code);
  if (row === undefined) throw new Error(`no warehouse ${code}`);
  return row;
}

function stockOf(env: Environment, code: string): number {
  return num(warehouseOf(env, code), "lot_stock_id");
}

function quantityIn(env: Environment, sku: string, code: string): { readonly free: number; readonly onHand: number } {
  const view = num(warehouseOf(env, code), "view_location_id");
  const found = quantitiesOf(env.withContext({ location: view }), [productOf(env, sku).id])[0];
  return found ?? { free: 0, onHand: 0 };
}

function addProduct(env: Environment, product: ProductSeed): number {
  const { sku, kind = "storable" } = product;
  const goods =
    env.version === 19
      ? { type: "consu", is_storable: kind === "storable" }
      : { type: kind === "storable" ? "product" : "consu" };
  const id = create(env, "product.product", {
    name: product.name ?? sku,
    default_code: sku || false,
    invoice_policy: product.invoicePolicy ?? "order",
    list_price: product.price ?? 1,
    active: product.active ?? true,
    ...(kind === "service" ? { type: "service" } : goods),
  }).id;
  const stock = product.stock ?? 0;
  if (stock !== 0) applyCount(env, quantOf(env, id, stockOf(env, product.warehouse ?? MAIN)), stock);
  return id;
}

function addTax(env: Environment, tax: TaxSeed): number {
  return create(env, "account.tax", {
    name: tax.name,
    amount: tax.percent,
    price_include: tax.priceInclude ?? false,
    include_base_amount: tax.includeBase ?? false,
  }).id;
}

function addCurrency(
  env: Environment,
  { name, rate, digits = 2 }: { readonly name: string; readonly rate: number; readonly digits?: number },
): number {
  const rounding = amount(10).pow(-digits).toNumber();
  const values = { symbol: name, rounding, decimal_places: digits, rate, active: true };
  const known = env.oneBy("res.currency", "name", name);
  const id = known?.id ?? create(env, "res.currency", { name, ...values }).id;
  if (known !== undefined) write(env, "res.currency", [id], values);
  create(env, "product.pricelist", { name: `Price list ${name}`, currency_id: id });
  return id;
}

function sell(env: Environment, sku: string, quantity: number, warehouse: string): number {
  const partner = env.by("res.partner", "email", "counter@example.test")[0] ?? newCounter(env);
  const order = create(env, "sale.order", {
    partner_id: partner.id,
    warehouse_id: warehouseOf(env, warehouse).id,
    order_line: [[0, 0, { product_id: productOf(env, sku).id, product_uom_qty: quantity }]],
  });
  env.flush();
  env.model("sale.order").methods?.["action_confirm"]?.run(env, [order.id], {});
  return order.id;
}

function newCounter(env: Environment): Row {
  return create(env, "res.partner", { name: "Counter sales", email: "counter@example.test" });
}

/** In full, also what is not there: a person who ships knows better than the reservation. */
function deliverAll(env: Environment, orderId: number): void {
  const shipping = env.withContext({ skip_backorder: true });
  for (const picking of env.by("stock.picking", "sale_id", orderId)) {
    if (["done", "cancel"].includes(str(picking, "state"))) continue;
    for (const move of env.by("stock.move", "picking_id", picking.id).filter(isOpen)) {
      const wanted = num(move, "product_uom_qty");
      if (env.version === 14) {
        setQuantityDone(shipping, move, wanted);
        env.set("stock.move", move.id, { quantity_done: wanted });
      } else if (reservedOf(env, move.id) < wanted) setMoveQuantity(shipping, move, wanted);
    }
    validatePicking(shipping, picking.id);
  }
}

function deleteAnything(env: Environment, model: string, id: number): void {
  const forced = env.withContext({ force_delete: true });
  if (model === "stock.picking") return removePicking(forced, id);
  if (model === "sale.order") {
    for (const picking of env.by("stock.picking", "sale_id", id)) {
      if (str(picking, "state") !== "done") removePicking(forced, picking.id);
    }
    env.set(model, id, { state: "cancel" });
  }
  if (model === "account.payment") {
    const move = ref(env.row(model, id), "move_id");
    if (move !== null) env.set("account.move", move, { state: "draft" });
  }
  unlink(forced, model, [id]);
}
