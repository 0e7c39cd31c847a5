/** Opens the configured store; for a hub that starts, as often as it takes. */
import type { Clock } from "../core/ports/clock.ts";
import { StoreUnavailableError } from "../core/ports/store.ts";
import { openStore, type OpenedStore } from "../store/open-store.ts";
import type { StoreSettings } from "./config.ts";

export const OPEN_RETRY_MS_FIRST = 500;
export const OPEN_RETRY_MS_MAX = 10_000;

export function openConfiguredStore(settings: StoreSettings, clock: Clock): Promise<OpenedStore> {
  return settings.kind === "postgres"
    ? openStore({ url: settings.url.reveal(), clock })
    : openStore({ directory: settings.directory, clock });
}

export interface Retrying {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown, attempt: number) => void;
}

/** Repeats what the store's absence made fail. Null when the signal came first; any other error is thrown on. */
export async function whileStoreIsAway<T>(
  task: () => Promise<T>,
  { clock, signal, onFailure }: Retrying,
): Promise<T | null> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      onFailure(error, attempt);
      await clock.sleep(Math.min(OPEN_RETRY_MS_FIRST * 2 ** Math.min(attempt - 1, 10), OPEN_RETRY_MS_MAX), signal);
    }
  }
  return null;
}
