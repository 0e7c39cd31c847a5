/**
 * Everything about a batch of orders that stands in Odoo, in about a dozen calls however many orders there are. Nothing is
 * kept between observations except which record each external id was seen on.
 */
import { chunks } from "../../core/chunks.ts";
import type {
  ErpDelivery,
  ErpInvoice,
  ErpMove,
  ErpOrderDocuments,
  ErpPartner,
  ErpProduct,
} from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ErpOrderQuery } from "../../core/ports/erp.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { failure } from "../../core/failures.ts";
import { idIn, linkIn, linksIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { readDeliveries } from "./deliveries.ts";
import { movesOf, readOutgoing } from "./moves.ts";
import { erpInvoice, readInvoices, readMoveLines, type FoundInvoice } from "./observe-invoices.ts";
import { erpOrder, findOrders, readOrderLines, type FoundLine, type FoundOrder } from "./observe-orders.ts";
import { erpPayment, findPayments, type FoundPayment } from "./observe-payments.ts";
import { findPartners } from "./partners.ts";
import { findProducts } from "./products.ts";
import { decodedRows, readCurrencies, type Currency } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";

/** Orders of one observation; more are observed in turns. */
export const OBSERVED_ORDERS_MAX = 40;

type Documents = ReadonlyMap<string, Result<ErpOrderDocuments>>;

export async function observeOrders(
  session: OdooSession,
  queries: readonly ErpOrderQuery[],
  call: CallContext,
): Promise<Documents> {
  const all = new Map<string, Result<ErpOrderDocuments>>();
  for (const part of chunks(queries, OBSERVED_ORDERS_MAX)) {
    const found = await observe(session, part, call);
    for (const { orderId } of part) all.set(orderId, found.ok ? present(session, orderId, found.value) : found);
  }
  return all;
}

function present(
  session: OdooSession,
  orderId: string,
  found: ReadonlyMap<string, ErpOrderDocuments>,
): Result<ErpOrderDocuments> {
  const documents = found.get(orderId);
  if (documents) return ok(documents);
  const { connection } = session;
  return fail(
    failure(
      "CONNECTION_BROKEN_ANSWER",
      { connection, what: "an order in a currency that it does not list" },
      { connection },
    ),
  );
}

/** All that was read for the orders of one batch. */
interface Found {
  readonly dialect: Dialect;
  readonly currencies: ReadonlyMap<number, Currency>;
  readonly orders: ReadonlyMap<string, FoundOrder>;
  readonly lines: readonly FoundLine[];
  readonly invoices: ReadonlyMap<number, FoundInvoice>;
  readonly payments: ReadonlyMap<string, readonly FoundPayment[]>;
  readonly moves: ReadonlyMap<number, readonly ErpMove[]>;
  readonly deliveries: ReadonlyMap<number, readonly ErpDelivery[]>;
  readonly partners: ReadonlyMap<string, ReadonlyMap<string, ErpPartner>>;
  readonly products: ReadonlyMap<string, readonly ErpProduct[]>;
}

async function observe(
  session: OdooSession,
  queries: readonly ErpOrderQuery[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, ErpOrderDocuments>>> {
  const books = await readBooks(session, queries, call);
  if (!books.ok) return books;
  const orderIds = [...books.value.orders.values()].map(({ id }) => id);
  const outgoing = await readOutgoing(session, orderIds, call);
  if (!outgoing.ok) return outgoing;
  const moves = await movesOf(session, outgoing.value, call);
  if (!moves.ok) return moves;
  const deliveries = await readDeliveries(session, outgoing.value, books.value.lines, call);
  if (!deliveries.ok) return deliveries;
  const searches = queries.map(({ orderId, partnerExternalIds: externalIds, email }) => ({
    orderId,
    externalIds,
    email,
  }));
  const partners = await findPartners(session, searches, call);
  if (!partners.ok) return partners;
  const products = await findProducts(
    session,
    { skus: [...new Set(queries.flatMap((query) => query.skus))], barcodes: [] },
    call,
  );
  if (!products.ok) return products;
  const goods = { moves: moves.value, deliveries: deliveries.value };
  const found: Found = { ...books.value, ...goods, partners: partners.value, products: products.value.bySku };
  return ok(
    new Map(
      queries.flatMap((query) => {
        const documents = documentsOf(query, found);
        return documents === null ? [] : [[query.orderId, documents] as const];
      }),
    ),
  );
}

/** Orders, invoices and payments. */
async function readBooks(
  session: OdooSession,
  queries: readonly ErpOrderQuery[],
  call: CallContext,
): Promise<Result<Omit<Found, "moves" | "deliveries" | "partners" | "products">>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const orders = await findOrders(session, queries, call);
  if (!orders.ok) return orders;
  const orderIds = [...orders.value.values()].map(({ id }) => id);
  const lines = await readOrderLines(session, dialect.value, orderIds, call);
  if (!lines.ok) return lines;
  const read = { orders: orders.value, lines: lines.value, currencies: currencies.value };
  const invoices = await observeInvoices(session, dialect.value, { queries, ...read }, call);
  if (!invoices.ok) return invoices;
  const paidFor = { orders: orders.value, invoices: invoices.value };
  const payments = await observePayments(session, dialect.value, queries, paidFor, call);
  if (!payments.ok) return payments;
  return ok({ dialect: dialect.value, ...read, invoices: invoices.value, payments: payments.value });
}

/** Null when the order is in a currency that the server does not list. */
function documentsOf(query: ErpOrderQuery, found: Found): ErpOrderDocuments | null {
  const order = found.orders.get(query.orderId) ?? null;
  const currency = order ? found.currencies.get(linkIn(order.row, "currency_id") ?? 0) : null;
  if (currency === undefined) return null;
  const invoices = invoicesOf(query, order, found.invoices);
  const paid = found.payments.get(query.orderId) ?? [];
  const lines = found.lines.filter((line) => line.orderId === order?.id);
  return {
    order: order && currency ? erpOrder(order, lines, found.dialect, currency) : null,
    orderDeleted: query.knownOrderId !== null && order === null,
    invoices,
    invoiceDeleted: query.knownInvoiceId !== null && !invoices.some((invoice) => invoice.type === "out_invoice"),
    payments: paid.flatMap((payment) => {
      const paidIn = found.currencies.get(linkIn(payment.row, "currency_id") ?? 0);
      return paidIn ? [erpPayment(payment, found.dialect, paidIn)] : [];
    }),
    paymentDeleted: query.knownPaymentIds.some((id) => !paid.some((payment) => payment.id === id)),
    creditNoteDeleted: query.knownCreditNoteIds.some((id) => !invoices.some((note) => note.id === id)),
    moves: order ? (found.moves.get(order.id) ?? []) : [],
    deliveries: order ? (found.deliveries.get(order.id) ?? []) : [],
    partners: found.partners.get(query.orderId) ?? new Map(),
    products: new Map(query.skus.map((sku) => [sku, found.products.get(sku) ?? []])),
  };
}

interface InvoiceSources {
  readonly queries: readonly ErpOrderQuery[];
  readonly orders: ReadonlyMap<string, FoundOrder>;
  readonly lines: readonly FoundLine[];
  readonly currencies: ReadonlyMap<number, Currency>;
}

async function observeInvoices(
  session: OdooSession,
  dialect: Dialect,
  sources: InvoiceSources,
  call: CallContext,
): Promise<Result<ReadonlyMap<number, FoundInvoice>>> {
  const { queries, orders, lines, currencies } = sources;
  const linked = [...orders.values()].flatMap(({ row }) => linksIn(row, "invoice_ids"));
  const known = queries.flatMap((query) => [
    ...(query.knownInvoiceId === null ? [] : [query.knownInvoiceId]),
    ...query.knownCreditNoteIds,
  ]);
  const rows = await readInvoices(session, [...new Set([...linked, ...known])], call);
  if (!rows.ok) return rows;
  const moveLines = await readMoveLines(session, dialect, rows.value.map(idIn), call);
  if (!moveLines.ok) return moveLines;
  const notes = await noteExternalIds(session, rows, call);
  if (!notes.ok) return notes;
  const externalIds = { lines: new Map(lines.map((line) => [line.id, line.externalId])), notes: notes.value };
  return decodedRows(session, "account.move", rows, (all) => {
    const found = all.flatMap((row: Row) => {
      const currency = currencies.get(linkIn(row, "currency_id") ?? 0);
      return currency
        ? [
            erpInvoice(
              row,
              moveLines.value.filter((line) => line.moveId === idIn(row)),
              externalIds,
              currency,
            ),
          ]
        : [];
    });
    return new Map(found.map((entry) => [entry.invoice.id, entry]));
  });
}

/** Of credit notes; invoices have none of the hub's. */
async function noteExternalIds(
  session: OdooSession,
  rows: { readonly value: readonly Row[] },
  call: CallContext,
): Promise<Result<ReadonlyMap<number, string>>> {
  const notes = rows.value.filter((row) => textIn(row, "move_type") === "out_refund");
  return session.externalIds("account.move", notes.map(idIn), call);
}

/** The order's own with the credit notes that take them back; and those that links know, when nothing of the order leads there. */
function invoicesOf(
  query: ErpOrderQuery,
  order: FoundOrder | null,
  invoices: ReadonlyMap<number, FoundInvoice>,
): readonly ErpInvoice[] {
  const linked = order ? linksIn(order.row, "invoice_ids") : [];
  const known = query.knownInvoiceId === null ? [] : [query.knownInvoiceId];
  const ids = new Set([...linked, ...known, ...query.knownCreditNoteIds]);
  for (const { invoice } of invoices.values())
    if (invoice.reversedId !== null && ids.has(invoice.reversedId)) ids.add(invoice.id);
  return [...ids].toSorted((a, b) => a - b).flatMap((id) => invoices.get(id)?.invoice ?? []);
}

async function observePayments(
  session: OdooSession,
  dialect: Dialect,
  queries: readonly ErpOrderQuery[],
  { orders, invoices }: { orders: ReadonlyMap<string, FoundOrder>; invoices: ReadonlyMap<number, FoundInvoice> },
  call: CallContext,
): Promise<Result<ReadonlyMap<string, readonly FoundPayment[]>>> {
  const searches = queries.map((query) => {
    const order = orders.get(query.orderId);
    const commercial = order
      ? linksIn(order.row, "invoice_ids").map((id) => invoices.get(id)?.commercialPartnerId ?? null)
      : [];
    const partnerIds = [order ? linkIn(order.row, "partner_id") : null, ...commercial].filter((id) => id !== null);
    const { orderId, paymentExternalIds: externalIds, knownPaymentIds, reference } = query;
    return { orderId, externalIds, knownPaymentIds, reference, partnerIds };
  });
  return findPayments(session, dialect, searches, call);
}
