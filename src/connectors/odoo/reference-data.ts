/**
 * Small tables of the server that are read once and kept: currencies, price lists, taxes, countries, the company.
 */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { decoded, flagIn, idIn, integerIn, linkIn, rowsOf, textIn, type Row } from "./decode.ts";
import type { OdooSession } from "./session.ts";

export interface Currency {
  readonly id: number;
  readonly code: string;
  readonly digits: number;
}

export interface Company {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  readonly currencyId: number;
  readonly timeZone: string;
  readonly roundingMethod: string;
  /** Taxes that fall due with the payment: reconciling must then write entries of its own. */
  readonly cashBasisTaxes: boolean;
}

export interface Tax {
  readonly id: number;
  readonly name: string;
  readonly priceInclude: boolean;
}

export interface Places {
  /** ISO code -> id, and back. */
  readonly countryByCode: ReadonlyMap<string, number>;
  readonly codeByCountry: ReadonlyMap<number, string>;
  /** `<country id>/<state code>` -> id. */
  readonly states: ReadonlyMap<string, number>;
}

/** All that are known to Odoo, archived ones too: an old document may be in one. */
export function readCurrencies(
  session: OdooSession,
  call: CallContext,
): Promise<Result<ReadonlyMap<number, Currency>>> {
  return session.kept("currencies", async () => {
    const rows = await session.searchRead("res.currency", [], ["name", "decimal_places"], call, { archived: true });
    return decodedRows(session, "res.currency", rows, (all) => {
      const currencies = all.map((row) => ({
        id: idIn(row),
        code: textIn(row, "name"),
        digits: integerIn(row, "decimal_places"),
      }));
      return new Map(currencies.map((currency) => [currency.id, currency]));
    });
  });
}

/** The hub's user's own company, or the one asked for. */
export function readCompany(session: OdooSession, id: number | null, call: CallContext): Promise<Result<Company>> {
  return session.kept(`company ${id ?? "own"}`, async () => {
    const schema = await session.read(
      "res.company",
      "fields_get",
      { args: { allfields: ["tax_exigibility"] }, kwargs: { attributes: ["type"] } },
      call,
    );
    if (!schema.ok) return schema;
    const fields = ["name", "create_date", "currency_id", "partner_id", "tax_calculation_rounding_method"];
    const exigibility = decoded(session.connection, "res.company fields_get", schema, (value) =>
      JSON.stringify(value).includes("tax_exigibility"),
    );
    if (!exigibility.ok) return exigibility;
    const user = await readUser(session, call);
    if (!user.ok) return user;
    const wanted = id ?? user.value.companyId;
    const rows = await session.searchRead(
      "res.company",
      [["id", "=", wanted]],
      exigibility.value ? [...fields, "tax_exigibility"] : fields,
      call,
    );
    const company = decodedRows(session, "res.company", rows, (all) => all.at(0) ?? null);
    if (!company.ok) return company;
    if (company.value === null) return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `company with id ${wanted}` }));
    const row = company.value;
    const partner = await session.searchRead(
      "res.partner",
      [["id", "=", linkIn(row, "partner_id") ?? 0]],
      ["tz"],
      call,
    );
    return decodedRows(session, "res.partner", partner, (all) => ({
      id: idIn(row),
      name: textIn(row, "name"),
      createdAt: textIn(row, "create_date"),
      currencyId: linkIn(row, "currency_id") ?? 0,
      timeZone: validTimeZone((all[0] ? textIn(all[0], "tz") : "") || user.value.timeZone),
      roundingMethod: textIn(row, "tax_calculation_rounding_method"),
      cashBasisTaxes: flagIn(row, "tax_exigibility"),
    }));
  });
}

export interface User {
  readonly id: number;
  readonly login: string;
  readonly companyId: number;
  readonly timeZone: string;
  readonly createdAt: string;
}

/** The user that the key belongs to, whatever the configuration calls it. */
export function readUser(session: OdooSession, call: CallContext): Promise<Result<User>> {
  return session.kept("user", async () => {
    const uid = await session.uid(call);
    if (!uid.ok) return uid;
    const rows = await session.searchRead(
      "res.users",
      [["id", "=", uid.value]],
      ["login", "company_id", "tz", "create_date"],
      call,
    );
    const found = decodedRows(session, "res.users", rows, (all) => all.map(userOf)[0] ?? null);
    if (!found.ok) return found;
    if (found.value === null) return fail(failure("ODOO_RECORD_NOT_FOUND", { what: `user with id ${uid.value}` }));
    return ok(found.value);
  });
}

function userOf(row: Row): User {
  return {
    id: idIn(row),
    login: textIn(row, "login"),
    companyId: linkIn(row, "company_id") ?? 0,
    timeZone: textIn(row, "tz"),
    createdAt: textIn(row, "create_date"),
  };
}

function validTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name || "UTC" }).resolvedOptions().timeZone;
  } catch (error) {
    // Odoo keeps some names that this runtime's tables have dropped.
    if (error instanceof RangeError) return "UTC";
    throw error;
  }
}

/** Taxes by id; those that the server does not have are absent. */
export async function readTaxes(
  session: OdooSession,
  ids: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, Tax>>> {
  const wanted = [...new Set(ids)].toSorted((a, b) => a - b);
  if (wanted.length === 0) return ok(new Map<number, Tax>());
  return session.kept(`taxes ${wanted.join(",")}`, async () => {
    const rows = await session.searchRead("account.tax", [["id", "in", wanted]], ["name", "price_include"], call, {
      archived: true,
    });
    return decodedRows(session, "account.tax", rows, (all) => {
      const taxes = all.map((row) => ({
        id: idIn(row),
        name: textIn(row, "name"),
        priceInclude: flagIn(row, "price_include"),
      }));
      return new Map(taxes.map((tax) => [tax.id, tax]));
    });
  });
}

/** The price list that brings a currency onto an order: the first of the company's own or of all companies. */
export interface Pricelist {
  readonly id: number;
  readonly currencyId: number;
  readonly companyId: number | null;
}

export async function readPricelists(session: OdooSession, call: CallContext): Promise<Result<readonly Pricelist[]>> {
  const rows = await session.searchRead("product.pricelist", [], ["currency_id", "company_id"], call, {
    order: "sequence, id",
  });
  return decodedRows(session, "product.pricelist", rows, (all) =>
    all.map((row) => ({
      id: idIn(row),
      currencyId: linkIn(row, "currency_id") ?? 0,
      companyId: linkIn(row, "company_id"),
    })),
  );
}

export function readPlaces(session: OdooSession, call: CallContext): Promise<Result<Places>> {
  return session.kept("places", async () => {
    const countries = await session.searchRead("res.country", [], ["code"], call);
    const countryRows = decodedRows(session, "res.country", countries, (all) =>
      all.map((row) => [textIn(row, "code"), idIn(row)] as const),
    );
    if (!countryRows.ok) return countryRows;
    const states = await session.searchRead("res.country.state", [], ["code", "country_id"], call);
    return decodedRows(session, "res.country.state", states, (all) => ({
      countryByCode: new Map(countryRows.value),
      codeByCountry: new Map(countryRows.value.map(([code, id]) => [id, code])),
      states: new Map(all.map((row) => [`${linkIn(row, "country_id") ?? 0}/${textIn(row, "code")}`, idIn(row)])),
    }));
  });
}

/** Rows were checked to be rows; their fields are read here. */
export function decodedRows<T>(
  session: OdooSession,
  model: string,
  rows: Result<readonly Row[]>,
  read: (rows: readonly Row[]) => T,
): Result<T> {
  return decoded(session.connection, `${model} search_read`, rows, (value) => read(rowsOf(value)));
}
