/** Why a shop shows the number that it shows, for one SKU: what was published last and why, and what it would be now. */
import { explanationLines } from "../core/stock/explanation.ts";
import type { Key } from "../core/key.ts";
import type { Json } from "../core/ports/store.ts";
import { sentenceOf } from "../core/failures.ts";
import type { ShopVariant } from "../core/stock/shop-variant.ts";
import { dryRun } from "./dry-run.ts";
import { unleased, type Hub } from "./hub.ts";

/** For each location. */
const HISTORY_SHOWN_MAX = 20;

type History = Awaited<ReturnType<Hub["store"]["explanations"]>>;

export interface LevelExplanation {
  readonly locationId: string;
  /** "" where the shop knows no locations. */
  readonly locationName: string;
  readonly shopQuantity: number | null;
  readonly published: number | null;
  readonly explanation: Json;
  readonly history: readonly { readonly at: string; readonly quantity: number; readonly wrote: boolean }[];
}

export interface StockExplanation {
  readonly lines: readonly string[];
  readonly json: {
    readonly sku: string;
    readonly variants: readonly {
      readonly variantId: string;
      readonly name: string;
      /** One for each location that stocks it, or for which a number was computed. */
      readonly levels: readonly LevelExplanation[];
      readonly now: readonly string[];
    }[];
  };
}

export async function explainStock(hub: Hub, connection: string, sku: string): Promise<StockExplanation> {
  const shop = hub.shops.get(connection);
  if (shop === undefined) throw new Error(`no shop ${connection}`);
  const found = await shop.port.findVariants([sku], unleased(hub));
  if (!found.ok)
    return { lines: [`The shop could not be asked: ${sentenceOf(found.failure)}.`], json: { sku, variants: [] } };
  if (found.value.length === 0)
    return { lines: [`${connection} has no variant with SKU ${sku}.`], json: { sku, variants: [] } };
  const variants = [];
  const lines: string[] = [];
  for (const variant of found.value) {
    const key: Key = { flow: "stock", connection, id: variant.id };
    const history = await hub.store.explanations(
      connection,
      variant.id,
      HISTORY_SHOWN_MAX * Math.max(1, variant.levels.length),
    );
    const now = shop.stock.enabled ? await dryRun(hub, key) : null;
    const shown = now === null ? [] : now.text.split("\n");
    lines.push(...linesOf(variant.id, history, shown));
    variants.push({ variantId: variant.id, name: variant.name, levels: levelsOf(variant, history), now: shown });
  }
  return { lines, json: { sku, variants } };
}

function levelsOf({ levels }: ShopVariant, history: History): readonly LevelExplanation[] {
  const byLocation = Map.groupBy(history, ({ locationId }) => locationId);
  const ids = [...new Set([...levels.map(({ locationId }) => locationId), ...byLocation.keys()])];
  return ids.map((locationId) => {
    const level = levels.find((known) => known.locationId === locationId);
    const own = byLocation.get(locationId) ?? [];
    return {
      locationId,
      locationName: level?.locationName ?? "",
      shopQuantity: level?.quantity ?? null,
      published: own[0]?.quantity ?? null,
      explanation: own[0]?.body ?? null,
      history: own.map(({ atMs, quantity, wrote }) => ({ at: new Date(atMs).toISOString(), quantity, wrote })),
    };
  });
}

function linesOf(variantId: string, history: History, now: readonly string[]): readonly string[] {
  const lines = history.length === 0 ? [`Variant ${variantId} was never computed.`] : [];
  for (const own of Map.groupBy(history, ({ locationId }) => locationId).values()) {
    if (own[0] !== undefined) lines.push(...explanationLines(own[0].body));
    for (const { atMs, quantity, wrote } of own)
      lines.push(`  ${new Date(atMs).toISOString()}  ${quantity} ${wrote ? "written" : "found equal"}`);
  }
  if (now.length > 0) lines.push("If it ran now:", ...now.map((line) => `  ${line}`));
  return lines;
}
