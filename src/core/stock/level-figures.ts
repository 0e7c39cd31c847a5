/** The figures of one variant at one location of the shop, and how sentences name it. */
import type { StockScope } from "../ports/erp.ts";
import type { Available } from "./available.ts";
import type { HeldPart } from "./holds.ts";
import { type StockLevel, WHOLE_SHOP } from "./shop-variant.ts";

export interface LevelFigures {
  readonly locationId: string;
  /** Null: the location does not stock the variant. */
  readonly level: StockLevel | null;
  readonly scope: StockScope;
  readonly held: readonly HeldPart[];
  readonly available: Available;
}

/** A location that does not stock the variant is asked to only when there is something to offer. */
export function needsWrite({ level, available: { published } }: LevelFigures): boolean {
  return level === null ? published > 0 : level.quantity !== published;
}

/** "" where the shop knows no locations. */
export function levelName({ locationId, level }: Pick<LevelFigures, "locationId" | "level">): string {
  if (locationId === WHOLE_SHOP) return "";
  return level === null || level.locationName === "" ? `location ${locationId}` : level.locationName;
}

/** ` at Berlin`; "" where the shop knows no locations. */
export function levelText(level: Pick<LevelFigures, "locationId" | "level">): string {
  const name = levelName(level);
  return name === "" ? "" : ` at ${name}`;
}
