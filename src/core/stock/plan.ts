/**
 * Decides what the shop's stock numbers of one variant must be, location by location, from what was observed on both sides:
 * absolutes, written only where they differ and only at locations that the rules name. Anything ambiguous (no SKU, a SKU on two
 * things) is named and never written.
 */
import { failure, type Failure, sentenceOf } from "../failures.ts";
import type { ErpProduct } from "../order/erp-documents.ts";
import type { DiffLine, Plan, StateName } from "../plan.ts";
import type { StockQuantity } from "../ports/erp.ts";
import type { KeyResult, Link } from "../ports/store.ts";
import { quantity } from "../quantity.ts";
import { available } from "./available.ts";
import { explanationJson } from "./explanation.ts";
import { heldPart, type HeldOrder } from "./holds.ts";
import { levelName, levelText, type LevelFigures, needsWrite } from "./level-figures.ts";
import { matchedProduct, skuText } from "./matching.ts";
import { scopeText, type StockRules } from "./rules.ts";
import type { ShopVariant, SkuCarrier, StockWrite } from "./shop-variant.ts";

export type StockAction = { readonly kind: "stock.write"; readonly write: StockWrite };
export const STOCK_STAGES = ["stock.write"] as const satisfies readonly StockAction["kind"][];

export interface StockObserved {
  readonly variantId: string;
  /** The hub's link of this variant; null: never linked. */
  readonly link: Link | null;
  /** Null: the shop says that there is no such variant. */
  readonly variant: ShopVariant | null;
  /** Other variants of this shop that carry the same SKU (as the shop compares SKUs). */
  readonly twins: readonly SkuCarrier[];
  /** Every active product in the ERP that carries the variant's SKU, or its barcode where `matchedBy` says so. */
  readonly products: readonly ErpProduct[];
  readonly matchedBy: "sku" | "barcode";
  /** Ids of other variants of this shop that are the same product; told only of one that was matched by its barcode. */
  readonly rivals: readonly string[];
  /** By the shop's location id, over the scope that the rules give it; absent: nothing of it lies there. */
  readonly quantities: ReadonlyMap<string, StockQuantity>;
  /** What lies in warehouses that are mapped to no location of this shop, more than nothing each. */
  readonly elsewhere: readonly { readonly stockLocation: string; readonly onHand: string }[];
  /** Of every shop that sells the product from this ERP. */
  readonly holds: readonly HeldOrder[];
  /** The numbers that the hub published last, by location; absent: none yet. */
  readonly lastPublished: ReadonlyMap<string, number>;
  /** UTC, ISO 8601: when this was read. */
  readonly readAt: string;
}

export type StockSettlement = Pick<KeyResult, "links" | "explanations"> & {
  readonly erpIds: Readonly<Record<string, number | string>>;
};

interface Figures {
  readonly variant: ShopVariant;
  readonly product: ErpProduct;
  /** One for each location that the rules name, in the order of ids. */
  readonly levels: readonly LevelFigures[];
  /** Of locations whose quantity cannot be published. */
  readonly failures: readonly Failure[];
}

type Finding =
  | { readonly kind: "rest"; readonly state: StateName; readonly sentence: string }
  | { readonly kind: "blocked"; readonly failure: Failure }
  | { readonly kind: "figures"; readonly figures: Figures };

/** @param applied what this run has written for this variant already: the same number is not written twice in one run. */
export function planStock(
  observed: StockObserved,
  rules: StockRules,
  applied: readonly StockAction[] = [],
): Plan<StockAction> {
  const finding = find(observed, rules);
  if (finding.kind === "blocked") return blocked([finding.failure]);
  if (finding.kind === "rest") return rest(finding.state, finding.sentence);
  const { variant, levels, failures } = finding.figures;
  const refused = levels.filter((level) => needsWrite(level) && wasWritten(level, applied));
  const blockers = [...failures, ...refused.map((level) => notAccepted(variant, level, rules))];
  const toWrite = levels.filter((level) => needsWrite(level) && !refused.includes(level));
  const note = notesOf(levels);
  if (toWrite.length === 0 && blockers.length > 0) return blocked(blockers);
  if (toWrite.length === 0) return rest("linked", `${standingText(observed, variant, levels)}.${note}`);
  const changes = toWrite.map(
    (level) => `from ${beforeText(level)} to ${level.available.published}${levelText(level)}`,
  );
  const [first] = blockers;
  return {
    actions: toWrite.map((level) => ({ kind: "stock.write", write: writeOf(variant, level) })),
    blockers,
    state:
      first === undefined
        ? {
            name: "linked",
            sentence: `${skuText(variant)} goes ${changes.join(" and ")} in ${rules.shopLabel}.${note}`,
          }
        : { name: "failed", sentence: sentenceOf(first) },
    diff: toWrite.map((level) => diffOf(variant, level)),
  };
}

/**
 * What is kept of a variant at the end of its run: its link and, for each location, why the number is what it is.
 * @param run.written what the shop has taken of this run.
 */
export function settleStock(
  observed: StockObserved,
  rules: StockRules,
  run: { readonly written: readonly StockAction[] },
): StockSettlement {
  const finding = find(observed, rules);
  if (finding.kind !== "figures") return { links: [], erpIds: {} };
  const { variant, product, levels } = finding.figures;
  // Where it is not stocked and nothing is to be offered there is no number to explain.
  const numbers = levels.filter((level) => level.level !== null || needsWrite(level));
  return {
    links: [variantLink(variant, product, rules.connection)],
    erpIds: { product: product.id },
    ...(numbers.length === 0
      ? {}
      : {
          explanations: numbers.map((level) => ({
            locationId: level.locationId,
            quantity: level.available.published,
            wrote: wasWritten(level, run.written),
            body: explanationOf(observed, rules, finding.figures, level),
          })),
        }),
  };
}

function explanationOf(observed: StockObserved, rules: StockRules, { variant, product }: Figures, level: LevelFigures) {
  const there = observed.quantities.get(level.locationId) ?? NOTHING_THERE;
  const elsewhere = observed.elsewhere.map(
    ({ stockLocation, onHand }) =>
      `${onHand} on hand in ${stockLocation}, which is mapped to no ${rules.shopLabel} inventory location.`,
  );
  return explanationJson({
    sku: variant.sku,
    variantId: variant.id,
    locationId: level.locationId,
    locationName: levelName(level),
    productId: product.id,
    productName: product.name,
    readAt: observed.readAt,
    scope: scopeText(level.scope),
    onHand: there.onHand,
    reserved: there.reserved,
    free: there.free,
    places: there.places ?? [],
    held: level.held,
    safetyStock: rules.safetyStock,
    available: { ...level.available, notices: [...level.available.notices, ...elsewhere] },
    shopQuantity: level.level?.quantity ?? null,
  });
}

export function variantLink(variant: ShopVariant, product: ErpProduct, connection: string): Link {
  return {
    connection,
    kind: "variant",
    shopId: variant.id,
    erpId: product.id,
    label: variant.sku,
    parentId: variant.parentId,
    itemId: variant.itemId,
  };
}

const NOTHING_THERE = { onHand: "0", reserved: "0", free: "0", places: undefined } as const;

function find(observed: StockObserved, rules: StockRules): Finding {
  const { variant } = observed;
  if (variant === null) return goneVariant(observed, rules);
  if (!variant.stockManaged) {
    return standing(
      "not-managed",
      `${skuText(variant)} does not count its stock in ${rules.shopLabel}, so nothing is written to it.`,
    );
  }
  const matched = matchedProduct(variant, observed, rules);
  if (!matched.ok) return stop(matched.failure);
  if (isOnlyElsewhere(observed, variant, rules)) return stop(notMapped(observed, rules));
  const levels: LevelFigures[] = [];
  const failures: Failure[] = [];
  for (const [locationId, scope] of [...rules.scopes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const held = observed.holds.flatMap((order) => heldPart(order, scope) ?? []);
    const free = observed.quantities.get(locationId)?.free ?? NOTHING_THERE.free;
    const result = available({ free, held, safetyStock: rules.safetyStock });
    const level = variant.levels.find((known) => known.locationId === locationId) ?? null;
    if (result.ok) levels.push({ locationId, level, scope, held, available: result.value });
    else failures.push(failure("STOCK_QUANTITY_INVALID", { quantity: free, sku: variant.sku, why: result.why }));
  }
  return { kind: "figures", figures: { variant, product: matched.value, levels, failures } };
}

/** Nothing can be written, and saying nothing would hide that there is stock. */
function isOnlyElsewhere(
  { elsewhere, quantities }: StockObserved,
  variant: ShopVariant,
  { scopes }: StockRules,
): boolean {
  const isHere = [...quantities.values()].some(({ onHand, free }) => !isZero(onHand) || !isZero(free));
  return elsewhere.length > 0 && !isHere && !variant.levels.some(({ locationId }) => scopes.has(locationId));
}

/** What is no number is not nothing: it is told as what it is. */
function isZero(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text) && quantity(text).isZero();
}

function notMapped({ elsewhere }: StockObserved, { connection, shopLabel }: StockRules): Failure {
  const warehouse = elsewhere[0]?.stockLocation ?? "";
  return failure("LOCATION_NOT_MAPPED", { warehouse, shop: shopLabel, connection });
}

function goneVariant({ variantId, link, twins }: StockObserved, rules: StockRules): Finding {
  const [heir] = twins;
  if (heir)
    return standing(
      "not-applicable",
      `Variant ${variantId} is gone from ${rules.shopLabel}; its SKU ${heir.sku} is on variant ${heir.id} now.`,
    );
  if (link === null)
    return standing("not-applicable", `${rules.shopLabel} has no variant ${variantId}, and it was never linked.`);
  const sku = link.label === "" ? `(none, variant ${variantId})` : link.label;
  return stop(failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: rules.shopLabel }));
}

function wasWritten({ locationId, available: { published } }: LevelFigures, applied: readonly StockAction[]): boolean {
  return applied.some(({ write }) => write.locationId === locationId && write.quantity === published);
}

function notAccepted(variant: ShopVariant, level: LevelFigures, rules: StockRules): Failure {
  const actual = level.level === null ? "nothing" : String(level.level.quantity);
  const sku = `${variant.sku}${levelText(level)}`;
  const wanted = String(level.available.published);
  return failure("STOCK_NOT_ACCEPTED", { shop: rules.shopLabel, actual, sku, wanted });
}

function writeOf(
  { id, parentId, sku, itemId }: ShopVariant,
  { locationId, level, available }: LevelFigures,
): StockWrite {
  const { quantity: before, version } = level ?? { quantity: null, version: "" };
  return { id, parentId, sku, itemId, locationId, before, version, quantity: available.published };
}

function diffOf(variant: ShopVariant, level: LevelFigures): DiffLine {
  const before = level.level?.quantity ?? null;
  return {
    what: `stock of ${variant.sku === "" ? "" : `SKU ${variant.sku} `}(variant ${variant.id})${levelText(level)}`,
    before: before === null ? null : String(before),
    after: String(level.available.published),
  };
}

function standingText({ lastPublished }: StockObserved, variant: ShopVariant, levels: readonly LevelFigures[]): string {
  const stocked = levels.filter(({ level }) => level !== null);
  if (stocked.length === 0)
    return `${skuText(variant)} is stocked at no mapped location, and there is nothing to offer`;
  const numbers = stocked.map((level) => `${level.available.published}${levelText(level)}`).join(" and ");
  const isEcho = stocked.every(
    ({ locationId, available: { published } }) => lastPublished.get(locationId) === published,
  );
  return `${skuText(variant)} stands at ${numbers} on both sides${isEcho ? ", as the hub published it" : ""}`;
}

function notesOf(levels: readonly LevelFigures[]): string {
  const notices = new Set(levels.flatMap(({ available: { notices: own } }) => own));
  return notices.size === 0 ? "" : ` ${[...notices].join(" ")}`;
}

function beforeText({ level }: LevelFigures): string {
  return level === null || level.quantity === null ? "no number" : String(level.quantity);
}

function standing(state: StateName, sentence: string): Finding {
  return { kind: "rest", state, sentence };
}

function stop(found: Failure): Finding {
  return { kind: "blocked", failure: found };
}

function blocked(blockers: readonly Failure[]): Plan<StockAction> {
  const [first] = blockers;
  return {
    actions: [],
    blockers,
    state: { name: "failed", sentence: first === undefined ? "" : sentenceOf(first) },
    diff: [],
  };
}

function rest(name: StateName, sentence: string): Plan<StockAction> {
  return { actions: [], blockers: [], state: { name, sentence }, diff: [] };
}
