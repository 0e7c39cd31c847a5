/**
 * The stock flow's hands: reads variants from the shop and quantities from the ERP, and writes absolute numbers. What the
 * number must be is decided in core/stock/plan.ts.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { Failure } from "../../core/failures.ts";
import { PRIORITY } from "../../core/key.ts";
import type { Mark } from "../../core/ports/store.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { planStock, settleStock, STOCK_STAGES, type StockAction, type StockObserved } from "../../core/stock/plan.ts";
import type { ShopVariant, SkuCarrier, VariantRef } from "../../core/stock/shop-variant.ts";
import type { ErpGuard } from "../erp-guard.ts";
import type { Flow, Keepsake } from "../flow.ts";
import type { Hub, ShopRuntime } from "../hub.ts";
import { elsewhereReader } from "../elsewhere.ts";
import { relinkedMarks } from "../siblings.ts";
import { observeStock, type VariantReading } from "../stock-observation.ts";
import { createToldLevels } from "../told-levels.ts";

type Observations = Map<string, Result<StockObserved>>;

export function stockFlow(hub: Hub, shop: ShopRuntime, guard: ErpGuard): Flow<StockObserved, StockAction> {
  const { rules } = shop.stock;
  const elsewhere = elsewhereReader(shop, hub.clock);
  const told = createToldLevels();
  return {
    name: "stock",
    connection: shop.connection,
    stages: STOCK_STAGES,
    async observe(ids, call, earlier) {
      const trusted = await guard.trust();
      if (!trusted.ok) return all(ids, trusted.failure);
      const found: Observations = new Map();
      const known = told.readings(earlier);
      const unknown = ids.filter((id) => !known.has(id));
      const readings = [...known.values(), ...(await readVariants(hub, shop, unknown, found, call))];
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
      return actions.map((action, index) => {
        const outcome = written[index];
        if (outcome === undefined) throw new Error(`the shop left variant ${action.write.id} out`);
        if (!outcome.ok) return fail(outcome.failure);
        if (shop.port.stockWriting.compared) told.keep(action, outcome.value);
        return ok(undefined);
      });
    },
    keep: (observed, _plan, run) => settleStock(observed, rules, run),
    hints: (kept) => relinkHints(hub, shop, kept),
    report: () => [],
    doubt: (found) => guard.doubt(found),
  };
}

/** What a variant holds is held back wherever its product is sold: once it is known which product it is, they look again. */
async function relinkHints(
  hub: Hub,
  shop: ShopRuntime,
  kept: readonly { readonly id: string; readonly keepsake: Keepsake }[],
): Promise<ReadonlyMap<string, readonly Mark[]>> {
  const links = kept.flatMap(({ keepsake }) => keepsake.links ?? []);
  const marks = await relinkedMarks(hub, shop, links, { priority: PRIORITY.live, trigger: "recheck" });
  // They belong to the batch as a whole; whichever of its variants is committed brings them.
  return new Map(marks.length === 0 ? [] : links.map(({ shopId }) => [shopId, marks]));
}

function all(ids: readonly string[], failure: Failure): Observations {
  return new Map(ids.map((id) => [id, fail(failure)]));
}

/** Failures go straight to `found`. */
async function readVariants(
  hub: Hub,
  shop: ShopRuntime,
  ids: readonly string[],
  found: Observations,
  call: CallContext,
): Promise<readonly VariantReading[]> {
  if (ids.length === 0) return [];
  const links = new Map((await hub.store.links(shop.connection, "variant", ids)).map((link) => [link.shopId, link]));
  const refs = ids.map((id): VariantRef => {
    const link = links.get(id);
    return { id, parentId: link?.parentId ?? null, sku: link?.label ?? "" };
  });
  const read = await shop.port.readForStock(refs, call);
  if (!read.ok) {
    for (const id of ids) found.set(id, read);
    return [];
  }
  const { variants, carriers } = read.value;
  const bySku = Map.groupBy(carriers, ({ sku }) => comparable(sku));
  const readings: VariantReading[] = [];
  for (const id of ids) {
    const variant = variants.get(id);
    if (variant === undefined) continue;
    if (variant.ok) readings.push(readingOf(id, variant.value, links.get(id) ?? null, bySku));
    else found.set(id, variant);
  }
  return readings;
}

function readingOf(
  id: string,
  variant: ShopVariant | null,
  link: VariantReading["link"],
  bySku: ReadonlyMap<string, readonly SkuCarrier[]>,
): VariantReading {
  // A variant that is gone leaves its SKU behind: whoever carries it now is named.
  const sku = variant?.sku ?? link?.label ?? "";
  const twins = sku === "" ? [] : (bySku.get(comparable(sku)) ?? []).filter((other) => other.id !== id);
  return { id, variant, link, twins };
}

/** Shops compare SKUs without regard to case. */
function comparable(sku: string): string {
  return sku.toLowerCase();
}
