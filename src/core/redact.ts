/**
 * Takes personal data and secrets out of what is recorded of an exchange with a shop or Odoo, by field name: names,
 * addresses, e-mails, phones, notes, IPs and keys go; ids, amounts, SKUs, countries and states of documents stay. Works on
 * a copy; shape and sizes are kept, so that a person can still follow what was sent.
 */

export const REDACTED = "[redacted]";
/** Deeper than any exchange is; what lies deeper is not shown rather than shown unchecked. */
const DEPTH_MAX = 24;

/** A field whose name holds one of these words carries a secret: it never stays, whatever it is. */
const SECRET =
  /pass(?:word|wd)?$|secret|token|api_?key|consumer_key|authorization|signature|cookie|nonce|order_key|cart_hash|payment_url|key_hash/i;

/** Fields of WooCommerce, Shopify and Odoo that speak of a person. Compared without `_` and in lower case. */
const PERSONAL: ReadonlySet<string> = new Set(
  `firstname lastname fullname displayname company companyname commercialcompanyname name address address1 address2
  street street2 city postcode zip email emailnormalized emailfrom phone mobile phonesanitized fax vat website
  customernote note notes narration comment customeripaddress customeruseragent ip ipaddress useragent reason
  partnername contactname contactaddress contactaddresscomplete addressline username login nickname recipient
  receivedby deliveryinstructions avatarurl image1920`.split(/\s+/),
);

/** `name` is a person only in records about people; products, taxes, documents and journals keep theirs. */
const PEOPLE = /partner|billing|shipping|customer|contact|address|user|recipient|buyer/i;
const PEOPLE_FIELDS = ["email", "phone", "street", "postcode", "zip", "first_name", "address_1", "is_company"];

/** Meta data of plugins may hold anything; only what the hub and the shop themselves write there is kept. */
const META_KEPT = /^_?(?:stockbridge|odoo)|^_reduced_stock$/i;

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const KEYS =
  /\b(?:ck|cs)_[0-9a-z]{8,}|\bBearer\s+[^\s"]+|\bBasic\s+[A-Za-z0-9+/=]{8,}|\boauth_(?:signature|nonce|token)=[^&\s"]+/gi;

interface Place {
  /** Inside a record about a person. */
  readonly people: boolean;
  readonly depth: number;
}

/** @param about what the exchange was, e.g. `res.partner read`: then every name in it is a person's. */
export function redact(value: unknown, about = ""): unknown {
  return walk(value, { people: PEOPLE.test(about), depth: 0 });
}

function walk(value: unknown, place: Place): unknown {
  if (typeof value === "string") return scrub(value);
  if (value === null || typeof value !== "object") return value;
  if (place.depth >= DEPTH_MAX) return REDACTED;
  const inner = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const [columns, rows] = items;
    if (items.length === 2 && isColumns(columns) && isRows(rows, columns.length))
      return [columns, table(columns, rows, inner)];
    return items.map((item) => walk(item, inner));
  }
  return walkRecord(value as Readonly<Record<string, unknown>>, inner);
}

function walkRecord(record: Readonly<Record<string, unknown>>, place: Place): unknown {
  const inner = { ...place, people: place.people || PEOPLE_FIELDS.some((name) => Object.hasOwn(record, name)) };
  const columns = record["fields"];
  const hidden = typeof record["key"] === "string" && !META_KEPT.test(record["key"]);
  return Object.fromEntries(
    Object.entries(record).map(([name, item]) => {
      // Odoo's load: the names of the columns stand beside the rows.
      if (isColumns(columns) && isRows(item, columns.length)) return [name, table(columns, item, inner)];
      if (hidden && META_VALUES.has(name)) return [name, item === "" ? "" : REDACTED];
      return [name, field(name, item, inner)];
    }),
  );
}

const META_VALUES: ReadonlySet<string> = new Set(["value", "display_value"]);

function field(name: string, value: unknown, place: Place): unknown {
  const text = typeof value === "string" || typeof value === "number";
  if (text && value !== "" && (SECRET.test(name) || isPersonal(name, place.people))) return REDACTED;
  if (PEOPLE.test(name)) return named(value) ?? walk(value, { ...place, people: true });
  return walk(value, place);
}

function isPersonal(name: string, people: boolean): boolean {
  const plain = name.replace(/[_\s-]/g, "").toLowerCase();
  if (plain === "name" || plain === "displayname") return people;
  return PERSONAL.has(plain);
}

/** Odoo answers a reference as `[id, name]`: the id stays. */
function named(value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [id, name] = value as readonly unknown[];
  return typeof id === "number" && typeof name === "string" ? [id, REDACTED] : null;
}

function isColumns(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

function isRows(value: unknown, width: number): value is readonly (readonly unknown[])[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => Array.isArray(row) && row.length === width);
}

/** A column's own name is the last part of its path: `order_line/name`, `partner_id/.id`. */
function table(columns: readonly string[], rows: readonly (readonly unknown[])[], place: Place): unknown {
  const people = place.people || columns.some((column) => PEOPLE_FIELDS.includes(column));
  return rows.map((cells) => cells.map((cell, index) => cellOf(columns[index]!, cell, { ...place, people })));
}

function cellOf(column: string, cell: unknown, place: Place): unknown {
  const path = column.split("/");
  // Ids point at records, external or not; what hangs on a line (its text) is the line's own.
  if (path.at(-1) === "id" || path.at(-1) === ".id") return walk(cell, place);
  return field(path.at(-1)!, cell, path.length > 1 ? { ...place, people: false } : place);
}

function scrub(text: string): string {
  return text.replace(KEYS, REDACTED).replace(EMAIL, REDACTED).replace(IPV4, REDACTED);
}
