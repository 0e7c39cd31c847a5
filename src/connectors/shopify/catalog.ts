/**
 * The whole catalog: a small one page by page, a large one as a bulk operation whose file is read part by part. A page's token
 * says all that is needed to go on after a restart. While the shop still writes the file, pages are empty and their token the same.
 */
import { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ChangePage } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopVariant } from "../../core/stock/shop-variant.ts";
import type { BulkFiles } from "./bulk-file.ts";
import { variantsOfPart } from "./bulk-lines.ts";
import { readBulk, startBulk } from "./bulk.ts";
import { numericId } from "./ids.ts";
import { variantCount, variantPage as variantPageOperation } from "./operations/variants.ts";
import {
  BULK_LOOK_MS_MAX,
  BULK_LOOK_MS_MIN,
  BULK_LOOK_SHARE,
  BULK_RUN_MS_MAX,
  BULK_START_WAIT_MS_MAX,
  LISTING_ITEMS_MAX,
  PAGED_VARIANTS_MAX,
} from "./stock-limits.ts";
import { whole, type VariantReader } from "./variants.ts";

export interface CatalogReader extends VariantReader {
  readonly clock: Clock;
  readonly files: BulkFiles;
}

type Page = ChangePage<ShopVariant>;

const placeShape = z.discriminatedUnion("kind", [
  /** A listing of variants behind `fromId`, of which `listed` have been read; `after` is its cursor. */
  z.object({
    kind: z.literal("list"),
    fromId: z.string().nullable(),
    listed: z.int(),
    after: z.string().nullable(),
    total: z.int().nullable(),
  }),
  /** Another bulk operation is in the way. */
  z.object({ kind: z.literal("start"), untilMs: z.number() }),
  /** `variants` have been read of the file, up to the byte `offset`. */
  z.object({ kind: z.literal("bulk"), id: z.string(), offset: z.int(), variants: z.int() }),
]);
type Place = z.infer<typeof placeShape>;
type ListPlace = Extract<Place, { kind: "list" }>;
type BulkPlace = Extract<Place, { kind: "bulk" }>;

const FROM_THE_START: ListPlace = { kind: "list", fromId: null, listed: 0, after: null, total: null };

export async function variantPage(
  reader: CatalogReader,
  page: string | null,
  call: CallContext,
): Promise<Result<Page>> {
  if (page === null) return firstPage(reader, call);
  const place = placeShape.parse(JSON.parse(page));
  if (place.kind === "list") return listPage(reader, place, call);
  return place.kind === "start" ? start(reader, place.untilMs, call) : bulkPage(reader, place, call);
}

async function firstPage(reader: CatalogReader, call: CallContext): Promise<Result<Page>> {
  const counted = await reader.client.request(variantCount, { limit: PAGED_VARIANTS_MAX + 1 }, call);
  if (!counted.ok) return counted;
  const count = counted.value.productVariantsCount?.count ?? 0;
  if (count > PAGED_VARIANTS_MAX) return start(reader, reader.clock.nowMs() + BULK_START_WAIT_MS_MAX, call);
  return listPage(reader, { ...FROM_THE_START, total: count }, call);
}

async function start(reader: CatalogReader, untilMs: number, call: CallContext): Promise<Result<Page>> {
  const started = await startBulk(reader.client, call);
  if (!started.ok) return started;
  if (started.value.kind === "started")
    return ok(nothingYet({ kind: "bulk", id: started.value.id, offset: 0, variants: 0 }));
  if (started.value.kind === "refused" || reader.clock.nowMs() >= untilMs)
    return listPage(reader, FROM_THE_START, call);
  await rest(reader, reader.clock.nowMs(), call);
  return ok(nothingYet({ kind: "start", untilMs }));
}

async function bulkPage(reader: CatalogReader, place: BulkPlace, call: CallContext): Promise<Result<Page>> {
  const { client, clock, files } = reader;
  const { id, offset } = place;
  const state = await readBulk(client, id, call);
  if (!state.ok) return state;
  if (state.value.kind === "running") {
    if (clock.nowMs() - state.value.sinceMs > BULK_RUN_MS_MAX) return listPage(reader, FROM_THE_START, call);
    await rest(reader, state.value.sinceMs, call);
    return ok(nothingYet(place));
  }
  if (state.value.kind === "lost") {
    // Nothing of it has been handed on yet: pages tell the same, in more time.
    return offset === 0 ? listPage(reader, FROM_THE_START, call) : fail(lost(client.connection, state.value.why));
  }
  const { url, variants: total } = state.value;
  if (url === null) return ok({ items: [], unreadable: [], nextPage: null, totalItems: 0 });
  const part = await files.readPart(id, url, offset, call);
  if (!part.ok) return part;
  const read = variantsOfPart(client.connection, part.value, offset);
  if (!read.ok) return read;
  const { items, unreadable, nextOffset } = read.value;
  const variants = place.variants + items.length + unreadable.length;
  if (nextOffset === null && variants !== total) return fail(incomplete(client.connection, variants, total));
  const nextPage = nextOffset === null ? null : token({ kind: "bulk", id, offset: nextOffset, variants });
  return ok({ items, unreadable, nextPage, totalItems: total });
}

async function listPage(reader: CatalogReader, place: ListPlace, call: CallContext): Promise<Result<Page>> {
  const { client, sizes } = reader;
  const query = place.fromId === null ? null : `id:>${place.fromId}`;
  const read = await sizes.ask(async (first) => {
    const levels = await sizes.levels(client, call);
    if (!levels.ok) return levels;
    return client.request(variantPageOperation, { first, after: place.after, query, levels: levels.value }, call);
  });
  if (!read.ok) return read;
  const { nodes, pageInfo } = read.value.productVariants;
  const items: ShopVariant[] = [];
  const unreadable: Page["unreadable"][number][] = [];
  for (const node of nodes) {
    const variant = await whole(reader, node, call);
    if (variant.ok) items.push(variant.value);
    else if (variant.failure.code === "VARIANT_UNREADABLE")
      unreadable.push({ id: numericId(node.id), failure: variant.failure });
    else return variant;
  }
  const last = nodes.at(-1);
  if (pageInfo.hasNextPage && last === undefined) return fail(emptyPage(client.connection));
  const nextPage =
    last !== undefined && pageInfo.hasNextPage
      ? token(following(place, nodes.length, pageInfo.endCursor, numericId(last.id)))
      : null;
  return ok({ items, unreadable, nextPage, totalItems: place.total });
}

function following({ listed, ...place }: ListPlace, read: number, after: string | null, lastId: string): ListPlace {
  return listed + read >= LISTING_ITEMS_MAX
    ? { ...place, fromId: lastId, listed: 0, after: null }
    : { ...place, listed: listed + read, after };
}

/** The longer it has taken, the longer it may take: a look costs a point, and waiting a tenth too long little time. */
async function rest({ clock }: CatalogReader, sinceMs: number, call: CallContext): Promise<void> {
  const leftMs = call.deadlineMs() - clock.nowMs();
  const ranMs = clock.nowMs() - sinceMs;
  const lookMs = Math.min(Math.max(ranMs * BULK_LOOK_SHARE, BULK_LOOK_MS_MIN), BULK_LOOK_MS_MAX);
  if (leftMs > 0) await clock.sleep(Math.min(lookMs, leftMs));
}

function nothingYet(place: Place): Page {
  return { items: [], unreadable: [], nextPage: token(place), totalItems: null };
}

function token(place: Place): string {
  return JSON.stringify(place);
}

function lost(connection: string, why: string): Failure {
  const message = "its file cannot be read on; the next comparison begins anew";
  return failure("SHOP_REJECTED", { connection, what: "the bulk reading of the catalog", message, status: why });
}

function incomplete(connection: string, read: number, total: number): Failure {
  const what = `the file of a bulk operation has ${read} variants where the shop counted ${total}`;
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection });
}

function emptyPage(connection: string): Failure {
  const what = "a page without variants that is not the last";
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection });
}
