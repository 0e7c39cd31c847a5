/**
 * Names of the configuration to ids: warehouses by code, team and company by name, journals by code or name, taxes by id or
 * name. A journal or tax that does not exist is left out: what needs it says so by its own name.
 */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ErpSettings, ErpSettingsQuery } from "../../core/ports/erp.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { idIn, linkIn, textIn } from "./decode.ts";
import { decodedRows, readCompany, readCurrencies, readPricelists } from "./reference-data.ts";
import type { Domain, OdooSession } from "./session.ts";

/** Journals that money can arrive in. */
const MONEY_JOURNALS = ["bank", "cash", "credit"];

export async function readSettings(
  session: OdooSession,
  query: ErpSettingsQuery,
  call: CallContext,
): Promise<Result<ErpSettings>> {
  const companyId = await named(
    session,
    { what: "Company", model: "res.company", field: "name", value: query.company },
    call,
  );
  if (!companyId.ok) return companyId;
  const company = await readCompany(session, companyId.value, call);
  if (!company.ok) return company;
  const warehouses = await readWarehouseCodes(session, query.warehouses, call);
  if (!warehouses.ok) return warehouses;
  const teamId = await named(
    session,
    { what: "Sales team", model: "crm.team", field: "name", value: query.team },
    call,
  );
  if (!teamId.ok) return teamId;
  const journals = await readJournals(session, query.journals, company.value.id, call);
  if (!journals.ok) return journals;
  const taxes = await readTaxNames(session, query.taxes, company.value.id, call);
  if (!taxes.ok) return taxes;
  const currencies = await readUsableCurrencies(session, company.value, call);
  if (!currencies.ok) return currencies;
  return ok({
    warehouses: warehouses.value,
    teamId: teamId.value,
    companyId: companyId.value,
    journals: journals.value,
    taxes: taxes.value,
    currencies: currencies.value,
  });
}

interface Named {
  readonly what: string;
  readonly model: string;
  readonly field: string;
  readonly value: string | null;
}

async function named(
  session: OdooSession,
  { what, model, field, value }: Named,
  call: CallContext,
): Promise<Result<number | null>> {
  if (value === null) return ok(null);
  const rows = await session.searchRead(model, [[field, "=", value]], [field], call, { order: "id", limit: 1 });
  const id = decodedRows(session, model, rows, (all) => (all[0] ? idIn(all[0]) : null));
  return id.ok && id.value === null ? fail(failure("WAREHOUSE_NOT_FOUND", { what, name: value })) : id;
}

/** All of them must exist: an order must not leave from another warehouse than the one that was meant. */
async function readWarehouseCodes(
  session: OdooSession,
  codes: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  if (codes.length === 0) return ok(new Map());
  const rows = await session.searchRead("stock.warehouse", [["code", "in", codes]], ["code"], call, { order: "id" });
  const found = decodedRows(session, "stock.warehouse", rows, (all) => {
    // Two companies may have one of the same code: the first is meant, as for every other name.
    const ids = new Map<string, number>();
    for (const row of all) if (!ids.has(textIn(row, "code"))) ids.set(textIn(row, "code"), idIn(row));
    return ids;
  });
  if (!found.ok) return found;
  const missing = codes.find((code) => !found.value.has(code));
  return missing === undefined ? found : fail(failure("WAREHOUSE_NOT_FOUND", { what: "Warehouse", name: missing }));
}

/** Warehouses of the user's companies, with the complete name of where their stock lies. */
export async function readWarehouses(
  session: OdooSession,
  call: CallContext,
): Promise<Result<readonly { readonly code: string; readonly name: string; readonly stockLocation: string }[]>> {
  const rows = await session.searchRead("stock.warehouse", [], ["code", "name", "lot_stock_id"], call, { order: "id" });
  const warehouses = decodedRows(session, "stock.warehouse", rows, (all) =>
    all.map((row) => ({
      code: textIn(row, "code"),
      name: textIn(row, "name"),
      stockId: linkIn(row, "lot_stock_id") ?? 0,
    })),
  );
  if (!warehouses.ok) return warehouses;
  const stockIds = warehouses.value.map(({ stockId }) => stockId);
  const places = await session.searchRead("stock.location", [["id", "in", stockIds]], ["complete_name"], call);
  const names = decodedRows(
    session,
    "stock.location",
    places,
    (all) => new Map(all.map((row) => [idIn(row), textIn(row, "complete_name")])),
  );
  if (!names.ok) return names;
  return ok(
    warehouses.value.map(({ code, name, stockId }) => ({
      code,
      name,
      stockLocation: names.value.get(stockId) ?? `${code}/Stock`,
    })),
  );
}

async function readJournals(
  session: OdooSession,
  names: readonly string[],
  companyId: number,
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  if (names.length === 0) return ok(new Map());
  const domain: Domain = [
    ["type", "in", MONEY_JOURNALS],
    ["company_id", "=", companyId],
    "|",
    ["code", "in", names],
    ["name", "in", names],
  ];
  const rows = await session.searchRead("account.journal", domain, ["code", "name"], call, { order: "id" });
  return decodedRows(session, "account.journal", rows, (all) => {
    const journals = all.map((row) => ({ id: idIn(row), code: textIn(row, "code"), name: textIn(row, "name") }));
    return new Map(
      names.flatMap((name) => {
        const found =
          journals.find((journal) => journal.code === name) ?? journals.find((journal) => journal.name === name);
        return found ? [[name, found.id] as const] : [];
      }),
    );
  });
}

const ID_PATTERN = /^[1-9]\d{0,8}$/;

async function readTaxNames(
  session: OdooSession,
  names: readonly string[],
  companyId: number,
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  if (names.length === 0) return ok(new Map());
  const ids = names.filter((name) => ID_PATTERN.test(name)).map(Number);
  const domain: Domain = [
    ["type_tax_use", "=", "sale"],
    ["company_id", "=", companyId],
    "|",
    ["id", "in", ids],
    ["name", "in", names],
  ];
  const rows = await session.searchRead("account.tax", domain, ["name"], call, { order: "sequence, id" });
  return decodedRows(session, "account.tax", rows, (all) => {
    const taxes = all.map((row) => ({ id: idIn(row), name: textIn(row, "name") }));
    return new Map(
      names.flatMap((name) => {
        // A tax may be called "21": its name goes before its number.
        const found = taxes.find((tax) => tax.name === name) ?? taxes.find((tax) => String(tax.id) === name);
        return found ? [[name, found.id] as const] : [];
      }),
    );
  });
}

/** The company's own, and those that a price list can bring onto an order. */
async function readUsableCurrencies(
  session: OdooSession,
  company: { readonly id: number; readonly currencyId: number },
  call: CallContext,
): Promise<Result<readonly string[]>> {
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const active = await session.searchRead("res.currency", [["active", "=", true]], ["name"], call);
  const activeIds = decodedRows(session, "res.currency", active, (all) => new Set(all.map(idIn)));
  if (!activeIds.ok) return activeIds;
  const pricelists = await readPricelists(session, call);
  if (!pricelists.ok) return pricelists;
  const listed = pricelists.value
    .filter((list) => list.companyId === null || list.companyId === company.id)
    .map((list) => list.currencyId);
  const usable = new Set([company.currencyId, ...listed].filter((id) => activeIds.value.has(id)));
  return ok([...usable].flatMap((id) => currencies.value.get(id)?.code ?? []));
}

/** For `check`: the journals that a configuration may name. */
export async function listJournals(session: OdooSession, call: CallContext): Promise<Result<readonly string[]>> {
  const rows = await session.searchRead(
    "account.journal",
    [["type", "in", MONEY_JOURNALS]],
    ["code", "name", "company_id"],
    call,
    { order: "id" },
  );
  return decodedRows(session, "account.journal", rows, (all) =>
    all
      .filter((row) => linkIn(row, "company_id") !== null)
      .map((row) => `${textIn(row, "code")} (${textIn(row, "name")})`),
  );
}
