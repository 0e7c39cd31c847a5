/** `stockbridge check`: every connection, right, module and field, and the SKUs of both sides, a line each. */
import type { CheckLine } from "../core/ports/check.ts";
import { fixOf, sentenceOf } from "../core/failures.ts";
import { settingsQuery } from "../core/order/rules.ts";
import { checkStockPlaces } from "./check-locations.ts";
import { checkMappings } from "./check-mappings.ts";
import { unleased, type Hub, type ShopRuntime } from "./hub.ts";
import { findVariantProducts } from "./stock-products.ts";

/** A catalog larger than this is checked by the nightly sweep, not while a person waits. */
export const SKU_PAGES_MAX = 1_000;
/** SKUs named in one line; the rest is counted. */
const NAMED_MAX = 10;

export async function* checkAll(hub: Hub): AsyncGenerator<CheckLine> {
  const call = unleased(hub);
  for (const erp of hub.erps.values()) yield* await erp.check(call);
  for (const shop of hub.shops.values()) {
    yield* await shop.port.check(call);
    yield* await checkSettings(hub, shop);
    yield* await checkMappings(shop, call);
    yield* await checkStockPlaces(shop, call);
    yield* await checkSkus(hub, shop);
  }
}

async function checkSettings(hub: Hub, shop: ShopRuntime): Promise<readonly CheckLine[]> {
  const { connection, orders } = shop;
  const query = settingsQuery(shop.orders.rules);
  const read = await shop.erp.readSettings(query, unleased(hub));
  if (!read.ok)
    return [
      {
        connection,
        subject: "configuration against Odoo",
        status: "error",
        sentence: sentenceOf(read.failure),
        fix: fixOf(read.failure),
      },
    ];
  const { journals, taxes } = read.value;
  const line = (subject: string, found: boolean, what: string): CheckLine => ({
    connection,
    subject,
    status: found ? "ok" : "error",
    sentence: found ? `${what} is there` : `${what} was not found in Odoo`,
    fix: found ? "" : `Correct shops.${connection}.orders in the configuration, or create it in Odoo.`,
  });
  const products = orders.enabled
    ? await shop.erp.findProducts({ skus: query.skus, barcodes: [] }, unleased(hub))
    : null;
  return [
    ...query.journals.map((name) => line(`journal ${name}`, journals.has(name), `The journal ${name}`)),
    ...query.taxes.map((name) => line(`tax ${name}`, taxes.has(name), `The tax ${name}`)),
    ...(products?.ok === true
      ? query.skus.map((sku) =>
          line(
            `product ${sku}`,
            (products.value.bySku.get(sku) ?? []).length === 1,
            `The product with SKU ${sku}, on exactly one product,`,
          ),
        )
      : []),
  ];
}

/** Blank and duplicate SKUs of the shop, and SKUs that Odoo does not have; a barcode that it has stands in for either. */
async function checkSkus(hub: Hub, shop: ShopRuntime): Promise<readonly CheckLine[]> {
  const { connection } = shop;
  const seen = new Map<string, number>();
  let blank = 0;
  const missing: string[] = [];
  let page: string | null = null;
  for (let pages = 0; pages < SKU_PAGES_MAX; pages += 1) {
    const read = await shop.port.variantPage(page, [], unleased(hub));
    if (!read.ok)
      return [
        { connection, subject: "SKUs", status: "error", sentence: sentenceOf(read.failure), fix: fixOf(read.failure) },
      ];
    const { items } = read.value;
    for (const { sku } of items) if (sku !== "") seen.set(sku.toLowerCase(), (seen.get(sku.toLowerCase()) ?? 0) + 1);
    const found = await findVariantProducts(shop.erp, items, unleased(hub));
    if (!found.ok)
      return [
        {
          connection,
          subject: "SKUs",
          status: "error",
          sentence: sentenceOf(found.failure),
          fix: fixOf(found.failure),
        },
      ];
    const unmatched = items.filter(({ id }) => (found.value.get(id)?.products ?? []).length === 0);
    blank += unmatched.filter(({ sku }) => sku === "").length;
    missing.push(...unmatched.map(({ sku }) => sku).filter((sku) => sku !== ""));
    page = read.value.nextPage;
    if (page === null) break;
  }
  const duplicates = [...seen].filter(([, count]) => count > 1).map(([sku]) => sku);
  return [
    skuLine(
      connection,
      "blank SKUs",
      blank,
      [],
      "Variants without a SKU",
      "Give each a SKU, or the barcode of an Odoo product; without one it is never written.",
    ),
    skuLine(
      connection,
      "duplicate SKUs",
      duplicates.length,
      duplicates,
      "SKUs on several variants",
      "Leave each SKU on one variant; duplicates are never written.",
    ),
    skuLine(
      connection,
      "SKUs unknown to Odoo",
      missing.length,
      missing,
      "SKUs on no Odoo product",
      "Give one Odoo product each of these internal references, or the variants' barcodes.",
    ),
  ];
}

function skuLine(
  connection: string,
  subject: string,
  count: number,
  named: readonly string[],
  what: string,
  fix: string,
): CheckLine {
  if (count === 0) return { connection, subject, status: "ok", sentence: `No ${subject}`, fix: "" };
  const names =
    named.length === 0
      ? ""
      : ` (${named.slice(0, NAMED_MAX).join(", ")}${named.length > NAMED_MAX ? ` and ${named.length - NAMED_MAX} more` : ""})`;
  return { connection, subject, status: "warning", sentence: `${what}: ${count}${names}`, fix };
}
