/** From rows of order or invoice lines to the tax computation and back. */
import { amount } from "../amounts.ts";
import { NotSimulatedError } from "../errors.ts";
import { manualAmounts } from "../extra-tax-data.ts";
import type { Environment } from "../orm/environment.ts";
import { flag, ids, num, str, type Row } from "../orm/row.ts";
import { sortIds } from "../orm/order.ts";
import type { Rounding, RoundingMethod, Tax, TaxedLine } from "../taxes.ts";

export interface LineFields {
  readonly quantity: string;
  readonly taxes: string;
}

export function taxesOf(env: Environment, taxIds: readonly number[]): readonly Tax[] {
  const sorted = sortIds(env, "account.tax", taxIds, "sequence, id");
  return sorted.map((id) => {
    const row = env.row("account.tax", id);
    if (str(row, "amount_type") !== "percent")
      throw new NotSimulatedError(`account.tax of kind ${str(row, "amount_type")}`);
    return {
      id,
      percent: amount(num(row, "amount")),
      priceInclude: flag(row, "price_include"),
      includeBase: flag(row, "include_base_amount"),
      baseAffected: flag(row, "is_base_affected"),
    };
  });
}

export function currencyDigits(env: Environment, currencyId: number): number {
  return num(env.row("res.currency", currencyId), "decimal_places");
}

export function companyRow(env: Environment): Row {
  return env.row("res.company", 1);
}

export function companyCurrency(env: Environment): number {
  return num(companyRow(env), "currency_id");
}

export function roundingFor(env: Environment, currencyId: number): Rounding {
  const method = str(companyRow(env), "tax_calculation_rounding_method") as RoundingMethod;
  return { method, digits: currencyDigits(env, currencyId) };
}

export function taxedLine(env: Environment, row: Row, fields: LineFields, currencyId: number): TaxedLine {
  const taxIds = ids(row, fields.taxes);
  const taxes = taxesOf(env, taxIds);
  const identity = {
    currencyId,
    priceUnit: num(row, "price_unit"),
    discount: num(row, "discount"),
    quantity: num(row, fields.quantity),
  };
  const digits = currencyDigits(env, currencyId);
  const manual = env.version === 19 ? manualAmounts(row["extra_tax_data"], { ...identity, taxIds, digits }) : null;
  return { ...identity, taxes, manual };
}

/** An amount of a document's currency in the company's. */
export function toCompany(env: Environment, currencyId: number, value: number): number {
  const own = companyCurrency(env);
  if (currencyId === own) return value;
  const rate = num(env.row("res.currency", currencyId), "rate");
  return amount(value).div(rate).toDecimalPlaces(currencyDigits(env, own)).toNumber();
}
