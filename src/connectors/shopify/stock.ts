/**
 * Absolute quantities with compare-and-set. A call sets all of its entries or none, so those that it refuses by name are left
 * out and the others sent again. A level that does not exist is made by activating the item, never by setting it: newer
 * versions of the API accept such a set, and count it again when it is repeated.
 */
import { failure, type Failure } from "../../core/failures.ts";
import { stableHash } from "../../core/hash.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { StockLevel, StockWrite } from "../../core/stock/shop-variant.ts";
import { activate } from "./activation.ts";
import type { ShopifyClient } from "./client.ts";
import { AVAILABLE, compareIds } from "./decode-variant.ts";
import { refusal, type UserError } from "./errors.ts";
import type { InventorySetQuantitiesUserErrorCode, SetQuantitiesMutation } from "./generated.ts";
import { gid, isNumericId, numericId } from "./ids.ts";
import { readLevel } from "./level-reading.ts";
import { setQuantities } from "./operations/stock.ts";
import { QUANTITY_MAX, SET_ENTRIES_MAX, SET_KEYS_MAX, SET_ROUNDS_MAX } from "./stock-limits.ts";

/** One entry that can be sent: its ids have been looked at. */
export interface Entry {
  readonly write: StockWrite;
  readonly itemId: string;
  /** What must stand there; the write's own, or what an activation left there. */
  readonly before: number;
  /** Its place in the caller's list. */
  readonly place: number;
}

export interface StockWriter {
  readonly client: ShopifyClient;
  readonly clock: Clock;
  readonly kindLabel: string;
}

type Outcomes = Map<number, Result<StockLevel>>;
type SetError = NonNullable<SetQuantitiesMutation["inventorySetQuantities"]>["userErrors"][number];
type Group = NonNullable<NonNullable<SetQuantitiesMutation["inventorySetQuantities"]>["inventoryAdjustmentGroup"]>;

export async function writeStock(
  { client, clock, kindLabel }: StockWriter,
  writes: readonly StockWrite[],
  call: CallContext,
): Promise<readonly Result<StockLevel>[]> {
  const outcomes: Outcomes = new Map();
  const startedMs = clock.nowMs();
  const setter: Setter = { client, kindLabel, outcomes, call, startedMs };
  const entries: Entry[] = [];
  const missing: { readonly write: StockWrite; readonly itemId: string; readonly place: number }[] = [];
  for (const [place, write] of writes.entries()) {
    const { itemId, before } = write;
    const refused = refusalOf(client, write, kindLabel);
    if (refused !== null || itemId === null) {
      outcomes.set(place, fail(refused ?? failure("STOCK_SKU_NOT_IN_SHOP", { sku: write.sku, shop: kindLabel })));
    } else if (before === null) missing.push({ write, itemId, place });
    else entries.push({ write, itemId, before, place });
  }
  await setAll(setter, entries);
  // After those that one call sets: each of these is a call of its own.
  const unset: Entry[] = [];
  for (const { write, itemId, place } of missing) {
    const activated = await activate(client, kindLabel, { write, itemId, startedMs }, call);
    if (activated.ok && activated.value.quantity !== write.quantity)
      unset.push({ write, itemId, before: activated.value.quantity ?? 0, place });
    else outcomes.set(place, activated);
  }
  await setAll(setter, unset);
  return writes.map((_, place) => outcomes.get(place) ?? fail(noOutcome(client)));
}

function refusalOf({ connection }: ShopifyClient, write: StockWrite, kindLabel: string): Failure | null {
  const { id, itemId, locationId, sku, quantity } = write;
  if (!isNumericId(id) || itemId === null || !isNumericId(itemId))
    return failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: kindLabel });
  if (!isNumericId(locationId)) return failure("SHOP_LOCATION_NOT_FOUND", { connection, location: locationId });
  if (!Number.isInteger(quantity)) return unpublishable(quantity, sku, "the shop counts whole units");
  if (Math.abs(quantity) > QUANTITY_MAX) return unpublishable(quantity, sku, `it is beyond ${QUANTITY_MAX}`);
  return null;
}

function unpublishable(quantity: number, sku: string, why: string): Failure {
  return failure("STOCK_QUANTITY_INVALID", { quantity: String(quantity), sku, why });
}

/** A call takes 250 entries, and each item at each location once: a second write of the same level goes into a later call. */
export function groupsOf(entries: readonly Entry[]): Entry[][] {
  const groups: { entries: Entry[]; levels: Set<string> }[] = [];
  for (const entry of entries) {
    const level = levelKey(entry.itemId, entry.write.locationId);
    const open = groups.find((group) => group.entries.length < SET_ENTRIES_MAX && !group.levels.has(level));
    if (open === undefined) groups.push({ entries: [entry], levels: new Set([level]) });
    else {
      open.entries.push(entry);
      open.levels.add(level);
    }
  }
  return groups.map((group) => group.entries);
}

function byLevel(a: Entry, b: Entry): number {
  return compareIds(a.itemId, b.itemId) || compareIds(a.write.locationId, b.write.locationId) || a.place - b.place;
}

function levelKey(itemId: string, locationId: string): string {
  return `${itemId}@${locationId}`;
}

interface Setter {
  readonly client: ShopifyClient;
  readonly kindLabel: string;
  readonly outcomes: Outcomes;
  readonly call: CallContext;
  /** When these writes began. */
  readonly startedMs: number;
}

/** In one order, whatever the caller's: the same key with the same entries in another order is refused as a different request. */
async function setAll(setter: Setter, entries: readonly Entry[]): Promise<void> {
  for (const group of groupsOf(entries.toSorted(byLevel))) await set(setter, group);
}

async function set(setter: Setter, group: readonly Entry[]): Promise<void> {
  let left = [...group];
  for (let round = 0; left.length > 0; round += 1) {
    const answer = await send(setter, left);
    if (!answer.ok) return settleAll(setter, left, answer);
    const { userErrors, inventoryAdjustmentGroup } = answer.value;
    if (userErrors.length === 0) return settleSet(setter, left, inventoryAdjustmentGroup);
    const named = namedErrors(userErrors, left.length);
    if (named.size === 0) return setApart(setter, left, userErrors);
    for (const [index, error] of named) settle(setter, left[index], error);
    left = left.filter((_, index) => !named.has(index));
    if (round === SET_ROUNDS_MAX - 1) return settleAll(setter, left, fail(rejected(setter.client, userErrors)));
  }
}

/** Sends under a key that stays with the request, so that one which is sent again is answered and not repeated. */
async function send(
  { client, call, startedMs }: Setter,
  entries: readonly Entry[],
): Promise<Result<NonNullable<SetQuantitiesMutation["inventorySetQuantities"]>>> {
  const quantities = entries.map(({ write, itemId, before }) => ({
    inventoryItemId: gid("InventoryItem", itemId),
    locationId: gid("Location", write.locationId),
    quantity: write.quantity,
    changeFromQuantity: before,
  }));
  const referenceDocumentUri = `stockbridge://${client.connection}/stock`;
  const input = { name: AVAILABLE, reason: "correction", referenceDocumentUri, quantities };
  for (let attempt = 1; ; attempt += 1) {
    const key = writeKey(client.connection, entries, startedMs, attempt);
    const answer = await client.request(setQuantities, { input, key }, call);
    if (!answer.ok) return answer;
    const payload = answer.value.inventorySetQuantities;
    if (payload === null) return fail(noOutcome(client));
    const codes = payload.userErrors.map(({ code }) => code);
    // An earlier attempt with these very numbers was refused and nothing was done: Shopify wants a fresh key for the next.
    if (codes.includes("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED") && attempt < SET_KEYS_MAX) continue;
    if (codes.includes("IDEMPOTENCY_CONCURRENT_REQUEST")) return fail(stillRunning(client));
    return ok(payload);
  }
}

/**
 * The same for what is sent again of one call, another for every later call. The level's version alone would not do: it has whole
 * seconds, and a level that was set and set back within one would be answered from the shop's memory and never written.
 */
export function writeKey(
  connection: string,
  entries: readonly Pick<Entry, "write" | "itemId" | "before">[],
  startedMs: number,
  attempt: number,
): string {
  const parts = entries
    .map(({ write, itemId, before }) =>
      stableHash([itemId, write.locationId, `${before}`, `${write.quantity}`, write.version]),
    )
    .toSorted();
  const hash = `${stableHash(["set", connection, `${startedMs}`, ...parts])}${stableHash([...parts, `${startedMs}`, connection])}`;
  return attempt === 1 ? hash : `${hash}-${attempt}`;
}

/** By the entry's index in the call; errors that name no entry are left out. */
function namedErrors(errors: readonly SetError[], count: number): Map<number, SetError> {
  const named = new Map<number, SetError>();
  for (const error of errors) {
    const at = error.field?.indexOf("quantities") ?? -1;
    const text = at < 0 ? undefined : error.field?.[at + 1];
    if (text === undefined || !/^\d{1,3}$/.test(text)) continue;
    const index = Number(text);
    if (index < count && !named.has(index)) named.set(index, error);
  }
  return named;
}

/** What one entry alone can be the cause of. */
const OF_AN_ENTRY: ReadonlySet<string | null> = new Set<InventorySetQuantitiesUserErrorCode | null>([
  "CHANGE_FROM_QUANTITY_STALE",
  "COMPARE_QUANTITY_STALE",
  "INVALID_INVENTORY_ITEM",
  "INVALID_LOCATION",
  "INVALID_QUANTITY_NEGATIVE",
  "INVALID_QUANTITY_TOO_HIGH",
  "INVALID_QUANTITY_TOO_LOW",
  "ITEM_NOT_STOCKED_AT_LOCATION",
  "NON_MUTABLE_INVENTORY_ITEM",
]);

/** The shop says what is wrong but not with which entry: halves tell, down to the one that it is. */
async function setApart(setter: Setter, entries: readonly Entry[], errors: readonly SetError[]): Promise<void> {
  const [error] = errors;
  if (error === undefined || !OF_AN_ENTRY.has(error.code)) {
    settleAll(setter, entries, fail(rejected(setter.client, errors)));
    return;
  }
  if (entries.length === 1) {
    settle(setter, entries[0], error);
    return;
  }
  const half = Math.ceil(entries.length / 2);
  await set(setter, entries.slice(0, half));
  await set(setter, entries.slice(half));
}

function settle({ client, kindLabel, outcomes }: Setter, entry: Entry | undefined, error: SetError): void {
  if (entry !== undefined) outcomes.set(entry.place, fail(failureOf(client, kindLabel, entry, error)));
}

function settleAll({ outcomes }: Setter, entries: readonly Entry[], outcome: Result<never>): void {
  for (const { place } of entries) outcomes.set(place, outcome);
}

function failureOf(client: ShopifyClient, kindLabel: string, { write, before }: Entry, error: SetError): Failure {
  const { connection } = client;
  const { sku, quantity, locationId } = write;
  switch (error.code) {
    case "CHANGE_FROM_QUANTITY_STALE":
    case "COMPARE_QUANTITY_STALE":
    // The level was there when it was decided: what became of it is for the next look to say.
    case "ITEM_NOT_STOCKED_AT_LOCATION":
      return stale(kindLabel, write, before);
    case "INVALID_LOCATION":
      return failure("SHOP_LOCATION_NOT_FOUND", { connection, location: locationId });
    case "INVALID_INVENTORY_ITEM":
      return failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: kindLabel });
    case "INVALID_QUANTITY_NEGATIVE":
    case "INVALID_QUANTITY_TOO_HIGH":
    case "INVALID_QUANTITY_TOO_LOW":
      return unpublishable(quantity, sku, error.message);
    default:
      return rejected(client, [error], sku);
  }
}

export function stale(kindLabel: string, { sku, locationId }: StockWrite, before: number | null): Failure {
  const expected = before === null ? "no stock there" : String(before);
  return failure("STOCK_STALE", { sku, location: locationId, shop: kindLabel, before: expected });
}

function rejected({ connection }: ShopifyClient, errors: readonly UserError[], sku?: string): Failure {
  const what = sku === undefined ? "quantities of stock" : `the quantity of SKU ${sku}`;
  return (
    refusal(connection, errors, what) ??
    failure("SHOP_REJECTED", { connection, what, message: "no reason was told", status: "userErrors" })
  );
}

function stillRunning({ connection }: ShopifyClient): Failure {
  const reason = "an earlier request with the same key is still running";
  return failure("OUTCOME_UNKNOWN", { connection, what: "inventorySetQuantities", reason }, { connection });
}

function noOutcome({ connection }: ShopifyClient): Failure {
  return failure(
    "OUTCOME_UNKNOWN",
    { connection, what: "inventorySetQuantities", reason: "no outcome was told" },
    { connection },
  );
}

/** The shop tells what changed; a level that it says nothing of (the number stood there already) is read. */
async function settleSet(setter: Setter, entries: readonly Entry[], group: Group | null): Promise<void> {
  const changed = new Map<string, StockLevel>();
  for (const { name, item, location, quantityAfterChange } of group?.changes ?? []) {
    if (name !== AVAILABLE || item === null || location === null || quantityAfterChange === null) continue;
    const locationId = numericId(location.id);
    const level = {
      locationId,
      locationName: location.name,
      quantity: quantityAfterChange,
      version: group?.createdAt ?? "",
    };
    changed.set(levelKey(numericId(item.id), locationId), level);
  }
  for (const { write, itemId, place } of entries) {
    const told = changed.get(levelKey(itemId, write.locationId));
    const level = told === undefined ? await readLevel(setter.client, itemId, write.locationId, setter.call) : ok(told);
    if (!level.ok) setter.outcomes.set(place, level);
    else if (level.value !== null) setter.outcomes.set(place, ok(level.value));
    else setter.outcomes.set(place, fail(stale(setter.kindLabel, write, write.before)));
  }
}
