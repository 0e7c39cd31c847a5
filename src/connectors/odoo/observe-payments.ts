/**
 * Payments of an order: the hub's own by external id, and one that a person registered by hand with the order's number as
 * its memo for the same customer (its external id is null). Another shop's payment of the same number is neither.
 */
import { EXTERNAL_MODULE } from "../../core/order/external-ids.ts";
import type { ErpPayment } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { moneyText } from "./amounts.ts";
import { flagIn, idIn, linkIn, linksIn, numberIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { decodedRows, type Currency } from "./reference-data.ts";
import { anyOf, literal, type Domain, type OdooSession } from "./session.ts";

export interface PaymentSearch {
  readonly orderId: string;
  readonly externalIds: readonly string[];
  readonly knownPaymentIds: readonly number[];
  readonly reference: string;
  /** Partners whose payments may be this order's; empty: there is no order yet. */
  readonly partnerIds: readonly number[];
}

export interface FoundPayment {
  readonly id: number;
  readonly externalId: string | null;
  readonly memo: string;
  readonly partnerId: number | null;
  readonly row: Row;
}

export async function findPayments(
  session: OdooSession,
  dialect: Dialect,
  searches: readonly PaymentSearch[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, readonly FoundPayment[]>>> {
  const known = searches
    .flatMap((search) => [...search.knownPaymentIds, ...search.externalIds.map((id) => session.book.get(id))])
    .filter((id) => id !== undefined);
  const withOrder = searches.filter((search) => search.partnerIds.length > 0 && search.reference !== "");
  const conditions: Domain[] = known.length === 0 ? [] : [[["id", "in", known]]];
  if (withOrder.length > 0) {
    const partners = [...new Set(withOrder.flatMap((search) => search.partnerIds))];
    const memos = anyOf(withOrder.map((search) => [[dialect.paymentMemo, "=like", `${literal(search.reference)}%`]]));
    const together = ["&", ["partner_id", "in", partners], ...memos];
    const rows = await readPayments(
      session,
      dialect,
      conditions.length === 0 ? together : ["|", ["id", "in", known], ...together],
      call,
    );
    return rows.ok ? ok(assign(session, searches, rows.value)) : rows;
  }
  if (conditions.length === 0) return ok(new Map());
  const rows = await readPayments(session, dialect, anyOf(conditions), call);
  return rows.ok ? ok(assign(session, searches, rows.value)) : rows;
}

async function readPayments(
  session: OdooSession,
  dialect: Dialect,
  domain: Domain,
  call: CallContext,
): Promise<Result<readonly FoundPayment[]>> {
  const tied = dialect.paymentInvoices ? ["invoice_ids"] : [];
  const fields = [
    "name",
    "state",
    "payment_type",
    "amount",
    "currency_id",
    "partner_id",
    dialect.paymentMemo,
    "is_reconciled",
    "move_id",
    ...tied,
  ];
  const rows = await session.searchRead("account.payment", domain, fields, call, { order: "id" });
  const payments = decodedRows(session, "account.payment", rows, (all) =>
    all.map((row) => ({
      id: idIn(row),
      memo: textIn(row, dialect.paymentMemo),
      partnerId: linkIn(row, "partner_id"),
      row,
    })),
  );
  if (!payments.ok) return payments;
  const externalIds = await session.externalIds(
    "account.payment",
    payments.value.map(({ id }) => id),
    call,
  );
  if (!externalIds.ok) return externalIds;
  return ok(payments.value.map((payment) => ({ ...payment, externalId: externalIds.value.get(payment.id) ?? null })));
}

function assign(
  session: OdooSession,
  searches: readonly PaymentSearch[],
  found: readonly FoundPayment[],
): ReadonlyMap<string, readonly FoundPayment[]> {
  return new Map(
    searches.map((search) => {
      const wanted = new Set(search.externalIds);
      const own = found.filter(({ externalId }) => externalId !== null && wanted.has(externalId));
      for (const { externalId, id } of own) if (externalId !== null) session.book.set(externalId, id);
      const others = found.filter((payment) => !own.includes(payment) && belongs(payment, search));
      return [search.orderId, [...own, ...others]];
    }),
  );
}

function belongs(payment: FoundPayment, search: PaymentSearch): boolean {
  // Another order's, maybe another shop's.
  if (payment.externalId?.startsWith(`${EXTERNAL_MODULE}.`) === true) return false;
  if (search.knownPaymentIds.includes(payment.id)) return true;
  const sameMemo = payment.memo === search.reference || payment.memo.startsWith(`${search.reference} `);
  return sameMemo && payment.partnerId !== null && search.partnerIds.includes(payment.partnerId);
}

export function paymentState(state: string): ErpPayment["state"] {
  if (state === "draft") return "draft";
  return ["posted", "in_process", "paid", "sent", "reconciled"].includes(state) ? "posted" : "cancel";
}

export function erpPayment(
  { id, externalId, memo, row }: FoundPayment,
  dialect: Dialect,
  currency: Currency,
): ErpPayment {
  const state = textIn(row, "state");
  const hasEntry = linkIn(row, "move_id") !== null;
  const tied = dialect.paymentInvoices && linksIn(row, "invoice_ids").length > 0;
  return {
    id,
    externalId,
    direction: textIn(row, "payment_type") === "outbound" ? "out" : "in",
    name: textIn(row, "name"),
    state: paymentState(state),
    amount: moneyText(numberIn(row, "amount"), currency.digits),
    currency: currency.code,
    memo,
    // Without a journal entry there is nothing to reconcile: being tied to its invoice is all that can be.
    reconciled: hasEntry ? flagIn(row, "is_reconciled") : tied && state !== "draft",
  };
}
