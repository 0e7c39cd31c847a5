/**
 * Automations in Odoo that post to the hub when stock changes. They are made with an administrator's key, once: `load`
 * with external ids makes or corrects the same two records each time. Odoo cannot sign, so the address carries the secret:
 * it is neither read back nor recorded.
 */
import { EXTERNAL_MODULE } from "../../core/order/external-ids.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import { failure } from "../../core/failures.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { mayDo } from "./capabilities.ts";
import { idIn, rowOf, textIn, decoded } from "./decode.ts";
import { decodedRows } from "./reference-data.ts";
import { isUnknownReference } from "./references.ts";
import type { OdooSession } from "./session.ts";

const MODEL = "stock.quant";
const SUBJECT = "automation stock changes";
/** One adjustment posts once or twice with these, 25 times without. */
const TRIGGER_FIELDS = ["quantity", "reserved_quantity"];
const SENT_FIELDS = ["product_id"];
const FILTER = "[('location_id.usage', '=', 'internal')]";

export async function ensureAutomations(
  session: OdooSession,
  deliveryUrl: string,
  call: CallContext,
): Promise<Result<readonly CheckLine[]>> {
  const { connection } = session;
  const say = (status: CheckLine["status"], sentence: string, fix = ""): Result<readonly CheckLine[]> =>
    ok([{ connection, subject: SUBJECT, status, sentence, fix }]);
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  if (!dialect.value.webhookActions)
    return say("ok", `Odoo ${dialect.value.major} cannot post to an address: stock changes are polled`);
  const may = await mayDo(session, "base.automation", "create", call);
  if (!may.ok) return may;
  if (!may.value) {
    const made = await wasMade(session, call);
    if (!made.ok) return made;
    if (made.value) return say("ok", "an administrator has set the automation up; this user may not look at it");
    const sentence =
      "the user may not set up automations (or base_automation is not installed); stock changes are polled";
    return say(
      "warning",
      sentence,
      "Install base_automation and run this once with an administrator's key; afterwards the hub's own user suffices.",
    );
  }
  const there = await isThere(session, deliveryUrl, call);
  if (!there.ok) return there;
  if (there.value) return say("ok", "the automation on stock.quant posts to the hub");
  const made = await make(session, deliveryUrl, call);
  return made.ok ? say("ok", "the automation on stock.quant was made; it posts to the hub") : made;
}

function externalId(session: OdooSession, part: string): string {
  return `${EXTERNAL_MODULE}.${session.connection}_stock_${part}`;
}

/** Whether the external id is taken can be asked without any right to what it belongs to. */
async function wasMade(session: OdooSession, call: CallContext): Promise<Result<boolean>> {
  const args = { module: EXTERNAL_MODULE, xml_id: externalId(session, "automation").slice(EXTERNAL_MODULE.length + 1) };
  const answer = await session.read("ir.model.data", "check_object_reference", { args }, call);
  if (answer.ok || answer.failure.code === "ACCESS_DENIED") return ok(true);
  return isUnknownReference(answer.failure) ? ok(false) : answer;
}

/** By name and address; the address is asked for, never read. */
async function isThere(session: OdooSession, deliveryUrl: string, call: CallContext): Promise<Result<boolean>> {
  const domain = [
    ["state", "=", "webhook"],
    ["webhook_url", "=", deliveryUrl],
    ["base_automation_id.active", "=", true],
    ["base_automation_id.name", "=", nameOf(session)],
  ];
  const request = { args: { domain }, kwargs: { fields: ["name"], load: null }, context: { lang: "en_US", tz: "UTC" } };
  const answer = await session.client.call(
    "ir.actions.server",
    "search_read",
    request,
    { write: false, secret: deliveryUrl },
    call,
  );
  return decoded(
    session.connection,
    "ir.actions.server search_read",
    answer,
    (value) => Array.isArray(value) && value.length > 0,
  );
}

function nameOf(session: OdooSession): string {
  return `Stockbridge ${session.connection}: stock changes`;
}

async function make(session: OdooSession, deliveryUrl: string, call: CallContext): Promise<Result<void>> {
  const models = await session.searchRead("ir.model", [["model", "=", MODEL]], ["model"], call);
  const modelId = decodedRows(session, "ir.model", models, (all) => (all[0] ? idIn(all[0]) : null));
  if (!modelId.ok) return modelId;
  const names = [...TRIGGER_FIELDS, ...SENT_FIELDS];
  const rows = await session.searchRead(
    "ir.model.fields",
    [
      ["model", "=", MODEL],
      ["name", "in", names],
    ],
    ["name"],
    call,
  );
  const fields = decodedRows(
    session,
    "ir.model.fields",
    rows,
    (all) => new Map(all.map((row) => [textIn(row, "name"), idIn(row)])),
  );
  if (!fields.ok) return fields;
  const ids = (wanted: readonly string[]) => wanted.map((name) => String(fields.value.get(name) ?? "")).join(",");
  const model = String(modelId.value ?? "");
  const columns: readonly (readonly [string, string])[] = [
    ["id", externalId(session, "automation")],
    ["name", nameOf(session)],
    ["model_id/.id", model],
    ["trigger", "on_create_or_write"],
    ["filter_domain", FILTER],
    ["active", "1"],
    ["trigger_field_ids/.id", ids(TRIGGER_FIELDS)],
    ["action_server_ids/id", externalId(session, "action")],
    ["action_server_ids/name", nameOf(session)],
    ["action_server_ids/model_id/.id", model],
    ["action_server_ids/usage", "base_automation"],
    ["action_server_ids/state", "webhook"],
    ["action_server_ids/webhook_url", deliveryUrl],
    ["action_server_ids/webhook_field_ids/.id", ids(SENT_FIELDS)],
  ];
  const args = { fields: columns.map(([field]) => field), data: [columns.map(([, value]) => value)] };
  const context = { lang: "en_US", tz: "UTC", noupdate: true };
  const answer = await session.client.call(
    "base.automation",
    "load",
    { args, context },
    { write: true, secret: deliveryUrl },
    call,
  );
  const refused = decoded(session.connection, "base.automation load", answer, (value) => {
    const reply = rowOf(value);
    return Array.isArray(reply["ids"])
      ? null
      : JSON.stringify(reply["messages"] ?? []).replaceAll(deliveryUrl, "(the hub's address)");
  });
  if (!refused.ok) return refused;
  return refused.value === null
    ? ok(undefined)
    : fail(failure("ODOO_REJECTED", { what: "the automation for stock changes", message: refused.value }));
}
