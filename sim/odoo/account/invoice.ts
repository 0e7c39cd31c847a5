/**
 * The entries of an invoice: product lines give tax lines and the receivable line. Amounts of tax lines written by hand
 * stay until a product line changes; then everything is worked out again.
 */
import { amount, round, sum, ZERO, type Amount } from "../amounts.ts";
import { userError } from "../errors.ts";
import { create, unlink } from "../orm/crud.ts";
import type { Environment } from "../orm/environment.ts";
import { ids, num, ref, str, type Row } from "../orm/row.ts";
import { documentAmounts, lineAmounts, type LineAmounts, type TaxedLine } from "../taxes.ts";
import { currencyDigits, roundingFor, taxedLine, taxesOf, toCompany } from "./document-taxes.ts";

/** What a journal item is for, on both versions (19 shows it as display_type). */
export type LineKind = "product" | "tax" | "term" | "note" | "entry";

export function isInvoice(move: Row): boolean {
  const type = str(move, "move_type");
  return type === "out_invoice" || type === "out_refund";
}

/** Revenue is credit on an invoice, debit on a credit note. */
function signOf(move: Row): number {
  return str(move, "move_type") === "out_refund" ? 1 : -1;
}

export function linesOfKind(env: Environment, moveId: number, kind: LineKind): Row[] {
  return env.by("account.move.line", "move_id", moveId).filter((line) => str(line, "kind") === kind);
}

export function refreshInvoiceLater(env: Environment, moveId: number): void {
  env.later(`invoice ${moveId}`, () => refreshInvoice(env, moveId));
}

/** After an amount was written by hand: 19 lets the receivable line follow, 14 wants both written. */
export function balanceLater(env: Environment, moveId: number): void {
  env.later(`balance ${moveId}`, () => (env.version === 19 ? balance(env, moveId) : refreshTotals(env, moveId)));
}

function refreshInvoice(env: Environment, moveId: number): void {
  const move = env.find("account.move", moveId);
  if (move === undefined || !isInvoice(move)) return;
  const currency = num(move, "currency_id");
  const rounding = roundingFor(env, currency);
  const lines = linesOfKind(env, moveId, "product");
  const taxed = lines.map((line) => taxedLine(env, line, { quantity: "quantity", taxes: "tax_ids" }, currency));
  const alone = taxed.map((line) => lineAmounts(line, rounding));
  const amounts = env.version === 19 ? documentAmounts(taxed, rounding) : alone;
  for (const [at, line] of lines.entries()) {
    const own = amounts[at] as LineAmounts;
    const shown = alone[at] as LineAmounts;
    env.set("account.move.line", line.id, {
      price_subtotal: shown.untaxed.toNumber(),
      price_total: shown.total.toNumber(),
      ...entry(env, move, own.untaxed.plus(own.delta).times(signOf(move))),
    });
  }
  refreshTaxLines(env, move, amounts);
  balance(env, moveId);
}

/** Amount in the document's currency with its company amounts. */
export function entry(env: Environment, move: Row, value: Amount): Readonly<Record<string, number>> {
  const inCurrency = value.toNumber();
  const own = toCompany(env, num(move, "currency_id"), inCurrency);
  return {
    amount_currency: plain(inCurrency),
    balance: plain(own),
    debit: Math.max(own, 0),
    credit: plain(Math.max(-own, 0)),
  };
}

/** Minus zero would be sent as it is. */
function plain(value: number): number {
  return value === 0 ? 0 : value;
}

function refreshTaxLines(env: Environment, move: Row, amounts: readonly LineAmounts[]): void {
  /** `taxed`: the taxes that are computed on this one. */
  const totals = new Map<number, { tax: Amount; base: Amount; exact: Amount; taxed: Set<number> }>();
  for (const line of amounts) {
    for (const [at, { tax, amount: value, base, exact }] of line.taxes.entries()) {
      const so = totals.get(tax.id) ?? { tax: ZERO, base: ZERO, exact: ZERO, taxed: new Set<number>() };
      const after = tax.includeBase ? line.taxes.slice(at + 1).filter((next) => next.tax.baseAffected) : [];
      for (const next of after) so.taxed.add(next.tax.id);
      const sums = { tax: so.tax.plus(value), base: so.base.plus(base), exact: so.exact.plus(exact) };
      totals.set(tax.id, { ...sums, taxed: so.taxed });
    }
  }
  const digits = currencyDigits(env, num(move, "currency_id"));
  const globally = roundingFor(env, num(move, "currency_id")).method === "round_globally";
  const existing = new Map(linesOfKind(env, move.id, "tax").map((line) => [num(line, "tax_line_id"), line]));
  for (const [taxId, total] of totals) {
    const value = env.version === 14 && globally ? round(total.exact, digits) : total.tax;
    const values = {
      ...entry(env, move, value.times(signOf(move))),
      tax_base_amount: plain(total.base.times(env.version === 19 ? signOf(move) : 1).toNumber()),
    };
    const line = existing.get(taxId);
    existing.delete(taxId);
    if (value.isZero()) {
      if (line !== undefined) unlink(env, "account.move.line", [line.id]);
    } else {
      const made = line ?? addTaxLine(env, move, taxId, values);
      env.set("account.move.line", made.id, { ...values, tax_ids: [...total.taxed] });
    }
  }
  unlink(
    env,
    "account.move.line",
    [...existing.values()].map((line) => line.id),
  );
}

function addTaxLine(env: Environment, move: Row, taxId: number, values: Readonly<Record<string, number>>): Row {
  const tax = env.row("account.tax", taxId);
  return addLine(env, move, "tax", {
    ...values,
    name: str(tax, env.version === 19 ? "name" : "description") || str(tax, "name"),
    tax_line_id: taxId,
    account_id: accountOf(env, "tax"),
    sequence: env.version === 19 ? 10_000 : 10,
    quantity: systemQuantity(env),
  });
}

/** Lines that nobody has ordered show no quantity on 19, one piece on 14. */
function systemQuantity(env: Environment): number {
  return env.version === 19 ? 0 : 1;
}

/** The receivable line is called after what the customer pays by. */
export function termName(env: Environment, move: Row): string | null {
  const [own, payment] = [str(move, "ref"), str(move, "payment_reference")];
  if (payment === "") return env.version === 14 ? "" : null;
  return env.version === 14 || own === "" || own === payment ? payment : `${own} - ${payment}`;
}

export function accountOf(env: Environment, purpose: "receivable" | "tax" | "income" | "outstanding"): number {
  const row = env.oneBy("account.account", "purpose", purpose);
  if (row === undefined) throw new Error(`no account for ${purpose}`);
  return row.id;
}

/** A journal item made by the system, past the checks for items made by people. */
export function addLine(env: Environment, move: Row, kind: LineKind, values: Readonly<Record<string, unknown>>): Row {
  const { amount_currency: a, balance: b, debit: d, credit: c, tax_base_amount: base, name, ...given } = values;
  const line = create(env.withContext({ line_kind: kind }), "account.move.line", { ...given, move_id: move.id });
  return env.set("account.move.line", line.id, {
    amount_currency: a ?? 0,
    balance: b ?? 0,
    debit: d ?? 0,
    credit: c ?? 0,
    tax_base_amount: base ?? 0,
    name,
  });
}

/** Lets the receivable line take what the others leave; then the totals. */
function balance(env: Environment, moveId: number): void {
  const move = env.find("account.move", moveId);
  if (move === undefined) return;
  if (isInvoice(move)) {
    const own = env.by("account.move.line", "move_id", moveId);
    const others = own.filter((line) => str(line, "kind") !== "term");
    const inCurrency = sum(others.map((line) => amount(num(line, "amount_currency")))).negated();
    const inCompany = sum(others.map((line) => amount(num(line, "balance")))).negated();
    setTermLine(env, move, inCurrency, inCompany);
  }
  refreshTotals(env, moveId);
}

function setTermLine(env: Environment, move: Row, inCurrency: Amount, inCompany: Amount): void {
  const own = plain(inCompany.toNumber());
  const values = {
    amount_currency: plain(inCurrency.toNumber()),
    balance: own,
    debit: plain(Math.max(own, 0)),
    credit: plain(Math.max(-own, 0)),
  };
  const lines = linesOfKind(env, move.id, "term");
  const line = lines[0];
  if (line !== undefined) env.set("account.move.line", line.id, values);
  else if (linesOfKind(env, move.id, "product").length > 0) {
    addLine(env, move, "term", {
      ...values,
      name: termName(env, move),
      account_id: accountOf(env, "receivable"),
      sequence: env.version === 19 ? 12_000 : 10,
      quantity: systemQuantity(env),
      date_maturity: str(move, "invoice_date_due") || str(move, "date"),
    });
  }
}

export function refreshTotals(env: Environment, moveId: number): void {
  const move = env.find("account.move", moveId);
  if (move === undefined) return;
  if (env.version === 14 && isInvoice(move)) priceSystemLines(env, move);
  const total = (kind: LineKind) =>
    sum(linesOfKind(env, moveId, kind).map((line) => amount(num(line, "amount_currency"))));
  if (!isInvoice(move)) {
    const debits = env.by("account.move.line", "move_id", moveId).map((line) => amount(num(line, "debit")));
    env.set("account.move", moveId, { amount_total: sum(debits).toNumber() });
    return;
  }
  const sign = signOf(move);
  const [untaxed, tax] = [total("product").times(sign), total("tax").times(sign)];
  env.set("account.move", moveId, {
    amount_untaxed: plain(untaxed.toNumber()),
    amount_tax: plain(tax.toNumber()),
    amount_total: plain(untaxed.plus(tax).toNumber()),
  });
}

/** 14 shows tax and receivable lines as if they were priced: as the customer sees their amounts. */
function priceSystemLines(env: Environment, move: Row): void {
  for (const line of [...linesOfKind(env, move.id, "tax"), ...linesOfKind(env, move.id, "term")]) {
    const shown = plain(num(line, "amount_currency") * signOf(move));
    const taxes = taxesOf(env, ids(line, "tax_ids"));
    const priced: TaxedLine = { quantity: 1, priceUnit: shown, discount: 0, taxes, manual: null };
    const { total } = lineAmounts(priced, roundingFor(env, num(move, "currency_id")));
    env.set("account.move.line", line.id, { price_unit: shown, price_subtotal: shown, price_total: total.toNumber() });
  }
}

/** 14 takes what is written as it is, but only balanced. */
export function checkBalanced(env: Environment, moveId: number): void {
  const lines = env.by("account.move.line", "move_id", moveId);
  const difference = sum(lines.map((line) => amount(num(line, "balance"))));
  if (difference.isZero()) return;
  throw userError(
    `Cannot create unbalanced journal entry. Ids: [${moveId}]\n` +
      `Differences debit - credit: [${difference.toNumber()}]`,
  );
}

/** Receivable lines of a move, posted or not. */
export function receivableLines(env: Environment, moveId: number): Row[] {
  const account = accountOf(env, "receivable");
  return env.by("account.move.line", "move_id", moveId).filter((line) => ref(line, "account_id") === account);
}
