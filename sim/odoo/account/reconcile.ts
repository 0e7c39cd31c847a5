/** Matching of debits and credits: what is left of a line, partial and full matches, what an invoice's payment state is. */
import { amount, sum, ZERO, type Amount } from "../amounts.ts";
import { userError } from "../errors.ts";
import { create } from "../orm/crud.ts";
import type { Environment } from "../orm/environment.ts";
import { flag, ids, num, ref, str, type Row } from "../orm/row.ts";
import { isInvoice, receivableLines } from "./invoice.ts";

export interface Residual {
  readonly own: Amount;
  readonly currency: Amount;
}

function partialsOf(env: Environment, lineId: number): { readonly debit: Row[]; readonly credit: Row[] } {
  return {
    debit: env.by("account.partial.reconcile", "debit_move_id", lineId),
    credit: env.by("account.partial.reconcile", "credit_move_id", lineId),
  };
}

export function isReconcilable(env: Environment, line: Row): boolean {
  const account = ref(line, "account_id");
  return account !== null && flag(env.row("account.account", account), "reconcile");
}

/** Zero for accounts that are never matched. */
export function residualOf(env: Environment, line: Row): Residual {
  if (!isReconcilable(env, line)) return { own: ZERO, currency: ZERO };
  const { debit, credit } = partialsOf(env, line.id);
  const total = (rows: readonly Row[], field: string) => sum(rows.map((row) => amount(num(row, field))));
  return {
    own: amount(num(line, "balance")).minus(total(debit, "amount")).plus(total(credit, "amount")),
    currency: amount(num(line, "amount_currency"))
      .minus(total(debit, "debit_amount_currency"))
      .plus(total(credit, "credit_amount_currency")),
  };
}

export function isMatched(env: Environment, line: Row): boolean {
  if (!isReconcilable(env, line)) return false;
  if (str(env.row("account.move", num(line, "move_id")), "state") !== "posted") return false;
  const { own, currency } = residualOf(env, line);
  return own.isZero() && currency.isZero();
}

export function matchingNumber(env: Environment, line: Row): string | null {
  const full = ref(line, "full_reconcile_id");
  if (full !== null) return env.version === 19 ? String(full) : `A${full}`;
  const { debit, credit } = partialsOf(env, line.id);
  const first = [...debit, ...credit].map((row) => row.id).sort((a, b) => a - b)[0];
  if (first === undefined) return null;
  return env.version === 19 ? `P${first}` : "P";
}

export const ALREADY_RECONCILED = "You are trying to reconcile some entries that are already reconciled.";

/** Matches an open line with the invoice's receivable lines, as far as the smaller of the two goes. */
export function assignOutstanding(env: Environment, invoiceId: number, lineId: number): readonly number[] {
  const line = env.row("account.move.line", lineId);
  const own = receivableLines(env, invoiceId).filter((one) => !isMatched(env, one));
  if (isMatched(env, line) || own.length === 0) throw userError(ALREADY_RECONCILED);
  // 19 matches drafts as well.
  for (const one of env.version === 14 ? [line, ...own] : []) {
    if (str(env.row("account.move", num(one, "move_id")), "state") !== "posted") {
      throw userError("You can only reconcile posted entries.");
    }
  }
  const made: number[] = [];
  for (const one of own) {
    const partial = match(env, one, env.row("account.move.line", lineId));
    if (partial !== null) made.push(partial);
  }
  const all = [lineId, ...own.map((one) => one.id)];
  if (all.every((id) => isMatched(env, env.row("account.move.line", id)))) closeMatch(env, made, all);
  return made;
}

function match(env: Environment, a: Row, b: Row): number | null {
  const [first, second] = [residualOf(env, a), residualOf(env, b)];
  if (first.own.isNegative() === second.own.isNegative()) return null;
  const [debit, credit] = first.own.isNegative() ? [b, a] : [a, b];
  const [left, right] = first.own.isNegative() ? [second, first] : [first, second];
  const own = left.own.abs().lessThan(right.own.abs()) ? left.own.abs() : right.own.abs();
  const currency = left.currency.abs().lessThan(right.currency.abs()) ? left.currency.abs() : right.currency.abs();
  return create(env, "account.partial.reconcile", {
    debit_move_id: debit.id,
    credit_move_id: credit.id,
    amount: own.toNumber(),
    debit_amount_currency: currency.toNumber(),
    credit_amount_currency: currency.toNumber(),
  }).id;
}

function closeMatch(env: Environment, partials: readonly number[], lines: readonly number[]): void {
  create(env, "account.full.reconcile", {
    partial_reconcile_ids: [[6, 0, partials]],
    reconciled_line_ids: [[6, 0, lines]],
  });
}

/** What is left to pay: of the receivable lines of an invoice, zero for other entries. */
export function moveResidual(env: Environment, move: Row): Residual {
  if (!isInvoice(move)) return { own: ZERO, currency: ZERO };
  const residuals = receivableLines(env, move.id).map((line) => residualOf(env, line));
  const sign = str(move, "move_type") === "out_refund" ? -1 : 1;
  return {
    own: sum(residuals.map((one) => one.own)).times(sign),
    currency: sum(residuals.map((one) => one.currency)).times(sign),
  };
}

export function paymentState(env: Environment, move: Row): string | null {
  if (!isInvoice(move)) return env.version === 19 ? "not_paid" : null;
  const state = str(move, "state");
  // 19 counts what is matched with a draft.
  const counts = state === "posted" || (env.version === 19 && state === "draft" && num(move, "amount_total") !== 0);
  if (!counts) return "not_paid";
  const counterparts = counterpartMoves(env, move.id);
  if (moveResidual(env, move).currency.isZero()) {
    const reversed = counterparts.length > 0 && counterparts.every((one) => str(one, "move_type") === "out_refund");
    return reversed && str(move, "move_type") === "out_invoice" ? "reversed" : "paid";
  }
  if (env.version === 19 && paidWithoutEntry(env, move.id)) return "paid";
  return counterparts.length > 0 ? "partial" : "not_paid";
}

function paidWithoutEntry(env: Environment, moveId: number): boolean {
  return env
    .by("account.payment", "invoice_ids", moveId)
    .some((payment) => ref(payment, "move_id") === null && str(payment, "stage") === "in_process");
}

/** The other sides of what is matched with a move's receivable lines. */
export function counterpartMoves(env: Environment, moveId: number): Row[] {
  const found = new Set<number>();
  for (const line of receivableLines(env, moveId)) {
    const { debit, credit } = partialsOf(env, line.id);
    const others = [
      ...debit.map((row) => num(row, "credit_move_id")),
      ...credit.map((row) => num(row, "debit_move_id")),
    ];
    for (const other of others) found.add(num(env.row("account.move.line", other), "move_id"));
  }
  return env.rows("account.move", found);
}

/** Undoes a move's matches, as resetting it to draft does. */
export function unmatch(env: Environment, moveId: number): void {
  for (const line of env.by("account.move.line", "move_id", moveId)) {
    const { debit, credit } = partialsOf(env, line.id);
    for (const partial of [...debit, ...credit]) {
      const full = ref(partial, "full_reconcile_id");
      if (full !== null) releaseFull(env, full);
      env.db.remove("account.partial.reconcile", partial.id);
    }
  }
}

function releaseFull(env: Environment, fullId: number): void {
  const full = env.find("account.full.reconcile", fullId);
  if (full === undefined) return;
  for (const line of ids(full, "reconciled_line_ids")) env.set("account.move.line", line, { full_reconcile_id: null });
  for (const partial of ids(full, "partial_reconcile_ids")) {
    env.set("account.partial.reconcile", partial, { full_reconcile_id: null });
  }
  env.db.remove("account.full.reconcile", fullId);
}
