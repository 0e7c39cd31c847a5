/**
 * The names that the configuration uses (journals, taxes, warehouse, team, company), resolved to the ERP's ids. Kept for a
 * short while in memory; a run that ended in a configuration failure drops them, so that the retry after the mapping was made sees it.
 */
import { FAILURES, type Failure } from "../core/failures.ts";
import type { CallContext } from "../core/ports/call.ts";
import { settingsQuery } from "../core/order/rules.ts";
import type { ErpSettings } from "../core/ports/erp.ts";
import type { Clock } from "../core/ports/clock.ts";
import { ok, type Result } from "../core/result.ts";
import type { ShopRuntime } from "./hub.ts";

export const SETTINGS_KEPT_MS = 60_000;

export interface SettingsCache {
  read(call: CallContext): Promise<Result<ErpSettings>>;
  /** Drops what is kept when the failure says that the configuration and the ERP disagree. */
  doubt(failure: Failure): void;
}

export function settingsOf(shop: Pick<ShopRuntime, "erp" | "orders">, clock: Clock): SettingsCache {
  let kept: { value: ErpSettings; untilMs: number } | null = null;
  return {
    async read(call) {
      if (kept !== null && clock.nowMs() < kept.untilMs) return ok(kept.value);
      const result = await shop.erp.readSettings(settingsQuery(shop.orders.rules), call);
      if (result.ok) kept = { value: result.value, untilMs: clock.nowMs() + SETTINGS_KEPT_MS };
      return result;
    },
    doubt({ code }) {
      if (FAILURES[code].class === "configuration") kept = null;
    },
  };
}
