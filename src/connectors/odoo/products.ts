/**
 * Products by internal reference: exact, case included, blanks at the ends aside; only active ones.
 */
import type { ErpProduct } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { chunks, idIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { decodedRows } from "./reference-data.ts";
import type { Domain, OdooSession } from "./session.ts";

/** SKUs asked for in one call. */
const SKUS_AT_ONCE_MAX = 500;
/** Products of one page of the catalog. */
export const PRODUCT_PAGE_MAX = 1_000;

/** Every asked SKU has an entry. */
export async function findProducts(
  session: OdooSession,
  skus: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, readonly ErpProduct[]>>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const found = new Map<string, ErpProduct[]>(skus.map((sku) => [sku, []]));
  const wanted = [...new Set(skus.map((sku) => sku.trim()).filter((sku) => sku !== ""))];
  for (const part of chunks(wanted, SKUS_AT_ONCE_MAX)) {
    // Imports leave blanks at the ends, which nobody sees in Odoo.
    const spelled = part.flatMap((sku) => [sku, `${sku} `, ` ${sku}`]);
    const products = await readProducts(session, dialect.value, [["default_code", "in", spelled]], call);
    if (!products.ok) return products;
    const bySku = Map.groupBy(products.value, (product) => product.sku);
    for (const [asked, list] of found)
      list.push(...(part.includes(asked.trim()) ? (bySku.get(asked.trim()) ?? []) : []));
  }
  return ok(found);
}

export async function productPage(
  session: OdooSession,
  page: string | null,
  call: CallContext,
): Promise<Result<{ readonly items: readonly ErpProduct[]; readonly nextPage: string | null }>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const after = page === null ? 0 : Number(page);
  const domain = [
    ["default_code", "!=", false],
    ["id", ">", after],
  ];
  const items = await readProducts(session, dialect.value, domain, call, PRODUCT_PAGE_MAX);
  if (!items.ok) return items;
  const last = items.value.at(-1);
  return ok({
    items: items.value.filter((product) => product.sku !== ""),
    nextPage: last && items.value.length === PRODUCT_PAGE_MAX ? String(last.id) : null,
  });
}

async function readProducts(
  session: OdooSession,
  dialect: Dialect,
  domain: Domain,
  call: CallContext,
  limit?: number,
): Promise<Result<readonly ErpProduct[]>> {
  const fields = [...new Set(["default_code", "name", "active", "invoice_policy", dialect.storable.field])];
  const options = { order: "id", ...(limit === undefined ? {} : { limit }) };
  const rows = await session.searchRead("product.product", domain, fields, call, options);
  return decodedRows(session, "product.product", rows, (all) => all.map((row) => product(row, dialect)));
}

function product(row: Row, dialect: Dialect): ErpProduct {
  return {
    id: idIn(row),
    sku: textIn(row, "default_code").trim(),
    name: textIn(row, "name"),
    active: row["active"] === true,
    storable: row[dialect.storable.field] === dialect.storable.value,
    invoicePolicy: textIn(row, "invoice_policy"),
  };
}
