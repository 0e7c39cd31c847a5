/**
 * Products by internal reference or barcode: exact, case included, blanks at the ends aside; only active ones.
 */
import { chunks } from "../../core/chunks.ts";
import type { ErpProduct } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { idIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { decodedRows } from "./reference-data.ts";
import type { Domain, OdooSession } from "./session.ts";

/** SKUs or barcodes asked for in one call. */
const CODES_AT_ONCE_MAX = 500;
/** Products of one page of the catalog. */
export const PRODUCT_PAGE_MAX = 1_000;

type ByCode = ReadonlyMap<string, readonly ErpProduct[]>;

/** Every SKU and barcode that was asked for has an entry. */
export async function findProducts(
  session: OdooSession,
  { skus, barcodes }: { readonly skus: readonly string[]; readonly barcodes: readonly string[] },
  call: CallContext,
): Promise<Result<{ readonly bySku: ByCode; readonly byBarcode: ByCode }>> {
  const bySku = await findByCode(session, "default_code", skus, call);
  if (!bySku.ok) return bySku;
  const byBarcode = await findByCode(session, "barcode", barcodes, call);
  return byBarcode.ok ? ok({ bySku: bySku.value, byBarcode: byBarcode.value }) : byBarcode;
}

async function findByCode(
  session: OdooSession,
  field: "default_code" | "barcode",
  codes: readonly string[],
  call: CallContext,
): Promise<Result<ByCode>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const found = new Map<string, ErpProduct[]>(codes.map((code) => [code, []]));
  const wanted = [...new Set(codes.map((code) => code.trim()).filter((code) => code !== ""))];
  for (const part of chunks(wanted, CODES_AT_ONCE_MAX)) {
    // Imports leave blanks at the ends, which nobody sees in Odoo.
    const spelled = part.flatMap((code) => [code, `${code} `, ` ${code}`]);
    const products = await readProducts(session, dialect.value, [[field, "in", spelled]], call);
    if (!products.ok) return products;
    const byCode = Map.groupBy(products.value, ({ code }) => code[field]);
    const asked = new Set(part);
    for (const [code, list] of found) {
      const exact = code.trim();
      if (asked.has(exact)) list.push(...(byCode.get(exact) ?? []).map(({ product: each }) => each));
    }
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
  const last = items.value.at(-1)?.product;
  return ok({
    items: items.value.map(({ product: each }) => each).filter(({ sku }) => sku !== ""),
    nextPage: last && items.value.length === PRODUCT_PAGE_MAX ? String(last.id) : null,
  });
}

interface ReadProduct {
  readonly product: ErpProduct;
  readonly code: { readonly default_code: string; readonly barcode: string };
}

async function readProducts(
  session: OdooSession,
  dialect: Dialect,
  domain: Domain,
  call: CallContext,
  limit?: number,
): Promise<Result<readonly ReadProduct[]>> {
  const fields = [...new Set(["default_code", "barcode", "name", "active", "invoice_policy", dialect.storable.field])];
  const options = { order: "id", ...(limit === undefined ? {} : { limit }) };
  const rows = await session.searchRead("product.product", domain, fields, call, options);
  return decodedRows(session, "product.product", rows, (all) =>
    all.map((row) => ({
      product: product(row, dialect),
      code: { default_code: textIn(row, "default_code").trim(), barcode: textIn(row, "barcode").trim() },
    })),
  );
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
