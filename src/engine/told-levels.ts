/**
 * What a shop has told in answer to writes of stock, by the action that was written: such a variant is verified by the answer
 * and not read again. Only for shops that compare (`StockWriting.compared`); kept no longer than the run's actions.
 */
import type { StockAction, StockObserved } from "../core/stock/plan.ts";
import type { ShopVariant, StockLevel } from "../core/stock/shop-variant.ts";
import type { Earlier } from "./flow.ts";
import type { VariantReading } from "./stock-observation.ts";

export interface ToldLevels {
  keep(action: StockAction, level: StockLevel): void;
  /** Of the variants all of whose writes were answered with what stands there: as they stand now, by id. */
  readings(earlier: ReadonlyMap<string, Earlier<StockObserved, StockAction>>): ReadonlyMap<string, VariantReading>;
}

export function createToldLevels(): ToldLevels {
  const levels = new WeakMap<StockAction, StockLevel>();
  return {
    keep: (action, level) => void levels.set(action, level),
    readings: (earlier) => {
      const readings = new Map<string, VariantReading>();
      for (const [id, { observed, actions }] of earlier) {
        const told = actions.flatMap((action) => levels.get(action) ?? []);
        const { variant, link, twins } = observed;
        if (variant === null || actions.length === 0 || told.length < actions.length) continue;
        readings.set(id, { id, variant: withLevels(variant, told), link, twins });
      }
      return readings;
    },
  };
}

function withLevels(variant: ShopVariant, told: readonly StockLevel[]): ShopVariant {
  const byLocation = new Map([...variant.levels, ...told].map((level) => [level.locationId, level]));
  return { ...variant, levels: [...byLocation.values()].toSorted(byLocationId) };
}

/** Ids are numbers that may be too large for a float, or one word. */
function byLocationId({ locationId: a }: StockLevel, { locationId: b }: StockLevel): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
