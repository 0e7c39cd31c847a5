/** The system's time. The only file of the hub that asks the machine for it; everything else is handed a Clock. */
import type { Clock } from "../core/ports/clock.ts";

/** Longest single timer of the runtime; a longer sleep is several of them. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= TIMER_MS_MAX) {
      if (signal?.aborted === true) return;
      await timer(Math.min(leftMs, TIMER_MS_MAX), signal);
    }
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(running);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const running = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
