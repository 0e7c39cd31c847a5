/**
 * External ids (`module.name` → record), Odoo's `ir.model.data`. `(module, name)` is unique.
 */
import { OdooError } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { num, str, type Row } from "./row.ts";

export interface Target {
  readonly model: string;
  readonly id: number;
}

/** An id without a dot belongs to Odoo's own `__import__`; only the first dot separates. */
export function splitExternalId(externalId: string): { readonly module: string; readonly name: string } {
  const dot = externalId.indexOf(".");
  if (dot < 0) return { module: "__import__", name: externalId };
  return { module: externalId.slice(0, dot), name: externalId.slice(dot + 1) };
}

export function findExternalId(env: Environment, externalId: string): (Target & { readonly data: Row }) | undefined {
  const { module, name } = splitExternalId(externalId);
  const data = env.oneBy("ir.model.data", "complete", `${module}.${name}`);
  if (data === undefined) return undefined;
  return { model: str(data, "model"), id: num(data, "res_id"), data };
}

export function addExternalId(env: Environment, externalId: string, target: Target): void {
  const { module, name } = splitExternalId(externalId);
  const id = env.db.table("ir.model.data").allocate();
  if (name.includes(" ")) {
    const message = 'new row for relation "ir_model_data" violates check constraint "ir_model_data_name_nospaces"\n';
    throw new OdooError("ValidationError", message, { message });
  }
  env.db.put("ir.model.data", {
    id,
    module,
    name,
    model: target.model,
    res_id: target.id,
    noupdate: false,
    complete: `${module}.${name}`,
    target: `${target.model},${target.id}`,
    create_date: env.nowUs,
    write_date: env.nowUs,
    create_uid: env.user.id,
    write_uid: env.user.id,
  });
}

/** The first external id of a record, or "". */
export function externalIdOf(env: Environment, target: Target): string {
  const data = env.oneBy("ir.model.data", "target", `${target.model},${target.id}`);
  return data === undefined ? "" : str(data, "complete");
}
