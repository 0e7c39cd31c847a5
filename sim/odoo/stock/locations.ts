/** The tree of locations, and which of them a context means. */
import type { Environment } from "../orm/environment.ts";
import { num, ref, str } from "../orm/row.ts";

/** A location and everything below it. */
export function descendants(env: Environment, locationIds: readonly number[]): ReadonlySet<number> {
  const table = env.db.table("stock.location");
  const found = new Set<number>();
  const open = [...locationIds];
  while (open.length > 0) {
    const id = open.pop() as number;
    if (found.has(id)) continue;
    found.add(id);
    open.push(...table.lookup("location_id", id));
  }
  return found;
}

/**
 * The locations whose quantities a product shows: of `location`, of the warehouse (19 reads `warehouse_id`, 14 reads
 * `warehouse`; the other word is ignored without a sound), or of all warehouses.
 */
export function contextLocations(env: Environment): ReadonlySet<number> {
  const location = asIds(env.context["location"]);
  if (location.length > 0) return descendants(env, location);
  const named = asIds(env.context[env.version === 19 ? "warehouse_id" : "warehouse"]);
  const warehouses =
    named.length > 0 ? env.rows("stock.warehouse", named) : [...env.db.table("stock.warehouse").rows.values()];
  return descendants(
    env,
    warehouses.map((row) => num(row, "view_location_id")),
  );
}

function asIds(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  return Array.isArray(value) ? value.filter((id): id is number => typeof id === "number") : [];
}

/** Goods there belong to the company: they are on hand. */
export function isInside(env: Environment, locationId: number): boolean {
  const usage = str(env.row("stock.location", locationId), "usage");
  return usage === "internal" || usage === "transit";
}

/** No quants are reserved from there: suppliers, customers, losses give what is asked. */
export function bypassesReservation(env: Environment, locationId: number): boolean {
  return !isInside(env, locationId);
}

export function locationByUsage(env: Environment, usage: string): number {
  const rows = env.by("stock.location", "usage", usage);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`no location of usage ${usage}`);
  return id;
}

export function warehouseOfLocation(env: Environment, locationId: number): number | null {
  const views = new Map<number, number>();
  for (const row of env.db.table("stock.warehouse").rows.values()) views.set(num(row, "view_location_id"), row.id);
  for (let id: number | null = locationId; id !== null; id = ref(env.row("stock.location", id), "location_id")) {
    const warehouse = views.get(id);
    if (warehouse !== undefined) return warehouse;
  }
  return null;
}
