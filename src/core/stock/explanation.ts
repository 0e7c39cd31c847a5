/**
 * Why a number stands in the shop: which stock counted, minus what, by which rule, at what time. Kept as JSON with each
 * published number and shown by `explain stock`.
 */
import type { Json } from "../ports/store.ts";
import type { Available } from "./available.ts";
import type { HeldPart } from "./holds.ts";

export interface ExplanationInput {
  readonly sku: string;
  readonly variantId: string;
  /** The shop's location, `WHOLE_SHOP` where it knows none. */
  readonly locationId: string;
  /** "" where the shop knows no locations. */
  readonly locationName: string;
  readonly productId: number;
  readonly productName: string;
  /** UTC, ISO 8601: when both sides were read. */
  readonly readAt: string;
  readonly scope: string;
  readonly onHand: string;
  readonly reserved: string;
  readonly free: string;
  /** Where it lies, when the ERP told. */
  readonly places: readonly { readonly location: string; readonly onHand: string; readonly reserved: string }[];
  readonly held: readonly HeldPart[];
  readonly safetyStock: number;
  readonly available: Available;
  /** What the shop said; null when it does not count. */
  readonly shopQuantity: number | null;
}

export const EXPLANATION_VERSION = 2;
/** A product that hundreds of orders hold is explained by the first of them and a sum. */
const HELD_SHOWN_MAX = 50;

export function explanationJson(input: ExplanationInput): Json {
  const { available, held, places, ...plain } = input;
  const holding = held.filter((part) => part.held !== "0");
  return {
    version: EXPLANATION_VERSION,
    ...plain,
    places: places.map((place) => ({ ...place })),
    held: holding.slice(0, HELD_SHOWN_MAX).map((part) => ({ ...part })),
    heldOrders: holding.length,
    heldTotal: available.heldTotal,
    computed: available.computed,
    published: available.published,
    notices: [...available.notices],
  };
}

/** Lines for people, from the stored JSON; a body of another shape gives one line that says so. */
export function explanationLines(body: Json): readonly string[] {
  if (body === null || typeof body !== "object" || Array.isArray(body))
    return ["There is no explanation in this record."];
  const record = body as { readonly [name: string]: Json };
  const text = (name: string) => shown(record[name]);
  const location = record["locationName"];
  const place = typeof location === "string" && location !== "" ? ` at ${location}` : "";
  const lines = [
    `SKU ${text("sku")} (variant ${text("variantId")})${place}: ${text("published")} to sell, read at ${text("readAt")}`,
    `  Odoo product ${text("productName")} (id ${text("productId")}), ${text("scope")}`,
    ...records(record["places"]).map(
      (place) =>
        `    ${shown(place["location"])}: ${shown(place["onHand"])} on hand, ${shown(place["reserved"])} reserved`,
    ),
    `  ${amount(text("onHand"))} on hand`,
    `  ${amount(negated(text("reserved")))} reserved in Odoo`,
    `  ${amount(negated(text("heldTotal")))} held by ${text("heldOrders")} accepted orders that Odoo has not reserved yet`,
    ...records(record["held"]).map(
      (part) =>
        `      order #${shown(part["orderNumber"])}${shopText(part["shop"])}: ${shown(part["held"])} of ${shown(part["ordered"])} (reserved ${shown(part["reserved"])}, sent ${shown(part["done"])})`,
    ),
    `  ${amount(negated(text("safetyStock")))} safety stock`,
    `  ${amount(`= ${text("computed")}`)} available to sell`,
  ];
  const notices = record["notices"];
  if (Array.isArray(notices)) lines.push(...notices.map((notice: Json) => `  Note: ${shown(notice)}`));
  lines.push(`  The shop said ${record["shopQuantity"] === null ? "nothing" : text("shopQuantity")}.`);
  return lines;
}

function records(value: Json | undefined): readonly { readonly [name: string]: Json }[] {
  if (!Array.isArray(value)) return [];
  const list = value as readonly Json[];
  return list.filter(
    (item): item is { readonly [name: string]: Json } =>
      item !== null && typeof item === "object" && !Array.isArray(item),
  );
}

/** Of an order that another shop took. */
function shopText(shop: Json | undefined): string {
  return typeof shop === "string" && shop !== "" ? ` of ${shop}` : "";
}

function shown(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "?";
}

function negated(text: string): string {
  return text.startsWith("-") ? `+ ${text.slice(1)}` : `- ${text}`;
}

function amount(text: string): string {
  const COLUMN_CHARS = 12;
  return text.padStart(COLUMN_CHARS);
}
