/**
 * The stock flow's hands: reads variants from the shop and quantities from the ERP, and writes absolute numbers. What the
 * number must be is decided in core/stock/plan.ts.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { Failure } from "../../core/failures.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { planStock, settleStock, STOCK_STAGES, type StockAction, type StockObserved } from "../../core/stock/plan.ts";
import type { ShopVariant, VariantRef } from "../../core/stock/shop-variant.ts";
import type { ErpGuard } from "../erp-guard.ts";
import type { Flow } from "../flow.ts";
import type { Hub, ShopRuntime } from "../hub.ts";
import { elsewhereReader } from "../elsewhere.ts";
import { observeStock, type VariantReading } from "../stock-observation.ts";

type Observations = Map<string, Result<StockObserved>>;

export function stockFlow(hub: Hub, shop: ShopRuntime, guard: ErpGuard): Flow<StockObserved, StockAction> {
  const { rules } = shop.stock;
  const elsewhere = elsewhereReader(shop, hub.clock);
  return {
    name: "stock",
    connection: shop.connection,
    stages: STOCK_STAGES,
    async observe(ids, call) {
      const trusted = await guard.trust();
      if (!trusted.ok) return all(ids, trusted.failure);
      const found: Observations = new Map();
      const readings = await readVariants(hub, shop, ids, found, call);
      const observed = await observeStock(hub, shop, readings, call, { elsewhere, bulk: null });
      for (const { id } of readings) found.set(id, observed.ok ? ok(observed.value.get(id)!) : fail(observed.failure));
      return found;
    },
    plan: (observed, applied) => planStock(observed, rules, applied),
    async apply(actions, call) {
      const written = await shop.port.writeStock(
        actions.map(({ write }) => write),
        call,
      );
      return actions.map(({ write }, index) => {
        const outcome = written[index];
        if (outcome === undefined) throw new Error(`the shop left variant ${write.id} out`);
        return outcome.ok ? ok(undefined) : fail(outcome.failure);
      });
    },
    keep: (observed, _plan, run) => settleStock(observed, rules, run),
    report: () => [],
    doubt: (found) => guard.doubt(found),
  };
}

function all(ids: readonly string[], failure: Failure): Observations {
  return new Map(ids.map((id) => [id, fail(failure)]));
}

/**
 * One search by the linked SKUs answers the variants and their twins; only what it does not answer (new, renamed or gone)
 * is read by id, and its SKU searched for twins. Failures go straight to `found`.
 */
async function readVariants(
  hub: Hub,
  shop: ShopRuntime,
  ids: readonly string[],
  found: Observations,
  call: CallContext,
): Promise<readonly VariantReading[]> {
  const links = new Map((await hub.store.links(shop.connection, "variant", ids)).map((link) => [link.shopId, link]));
  const bySku = new Map<string, readonly ShopVariant[]>();
  const byId = new Map<string, ShopVariant | null>();
  const search = async (skus: readonly string[]): Promise<Failure | null> => {
    const wanted = [...new Set(skus.filter((sku) => sku !== "" && !bySku.has(comparable(sku))))];
    if (wanted.length === 0) return null;
    const variants = await shop.port.findVariants(wanted, call);
    if (!variants.ok) return variants.failure;
    const groups = Map.groupBy(variants.value, ({ sku }) => comparable(sku));
    for (const sku of wanted) bySku.set(comparable(sku), groups.get(comparable(sku)) ?? []);
    for (const variant of variants.value) byId.set(variant.id, variant);
    return null;
  };
  const failed =
    (await search([...links.values()].map(({ label }) => label))) ??
    (await readById(shop, ids, links, byId, found, call)) ??
    (await search([...byId.values()].map((variant) => variant?.sku ?? "")));
  if (failed !== null) {
    for (const id of ids) found.set(id, fail(failed));
    return [];
  }
  return ids
    .filter((id) => byId.has(id))
    .map((id) => readingOf(id, byId.get(id) ?? null, links.get(id) ?? null, bySku));
}

async function readById(
  shop: ShopRuntime,
  ids: readonly string[],
  links: ReadonlyMap<string, { readonly parentId: string | null; readonly label: string }>,
  byId: Map<string, ShopVariant | null>,
  found: Observations,
  call: CallContext,
): Promise<Failure | null> {
  const missing = ids.filter((id) => !byId.has(id));
  if (missing.length === 0) return null;
  // No SKU in the question: a search by it has just been made, and it did not answer this variant.
  const refs = missing.map((id): VariantRef => ({ id, parentId: links.get(id)?.parentId ?? null, sku: "" }));
  for (const [id, variant] of await shop.port.readVariants(refs, call)) {
    if (variant.ok) byId.set(id, variant.value);
    else found.set(id, variant);
  }
  return null;
}

function readingOf(
  id: string,
  variant: ShopVariant | null,
  link: VariantReading["link"],
  bySku: ReadonlyMap<string, readonly ShopVariant[]>,
): VariantReading {
  // A variant that is gone leaves its SKU behind: whoever carries it now is named.
  const sku = variant?.sku ?? link?.label ?? "";
  const twins = (bySku.get(comparable(sku)) ?? []).filter((other) => other.id !== id);
  return { id, variant, link, twins };
}

/** Shops compare SKUs without regard to case. */
function comparable(sku: string): string {
  return sku.toLowerCase();
}
