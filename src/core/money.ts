/**
 * Exact money: decimal strings at the edges, bigint minor units inside, never a float. What cannot be read is answered
 * with the reason as words that fit behind a name: `total` + ` is not an amount`.
 */

/** A value, or why there is none. The caller knows the place and makes a failure with a code of it. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** More than any currency's yearly turnover of a shop; anything longer is a broken field. */
const WHOLE_DIGITS_MAX = 15;
/** Shops compute unrounded taxes with six digits, some plugins with more. */
const FINE_DIGITS = 10;
const FINE = 10n ** BigInt(FINE_DIGITS);
const DECIMAL_PATTERN = /^(?<sign>[+-]?)(?<whole>\d+)(?:\.(?<fraction>\d+))?$/;

const DIGITS_OTHER_THAN_TWO: ReadonlyMap<string, number> = new Map([
  ...words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").map((code) => [code, 0] as const),
  ...words("BHD IQD JOD KWD LYD OMR TND").map((code) => [code, 3] as const),
]);

const CURRENCIES_OF_TWO: ReadonlySet<string> = new Set(
  words(`AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
    KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`),
);

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Digits behind the point by ISO 4217 (0, 2 or 3); null for a code that is not an active currency. */
export function currencyDigits(currency: string): number | null {
  const special = DIGITS_OTHER_THAN_TWO.get(currency);
  if (special !== undefined) return special;
  return CURRENCIES_OF_TWO.has(currency) ? 2 : null;
}

/** An amount in minor units of its currency. More digits than the currency has are accepted only when they are zeros. */
export function parseMoney(text: string, currency: string): Checked<bigint> {
  const digits = currencyDigits(currency);
  if (digits === null) return { ok: false, why: `is in ${shown(currency)}, which is not a currency` };
  const fine = parseFine(text);
  if (!fine.ok) return fine;
  const unit = fineUnit(digits);
  if (fine.value % unit !== 0n)
    return { ok: false, why: `is ${text}: ${currency} has ${digits} digits behind the point` };
  return { ok: true, value: fine.value / unit };
}

/** A decimal string at ten digits behind the point, for amounts that a shop left unrounded. */
export function parseFine(text: string): Checked<bigint> {
  const match = DECIMAL_PATTERN.exec(text.trim());
  if (!match?.groups) return { ok: false, why: `is ${shown(text)}, which is not an amount` };
  const { sign, whole = "", fraction = "" } = match.groups;
  if (whole.replace(/^0+/, "").length > WHOLE_DIGITS_MAX)
    return { ok: false, why: `is ${shown(text)}, which is absurdly large` };
  const kept = fraction.slice(0, FINE_DIGITS).padEnd(FINE_DIGITS, "0");
  const value = BigInt(whole) * FINE + BigInt(kept);
  return { ok: true, value: sign === "-" ? -value : value };
}

/** To minor units, half away from zero: what shops and accountants do. */
export function roundFine(fine: bigint, digits: number): bigint {
  const unit = fineUnit(digits);
  const magnitude = fine < 0n ? -fine : fine;
  const rounded = (magnitude + unit / 2n) / unit;
  return fine < 0n ? -rounded : rounded;
}

export function isWholeMinor(fine: bigint, digits: number): boolean {
  return fine % fineUnit(digits) === 0n;
}

function fineUnit(digits: number): bigint {
  return 10n ** BigInt(FINE_DIGITS - digits);
}

/** `1234n` EUR -> `12.34`; JPY -> `1234`; KWD -> `1.234`. An unknown currency is a bug: parse comes first. */
export function formatMoney(minor: bigint, currency: string): string {
  const digits = currencyDigits(currency);
  if (digits === null) throw new RangeError(`formatMoney: ${shown(currency)} is not a currency`);
  const magnitude = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const sign = minor < 0n ? "-" : "";
  if (digits === 0) return sign + magnitude;
  return `${sign}${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`;
}

export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

/** True when both can be read and are the same amount: `12.1` and `12.10` are. */
export function sameMoney(a: string, b: string, currency: string): boolean {
  const left = parseMoney(a, currency);
  const right = parseMoney(b, currency);
  return left.ok && right.ok && left.value === right.value;
}

/**
 * Rounds each exact amount to minor units so that together they come to `total`: each is at most one unit away from its
 * exact value, and the units go to those that are closest to earning one. Null when the total is too far away for that.
 */
export function roundTogether(exact: readonly bigint[], total: bigint, digits: number): bigint[] | null {
  const unit = fineUnit(digits);
  const floors = exact.map((fine) => floorDivide(fine, unit));
  let missing = total - sum(floors);
  // An exact whole amount may still give or take one: a shop that shows rounded lines hides what it rounded off.
  if (missing < 0n) return takeAway(exact, floors, -missing, unit);
  if (missing > BigInt(exact.length)) return null;
  const byRemainder = order(
    exact.map((fine, index) => fine - floors[index]! * unit),
    exact,
  );
  const rounded = [...floors];
  for (const index of byRemainder) {
    if (missing === 0n) break;
    rounded[index]! += 1n;
    missing -= 1n;
  }
  return rounded;
}

function takeAway(exact: readonly bigint[], floors: readonly bigint[], count: bigint, unit: bigint): bigint[] | null {
  const whole = exact.flatMap((fine, index) => (fine === floors[index]! * unit ? [index] : []));
  if (count > BigInt(whole.length)) return null;
  const largestFirst = whole.toSorted((a, b) => compare(abs(exact[b]!), abs(exact[a]!)) || a - b);
  const rounded = [...floors];
  for (const index of largestFirst.slice(0, Number(count))) rounded[index]! -= 1n;
  return rounded;
}

/** Indexes, largest remainder first, then the largest amount (where a unit shows least), then the first. */
function order(remainders: readonly bigint[], exact: readonly bigint[]): number[] {
  return remainders
    .map((_, index) => index)
    .toSorted((a, b) => compare(remainders[b]!, remainders[a]!) || compare(abs(exact[b]!), abs(exact[a]!)) || a - b);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && value % by !== 0n ? quotient - 1n : quotient;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** What a person typed or a plugin wrote, short enough for a sentence. */
function shown(text: string): string {
  const SHOWN_CHARS_MAX = 40;
  const short = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
  return JSON.stringify(short);
}
