/**
 * `extra_tax_data` of a line (19): amounts that replace the computed ones, but only while currency, price, discount and
 * quantity are still those it was made for and every tax of the line is listed. Otherwise it is ignored without a word.
 */
import { amount, round } from "./amounts.ts";
import { isObject } from "./orm/row.ts";
import type { Manual } from "./taxes.ts";

export interface LineIdentity {
  readonly currencyId: number;
  readonly priceUnit: number;
  readonly discount: number;
  readonly quantity: number;
  readonly taxIds: readonly number[];
  readonly digits: number;
}

export function manualAmounts(data: unknown, line: LineIdentity): Manual | null {
  if (!isObject(data) || !isObject(data["manual_tax_amounts"])) return null;
  const listed = data["manual_tax_amounts"];
  if (Object.keys(listed).length === 0) return null;
  // Odoo compares all three at the currency's precision, the price as well.
  const equal = (given: unknown, own: number) =>
    typeof given === "number" && round(amount(given), line.digits).equals(round(amount(own), line.digits));
  const matches =
    data["currency_id"] === line.currencyId &&
    equal(data["price_unit"], line.priceUnit) &&
    equal(data["discount"], line.discount) &&
    equal(data["quantity"], line.quantity) &&
    line.taxIds.every((id) => Object.hasOwn(listed, String(id)));
  if (!matches) return null;
  const number = (value: unknown) => (typeof value === "number" ? amount(value) : null);
  const taxes = Object.entries(listed).map(([id, given]) => {
    const amounts = isObject(given) ? given : {};
    const tax = number(amounts["tax_amount_currency"]);
    return [Number(id), { tax, base: number(amounts["base_amount_currency"]) }] as const;
  });
  return { untaxed: number(data["manual_total_excluded_currency"]), taxes: new Map(taxes) };
}
