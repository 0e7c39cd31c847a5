/**
 * `stockbridge check` for one Odoo: each thing that the hub needs, a line each, with what to do where it is not so.
 * Never fails: what cannot be found out is a line that says why.
 */
import { fixOf, sentenceOf, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import type { Capabilities } from "../../core/ports/erp.ts";
import type { Result } from "../../core/result.ts";
import { readCapabilities, RIGHTS_NEEDED } from "./capabilities.ts";
import { textIn } from "./decode.ts";
import { missingFields } from "./dialect.ts";
import { decodedRows, readUser } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";
import { listJournals } from "./settings.ts";

/** Modules by the model that proves them. */
const MODULES_NEEDED: readonly (readonly [module: string, model: string, field: string])[] = [
  ["sale", "sale.order", "client_order_ref"],
  ["stock", "stock.quant", "quantity"],
  ["account", "account.move", "invoice_date"],
  ["sale_stock", "stock.move", "sale_line_id"],
];
const MAJOR_MIN = 14;

export async function checkOdoo(session: OdooSession, call: CallContext): Promise<readonly CheckLine[]> {
  const { connection } = session;
  const capabilities = await readCapabilities(session, call);
  if (!capabilities.ok) return unreachable(session, capabilities.failure);
  const { value } = capabilities;
  const line = lineOf(connection);
  const lines = [
    line("address", "ok", `${session.client.url} answers`),
    line("database", "ok", `database ${session.client.database}, fingerprint ${value.databaseFingerprint}`),
    line("login", "ok", `the key of user ${session.client.user} is accepted`),
    versionLine(connection, value),
    ...modulesAndFields(connection, value),
    ...rightLines(connection, value),
    line(
      "variants",
      "ok",
      value.variantsEnabled ? "variants are on" : "variants are off: every product has one variant",
    ),
    line(
      "company",
      "ok",
      `time zone ${value.companyTimeZone}, currency ${value.companyCurrency}, rounding ${value.roundingMethod}`,
    ),
  ];
  const user = await readUser(session, call);
  if (user.ok && user.value.login !== session.client.user) {
    const fix = "Set the connection's user to the one that the key was made for.";
    lines.push(line("user", "warning", `the key belongs to ${user.value.login}, not to ${session.client.user}`, fix));
  }
  lines.push(listed(connection, "warehouses", await warehouses(session, call)));
  lines.push(listed(connection, "journals", await listJournals(session, call)));
  return lines;
}

type Line = (subject: string, status: CheckLine["status"], sentence: string, fix?: string) => CheckLine;

function lineOf(connection: string): Line {
  return (subject, status, sentence, fix = "") => ({ connection, subject, status, sentence, fix });
}

/** The subject is the thing that was found not to be so; what comes after it could not be looked at. */
function unreachable({ connection }: OdooSession, failed: Failure): readonly CheckLine[] {
  const subjects: Readonly<Record<string, string>> = {
    AUTH_FAILED: "login",
    DATABASE_NOT_FOUND: "database",
    ACCESS_DENIED: "rights",
    ODOO_FIELD_MISSING: "fields",
    ODOO_MODULE_MISSING: "modules",
  };
  return [lineOf(connection)(subjects[failed.code] ?? "address", "error", sentenceOf(failed), fixOf(failed))];
}

function versionLine(
  connection: string,
  { serverVersion, major, transport, edition, hosting }: Capabilities,
): CheckLine {
  const told = `Odoo ${serverVersion} (${edition}, ${hosting}), over ${transport === "json-2" ? "JSON-2" : "JSON-RPC"}`;
  const line = lineOf(connection);
  return major >= MAJOR_MIN
    ? line("version", "ok", told)
    : line("version", "error", `${told} is older than ${MAJOR_MIN}`, `Use Odoo ${MAJOR_MIN} or newer.`);
}

function modulesAndFields(connection: string, { fields }: Capabilities): readonly CheckLine[] {
  const line = lineOf(connection);
  const modules = MODULES_NEEDED.map(([module, model, field]) =>
    fields[model]?.includes(field) === true
      ? line(`module ${module}`, "ok", `${module} is installed`)
      : line(
          `module ${module}`,
          "error",
          `${module} is not installed, or the user may not see it`,
          `Install ${module} in Odoo, or give the user its rights.`,
        ),
  );
  const schema = new Map(
    Object.entries(fields).map(([model, names]) => [
      model,
      new Map(names.map((name) => [name, { type: "", digits: null }])),
    ]),
  );
  const missing = missingFields(schema);
  if (missing.length === 0) return [...modules, line("fields", "ok", "every field that the hub uses is there")];
  return [
    ...modules,
    ...missing.map((name) =>
      line(
        `field ${name}`,
        "error",
        `Odoo does not know the field ${name}`,
        "Install the module that brings it, or update Odoo.",
      ),
    ),
  ];
}

function rightLines(connection: string, { rights }: Capabilities): readonly CheckLine[] {
  return RIGHTS_NEEDED.map((right) => {
    const [model = "", operation = ""] = right.split(":");
    const subject = `right to ${operation} ${model}`;
    return rights.includes(right)
      ? lineOf(connection)(subject, "ok", `the user may ${operation} ${model}`)
      : lineOf(connection)(
          subject,
          "error",
          `the user may not ${operation} ${model}`,
          "Give the user the groups named in docs/odoo-rights.md.",
        );
  });
}

async function warehouses(session: OdooSession, call: CallContext): Promise<Result<readonly string[]>> {
  const rows = await session.searchRead("stock.warehouse", [], ["code", "name"], call, { order: "id" });
  return decodedRows(session, "stock.warehouse", rows, (all) =>
    all.map((row) => `${textIn(row, "code")} (${textIn(row, "name")})`),
  );
}

function listed(connection: string, subject: string, found: Result<readonly string[]>): CheckLine {
  const line = lineOf(connection);
  if (!found.ok) return line(subject, "error", sentenceOf(found.failure), fixOf(found.failure));
  return found.value.length > 0
    ? line(subject, "ok", found.value.join(", "))
    : line(
        subject,
        "error",
        `there are no ${subject} that the user can see`,
        `Make one in Odoo, or give the user access to it.`,
      );
}
