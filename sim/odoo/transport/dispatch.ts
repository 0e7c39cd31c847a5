/** Matches a call with the method it names and runs it, refusing what Odoo refuses and what is not simulated. */
import { NotSimulatedError, OdooError } from "../errors.ts";
import type { Environment } from "../orm/environment.ts";
import { methodOf } from "../orm/methods.ts";
import type { Arguments, MethodDefinition } from "../orm/model.ts";
import type { Call } from "./call.ts";

export function dispatch(env: Environment, call: Call): unknown {
  const definition = env.db.models.get(call.model);
  if (definition === undefined || definition.name === "ir.sequence") throw unknownModel(call);
  if (call.method.startsWith("_")) throw privateMethod(env, call);
  const method = methodOf(env, definition, call.method);
  if (method === undefined) throw unknownMethod(env, call);
  const { ids, args } = call.transport === "json-2" ? bindNamed(call, method) : bindPositional(call, method);
  return method.run(env.withContext(call.context), ids, args);
}

function unknownModel(call: Call): OdooError {
  if (KNOWN_ELSEWHERE.has(call.model)) return new NotSimulatedError(`model ${call.model}`);
  if (call.transport === "json-2") return new OdooError("NotFound", `the model '${call.model}' does not exist`);
  return new OdooError("UserError", `Object ${call.model} doesn't exist`);
}

/** Real models that a caller may rightly expect: asking for one must not look like its absence. */
const KNOWN_ELSEWHERE = new Set([
  "account.fiscal.position",
  "account.move.reversal",
  "account.payment.register",
  "delivery.carrier",
  "decimal.precision",
  "ir.config_parameter",
  "ir.cron",
  "mail.message",
  "product.category",
  "purchase.order",
  "res.groups",
  "stock.backorder.confirmation",
  "stock.immediate.transfer",
  "stock.return.picking",
  "stock.scrap",
]);

function privateMethod(env: Environment, call: Call): OdooError {
  const name = env.version === 19 ? `'${call.model}.${call.method}'` : call.method;
  return new OdooError("AccessError", `Private methods (such as ${name}) cannot be called remotely.`);
}

function unknownMethod(env: Environment, call: Call): OdooError {
  if (REAL_METHODS.has(call.method)) return new NotSimulatedError(`${call.model}.${call.method}`);
  if (env.version === 14) {
    return new OdooError("AttributeError", `type object '${call.model}' has no attribute '${call.method}'`);
  }
  const message = `The method '${call.model}.${call.method}' does not exist`;
  return new OdooError(call.transport === "json-2" ? "NotFound" : "AttributeError", message);
}

/** Methods that Odoo's models have and this simulation does not. */
const REAL_METHODS = new Set([
  "copy",
  "default_get",
  "read_group",
  "formatted_read_group",
  "name_create",
  "get_metadata",
  "message_post",
  "action_quotation_send",
  "action_reverse",
  "action_register_payment",
  "web_read",
  "web_save",
  "web_search_read",
  "search_fetch",
  "toggle_active",
  "action_archive",
  "export_data",
  "reconcile",
  "remove_move_reconcile",
]);

interface Bound {
  readonly ids: readonly number[];
  readonly args: Arguments;
}

function bindNamed(call: Call, method: MethodDefinition): Bound {
  if (method.on === "model" && call.ids !== null && call.ids.length > 0) {
    throw new OdooError("UnprocessableEntity", `cannot call ${call.model}.${call.method} with ids`);
  }
  for (const name of Object.keys(call.named)) {
    if (method.params.includes(name)) continue;
    if (call.method === "search_read") {
      throw new OdooError("TypeError", `BaseModel._read_format() got an unexpected keyword argument '${name}'`);
    }
    throw new OdooError("UnprocessableEntity", `got an unexpected keyword argument '${name}'`);
  }
  const missing = (method.required ?? []).find((name) => !Object.hasOwn(call.named, name));
  if (missing !== undefined) throw new OdooError("UnprocessableEntity", `missing a required argument: '${missing}'`);
  return { ids: call.ids ?? [], args: call.named };
}

function bindPositional(call: Call, method: MethodDefinition): Bound {
  const rest = [...call.positional];
  const ids = method.on === "records" ? idsOf(rest.shift()) : [];
  if (rest.length > method.params.length) {
    const most = method.params.length + 1;
    const given = rest.length + 1;
    throw new OdooError(
      "TypeError",
      `${call.method}() takes from 1 to ${most} positional arguments but ${given} were given`,
    );
  }
  const args: Record<string, unknown> = {};
  for (const [at, value] of rest.entries()) args[method.params[at] as string] = value;
  for (const [name, value] of Object.entries(call.named)) {
    if (!method.params.includes(name)) {
      throw new OdooError("TypeError", `${call.method}() got an unexpected keyword argument '${name}'`);
    }
    args[name] = value;
  }
  const missing = (method.required ?? []).filter((name) => !Object.hasOwn(args, name));
  if (missing.length > 0) {
    const names = missing.map((name) => `'${name}'`).join(" and ");
    const plural = missing.length === 1 ? "" : "s";
    throw new OdooError(
      "TypeError",
      `${call.method}() missing ${missing.length} required positional argument${plural}: ${names}`,
    );
  }
  return { ids, args };
}

function idsOf(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  return Array.isArray(value) ? value.filter((id): id is number => typeof id === "number") : [];
}
