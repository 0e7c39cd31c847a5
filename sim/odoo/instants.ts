/**
 * Odoo's instants: kept in microseconds since 1970 (UTC), written as `YYYY-MM-DD HH:MM:SS` and compared with all digits.
 */
const US_PER_MS = 1000;
const MS_PER_DAY = 86_400_000;

export function usFromMs(ms: number): number {
  return Math.round(ms * US_PER_MS);
}

/** `YYYY-MM-DD HH:MM:SS`, the fraction cut off, as Odoo answers. */
export function formatInstant(us: number): string {
  return new Date(Math.floor(us / US_PER_MS)).toISOString().slice(0, 19).replace("T", " ");
}

export function formatDate(us: number): string {
  return new Date(Math.floor(us / US_PER_MS)).toISOString().slice(0, 10);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Microseconds, or undefined when the text is not an instant. A date alone means its first moment. */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2] ?? "00:00:00"}Z`);
  if (Number.isNaN(ms)) return undefined;
  return ms * US_PER_MS + Number((match[3] ?? "").padEnd(6, "0"));
}

export function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}
