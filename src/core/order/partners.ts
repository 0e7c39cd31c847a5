/**
 * Whom an order is for: one customer partner by natural key (the shop's customer id, or a guest's e-mail), with contacts
 * below it for addresses that are not the customer's own. Every id is a hash of what it names, so eight first orders of
 * one guest, in any order or all at once, come to one customer and at most one contact for each distinct address.
 * A partner that exists is used as it is, never rewritten.
 */
import { normaliseEmail, normalisePhone, normaliseText, stableHash } from "../hash.ts";
import type { ErpPartner, PartnerDraft, PartnerPlace } from "./erp-documents.ts";
import { addressExternalId, customerExternalId, guestExternalId } from "./external-ids.ts";
import type { Address, ShopOrder } from "./shop-order.ts";

export interface OrderPartners {
  readonly customer: string;
  readonly invoice: string;
  readonly delivery: string;
  /** Everything that must exist for the order, the customer first. */
  readonly drafts: readonly PartnerDraft[];
}

/** Stands for an order whose checkout asked for neither name nor e-mail. */
const NAMELESS_GUEST = "Guest";

/** External ids that the order could need, for looking them up before it is known which it does. */
export function partnerCandidates(order: ShopOrder, connection: string): readonly string[] {
  const customer = customerOf(order, connection);
  const billing = addressExternalId(customer, addressHash(order.billing));
  const shipping = shippingOf(order);
  return shipping ? [customer, billing, addressExternalId(customer, addressHash(shipping))] : [customer, billing];
}

export function orderPartners(
  order: ShopOrder,
  connection: string,
  known: ReadonlyMap<string, ErpPartner>,
): OrderPartners {
  const customer = customerOf(order, connection);
  const drafts = [customerDraft(order, customer)];
  const { billing } = order;
  const place = known.get(customer)?.place;
  const livesElsewhere = place !== undefined && hasPlace(billing) && placeKey(place) !== placeKey(placeOf(billing));
  const invoice = livesElsewhere ? addressExternalId(customer, addressHash(billing)) : customer;
  if (livesElsewhere) drafts.push(contactDraft(billing, { customer, externalId: invoice, type: "invoice" }));
  const shipping = shippingOf(order);
  const delivery = shipping ? addressExternalId(customer, addressHash(shipping)) : invoice;
  if (shipping && delivery !== invoice) {
    drafts.push(contactDraft(shipping, { customer, externalId: delivery, type: "delivery" }));
  }
  return { customer, invoice, delivery, drafts };
}

function customerOf(order: ShopOrder, connection: string): string {
  if (order.customerId !== null) return customerExternalId(connection, order.customerId);
  const { billing } = order;
  const email = normaliseEmail(billing.email);
  if (email !== "") return guestExternalId(connection, stableHash(["email", email]));
  return guestExternalId(connection, stableHash(["address", addressHash(billing), normalisePhone(billing.phone)]));
}

/** The address goods go to, where it is another than the billing address. */
function shippingOf(order: ShopOrder): Address | null {
  const { billing, shipping } = order;
  if (!shipping || !hasPlace(shipping)) return null;
  // Checkouts leave out here what they asked for under billing: blanks are no difference.
  const named = shipping.firstName.trim() !== "" || shipping.lastName.trim() !== "" || shipping.company.trim() !== "";
  const filled: Address = {
    ...shipping,
    firstName: named ? shipping.firstName : billing.firstName,
    lastName: named ? shipping.lastName : billing.lastName,
    company: shipping.company,
  };
  const samePlace = placeKey(placeOf(filled)) === placeKey(placeOf(billing));
  const sameName = normaliseText(nameOf(filled)) === normaliseText(nameOf(billing));
  const otherCompany = filled.company.trim() !== "" && normaliseText(filled.company) !== normaliseText(billing.company);
  return samePlace && sameName && !otherCompany ? null : filled;
}

function hasPlace(address: Address): boolean {
  return [address.street, address.street2, address.city, address.postcode].some((part) => part.trim() !== "");
}

function placeOf(address: Address): PartnerPlace {
  return {
    street: address.street,
    street2: address.street2,
    city: address.city,
    zip: address.postcode,
    countryCode: address.country,
  };
}

function placeKey(place: PartnerPlace): string {
  const parts = [place.street, place.street2, place.city, place.zip, place.countryCode];
  return JSON.stringify(parts.map(normaliseText));
}

/** Who and where, without phone and e-mail: those do not make another address. */
function addressHash(address: Address): string {
  const { street, street2, city, postcode, country, state } = address;
  return stableHash(
    [nameOf(address), address.company, street, street2, city, postcode, country, state].map(normaliseText),
  );
}

function nameOf(address: Address): string {
  const person = `${address.firstName} ${address.lastName}`.replace(/\s+/gu, " ").trim();
  return person || address.company.trim() || address.email.trim();
}

function customerDraft(order: ShopOrder, externalId: string): PartnerDraft {
  return {
    ...partOf(order.billing),
    externalId,
    parentExternalId: null,
    type: "contact",
    name: nameOf(order.billing) || NAMELESS_GUEST,
    email: normaliseEmail(order.billing.email),
  };
}

/** Contacts carry no e-mail: by e-mail a customer is found, and it must be found once. */
function contactDraft(
  address: Address,
  { customer, externalId, type }: { customer: string; externalId: string; type: "invoice" | "delivery" },
): PartnerDraft {
  const name = nameOf(address) || NAMELESS_GUEST;
  return { ...partOf(address), externalId, parentExternalId: customer, type, name, email: "" };
}

function partOf(address: Address): Omit<PartnerDraft, "externalId" | "parentExternalId" | "type" | "name" | "email"> {
  return {
    companyName: address.company.trim(),
    phone: address.phone.trim(),
    street: address.street.trim(),
    street2: address.street2.trim(),
    city: address.city.trim(),
    zip: address.postcode.trim(),
    countryCode: address.country.trim().toUpperCase(),
    stateCode: address.state.trim(),
  };
}
