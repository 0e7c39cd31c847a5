/**
 * Short stable hashes for natural keys (a guest, an address). The same people and places give the same hash in every
 * process, version and order of arrival: what goes in is normalised first, and the parts are kept apart.
 */
import { createHash } from "node:crypto";

/** 64 bits: with a million addresses in one shop, the chance of any two meeting is about 1 in 37 million. */
const HASH_HEX_CHARS = 16;

/** Lower case, one form for each character, single blanks, no blanks at the ends. */
export function normaliseText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

export function normaliseEmail(email: string): string {
  return email.normalize("NFKC").trim().toLowerCase();
}

/** Digits only, so that `+32 9 000 00 00` and `+3290000000` are one. */
export function normalisePhone(phone: string): string {
  return phone.replace(/\D/g, "");
}

/** Lower-case hex of fixed length. Parts are expected to be normalised by the caller. */
export function stableHash(parts: readonly string[]): string {
  // JSON keeps ["a","b"] and ["ab",""] apart whatever the parts contain.
  return createHash("sha256").update(JSON.stringify(parts), "utf8").digest("hex").slice(0, HASH_HEX_CHARS);
}
