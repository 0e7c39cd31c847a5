/** Which warehouse stands behind each of a shop's locations, where that is sure enough to be proposed. */
import type { ProposedLocation } from "../cli/init-answers.ts";
import type { Mappable } from "../core/ports/shop.ts";

interface Warehouse {
  readonly code: string;
  readonly name: string;
}

/** One location and one warehouse belong together; of several those whose name is exactly the same, and no other has it. */
export function proposedLocations(
  locations: readonly Mappable[],
  warehouses: readonly Warehouse[],
): readonly ProposedLocation[] {
  const [only] = warehouses;
  const isOnePair = locations.length === 1 && warehouses.length === 1;
  return locations.map(({ id, label }) => {
    if (isOnePair && only !== undefined) return { id, label, warehouse: only.code };
    const isUnique = locations.filter((other) => sameName(other.label, label)).length === 1;
    const [named, second] = warehouses.filter(({ name }) => sameName(name, label));
    return { id, label, warehouse: isUnique && second === undefined ? (named?.code ?? null) : null };
  });
}

function sameName(a: string, b: string): boolean {
  return a.trim() === b.trim();
}
