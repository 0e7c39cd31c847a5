/** Finds the ERP's products of variants: by SKU, and by barcode where the SKU is blank or unknown there. */
import type { ErpProduct } from "../core/order/erp-documents.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import { ok, type Result } from "../core/result.ts";
import type { ShopVariant } from "../core/stock/shop-variant.ts";

export interface FoundProducts {
  readonly products: readonly ErpProduct[];
  readonly matchedBy: "sku" | "barcode";
}

const NOT_FOUND: FoundProducts = { products: [], matchedBy: "sku" };

/** By the variant's id; one call, and another one where a SKU is unknown and a barcode may tell. */
export async function findVariantProducts(
  erp: ErpPort,
  variants: readonly Pick<ShopVariant, "id" | "sku" | "barcode">[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, FoundProducts>>> {
  const skus = distinct(variants.map(({ sku }) => sku));
  const first = await find(
    erp,
    skus,
    variants.filter(({ sku }) => sku === "").map(({ barcode }) => barcode),
    call,
  );
  if (!first.ok) return first;
  const unknown = variants.filter(({ sku }) => sku !== "" && (first.value.bySku.get(sku) ?? []).length === 0);
  const second = await find(
    erp,
    [],
    unknown.map(({ barcode }) => barcode),
    call,
  );
  if (!second.ok) return second;
  const byBarcode = new Map([...first.value.byBarcode, ...second.value.byBarcode]);
  return ok(
    new Map(
      variants.map(({ id, sku, barcode }): [string, FoundProducts] => {
        const bySku = sku === "" ? [] : (first.value.bySku.get(sku) ?? []);
        if (bySku.length > 0) return [id, { products: bySku, matchedBy: "sku" }];
        const products = barcode === "" ? [] : (byBarcode.get(barcode) ?? []);
        return [id, products.length > 0 ? { products, matchedBy: "barcode" } : NOT_FOUND];
      }),
    ),
  );
}

type Found = Awaited<ReturnType<ErpPort["findProducts"]>>;

async function find(
  erp: ErpPort,
  skus: readonly string[],
  barcodes: readonly string[],
  call: CallContext,
): Promise<Found> {
  const wanted = { skus, barcodes: distinct(barcodes) };
  if (skus.length === 0 && wanted.barcodes.length === 0) return ok({ bySku: new Map(), byBarcode: new Map() });
  return erp.findProducts(wanted, call);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== "");
}
