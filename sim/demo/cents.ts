/** Amounts with two digits, as the demo's one currency has. */

/** From a decimal such as `12.5`. */
export function cents(amount: string): bigint {
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const all = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0").slice(0, 2));
  return amount.startsWith("-") ? -all : all;
}

/** `12.50` */
export function amountOf(all: bigint): string {
  const digits = (all < 0n ? -all : all).toString().padStart(3, "0");
  return `${all < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function sumOf(amounts: readonly string[]): bigint {
  return amounts.reduce((sum, amount) => sum + cents(amount), 0n);
}
