/** Why a shop shows the number that it shows, for one SKU: what was published last and why, and what it would be now. */
import { explanationLines } from "../core/stock/explanation.ts";
import type { Key } from "../core/key.ts";
import type { Json } from "../core/ports/store.ts";
import { sentenceOf } from "../core/failures.ts";
import { dryRun, type DryRun } from "./dry-run.ts";
import { unleased, type Hub } from "./hub.ts";

const HISTORY_SHOWN_MAX = 20;

export interface StockExplanation {
  readonly lines: readonly string[];
  readonly json: {
    readonly sku: string;
    readonly variants: readonly {
      readonly variantId: string;
      readonly name: string;
      readonly shopQuantity: number | null;
      readonly published: number | null;
      readonly explanation: Json;
      readonly now: readonly string[];
      readonly history: readonly { readonly at: string; readonly quantity: number; readonly wrote: boolean }[];
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
    const history = await hub.store.explanations(connection, variant.id, HISTORY_SHOWN_MAX);
    const now = shop.stock.enabled ? await dryRun(hub, key) : null;
    lines.push(...linesOf(variant.id, history, now));
    variants.push({
      variantId: variant.id,
      name: variant.name,
      shopQuantity: variant.quantity,
      published: history[0]?.quantity ?? null,
      explanation: history[0]?.body ?? null,
      now: now === null ? [] : now.text.split("\n"),
      history: history.map(({ atMs, quantity, wrote }) => ({ at: new Date(atMs).toISOString(), quantity, wrote })),
    });
  }
  return { lines, json: { sku, variants } };
}

function linesOf(
  variantId: string,
  history: Awaited<ReturnType<Hub["store"]["explanations"]>>,
  now: DryRun | null,
): readonly string[] {
  const [latest] = history;
  const lines =
    latest === undefined ? [`Variant ${variantId} was never computed.`] : [...explanationLines(latest.body)];
  for (const { atMs, quantity, wrote } of history)
    lines.push(`  ${new Date(atMs).toISOString()}  ${quantity} ${wrote ? "written" : "found equal"}`);
  if (now !== null) lines.push("If it ran now:", ...now.text.split("\n").map((line) => `  ${line}`));
  return lines;
}
