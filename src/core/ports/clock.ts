/** Time, passed in: the simulation's clock jumps, the system's does not. */
export interface Clock {
  /** UTC, milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after `ms`, or at once (without error) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
