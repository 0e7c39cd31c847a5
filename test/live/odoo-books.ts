/**
 * The live suite's own look into a real Odoo, over JSON-RPC on every version and without the connector: what it finds is
 * independent of what the hub believes. Also makes the products and taxes that a test needs, with names of its own.
 */
import assert from "node:assert/strict";
import { odooGiven, type Odoo, type OdooMajor } from "../../tools/odoo.ts";

export const RPC_TIMEOUT_MS = 60_000;

export type Row = Readonly<Record<string, unknown>>;

export interface OdooBooks {
  readonly odoo: Odoo;
  readonly major: OdooMajor;
  call(model: string, method: string, args: readonly unknown[], kwargs?: Row): Promise<unknown>;
  searchRead(model: string, domain: readonly unknown[], fields: readonly string[]): Promise<readonly Row[]>;
  create(model: string, values: Row): Promise<number>;
}

/** Throws a sentence when the environment names no such Odoo: the live suite never skips silently. */
export async function openBooks(major: OdooMajor): Promise<OdooBooks> {
  const odoo = odooGiven(major);
  assert.ok(odoo, `The live suite needs a real Odoo ${major}; npm run live brings one up.`);
  const uid = await rpc(odoo, "common", "authenticate", [odoo.db, odoo.user, odoo.apiKey, {}]);
  assert.equal(typeof uid, "number", "the live suite can log in");
  const call: OdooBooks["call"] = (model, method, args, kwargs = {}) =>
    rpc(odoo, "object", "execute_kw", [odoo.db, uid, odoo.apiKey, model, method, args, kwargs]);
  return {
    odoo,
    major,
    call,
    searchRead: async (model, domain, fields) =>
      (await call(model, "search_read", [domain], { fields })) as readonly Row[],
    create: async (model, values) => {
      const created = await call(model, "create", [values]);
      assert.equal(typeof created, "number", `${model} create answers an id`);
      return created as number;
    },
  };
}

async function rpc(odoo: Odoo, service: string, method: string, args: readonly unknown[]): Promise<unknown> {
  const response = await fetch(`${odoo.url}/jsonrpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } }),
    signal: AbortSignal.timeout(RPC_TIMEOUT_MS),
  });
  const answer = (await response.json()) as {
    readonly result?: unknown;
    readonly error?: { readonly data?: { readonly message?: string } };
  };
  assert.equal(answer.error, undefined, `${service}.${method}: ${answer.error?.data?.message ?? "failed"}`);
  return answer.result;
}

export interface Wares {
  readonly mugSku: string;
  readonly shirtSku: string;
  readonly shippingSku: string;
  readonly feeSku: string;
  readonly tax21Id: number;
  readonly tax6Id: number;
  readonly mugId: number;
}

/** Two storable products with stock, two services and two sale taxes, all named after `mark`. */
export async function makeWares(books: OdooBooks, mark: string, stock: number): Promise<Wares> {
  const storable = books.major >= 19 ? { type: "consu", is_storable: true } : { type: "product" };
  const product = (sku: string, more: Row) =>
    books.create("product.product", { name: sku, default_code: sku, invoice_policy: "order", ...more });
  const tax = (name: string, amount: number) =>
    books.create("account.tax", { name: `${name} ${mark}`, amount, amount_type: "percent", type_tax_use: "sale" });
  const [tax21Id, tax6Id] = [await tax("VAT 21", 21), await tax("VAT 6", 6)];
  const skus = { mugSku: `MUG-${mark}`, shirtSku: `TS-${mark}-S`, shippingSku: `SHIP-${mark}`, feeSku: `FEE-${mark}` };
  const mugId = await product(skus.mugSku, storable);
  const shirtId = await product(skus.shirtSku, storable);
  await product(skus.shippingSku, { type: "service" });
  await product(skus.feeSku, { type: "service" });
  for (const id of [mugId, shirtId]) await setStock(books, id, stock);
  return { ...skus, tax21Id, tax6Id, mugId };
}

export async function setStock(books: OdooBooks, productId: number, quantity: number, code = "WH"): Promise<void> {
  const [warehouse] = await books.searchRead("stock.warehouse", [["code", "=", code]], ["lot_stock_id"]);
  assert.ok(warehouse, `the warehouse ${code}`);
  const [locationId] = warehouse["lot_stock_id"] as [number, string];
  const context = { inventory_mode: true };
  const created = await books.call(
    "stock.quant",
    "create",
    [{ product_id: productId, location_id: locationId, inventory_quantity: quantity }],
    { context },
  );
  if (books.major >= 19) await booksApply(books, created as number);
}

/** The method answers nothing, which JSON-RPC says by leaving `result` out. */
async function booksApply(books: OdooBooks, quantId: number): Promise<void> {
  await books.call("stock.quant", "action_apply_inventory", [[quantId]]);
}

export interface OrderBooks {
  readonly orders: readonly Row[];
  readonly invoices: readonly Row[];
  readonly payments: readonly Row[];
}

/** Everything that carries the shop's order number. */
export async function booksOf(books: OdooBooks, number: string): Promise<OrderBooks> {
  const memo = books.major >= 19 ? "memo" : "ref";
  return {
    orders: await books.searchRead(
      "sale.order",
      [["client_order_ref", "=", number]],
      ["name", "state", "amount_total", "amount_tax", "partner_id"],
    ),
    invoices: await books.searchRead(
      "account.move",
      [
        ["ref", "=", number],
        ["move_type", "=", "out_invoice"],
      ],
      ["name", "state", "payment_state", "amount_total", "amount_tax", "amount_residual", "invoice_date"],
    ),
    payments: await books.searchRead("account.payment", [[memo, "=like", `${number}%`]], ["name", "state", "amount"]),
  };
}

/** Exactly one confirmed order, one posted invoice of this total, and (when paid) one payment that settles it. */
export async function assertOnce(books: OdooBooks, number: string, total: string, paid: boolean): Promise<void> {
  const { orders, invoices, payments } = await booksOf(books, number);
  const seen = JSON.stringify({ orders, invoices, payments });
  assert.deepEqual(
    orders.map(({ state }) => (state === "done" ? "sale" : state)),
    ["sale"],
    seen,
  );
  assert.deepEqual(
    invoices.map(({ state, amount_total: amount }) => [state, Number(amount).toFixed(2)]),
    [["posted", total]],
    seen,
  );
  assert.equal(payments.length, paid ? 1 : 0, seen);
  if (!paid) return;
  assert.equal(Number(payments[0]?.["amount"]).toFixed(2), total, seen);
  assert.equal(Number(invoices[0]?.["amount_residual"]).toFixed(2), "0.00", seen);
  assert.ok(["paid", "in_payment"].includes(String(invoices[0]?.["payment_state"])), seen);
}
