/** Addresses as the shop keeps them: every field there, empty when not given. */
import type { PostalAddress } from "./model.ts";

export type AddressFields = Readonly<Partial<Record<keyof PostalAddress, string>>>;

export const ADDRESS_FIELDS = [
  "first_name",
  "last_name",
  "company",
  "address_1",
  "address_2",
  "city",
  "state",
  "postcode",
  "country",
  "email",
  "phone",
] as const;

export function addressFrom(fields: AddressFields): PostalAddress {
  return {
    first_name: fields.first_name ?? "",
    last_name: fields.last_name ?? "",
    company: fields.company ?? "",
    address_1: fields.address_1 ?? "",
    address_2: fields.address_2 ?? "",
    city: fields.city ?? "",
    state: fields.state ?? "",
    postcode: fields.postcode ?? "",
    country: fields.country ?? "",
    email: fields.email ?? "",
    phone: fields.phone ?? "",
  };
}

/** What of a JSON value is an address; other fields and other types are left out. */
export function readAddress(value: unknown): AddressFields {
  if (typeof value !== "object" || value === null) return {};
  const given = value as Record<string, unknown>;
  return Object.fromEntries(
    ADDRESS_FIELDS.flatMap((name) => (typeof given[name] === "string" ? [[name, given[name]]] : [])),
  );
}
