/** The points that an app may spend: a bucket that fills at the plan's rate, in the shop's own time. */
import type { Clock } from "../../src/core/ports/clock.ts";

/** By plan, as Shopify publishes it; the bucket holds twenty seconds of it. */
export const PLANS = {
  standard: 100,
  advanced: 200,
  plus: 1_000,
  enterprise: 2_000,
} as const;
export type Plan = keyof typeof PLANS;

const BUCKET_SECONDS = 20;
const SECOND_MS = 1_000;

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

export class Bucket {
  readonly restoreRate: number;
  private readonly size: number;
  private readonly clock: Clock;
  private available: number;
  private filledMs: number;

  constructor(plan: Plan, clock: Clock) {
    this.restoreRate = PLANS[plan];
    this.size = this.restoreRate * BUCKET_SECONDS;
    this.clock = clock;
    this.available = this.size;
    this.filledMs = clock.nowMs();
  }

  /** Takes the points, or says that they are not there. */
  take(points: number): boolean {
    this.fill();
    if (this.available < points) return false;
    this.available -= points;
    return true;
  }

  /** What was taken and not used. */
  giveBack(points: number): void {
    this.available = Math.min(this.size, this.available + points);
  }

  status(): ThrottleStatus {
    this.fill();
    return {
      maximumAvailable: this.size,
      currentlyAvailable: Math.floor(this.available),
      restoreRate: this.restoreRate,
    };
  }

  private fill(): void {
    const nowMs = this.clock.nowMs();
    const passedMs = Math.max(0, nowMs - this.filledMs);
    this.available = Math.min(this.size, this.available + (passedMs / SECOND_MS) * this.restoreRate);
    this.filledMs = Math.max(this.filledMs, nowMs);
  }
}
