/**
 * Numbers of documents. Odoo's plain sequences (orders, pickings) do not roll back; invoice numbers are the next free of
 * their prefix and so do.
 */
import { create } from "../orm/crud.ts";
import type { Environment } from "../orm/environment.ts";
import { char, integer } from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { num } from "../orm/row.ts";

export const sequenceModel: ModelDefinition = {
  name: "ir.sequence",
  label: "Sequence",
  order: "id",
  fields: { prefix: char("Prefix", { index: true }), next: integer("Next Number") },
};

/** `S00001`, `WH/OUT/00001`. */
export function nextNumber(env: Environment, prefix: string, digits: number): string {
  const found = env.oneBy("ir.sequence", "prefix", prefix) ?? create(env, "ir.sequence", { prefix, next: 1 });
  const number = num(found, "next");
  env.set("ir.sequence", found.id, { next: number + 1 });
  return `${prefix}${String(number).padStart(digits, "0")}`;
}
