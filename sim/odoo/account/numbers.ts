/** Numbers of entries: by journal and year on 19, by journal and month on 14, where a first draft takes one already. */
import type { Environment } from "../orm/environment.ts";
import { create } from "../orm/crud.ts";
import { num, str, type Row } from "../orm/row.ts";

function prefixOf(env: Environment, move: Row, code: string): string {
  const date = str(move, "date");
  const [year, month] = [date.slice(0, 4), date.slice(5, 7)];
  return env.version === 19 ? `${code}/${year}/` : `${code}/${year}/${month}/`;
}

function journalCode(env: Environment, move: Row): string {
  const code = str(env.row("account.journal", num(move, "journal_id")), "code");
  if (str(move, "move_type") === "out_refund") return `R${code}`;
  const isPayment = move["origin_payment_id"] !== null && move["origin_payment_id"] !== undefined;
  return env.version === 19 && isPayment ? `P${code}` : code;
}

function digitsOf(env: Environment): number {
  return env.version === 19 ? 5 : 4;
}

export function numberFor(env: Environment, move: Row): string {
  const prefix = prefixOf(env, move, journalCode(env, move));
  const found = env.oneBy("ir.sequence", "prefix", prefix) ?? create(env, "ir.sequence", { prefix, next: 1 });
  const next = num(found, "next");
  env.set("ir.sequence", found.id, { next: next + 1 });
  return `${prefix}${String(next).padStart(digitsOf(env), "0")}`;
}

/** 14: a draft that opens its month's numbering shows its number at once; the others show `/`. */
export function draftName14(env: Environment, move: Row): string {
  const prefix = prefixOf(env, move, journalCode(env, move));
  if (env.oneBy("ir.sequence", "prefix", prefix) !== undefined) return "/";
  return numberFor(env, move);
}

/** 14: a draft that moves to another month gives its number back. */
export function renumberDraft14(env: Environment, move: Row): string {
  const name = str(move, "name");
  if (name === "" || name === "/") return "/";
  const prefix = prefixOf(env, move, journalCode(env, move));
  if (name.startsWith(prefix)) return name;
  const former = name.slice(0, name.lastIndexOf("/") + 1);
  const sequence = env.oneBy("ir.sequence", "prefix", former);
  if (sequence !== undefined) env.db.remove("ir.sequence", sequence.id);
  return draftName14(env, move);
}
