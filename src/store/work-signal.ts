/**
 * Wakes workers when there is something new: those of this process at once, those of others by NOTIFY.
 *
 * NOTIFY is sent after the commit and on its own, several announcements by one: inside the transactions it would make
 * their commits wait for each other. A notification that is lost costs time only, since workers also wake by time.
 * On PGlite there is no other process (the directory is locked), so the local signal is all there is.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../core/ports/clock.ts";

/** Sends one notification with this payload; may reject. */
export type Notify = (payload: string) => Promise<void>;

export class WorkSignal {
  /** Notifications of this process come back to it; they carry its name and are not counted twice. */
  readonly origin = randomUUID();
  readonly #clock: Clock;
  readonly #notify: Notify | null;
  readonly #waiting = new Set<() => void>();
  /** Rises with every announcement; what a claim that found nothing had seen, or a wait was told of, is `#seen`. */
  #version = 0;
  #seen = 0;
  #sending: Promise<void> | null = null;
  #sendAgain = false;

  constructor(clock: Clock, notify: Notify | null) {
    this.#clock = clock;
    this.#notify = notify;
  }

  get version(): number {
    return this.#version;
  }

  /** A claim that began at this version found nothing: announcements up to it need no further look. */
  nothingAt(version: number): void {
    this.#seen = Math.max(this.#seen, version);
  }

  /** To this process only. */
  wake(): void {
    this.#version += 1;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /** To all processes. Returns at once. */
  announce(): void {
    this.wake();
    if (this.#notify === null) return;
    if (this.#sending === null) this.#sending = this.#send(this.#notify);
    else this.#sendAgain = true;
  }

  /** Resolves at once when something was announced that no claim has looked at since. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (this.#version > this.#seen) {
      this.#seen = this.#version;
      return;
    }
    const ended = new AbortController();
    const end = () => ended.abort();
    signal.addEventListener("abort", end, { once: true });
    const woken = Promise.withResolvers<void>();
    this.#waiting.add(woken.resolve);
    try {
      await Promise.race([woken.promise, this.#clock.sleep(ms, ended.signal)]);
    } finally {
      this.#waiting.delete(woken.resolve);
      signal.removeEventListener("abort", end);
      ended.abort();
    }
  }

  /** Resolves when nothing is being sent any more. */
  async close(): Promise<void> {
    this.#sendAgain = false;
    await this.#sending;
  }

  async #send(notify: Notify): Promise<void> {
    do {
      this.#sendAgain = false;
      // The database may be away: workers of other processes wake by time.
      await notify(this.origin).catch(() => {});
    } while (this.#sendAgain);
    this.#sending = null;
  }
}
