/**
 * Decides what the shop's stock number of one variant must be, from what was observed on both sides: an absolute, written
 * only where it differs. Anything ambiguous (no SKU, a SKU on two things) is named and never written.
 */
import { failure, type Failure, sentenceOf } from "../failures.ts";
import { duplicateSku } from "../order/document.ts";
import type { ErpProduct } from "../order/erp-documents.ts";
import type { Plan, StateName } from "../plan.ts";
import type { StockQuantity } from "../ports/erp.ts";
import type { KeyResult, Link } from "../ports/store.ts";
import { available, type Available } from "./available.ts";
import { explanationJson } from "./explanation.ts";
import { heldPart, type HeldOrder, type HeldPart } from "./holds.ts";
import { scopeText, type StockRules } from "./rules.ts";
import type { ShopVariant, StockWrite } from "./shop-variant.ts";

export type StockAction = { readonly kind: "stock.write"; readonly write: StockWrite };
export const STOCK_STAGES = ["stock.write"] as const satisfies readonly StockAction["kind"][];

export interface StockObserved {
  readonly variantId: string;
  /** The hub's link of this variant; null: never linked. */
  readonly link: Link | null;
  /** Null: the shop says that there is no such variant. */
  readonly variant: ShopVariant | null;
  /** Other variants of this shop that carry the same SKU (as the shop compares SKUs). */
  readonly twins: readonly ShopVariant[];
  /** Every active product in the ERP that carries the variant's SKU. */
  readonly products: readonly ErpProduct[];
  /** Over the rules' scope; null: nothing of it lies there. */
  readonly quantity: StockQuantity | null;
  readonly holds: readonly HeldOrder[];
  /** The number that the hub published last; null: none yet. */
  readonly lastPublished: number | null;
  /** UTC, ISO 8601: when this was read. */
  readonly readAt: string;
}

export interface StockFigures {
  readonly variant: ShopVariant;
  readonly product: ErpProduct;
  readonly held: readonly HeldPart[];
  readonly available: Available;
}

export type StockSettlement = Pick<KeyResult, "links" | "explanation"> & {
  readonly erpIds: Readonly<Record<string, number | string>>;
};

type Finding =
  | { readonly kind: "rest"; readonly state: StateName; readonly sentence: string }
  | { readonly kind: "blocked"; readonly failure: Failure }
  | { readonly kind: "figures"; readonly figures: StockFigures };

/** @param applied what this run has written for this variant already: the same number is not written twice in one run. */
export function planStock(
  observed: StockObserved,
  rules: StockRules,
  applied: readonly StockAction[] = [],
): Plan<StockAction> {
  const finding = find(observed, rules);
  if (finding.kind === "blocked") return blocked(finding.failure);
  if (finding.kind === "rest") return rest(finding.state, finding.sentence);
  const {
    variant,
    available: { published, notices },
  } = finding.figures;
  const note = notices.length === 0 ? "" : ` ${notices.join(" ")}`;
  if (variant.quantity === published) {
    const echo = observed.lastPublished === published ? ", as the hub published it" : "";
    return rest("linked", `SKU ${variant.sku} stands at ${published} on both sides${echo}.${note}`);
  }
  if (applied.some(({ write }) => write.quantity === published)) {
    const actual = String(variant.quantity);
    return blocked(
      failure("STOCK_NOT_ACCEPTED", { shop: rules.shopLabel, actual, sku: variant.sku, wanted: String(published) }),
    );
  }
  const { id, parentId, sku } = variant;
  const write: StockWrite = { id, parentId, sku, quantity: published };
  const before = variant.quantity === null ? null : String(variant.quantity);
  return {
    actions: [{ kind: "stock.write", write }],
    blockers: [],
    state: {
      name: "linked",
      sentence: `SKU ${sku} goes from ${before ?? "no number"} to ${published} in ${rules.shopLabel}.${note}`,
    },
    diff: [{ what: `stock of SKU ${sku} (variant ${id})`, before, after: String(published) }],
  };
}

/** What is kept of a variant at the end of its run: its link and why the number is what it is. */
export function settleStock(
  observed: StockObserved,
  rules: StockRules,
  run: { readonly wrote: boolean },
): StockSettlement {
  const finding = find(observed, rules);
  if (finding.kind !== "figures") return { links: [], erpIds: {} };
  const { variant, product, held, available: result } = finding.figures;
  const quantity = observed.quantity ?? NOTHING_THERE;
  const body = explanationJson({
    sku: variant.sku,
    variantId: variant.id,
    productId: product.id,
    productName: product.name,
    readAt: observed.readAt,
    scope: scopeText(rules.scope),
    onHand: quantity.onHand,
    reserved: quantity.reserved,
    free: quantity.free,
    places: quantity.places ?? [],
    held,
    safetyStock: rules.safetyStock,
    available: result,
    shopQuantity: variant.quantity,
  });
  const link = variantLink(variant, product, rules.connection);
  return {
    links: [link],
    erpIds: { product: product.id },
    explanation: { quantity: result.published, wrote: run.wrote, body },
  };
}

export function variantLink(variant: ShopVariant, product: ErpProduct, connection: string): Link {
  return {
    connection,
    kind: "variant",
    shopId: variant.id,
    erpId: product.id,
    label: variant.sku,
    parentId: variant.parentId,
  };
}

const NOTHING_THERE = { onHand: "0", reserved: "0", free: "0", places: undefined } as const;

function find(observed: StockObserved, rules: StockRules): Finding {
  const { variant, products } = observed;
  if (variant === null) return goneVariant(observed, rules);
  if (!variant.stockManaged) {
    return standing(
      "not-managed",
      `${nameOf(variant)} does not count its stock in ${rules.shopLabel}, so nothing is written to it.`,
    );
  }
  if (variant.sku === "") {
    return stop(failure("STOCK_SKU_BLANK", { variant: variant.id, name: variant.name, connection: rules.connection }));
  }
  if (observed.twins.length > 0) return stop(twinFailure(variant, observed.twins, rules));
  const [product] = products;
  if (!product) return stop(failure("STOCK_SKU_NOT_IN_ODOO", { sku: variant.sku }));
  if (products.length > 1) return stop(duplicateSku(variant.sku, products));
  const held = observed.holds.map(heldPart);
  const free = observed.quantity?.free ?? NOTHING_THERE.free;
  const result = available({ free, held, safetyStock: rules.safetyStock });
  if (!result.ok) return stop(failure("STOCK_QUANTITY_INVALID", { quantity: free, sku: variant.sku, why: result.why }));
  return { kind: "figures", figures: { variant, product, held, available: result.value } };
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
  return stop(failure("STOCK_SKU_NOT_IN_SHOP", { sku: link.label, shop: rules.shopLabel }));
}

function twinFailure(variant: ShopVariant, twins: readonly ShopVariant[], rules: StockRules): Failure {
  const NAMED_MAX = 5;
  const ids = [variant, ...twins].map((each) => each.id).toSorted();
  const variants = ids.length > NAMED_MAX ? `${ids.slice(0, NAMED_MAX).join(", ")}, …` : ids.join(", ");
  return failure("STOCK_SKU_DUPLICATE_IN_SHOP", {
    sku: variant.sku,
    count: String(ids.length),
    connection: rules.connection,
    variants,
  });
}

function nameOf(variant: ShopVariant): string {
  return variant.sku === "" ? `Variant ${variant.id} ("${variant.name}")` : `SKU ${variant.sku}`;
}

function standing(state: StateName, sentence: string): Finding {
  return { kind: "rest", state, sentence };
}

function stop(found: Failure): Finding {
  return { kind: "blocked", failure: found };
}

function blocked(found: Failure): Plan<StockAction> {
  return { actions: [], blockers: [found], state: { name: "failed", sentence: sentenceOf(found) }, diff: [] };
}

function rest(name: StateName, sentence: string): Plan<StockAction> {
  return { actions: [], blockers: [], state: { name, sentence }, diff: [] };
}
