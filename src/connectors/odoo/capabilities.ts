/**
 * What the server is and can, found out with the least rights: version, modules (inferred from models where the list may
 * not be read), fields, rights, variants, and a fingerprint of the database.
 */
import { createHash } from "node:crypto";
import type { CallContext } from "../../core/ports/call.ts";
import type { Capabilities } from "../../core/ports/erp.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ServerInfo } from "./client.ts";
import { decoded, textIn } from "./decode.ts";
import type { Schema } from "./dialect.ts";
import { moduleOf } from "./errors.ts";
import { decodedRows, readCompany, readCurrencies, readUser } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";

/** What the hub does, as `model:operation`. */
export const RIGHTS_NEEDED = [
  "res.partner:create",
  "product.product:read",
  "sale.order:create",
  "sale.order:write",
  "sale.order.line:create",
  "sale.order.line:unlink",
  "sale.advance.payment.inv:create",
  "account.move:create",
  "account.move:write",
  "account.payment:create",
  "account.payment:write",
  "account.partial.reconcile:create",
  "account.full.reconcile:create",
  "account.journal:read",
  "account.tax:read",
  "stock.quant:read",
  "stock.move:write",
  "stock.picking:write",
  "stock.warehouse:read",
] as const;

const VARIANTS_GROUP = "product.group_product_variant";
const FINGERPRINT_HEX_CHARS = 32;

/** Drops what was kept of the server before. */
export async function readCapabilities(session: OdooSession, call: CallContext): Promise<Result<Capabilities>> {
  session.forget();
  const server = await session.client.server(call);
  if (!server.ok) return server;
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const schema = await session.schema(call);
  if (!schema.ok) return schema;
  const company = await readCompany(session, null, call);
  if (!company.ok) return company;
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const modules = await readModules(session, schema.value, call);
  if (!modules.ok) return modules;
  const variants = await hasVariants(session, server.value, call);
  if (!variants.ok) return variants;
  const rights = await readRights(session, schema.value, call);
  if (!rights.ok) return rights;
  const fingerprint = await readFingerprint(session, call);
  if (!fingerprint.ok) return fingerprint;
  const { version, major, transport, edition } = server.value;
  return ok({
    serverVersion: version,
    major,
    transport,
    hosting: hostingOf(session.client.url, version),
    edition: editionOf(edition, modules.value),
    modules: modules.value,
    variantsEnabled: variants.value,
    fields: Object.fromEntries([...schema.value].map(([model, fields]) => [model, [...fields.keys()].toSorted()])),
    rights: rights.value,
    databaseFingerprint: fingerprint.value,
    companyTimeZone: company.value.timeZone,
    companyCurrency: currencies.value.get(company.value.currencyId)?.code ?? "",
    roundingMethod: company.value.roundingMethod,
  });
}

export function hostingOf(url: string, version: string): string {
  const host = URL.parse(url)?.hostname ?? "";
  if (host.endsWith(".dev.odoo.com") || host.endsWith(".odoo.sh")) return "sh";
  if (host.endsWith(".odoo.com") || version.startsWith("saas~")) return "online";
  return host === "" ? "unknown" : "self-hosted";
}

function editionOf(told: ServerInfo["edition"], modules: readonly string[]): Capabilities["edition"] {
  if (modules.includes("web_enterprise")) return "enterprise";
  return told ?? "unknown";
}

/** Installed modules; where their list may not be read, those that the models prove. */
async function readModules(
  session: OdooSession,
  schema: Schema,
  call: CallContext,
): Promise<Result<readonly string[]>> {
  const rows = await session.searchRead("ir.module.module", [["state", "=", "installed"]], ["name"], call, {
    order: "name",
  });
  if (!rows.ok && rows.failure.code !== "ACCESS_DENIED") return rows;
  if (!rows.ok)
    return ok([...new Set([...schema.keys()].map(moduleOf))].filter((name) => !name.includes(" ")).toSorted());
  return decodedRows(session, "ir.module.module", rows, (all) => all.map((row) => textIn(row, "name")));
}

async function hasVariants(session: OdooSession, { major }: ServerInfo, call: CallContext): Promise<Result<boolean>> {
  const user = await readUser(session, call);
  if (!user.ok) return user;
  const ofRecord = major >= GROUP_OF_RECORD_MAJOR_MIN ? { ids: [user.value.id] } : {};
  const answer = await session.read(
    "res.users",
    "has_group",
    { ...ofRecord, args: { group_ext_id: VARIANTS_GROUP } },
    call,
  );
  return decoded(session.connection, "res.users has_group", answer, (value) => value === true);
}

/** From here on `has_group` is asked of a user's record. */
const GROUP_OF_RECORD_MAJOR_MIN = 18;
/** From here on `has_access` takes the place of `check_access_rights`. */
const HAS_ACCESS_MAJOR_MIN = 18;

async function readRights(session: OdooSession, schema: Schema, call: CallContext): Promise<Result<readonly string[]>> {
  const found: string[] = [];
  for (const right of RIGHTS_NEEDED) {
    const [model = "", operation = ""] = right.split(":");
    if (MODELS_WITHOUT_FIELDS_READ.every((other) => other !== model) && !schema.has(model)) continue;
    const may = await mayDo(session, model, operation, call);
    if (!may.ok) return may;
    if (may.value) found.push(right);
  }
  return ok(found);
}

/** Their fields are not looked at, only the right to them. */
const MODELS_WITHOUT_FIELDS_READ = ["account.full.reconcile", "account.journal", "account.tax"];

export async function mayDo(
  session: OdooSession,
  model: string,
  operation: string,
  call: CallContext,
): Promise<Result<boolean>> {
  const server = await session.client.server(call);
  if (!server.ok) return server;
  const answer =
    server.value.major >= HAS_ACCESS_MAJOR_MIN
      ? await session.read(model, "has_access", { ids: [], args: { operation } }, call)
      : await session.read(
          model,
          "check_access_rights",
          { args: { operation }, kwargs: { raise_exception: false } },
          call,
        );
  if (!answer.ok && ["ODOO_MODULE_MISSING", "ACCESS_DENIED"].includes(answer.failure.code)) return ok(false);
  return decoded(session.connection, `${model} ${operation}`, answer, (value) => value === true);
}

/**
 * Odoo's own identifier of a database (`database.uuid`) may be read by administrators only, and a copy keeps it. Every user may
 * read when the first country and the first currency were written: that is when the database was made. With the address and the
 * database's name, a copied database elsewhere is another one, and so is another database at this address; a server
 * that moves to a new address has to be accepted once.
 */
async function readFingerprint(session: OdooSession, call: CallContext): Promise<Result<string>> {
  const { url, database } = session.client;
  const parts = [url, database];
  for (const model of ["res.country", "res.currency"]) {
    const rows = await session.searchRead(model, [], ["create_date"], call, { order: "id", limit: 1, archived: true });
    const stamp = decodedRows(session, model, rows, (all) => (all[0] ? textIn(all[0], "create_date") : ""));
    if (!stamp.ok) return stamp;
    parts.push(stamp.value);
  }
  return ok(createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, FINGERPRINT_HEX_CHARS));
}
