/**
 * Reads what Odoo answers: rows of named values in which `false` stands for nothing, a many2one is an id or `[id, name]`,
 * and numbers are floats. A shape that is not Odoo's ends in one failure instead of spreading.
 */
import { failure } from "../../core/failures.ts";
import { fail, ok, type Result } from "../../core/result.ts";

export type Row = Readonly<Record<string, unknown>>;

/** Thrown by the readers here, and caught by `decoded` or at the port's border: nothing else sees it. */
export class ShapeError extends Error {}

/** The value read, or CONNECTION_BROKEN_ANSWER naming what was not as it must be. */
export function decoded<T>(
  connection: string,
  what: string,
  answer: Result<unknown>,
  read: (value: unknown) => T,
): Result<T> {
  if (!answer.ok) return answer;
  try {
    return ok(read(answer.value));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return fail(failure("CONNECTION_BROKEN_ANSWER", { connection, what: `${what}: ${error.message}` }, { connection }));
  }
}

export function rowsOf(value: unknown): readonly Row[] {
  if (!Array.isArray(value) || !value.every(isRow)) throw new ShapeError("no list of records");
  return value;
}

export function rowOf(value: unknown): Row {
  if (!isRow(value)) throw new ShapeError("no record");
  return value;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function idsOf(value: unknown): readonly number[] {
  if (!Array.isArray(value) || !value.every((id): id is number => Number.isSafeInteger(id)))
    throw new ShapeError("no list of ids");
  return value;
}

export function idIn(row: Row): number {
  return integerIn(row, "id");
}

export function integerIn(row: Row, field: string): number {
  const value = row[field];
  if (!Number.isSafeInteger(value)) throw new ShapeError(`${field} is not a whole number`);
  return value as number;
}

/** A float as Odoo sends it; `false` or absent reads as 0, as Odoo shows it. */
export function numberIn(row: Row, field: string): number {
  const value = row[field] ?? false;
  if (value === false) return 0;
  if (typeof value !== "number" || !Number.isFinite(value)) throw new ShapeError(`${field} is not a number`);
  return value;
}

/** "" for nothing. */
export function textIn(row: Row, field: string): string {
  const value = row[field] ?? false;
  if (value === false) return "";
  if (typeof value !== "string") throw new ShapeError(`${field} is not text`);
  return value;
}

export function flagIn(row: Row, field: string): boolean {
  return row[field] === true;
}

/** The id of a many2one, with or without its name beside it; null for nothing. */
export function linkIn(row: Row, field: string): number | null {
  const value = row[field] ?? false;
  if (value === false) return null;
  const id: unknown = Array.isArray(value) ? value[0] : value;
  if (!Number.isSafeInteger(id)) throw new ShapeError(`${field} is not a record`);
  return id as number;
}

export function linksIn(row: Row, field: string): readonly number[] {
  return idsOf(row[field] ?? []);
}

/** The map that `get_external_id` answers; those without an external id are absent. */
export function externalIdsOf(value: unknown): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [id, externalId] of Object.entries(rowOf(value))) {
    if (typeof externalId !== "string") throw new ShapeError("an external id is not text");
    if (externalId !== "") found.set(Number(id), externalId);
  }
  return found;
}

/** `2026-11-20 23:30:00` (Odoo's UTC) to `2026-11-20T23:30:00Z`. */
export function instantIn(row: Row, field: string): string {
  const text = textIn(row, field);
  return text === "" ? "" : `${text.replace(" ", "T")}Z`;
}

/** An instant as Odoo stores it: UTC, whole seconds. */
export function odooInstant(iso: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${iso}`);
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** The day of an instant in a time zone, `YYYY-MM-DD`: what stands on invoices and payments. */
export function dayIn(iso: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(new Date(Date.parse(iso)));
}
