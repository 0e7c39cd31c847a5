/** Inventory items, their levels at locations, and the locations. */
import { byId, connection, PAGE_ARGS } from "../connections.ts";
import { gid, instant, instantOrNull, numberOf } from "../ids.ts";
import type { InventoryItem, Level, Location } from "../model.ts";
import { idFilter, search, textFilter, timeFilter, type Filters } from "../search.ts";
import type { ShopifyState } from "../state.ts";
import { ApiError, Unsupported, plain, type, withArgs, type Args, type Context, type Tables } from "../table.ts";
import { datedFields, legacyFields, orNull, sortKeyOf, textOf } from "./values.ts";

const LOCATION_FILTERS: Filters<Location> = {
  id: idFilter(({ id }) => id),
  name: textFilter(({ name }) => name),
  active: textFilter(({ active }) => String(active)),
};

const LEVEL_FILTERS: Filters<Level> = {
  updated_at: timeFilter(({ updatedMs }) => updatedMs),
  inventory_item_id: idFilter(({ item }) => item.id),
};

const ITEM_FILTERS: Filters<InventoryItem> = {
  id: idFilter(({ id }) => id),
  sku: textFilter(({ variant }) => variant?.sku ?? ""),
  tracked: textFilter(({ tracked }) => String(tracked)),
  updated_at: timeFilter(({ updatedMs }) => updatedMs),
};

const QUANTITIES: Readonly<Record<string, (level: Level) => number>> = {
  available: ({ available }) => available,
  committed: ({ committed }) => committed,
  on_hand: ({ available, committed }) => available + committed,
  reserved: () => 0,
  incoming: () => 0,
  damaged: () => 0,
  safety_stock: () => 0,
  quality_control: () => 0,
};

export function locationOf(state: ShopifyState, id: string): Location | null {
  return state.locations.get(numberOf("Location", id) ?? 0) ?? null;
}

export function itemOf(state: ShopifyState, id: string): InventoryItem | null {
  return state.items.get(numberOf("InventoryItem", id) ?? 0) ?? null;
}

function quantities(level: Level, { names }: Args) {
  return (names as readonly string[]).map((name) => {
    const read = QUANTITIES[name];
    if (read === undefined)
      throw new ApiError(`The specified quantity name '${name}' is invalid.`, "INVALID_FIELD_ARGUMENTS");
    return { type: "InventoryQuantity", level, name, quantity: read(level) };
  });
}

/** A location that does not stock the item, or no more, is listed only where it is asked for. */
function levelsOf(levels: Iterable<Level>, args: Args, context: Context) {
  const found = [...levels]
    .filter(({ active }) => active || args["includeInactive"] === true)
    .filter(search(args["query"], LEVEL_FILTERS, "inventoryLevels"));
  return byId(found, args, context);
}

function levelAt(item: InventoryItem, locationId: number | null, { includeInactive }: Args): Level | null {
  const level = item.levels.get(locationId ?? 0);
  return level !== undefined && (level.active || includeInactive === true) ? level : null;
}

function locationList(args: Args, context: Context) {
  const found = [...context.state.locations.values()]
    .filter(({ active }) => active || args["includeInactive"] === true)
    .filter(search(args["query"], LOCATION_FILTERS, "locations"));
  const sortKey = sortKeyOf(args, "NAME");
  if (sortKey !== "ID" && sortKey !== "NAME") throw new Unsupported(`locations(sortKey: ${sortKey})`);
  return connection(
    found,
    { id: ({ id }) => id, value: sortKey === "ID" ? ({ id }) => id : ({ name }) => name },
    args,
    context,
  );
}

const LEVEL_ARGS = [...PAGE_ARGS, "includeInactive", "query"];

export const INVENTORY_ROOTS = {
  locationsCount: withArgs<undefined>(["limit", "query"], (_, args, { state }) => {
    const fits = search(args["query"], LOCATION_FILTERS, "locationsCount");
    return { count: [...state.locations.values()].filter((one) => one.active && fits(one)).length, precision: "EXACT" };
  }),
  inventoryItem: withArgs<undefined>(["id"], (_, args, { state }) => itemOf(state, textOf(args, "id"))),
  inventoryItems: withArgs<undefined>([...PAGE_ARGS, "query"], (_, args, context) =>
    byId(
      [...context.state.items.values()].filter(search(args["query"], ITEM_FILTERS, "inventoryItems")),
      args,
      context,
    ),
  ),
  inventoryLevel: withArgs<undefined>(
    ["id"],
    (_, args, { state }) => state.levels.get(numberOf("InventoryLevel", textOf(args, "id")) ?? 0) ?? null,
  ),
  location: withArgs<undefined>(["id"], (_, args, { state }) =>
    args["id"] === undefined ? ([...state.locations.values()][0] ?? null) : locationOf(state, textOf(args, "id")),
  ),
  locations: withArgs<undefined>([...PAGE_ARGS, "includeInactive", "query", "sortKey"], (_, args, context) =>
    locationList(args, context),
  ),
};

export const INVENTORY_TABLES: Tables = {
  InventoryItem: type<InventoryItem>({
    ...legacyFields,
    ...datedFields,
    sku: ({ variant }) => orNull(variant?.sku ?? ""),
    tracked: ({ tracked }) => tracked,
    requiresShipping: ({ requiresShipping }) => requiresShipping,
    variants: withArgs<InventoryItem>(["first", "after", "last", "before"], ({ variant }, args, context) =>
      byId(variant === null ? [] : [variant], args, context),
    ),
    inventoryLevel: withArgs<InventoryItem>(["locationId", "includeInactive"], (item, args) =>
      levelAt(item, numberOf("Location", textOf(args, "locationId")), args),
    ),
    inventoryLevels: withArgs<InventoryItem>(LEVEL_ARGS, ({ levels }, args, context) =>
      levelsOf(levels.values(), args, context),
    ),
    locationsCount: ({ levels }) => ({
      count: [...levels.values()].filter(({ active }) => active).length,
      precision: "EXACT",
    }),
  }),
  InventoryLevel: type<Level>({
    id: legacyFields.id,
    ...datedFields,
    isActive: ({ active }) => active,
    item: ({ item }) => item,
    location: ({ location }) => location,
    quantities: withArgs<Level>(["names"], quantities),
  }),
  InventoryQuantity: type<{ readonly level: Level; readonly name: string; readonly quantity: number }>({
    id: ({ level, name }) => `${gid("InventoryQuantity", level.id)}?name=${name}`,
    name: ({ name }) => name,
    quantity: ({ quantity }) => quantity,
    updatedAt: ({ level }) => instant(level.updatedMs),
  }),
  Location: type<Location>({
    ...legacyFields,
    ...datedFields,
    name: ({ name }) => name,
    isActive: ({ active }) => active,
    deactivatedAt: ({ active, updatedMs }) => (active ? null : instantOrNull(updatedMs)),
    fulfillsOnlineOrders: ({ fulfillsOnline }) => fulfillsOnline,
    shipsInventory: ({ active }) => active,
    isFulfillmentService: () => false,
    hasActiveInventory: (location, _, { state }) =>
      [...state.levels.values()].some((level) => level.location === location && level.available > 0),
    address: ({ country }) => ({ countryCode: country }),
    inventoryLevel: withArgs<Location>(["inventoryItemId", "includeInactive"], (location, args, { state }) => {
      const item = itemOf(state, textOf(args, "inventoryItemId"));
      return item === null ? null : levelAt(item, location.id, args);
    }),
    inventoryLevels: withArgs<Location>(LEVEL_ARGS, (location, args, context) =>
      levelsOf(
        [...context.state.levels.values()].filter((level) => level.location === location),
        args,
        context,
      ),
    ),
  }),
  LocationAddress: plain("countryCode"),
};
