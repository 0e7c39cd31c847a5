/**
 * What automations post after a commit: one message for each create and each write that touches a trigger field, so one
 * change of stock is told several times, as Odoo tells it. One second each, never again.
 */
import type { HttpRequest } from "../../src/core/ports/transport.ts";
import type { Change } from "./orm/database.ts";
import { search } from "./orm/domain.ts";
import type { Environment } from "./orm/environment.ts";
import { read } from "./orm/read.ts";
import { flag, ids, num, str, type Row } from "./orm/row.ts";

export const WEBHOOK_TIMEOUT_MS = 1000;

export function webhooksOf(env: Environment, changes: readonly Change[]): HttpRequest[] {
  if (!env.db.models.has("base.automation")) return [];
  const rules = [...env.db.table("base.automation").rows.values()].filter((rule) => flag(rule, "active"));
  if (rules.length === 0) return [];
  return changes.flatMap((change) => rules.flatMap((rule) => messages(env, rule, change)));
}

function messages(env: Environment, rule: Row, change: Change): HttpRequest[] {
  if (!triggers(env, rule, change)) return [];
  const actions = env.by("ir.actions.server", "base_automation_id", rule.id);
  return actions.map((action) => message(env, action, change));
}

function triggers(env: Environment, rule: Row, change: Change): boolean {
  if (str(env.row("ir.model", num(rule, "model_id")), "model") !== change.model) return false;
  const trigger = str(rule, "trigger");
  if (change.kind === "unlink") return trigger === "on_unlink";
  if (trigger === "on_unlink" || (trigger === "on_create" && change.kind === "write")) return false;
  const fields = ids(rule, "trigger_field_ids").map((id) => str(env.row("ir.model.fields", id), "name"));
  if (change.kind === "write" && fields.length > 0 && !fields.some((field) => change.fields.includes(field)))
    return false;
  if (env.find(change.model, change.id) === undefined) return false;
  const domain = str(rule, "filter_domain");
  if (domain === "") return true;
  return search(env, change.model, ["&", ["id", "=", change.id], ...andAll(parsePython(domain))]).length === 1;
}

function andAll(domain: unknown): unknown[] {
  const list = Array.isArray(domain) ? (domain as unknown[]) : [];
  const leaves = list.filter((item) => Array.isArray(item)).length;
  const operators = list.length - leaves;
  // A domain of bare conditions is joined by «and»; one with operators stands as it is.
  return operators > 0 ? list : [...Array<string>(Math.max(0, leaves - 1)).fill("&"), ...list];
}

/** A domain as Odoo keeps it: Python's list syntax. */
export function parsePython(domain: string): unknown {
  const json = domain
    .replaceAll("(", "[")
    .replaceAll(")", "]")
    .replaceAll("'", '"')
    .replace(/\bTrue\b/g, "true")
    .replace(/\bFalse\b/g, "false")
    .replace(/\bNone\b/g, "null");
  return JSON.parse(json) as unknown;
}

function message(env: Environment, action: Row, change: Change): HttpRequest {
  const names = ids(action, "webhook_field_ids").map((id) => str(env.row("ir.model.fields", id), "name"));
  const gone = env.find(change.model, change.id) === undefined;
  const values =
    gone || names.length === 0 ? { id: change.id } : read(env, change.model, [change.id], names, { names: false })[0];
  const name = str(action, "name") || "Send Webhook Notification";
  const body = { _model: change.model, _id: change.id, _action: `${name}(#${action.id})`, ...values };
  return {
    method: "POST",
    url: str(action, "webhook_url"),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    timeoutMs: WEBHOOK_TIMEOUT_MS,
  };
}
