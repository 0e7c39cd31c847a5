/** How quantities move at one location, each with its date and its event. */
import type { Event } from "./events.ts";
import { gid, instant, levelGid } from "./ids.ts";
import type { InventoryItem, Level, Location } from "./model.ts";
import type { ShopifyState } from "./state.ts";

export interface Shop {
  readonly state: ShopifyState;
  readonly emit: (event: Event) => void;
}

export interface Change {
  readonly available?: number;
  readonly committed?: number;
}

/** Adds to both quantities. A level that nothing changes keeps its date and tells nobody. */
export function move({ state, emit }: Shop, level: Level, { available = 0, committed = 0 }: Change): void {
  if (available === 0 && committed === 0) return;
  level.available += available;
  level.committed += committed;
  level.updatedMs = state.nowMs();
  if (available !== 0) emit(levelEvent("inventory_levels/update", level));
}

/** Stocks an item at a location, with nothing there; a level that was deactivated lives again. */
export function activate({ state, emit }: Shop, item: InventoryItem, location: Location): Level {
  const nowMs = state.nowMs();
  const before = item.levels.get(location.id);
  if (before?.active === true) return before;
  const level: Level = before ?? {
    type: "InventoryLevel",
    id: state.nextId("InventoryLevel"),
    item,
    location,
    available: 0,
    committed: 0,
    active: true,
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  level.active = true;
  level.updatedMs = nowMs;
  item.levels.set(location.id, level);
  state.levels.set(level.id, level);
  emit(levelEvent("inventory_levels/connect", level));
  return level;
}

export function deactivate({ state, emit }: Shop, level: Level): void {
  level.active = false;
  level.available = 0;
  level.updatedMs = state.nowMs();
  emit({
    topic: "inventory_levels/disconnect",
    body: { inventory_item_id: level.item.id, location_id: level.location.id },
  });
}

function levelEvent(topic: string, level: Level): Event {
  return {
    topic,
    body: {
      inventory_item_id: level.item.id,
      location_id: level.location.id,
      available: level.available,
      updated_at: instant(level.updatedMs),
      admin_graphql_api_id: levelGid(level),
    },
  };
}

/** What of an item each location gives: the first that has all of it, else what each has in their order, else too little. */
export function allocate(
  state: ShopifyState,
  item: InventoryItem,
  quantity: number,
  mayOversell: boolean,
): Map<Location, number> | null {
  const stocked = [...state.locations.values()].filter(
    ({ active, fulfillsOnline, id }) => active && fulfillsOnline && item.levels.get(id)?.active === true,
  );
  const [preferred] = stocked;
  if (!item.tracked) {
    const any = preferred ?? [...state.locations.values()].find(({ active }) => active);
    return any === undefined ? null : new Map([[any, quantity]]);
  }
  const has = (location: Location) => Math.max(0, item.levels.get(location.id)?.available ?? 0);
  const whole = stocked.find((location) => has(location) >= quantity);
  if (whole !== undefined) return new Map([[whole, quantity]]);
  const parts = new Map<Location, number>();
  let left = quantity;
  for (const location of stocked) {
    const part = Math.min(left, has(location));
    if (part > 0) parts.set(location, part);
    left -= part;
  }
  if (left === 0) return parts;
  if (!mayOversell || preferred === undefined) return null;
  parts.set(preferred, (parts.get(preferred) ?? 0) + left);
  return parts;
}

export function itemBody(item: InventoryItem): Readonly<Record<string, unknown>> {
  return {
    id: item.id,
    sku: item.variant?.sku ?? "",
    tracked: item.tracked,
    requires_shipping: item.requiresShipping,
    created_at: instant(item.createdMs),
    updated_at: instant(item.updatedMs),
    admin_graphql_api_id: gid("InventoryItem", item.id),
  };
}
