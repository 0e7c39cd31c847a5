/**
 * Creates the draft order of a document, or brings an existing draft to it, through `load`: order and lines by external id in
 * one transaction. An order that is more than a draft is never loaded: Odoo would write to it.
 */
import type { OrderDocument } from "../../../core/order/erp-documents.ts";
import { failure } from "../../../core/failures.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, loadAll, oneByOne, step, troubleIn, type Outcomes } from "../batch.ts";
import { idIn, linkIn, textIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { lineExternalIds, orderRows, orderTable, type OrderEncoding } from "../order-rows.ts";
import {
  decodedRows,
  readCompany,
  readCurrencies,
  readPricelists,
  readTaxes,
  type Company,
  type Currency,
  type Pricelist,
  type Tax,
} from "../reference-data.ts";
import { findByExternalId } from "../references.ts";
import { anyOf, type OdooSession } from "../session.ts";
import { partnerIds, partnerMissing, type ActionOf } from "./action.ts";

type Action = ActionOf<"order.create">;

export async function createOrders(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const sources = await readSources(session, actions, call);
  if (!sources.ok) return allOf(actions, sources);
  const drafts = await existing(session, actions, call);
  if (!drafts.ok) return allOf(actions, drafts);
  const outcomes: Outcomes<Action> = new Map();
  const encodings = new Map<Action, OrderEncoding>();
  for (const action of actions) {
    const found = drafts.value.get(action.document.externalId);
    const encoding = found?.state === "settled" ? null : encodingOf(action.document, sources.value);
    if (encoding === null) outcomes.set(action, ok(undefined));
    else if (!encoding.ok) outcomes.set(action, encoding);
    else {
      outcomes.set(action, ok(undefined));
      encodings.set(action, encoding.value);
    }
  }
  const wanted = [...encodings.keys()];
  const own: Outcomes<Action> = new Map(wanted.map((action) => [action, ok(undefined)]));
  const { dialect } = sources.value;
  await step(own, (items) => {
    const lines = items.flatMap((action) => {
      const encoding = encodings.get(action);
      return encoding === undefined
        ? []
        : action.document.lines.flatMap((line) => lineExternalIds(line, encoding, dialect));
    });
    return removeForeignLines(session, items, { drafts: drafts.value, wanted: new Set(lines) }, call);
  });
  await step(own, (items) => loadOrders(session, dialect, items, encodings, call));
  await forgiveTheBeaten(session, own, drafts.value, call);
  for (const [action, outcome] of own) outcomes.set(action, outcome);
  return outcomes;
}

/** Another process made the order in the meantime: whether it is as wanted shows when it is read back. */
async function forgiveTheBeaten(
  session: OdooSession,
  outcomes: Outcomes<Action>,
  drafts: ReadonlyMap<string, Existing>,
  call: CallContext,
): Promise<void> {
  const beaten = [...outcomes].flatMap(([action, outcome]) => {
    const lost = !outcome.ok && outcome.failure.code === "ODOO_CONCURRENT";
    return lost && !drafts.has(action.document.externalId) ? [action] : [];
  });
  const externalIds = beaten.map((action) => action.document.externalId);
  const found = await findByExternalId(session, "sale.order", externalIds, call);
  if (!found.ok) return;
  for (const action of beaten) if (found.value.has(action.document.externalId)) outcomes.set(action, ok(undefined));
}

async function loadOrders(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  encodings: ReadonlyMap<Action, OrderEncoding>,
  call: CallContext,
): Promise<Outcomes<Action>> {
  const outcomes: Outcomes<Action> = new Map();
  // A column that is sent empty clears a default that leaving it out would apply: only orders with the same columns go together.
  const encoded = (action: Action): OrderEncoding => {
    const found = encodings.get(action);
    if (!found) throw new Error(`no encoding for ${action.document.externalId}`);
    return found;
  };
  const groups = Map.groupBy(actions, (action) =>
    JSON.stringify([orderTable(encoded(action), dialect), action.document.companyId]),
  );
  for (const items of groups.values()) {
    const [first] = items;
    if (!first) continue;
    const { companyId } = first.document;
    const table = {
      model: "sale.order",
      fields: orderTable(encoded(first), dialect),
      rowsOf: (action: Action) => orderRows(encoded(action), dialect),
      context: companyId === null ? {} : { allowed_company_ids: [companyId] },
    };
    const trouble = troubleIn(outcomes);
    if (trouble) {
      for (const action of items) outcomes.set(action, trouble);
      continue;
    }
    const loaded = await loadAll(session, table, items, call);
    for (const [action, id] of loaded.ids) session.book.set(action.document.externalId, id);
    for (const [action, outcome] of loaded.outcomes) outcomes.set(action, outcome);
  }
  return outcomes;
}

interface Existing {
  readonly id: number;
  /** `settled`: confirmed or cancelled, not ours to write any more. */
  readonly state: "draft" | "settled";
}

/** Orders of these documents that are there already, by external id. */
async function existing(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, Existing>>> {
  const references = actions.map(({ document }) => document.reference);
  const booked = actions.map(({ document }) => session.book.get(document.externalId)).filter((id) => id !== undefined);
  const domain = anyOf([[["client_order_ref", "in", references]], [["id", "in", booked]]]);
  const rows = await session.searchRead("sale.order", domain, ["state"], call);
  if (!rows.ok) return rows;
  const externalIds = await session.externalIds("sale.order", rows.value.map(idIn), call);
  if (!externalIds.ok) return externalIds;
  return decodedRows(session, "sale.order", rows, (all) => {
    const found = all.flatMap((row) => {
      const externalId = externalIds.value.get(idIn(row));
      const state = ["draft", "sent"].includes(textIn(row, "state")) ? ("draft" as const) : ("settled" as const);
      return externalId === undefined ? [] : [[externalId, { id: idIn(row), state }] as const];
    });
    return new Map(found);
  });
}

/** Lines of a draft that the document does not have (any more), the second half of one that is whole again among them. */
async function removeForeignLines(
  session: OdooSession,
  actions: readonly Action[],
  { drafts, wanted }: { readonly drafts: ReadonlyMap<string, Existing>; readonly wanted: ReadonlySet<string> },
  call: CallContext,
): Promise<Outcomes<Action>> {
  const there = actions.filter(({ document }) => drafts.has(document.externalId));
  const outcomes = allOf(actions, ok(undefined));
  if (there.length === 0) return outcomes;
  const ids = there.map(({ document }) => drafts.get(document.externalId)?.id ?? 0);
  const rows = await session.searchRead("sale.order.line", [["order_id", "in", ids]], ["order_id"], call);
  if (!rows.ok) return allOf(actions, rows);
  const externalIds = await session.externalIds("sale.order.line", rows.value.map(idIn), call);
  if (!externalIds.ok) return allOf(actions, externalIds);
  const unwanted = rows.value.filter((row) => !wanted.has(externalIds.value.get(idIn(row)) ?? ""));
  const removals = there.flatMap((action) => {
    const orderId = drafts.get(action.document.externalId)?.id ?? 0;
    const lines = unwanted.filter((row) => linkIn(row, "order_id") === orderId).map(idIn);
    return lines.length === 0 ? [] : [{ action, orderId, lines }];
  });
  const removed = await oneByOne(removals, ({ orderId, lines }) => {
    const vals = { order_line: lines.map((id) => [2, id, 0]) };
    return session.write("sale.order", "write", { ids: [orderId], args: { vals } }, call);
  });
  for (const [{ action }, outcome] of removed) outcomes.set(action, outcome);
  return outcomes;
}

interface Sources {
  readonly dialect: Dialect;
  readonly partners: ReadonlyMap<string, number>;
  readonly currencies: ReadonlyMap<number, Currency>;
  readonly pricelists: readonly Pricelist[];
  readonly companies: ReadonlyMap<number | null, Company>;
  readonly taxes: ReadonlyMap<number, Tax>;
}

async function readSources(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<Sources>> {
  const documents = actions.map(({ document }) => document);
  const dialect = await session.dialect(call);
  if (!dialect.ok) return dialect;
  const externalIds = documents.flatMap((document) => [
    document.partnerExternalId,
    document.invoicePartnerExternalId,
    document.deliveryPartnerExternalId,
  ]);
  const partners = await partnerIds(session, externalIds, call);
  if (!partners.ok) return partners;
  const currencies = await readCurrencies(session, call);
  if (!currencies.ok) return currencies;
  const companies = new Map<number | null, Company>();
  for (const companyId of new Set(documents.map((document) => document.companyId))) {
    const company = await readCompany(session, companyId, call);
    if (!company.ok) return company;
    companies.set(companyId, company.value);
  }
  const pricelists = await readPricelists(session, call);
  if (!pricelists.ok) return pricelists;
  const taxes = await readTaxes(
    session,
    documents.flatMap(({ lines }) => lines.flatMap((line) => line.taxes.map((tax) => tax.taxId))),
    call,
  );
  if (!taxes.ok) return taxes;
  return ok({
    dialect: dialect.value,
    partners: partners.value,
    currencies: currencies.value,
    companies,
    pricelists: pricelists.value,
    taxes: taxes.value,
  });
}

function encodingOf(document: OrderDocument, sources: Sources): Result<OrderEncoding> {
  const { partners, taxes, companies, pricelists } = sources;
  const ids = [document.partnerExternalId, document.invoicePartnerExternalId, document.deliveryPartnerExternalId].map(
    (externalId) => partners.get(externalId),
  );
  const [partnerId, invoicePartnerId, deliveryPartnerId] = ids;
  if (partnerId === undefined || invoicePartnerId === undefined || deliveryPartnerId === undefined) {
    return partnerMissing(
      [document.partnerExternalId, document.invoicePartnerExternalId, document.deliveryPartnerExternalId][
        ids.indexOf(undefined)
      ] ?? "",
    );
  }
  const company = companies.get(document.companyId);
  const currency = [...sources.currencies.values()].find(({ code }) => code === document.currency);
  const unknown = fail(failure("CURRENCY_UNKNOWN", { order: document.reference, currency: document.currency }));
  if (!company || !currency) return unknown;
  const own = pricelists.filter((list) => list.currencyId === currency.id);
  const pricelist =
    own.find((list) => list.companyId === company.id) ?? own.find((list) => list.companyId === null) ?? null;
  // Without price lists an order is in the company's currency.
  if (pricelist === null && currency.id !== company.currencyId) return unknown;
  return ok({
    document,
    partnerId,
    invoicePartnerId,
    deliveryPartnerId,
    currency,
    pricelistId: pricelist?.id ?? null,
    taxes,
  });
}
