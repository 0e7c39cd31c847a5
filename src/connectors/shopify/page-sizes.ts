/**
 * How much is asked for at once. A variant's price depends on its levels, and what the shop takes for each is known only by
 * asking: a page that it finds too expensive is asked for again smaller, and what was learned holds for the process.
 */
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import { costExceeded } from "./errors.ts";
import { locationCount } from "./operations/mappables.ts";
import { LEVELS_WITH_VARIANT_MAX, PAGE_ITEMS_MAX, PAGE_SHRINK } from "./stock-limits.ts";

export interface PageSizes {
  /** Levels to ask for with each variant: as many as the shop has locations. */
  levels(client: ShopifyClient, call: CallContext): Promise<Result<number>>;
  /** An item has more levels than were asked for: the shop has more locations now. */
  forgetLevels(): void;
  /** Asks with as many variants a page as the shop takes. `ask` is called again with fewer when it takes no such page. */
  ask<T>(ask: (variants: number) => Promise<Result<T>>): Promise<Result<T>>;
}

export function createPageSizes(): PageSizes {
  let levels: number | null = null;
  let variants = PAGE_ITEMS_MAX;
  return {
    levels: async (client, call) => {
      if (levels !== null) return ok(levels);
      const counted = await client.request(locationCount, { limit: LEVELS_WITH_VARIANT_MAX }, call);
      if (!counted.ok) return counted;
      levels = Math.min(Math.max(counted.value.locationsCount?.count ?? 1, 1), LEVELS_WITH_VARIANT_MAX);
      return ok(levels);
    },
    forgetLevels: () => {
      if (levels !== LEVELS_WITH_VARIANT_MAX) levels = null;
    },
    ask: async (ask) => {
      for (;;) {
        const asked = variants;
        const answer = await ask(asked);
        if (answer.ok || !costExceeded(answer.failure) || asked === 1) return answer;
        variants = Math.min(variants, Math.max(1, Math.floor(asked * PAGE_SHRINK)));
      }
    },
  };
}
