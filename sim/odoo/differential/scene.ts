/** What the scripts need to be there on both sides: a bank, taxes, products of their own. */
import type { Session } from "./session.ts";

export interface Scene {
  readonly session: Session;
  readonly warehouseId: number;
  readonly stockId: number;
  readonly viewId: number;
  readonly journalId: number;
  readonly countryId: number;
  readonly currencyId: number;
  readonly taxField: "tax_ids" | "tax_id";
  readonly taxId: number;
}

const BANK_CODE = "SIMB";

export async function openScene(session: Session): Promise<Scene> {
  const [warehouse] = await session.search(
    "stock.warehouse",
    [["code", "=", "WH"]],
    ["lot_stock_id", "view_location_id"],
  );
  if (warehouse === undefined) throw new Error("no warehouse WH");
  const idOf = (field: string) => Number((warehouse[field] as unknown[])[0]);
  const [company] = await session.search("res.company", [["id", "=", 1]], ["currency_id"]);
  return {
    session,
    warehouseId: Number(warehouse["id"]),
    stockId: idOf("lot_stock_id"),
    viewId: idOf("view_location_id"),
    journalId: await bank(session),
    countryId: await session.findId("res.country", [["code", "=", "US"]]),
    currencyId: many2oneId(company?.["currency_id"]),
    taxField: session.version === 19 ? "tax_ids" : "tax_id",
    taxId: await session.findId("account.tax", [
      ["amount", "=", 15],
      ["type_tax_use", "=", "sale"],
    ]),
  };
}

/** The id of an `[id, name]`; 0 for none. */
export function many2oneId(value: unknown): number {
  return Array.isArray(value) ? Number(value[0]) : 0;
}

/** A bank journal with an outstanding account; on a real 19 one is made for these tests. */
async function bank(session: Session): Promise<number> {
  const standard = await session.findId("account.journal", [["code", "=", "BNK1"]]);
  if (session.version === 14) return standard;
  const filled = [
    ["journal_id", "=", standard],
    ["payment_type", "=", "inbound"],
    ["payment_account_id", "!=", false],
  ];
  if ((await session.findId("account.payment.method.line", filled)) !== 0) return standard;
  const known = await session.findId("account.journal", [["code", "=", BANK_CODE]]);
  const journal =
    known === 0
      ? await session.create("account.journal", { name: "Comparison bank", code: BANK_CODE, type: "bank" })
      : known;
  const account = await session.findId("account.account", [["name", "=", "Outstanding Receipts"]]);
  const lines = await session.search(
    "account.payment.method.line",
    [
      ["journal_id", "=", journal],
      ["payment_type", "=", "inbound"],
    ],
    ["payment_account_id"],
  );
  const ids = lines.map((line) => line["id"]);
  await session.call("account.payment.method.line", "write", { ids, vals: { payment_account_id: account } });
  return journal;
}

export interface ProductWish {
  readonly name: string;
  readonly policy?: "order" | "delivery";
  readonly kind?: "storable" | "consumable" | "service";
  readonly stock?: number;
}

export async function product({ session, stockId }: Scene, wish: ProductWish): Promise<number> {
  const kind = wish.kind ?? "storable";
  const goods =
    session.version === 19
      ? { type: "consu", is_storable: kind === "storable" }
      : { type: kind === "storable" ? "product" : "consu" };
  const id = await session.create("product.product", {
    name: `${wish.name} ${session.token}`,
    default_code: `${wish.name}-${session.token}`,
    invoice_policy: wish.policy ?? "order",
    list_price: 10,
    ...(kind === "service" ? { type: "service" } : goods),
  });
  if (wish.stock !== undefined) await count(session, id, stockId, wish.stock);
  return id;
}

/** An inventory count, as a person enters it. */
export async function count(
  session: Session,
  productId: number,
  locationId: number,
  quantity: number,
): Promise<unknown> {
  const values = [{ product_id: productId, location_id: locationId, inventory_quantity: quantity }];
  const ids = await session.call("stock.quant", "create", { vals_list: values, context: { inventory_mode: true } });
  return session.version === 19 ? session.call("stock.quant", "action_apply_inventory", { ids }) : ids;
}

export async function partner({ session, countryId }: Scene, name = "p"): Promise<string> {
  const externalId = session.external(name);
  await session.call("res.partner", "load", {
    fields: ["id", "name", "country_id/.id"],
    data: [[externalId, `Ada ${session.token}`, String(countryId)]],
  });
  return externalId;
}

export interface LineWish {
  readonly productId: number;
  readonly quantity: string;
  readonly price: string;
  /** Tax ids joined with commas; default the 15 % tax. */
  readonly taxes?: string;
  readonly extra?: unknown;
  readonly discount?: string;
}

/** Loads an order with its lines by external ids; the answer of load. */
export async function loadOrder(scene: Scene, name: string, lines: readonly LineWish[]): Promise<unknown> {
  const { session, taxField } = scene;
  const withExtra = lines.some((line) => line.extra !== undefined);
  const fields = [
    "id",
    "partner_id/id",
    "client_order_ref",
    "date_order",
    "order_line/id",
    "order_line/product_id/.id",
    "order_line/product_uom_qty",
    "order_line/price_unit",
    "order_line/discount",
    `order_line/${taxField}/.id`,
    ...(withExtra ? ["order_line/extra_tax_data"] : []),
  ];
  const data = lines.map((line, at) => [
    ...(at === 0
      ? [session.external(name), session.external("p"), `R-${session.token}-${name}`, "2020-01-02 03:04:05"]
      : ["", "", "", ""]),
    session.external(`${name}_l${at}`),
    String(line.productId),
    line.quantity,
    line.price,
    line.discount ?? "0",
    line.taxes ?? String(scene.taxId),
    ...(withExtra ? [line.extra === undefined ? "" : JSON.stringify(line.extra)] : []),
  ]);
  return session.call("sale.order", "load", { fields, data });
}

/** The id that a load answered; an error when it refused. */
export function loadedId(answer: unknown): number {
  const ids = (answer as { ids?: unknown }).ids;
  if (!Array.isArray(ids)) throw new Error(`load refused: ${JSON.stringify(answer)}`);
  return Number(ids[0]);
}

/** Runs the invoice wizard; what it refused, or the invoice's id. */
export async function invoiceOrder({ session }: Scene, orderId: number): Promise<number | object> {
  const context = { active_model: "sale.order", active_ids: [orderId], active_id: orderId };
  const values = { advance_payment_method: "delivered" };
  const more = session.version === 19 ? { sale_order_ids: [[6, 0, [orderId]]], consolidated_billing: false } : {};
  const made = await session.call("sale.advance.payment.inv", "create", {
    vals_list: [{ ...values, ...more }],
    context,
  });
  const answer = await session.call("sale.advance.payment.inv", "create_invoices", { ids: made, context });
  if (typeof answer === "object" && answer !== null && "refused" in answer) return answer;
  const [order] = await session.search("sale.order", [["id", "=", orderId]], ["invoice_ids"]);
  return (order?.["invoice_ids"] as number[] | undefined)?.at(-1) ?? 0;
}
