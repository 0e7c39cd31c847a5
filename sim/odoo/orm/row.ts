/**
 * One record as stored: `null` is Odoo's False, instants are microseconds, dates text, many2one an id, many2many ids.
 */
export interface Row {
  readonly id: number;
  readonly [field: string]: unknown;
}

export type Values = Readonly<Record<string, unknown>>;

export function num(row: Row, field: string): number {
  const value = row[field];
  return typeof value === "number" ? value : 0;
}

export function str(row: Row, field: string): string {
  const value = row[field];
  return typeof value === "string" ? value : "";
}

export function flag(row: Row, field: string): boolean {
  return row[field] === true;
}

/** A many2one's id, or null. */
export function ref(row: Row, field: string): number | null {
  const value = row[field];
  return typeof value === "number" ? value : null;
}

const NO_IDS: readonly number[] = [];

export function ids(row: Row, field: string): readonly number[] {
  const value = row[field];
  return Array.isArray(value) ? (value as readonly number[]) : NO_IDS;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as text; lists and objects as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === null || value === undefined ? "" : JSON.stringify(value);
}
