/**
 * Customers and their addresses. A customer is found by external id, else by its exact e-mail (the oldest contact without a
 * parent: every run comes to the same one), so that one who exists is used and not doubled. Odoo offers no way to give an
 * existing record an external id without rights on `ir.model.data`: the answer carries the id under the asked external id, and
 * the session's book remembers it for the actions that follow.
 */
import type { ErpPartner } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { idIn, linkIn, textIn, type Row } from "./decode.ts";
import { decodedRows, readPlaces, type Places } from "./reference-data.ts";
import { findByExternalId } from "./references.ts";
import { anyOf, type Domain, type OdooSession } from "./session.ts";

const PARTNER_FIELDS = ["email_normalized", "parent_id", "street", "street2", "city", "zip", "country_id"];

export interface PartnerSearch {
  readonly orderId: string;
  /** The customer's first, then those of its addresses. */
  readonly externalIds: readonly string[];
  /** Normalised; "" when there is none. */
  readonly email: string;
}

interface FoundPartner {
  readonly id: number;
  readonly parentId: number | null;
  readonly email: string;
  readonly externalId: string | null;
  readonly row: Row;
}

/** By the shop's order id: those of the asked that exist, under the asked external ids. */
export async function findPartners(
  session: OdooSession,
  searches: readonly PartnerSearch[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, ReadonlyMap<string, ErpPartner>>>> {
  const places = await readPlaces(session, call);
  if (!places.ok) return places;
  const roots = await findCustomers(session, searches, call);
  if (!roots.ok) return roots;
  const customerIds = [...new Set([...roots.value.values()].map(({ id }) => id))];
  const children =
    customerIds.length === 0 ? ok([]) : await readPartners(session, [["parent_id", "in", customerIds]], call);
  if (!children.ok) return children;
  return ok(
    new Map(
      searches.map((search) => {
        const [customerXid = "", ...addressXids] = search.externalIds;
        for (const externalId of search.externalIds) session.book.delete(externalId);
        const customer = roots.value.get(customerXid);
        if (!customer) return [search.orderId, new Map<string, ErpPartner>()];
        const found = [[customerXid, customer] as const, ...addressesOf(customer, addressXids, children.value)];
        return [
          search.orderId,
          new Map(
            found.map(([externalId, partner]) => [externalId, erpPartner(session, externalId, partner, places.value)]),
          ),
        ];
      }),
    ),
  );
}

function addressesOf(
  customer: FoundPartner,
  externalIds: readonly string[],
  children: readonly FoundPartner[],
): readonly (readonly [string, FoundPartner])[] {
  return externalIds.flatMap((externalId) => {
    const found = children.find((child) => child.parentId === customer.id && child.externalId === externalId);
    return found ? [[externalId, found] as const] : [];
  });
}

/** By the customer's external id. */
async function findCustomers(
  session: OdooSession,
  searches: readonly PartnerSearch[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, FoundPartner>>> {
  const asked = searches.filter((search) => search.externalIds.length > 0);
  const emails = [...new Set(asked.map((search) => search.email).filter((email) => email !== ""))];
  const booked = asked.map((search) => session.book.get(search.externalIds[0] ?? "")).filter((id) => id !== undefined);
  const conditions: Domain[] = [];
  if (emails.length > 0)
    conditions.push([
      ["email_normalized", "in", emails],
      ["parent_id", "=", false],
    ]);
  if (booked.length > 0) conditions.push([["id", "in", booked]]);
  const near = conditions.length === 0 ? ok([]) : await readPartners(session, anyOf(conditions), call);
  if (!near.ok) return near;
  const found = new Map<string, FoundPartner>();
  const open: string[] = [];
  for (const { externalIds, email } of asked) {
    const [externalId = ""] = externalIds;
    const own = near.value.find((partner) => partner.externalId === externalId) ?? byEmail(near.value, email);
    if (own) found.set(externalId, own);
    else open.push(externalId);
  }
  // The e-mail may have been corrected in Odoo since.
  const elsewhere = await findByExternalId(session, "res.partner", [...new Set(open)], call);
  if (!elsewhere.ok) return elsewhere;
  if (elsewhere.value.size === 0) return ok(found);
  const moved = await readPartners(session, [["id", "in", [...elsewhere.value.values()]]], call);
  if (!moved.ok) return moved;
  for (const [externalId, id] of elsewhere.value) {
    const partner = moved.value.find((candidate) => candidate.id === id);
    if (partner) found.set(externalId, partner);
  }
  return ok(found);
}

function byEmail(partners: readonly FoundPartner[], email: string): FoundPartner | undefined {
  // Rows come by id: the first is the oldest.
  return email === "" ? undefined : partners.find((partner) => partner.parentId === null && partner.email === email);
}

async function readPartners(
  session: OdooSession,
  domain: Domain,
  call: CallContext,
): Promise<Result<readonly FoundPartner[]>> {
  const rows = await session.searchRead("res.partner", domain, PARTNER_FIELDS, call, { order: "id" });
  const partners = decodedRows(session, "res.partner", rows, (all) =>
    all.map((row) => ({
      id: idIn(row),
      parentId: linkIn(row, "parent_id"),
      email: textIn(row, "email_normalized"),
      row,
    })),
  );
  if (!partners.ok) return partners;
  const externalIds = await session.externalIds(
    "res.partner",
    partners.value.map(({ id }) => id),
    call,
  );
  if (!externalIds.ok) return externalIds;
  return ok(partners.value.map((partner) => ({ ...partner, externalId: externalIds.value.get(partner.id) ?? null })));
}

function erpPartner(session: OdooSession, externalId: string, { id, row }: FoundPartner, places: Places): ErpPartner {
  session.book.set(externalId, id);
  const countryId = linkIn(row, "country_id");
  return {
    id,
    externalId,
    place: {
      street: textIn(row, "street"),
      street2: textIn(row, "street2"),
      city: textIn(row, "city"),
      zip: textIn(row, "zip"),
      countryCode: (countryId === null ? undefined : places.codeByCountry.get(countryId)) ?? "",
    },
  };
}
