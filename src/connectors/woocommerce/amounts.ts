/** Sums of the shop's amounts, exact. */
import { parseFine } from "../../core/money.ts";

/** An exact sum with as many digits behind the point as the longest of them; "0" for none. */
export function addAmounts(amounts: readonly string[]): string {
  let total = 0n;
  let digits = 0;
  for (const amount of amounts) {
    const fine = parseFine(amount);
    if (!fine.ok) throw new RangeError(`an amount ${fine.why}`);
    total += fine.value;
    digits = Math.max(digits, (amount.split(".")[1] ?? "").length);
  }
  const magnitude = (total < 0n ? -total : total).toString().padStart(11, "0");
  const sign = total < 0n ? "-" : "";
  const fraction = magnitude.slice(-10).slice(0, digits);
  return `${sign}${magnitude.slice(0, -10)}${fraction === "" ? "" : `.${fraction}`}`;
}
