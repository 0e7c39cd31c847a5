/**
 * The lines of a bulk operation's file: a variant, and behind it a line for each of its levels that names it as its parent.
 * A line that is torn or belongs to nothing is told: a variant must not get lost by it.
 */
import { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import type { ChangePage } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopVariant } from "../../core/stock/shop-variant.ts";
import type { FilePart } from "./bulk-file.ts";
import { decodeVariant } from "./decode-variant.ts";
import { gidType, numericId } from "./ids.ts";

const gidOf = (type: string) => z.string().refine((id) => gidType(id) === type, { error: `no id of a ${type}` });

const ownShape = z.object({ id: gidOf("ProductVariant") });
const childShape = z.object({ __parentId: z.string() });

const levelShape = z.object({
  id: gidOf("InventoryLevel"),
  updatedAt: z.string(),
  location: z.object({ id: gidOf("Location"), name: z.string() }),
  quantities: z.array(z.object({ name: z.string(), quantity: z.int() })),
});

const variantShape = z.object({
  id: gidOf("ProductVariant"),
  title: z.string(),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  inventoryPolicy: z.enum(["CONTINUE", "DENY"]),
  updatedAt: z.string(),
  product: z.object({
    id: gidOf("Product"),
    title: z.string(),
    status: z.enum(["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"]),
  }),
  inventoryItem: z.object({ id: gidOf("InventoryItem"), tracked: z.boolean() }),
});

export interface PartVariants {
  readonly items: readonly ShopVariant[];
  readonly unreadable: ChangePage<ShopVariant>["unreadable"];
  /** Where to read on; null: the file is at its end. */
  readonly nextOffset: number | null;
}

interface Family {
  readonly offset: number;
  readonly body: unknown;
  readonly id: string;
  /** Ids by which the shop may call it in its levels' lines. */
  readonly names: ReadonlySet<string>;
  readonly levels: unknown[];
}

/** Variants whose levels may stand in the next part are left for that. */
export function variantsOfPart(connection: string, { text, isEnd }: FilePart, offset: number): Result<PartVariants> {
  const families: Family[] = [];
  for (const line of linesOf(text, isEnd, offset)) {
    const taken = take(families, line);
    if (taken !== null) return fail(broken(connection, `${taken} at byte ${line.offset}`));
  }
  let nextOffset: number | null = null;
  if (!isEnd) {
    const open = families.pop();
    if (open === undefined || families.length === 0)
      return fail(broken(connection, `holds no whole variant in the part at byte ${offset}`));
    nextOffset = open.offset;
  }
  const items: ShopVariant[] = [];
  const unreadable: PartVariants["unreadable"][number][] = [];
  for (const family of families) {
    const decoded = decode(connection, family);
    if (decoded.ok) items.push(decoded.value);
    else unreadable.push({ id: family.id, failure: decoded.failure });
  }
  return ok({ items, unreadable, nextOffset });
}

interface Line {
  readonly text: string;
  readonly offset: number;
}

/** Whole lines; at the file's end also one that nothing ends, which is either whole or torn. */
function linesOf(text: string, isEnd: boolean, offset: number): Line[] {
  const lines: Line[] = [];
  let at = offset;
  const pieces = text.split("\n");
  const rest = pieces.pop() ?? "";
  for (const piece of pieces) {
    if (piece.trim() !== "") lines.push({ text: piece, offset: at });
    at += Buffer.byteLength(piece) + 1;
  }
  if (isEnd && rest.trim() !== "") lines.push({ text: rest, offset: at });
  return lines;
}

/** What is wrong with the line; null when it has found its place. */
function take(families: Family[], { text, offset }: Line): string | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "has a torn line";
  }
  const child = childShape.safeParse(body);
  if (child.success) {
    const parent = families.at(-1);
    if (parent === undefined || !parent.names.has(child.data.__parentId))
      return "has a level that does not stand behind its variant";
    parent.levels.push(body);
    return null;
  }
  const own = ownShape.safeParse(body);
  if (!own.success) return "has a line that is neither a variant nor a level";
  const { id } = own.data;
  const item = z.object({ inventoryItem: z.object({ id: z.string() }) }).safeParse(body);
  const names = new Set([id, ...(item.success ? [item.data.inventoryItem.id] : [])]);
  families.push({ offset, body, id: numericId(id), names, levels: [] });
  return null;
}

function decode(connection: string, { id, body, levels }: Family): Result<ShopVariant> {
  const variant = variantShape.safeParse(body);
  if (!variant.success) return fail(unreadable(connection, id, variant.error));
  const decoded = z.array(levelShape).safeParse(levels);
  if (!decoded.success) return fail(unreadable(connection, id, decoded.error));
  return decodeVariant(connection, variant.data, decoded.data);
}

function unreadable(connection: string, variant: string, { issues }: z.ZodError): Failure {
  const [first] = issues;
  const field = first === undefined || first.path.length === 0 ? "it" : first.path.join(".");
  return failure("VARIANT_UNREADABLE", {
    variant,
    connection,
    field,
    why: `is not understood (${first?.message ?? ""})`,
  });
}

function broken(connection: string, what: string): Failure {
  return failure(
    "CONNECTION_BROKEN_ANSWER",
    { connection, what: `the file of a bulk operation ${what}` },
    { connection },
  );
}
