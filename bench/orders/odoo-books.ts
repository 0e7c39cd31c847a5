/**
 * The benchmark's own look into a real Odoo, with the connector's client: makes what the orders need (once; by external id, so
 * that runs share it), and counts afterwards what is there.
 */
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createOdooClient } from "../../src/connectors/odoo/client.ts";
import { idIn, textIn, type Row } from "../../src/connectors/odoo/decode.ts";
import { createSession, type Domain, type OdooSession } from "../../src/connectors/odoo/session.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { Result } from "../../src/core/result.ts";
import { ERP, type OdooGiven } from "../hub/messages.ts";

const CALL_MS_MAX = 120_000;

export const WAREHOUSE = "WH";
export const JOURNAL = "BNK1";
export const PRODUCTS = 10;
/** Its income account is archived: Odoo refuses to post an invoice with it. */
export const REFUSED_SKU = "BENCH-REFUSED";
const REFUSED_ACCOUNT_CODE = "BENCH999";

export function skuOf(product: number): string {
  return `BENCH-${product}`;
}

export const call: CallContext = {
  deadlineMs: () => systemClock.nowMs() + CALL_MS_MAX,
  beforeWrite: () => Promise.resolve(),
  record: () => {},
};

export interface Books {
  readonly session: OdooSession;
  readonly version: string;
  /** Of 15 %, on sales, not included in prices. */
  readonly taxId: number;
  readonly productIds: readonly number[];
  close(): void;
}

/** The value, or an error with the failure's sentence: nothing here is expected to fail. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value;
}

export async function openBooks(odoo: OdooGiven): Promise<Books> {
  const http = createHttpTransport({ clock: systemClock, userAgent: "stockbridge-bench" });
  const session = createSession(
    createOdooClient({ connection: ERP, ...odoo, transport: http.transport, clock: systemClock }),
  );
  const server = value(await session.client.server(call));
  if (server.transport !== "json-2")
    throw new Error(`Odoo ${server.version} has no JSON-2; the benchmark needs Odoo 19`);
  const sold: Domain = [
    ["type_tax_use", "=", "sale"],
    ["amount", "=", 15],
    ["price_include", "=", false],
    ["active", "=", true],
  ];
  const [tax] = value(await session.searchRead("account.tax", sold, ["name"], call, { order: "id" }));
  if (tax === undefined) throw new Error("Odoo has no sales tax of 15 %");
  const fields = ["id", "name", "default_code", "is_storable", "invoice_policy"];
  const rows = Array.from({ length: PRODUCTS }, (_, product) => productRow(skuOf(product)));
  const productIds = await load(session, "product.product", fields, rows);
  await makeRefused(session, fields);
  return { session, version: server.version, taxId: idIn(tax), productIds, close: () => http.close() };
}

function productRow(sku: string): string[] {
  return [
    `stockbridge.bench_product_${sku.toLowerCase().replaceAll("-", "_")}`,
    `Invented thing ${sku}`,
    sku,
    "True",
    "order",
  ];
}

/** A product as a careless chart of accounts leaves it behind. */
async function makeRefused(session: OdooSession, fields: readonly string[]): Promise<void> {
  const domain: Domain = [["code", "=", REFUSED_ACCOUNT_CODE]];
  const [known] = value(await session.searchRead("account.account", domain, ["code"], call, { archived: true }));
  if (known !== undefined) return;
  const account = { code: REFUSED_ACCOUNT_CODE, name: "Archived income", account_type: "income" };
  const made = value(
    await session.write("account.account", "create", { args: { vals_list: [account] } }, call),
  ) as number[];
  const [productId] = await load(session, "product.product", fields, [productRow(REFUSED_SKU)]);
  const property = { property_account_income_id: made[0] };
  value(await session.write("product.product", "write", { ids: [productId ?? 0], args: { vals: property } }, call));
  value(await session.write("account.account", "write", { ids: made, args: { vals: { active: false } } }, call));
}

/** Database ids of the records, one for each that has an external id in its row. */
export async function load(
  session: OdooSession,
  model: string,
  fields: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<readonly number[]> {
  const outcome = value(await session.load(model, fields, rows, call));
  if (outcome.kind === "refused") throw new Error(`${model}: ${sentenceOf(outcome.general)}`);
  return outcome.ids;
}

export interface Found {
  readonly orders: readonly Row[];
  readonly invoices: readonly Row[];
  readonly payments: readonly Row[];
}

/** Every document of one of these orders. All of their numbers begin with `prefix`, which no other run's do. */
export async function documentsOf({ session }: Books, prefix: string, numbers: readonly string[]): Promise<Found> {
  const orders = value(
    await session.searchRead(
      "sale.order",
      [["client_order_ref", "in", numbers]],
      ["client_order_ref", "state", "amount_total"],
      call,
    ),
  );
  const billed: Domain = [
    ["move_type", "=", "out_invoice"],
    ["line_ids.sale_line_ids.order_id.client_order_ref", "in", numbers],
  ];
  const invoices = value(
    await session.searchRead("account.move", billed, ["ref", "state", "payment_state", "amount_total"], call),
  );
  const payments = value(
    await session.searchRead("account.payment", [["memo", "=like", `${prefix}%`]], ["memo", "state", "amount"], call),
  );
  const wanted = new Set(numbers);
  return {
    orders,
    invoices,
    payments: payments.filter((row) => wanted.has(/^[\w-]+/.exec(textIn(row, "memo"))?.[0] ?? "")),
  };
}

export function isPaid(invoice: Row): boolean {
  return textIn(invoice, "state") === "posted" && ["paid", "in_payment"].includes(textIn(invoice, "payment_state"));
}
