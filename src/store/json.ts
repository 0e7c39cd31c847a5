/**
 * Values on their way into jsonb and text columns. PostgreSQL takes no NUL character and no half of a surrogate pair;
 * a shop's answer may hold both, and must not be able to make a run unrecordable.
 */
import { sql, type RawBuilder } from "kysely";

const REPLACEMENT = "\u{FFFD}";
/** How JSON.stringify writes what PostgreSQL refuses. It also matches harmless text, which then merely takes the slow way. */
const SUSPECT = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The text as PostgreSQL can hold it. */
export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", REPLACEMENT) : whole;
}

/** JSON text that a jsonb column takes. The value must be JSON-able; undefined members are left out. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return SUSPECT.test(text) ? JSON.stringify(cleaned(JSON.parse(text))) : text;
}

export function jsonParameter(value: unknown): RawBuilder<never> {
  return sql<never>`${jsonText(value)}::jsonb`;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [cleanText(name), cleaned(member)]));
}
