/**
 * A process that can die at any await. Every call that a hub makes through a port is a numbered point. At the chosen
 * point the process freezes: the call happens or not, and nothing of it ever settles. Killed, it stays so. Stopped, it
 * wakes later as a zombie: what was held back settles, and it goes on as if no time had passed, which must do no damage.
 */
import type { Clock } from "../src/core/ports/clock.ts";
import type { VirtualTime } from "./virtual-clock.ts";

export interface DeathPlan {
  /** The number of the call at which it happens, from 1. */
  readonly point: number;
  /** True: the call is carried out, but its answer is lost. */
  readonly callHappens: boolean;
  /** Null: killed. Else it wakes after this long. */
  readonly wakesAfterMs: number | null;
}

export interface Mortal {
  readonly name: string;
  /** True until it is frozen, and again after it has woken. */
  alive(): boolean;
  points(): number;
  /** How often it has been stopped. */
  stops(): number;
  /** The process's own clock: its sleeps do not end while it is frozen. */
  readonly clock: Clock;
  /** Runs `work` as one call of this process; it settles as `work` does, unless the process is no more. */
  call<T>(label: string, work: () => Promise<T>): Promise<T>;
  /** Freezes now, whatever it is doing, for ever or until `wake`. */
  freeze(): void;
  wake(): void;
  /** Ends for good: nothing that was held back ever settles. */
  kill(): void;
}

export interface MortalOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly death: DeathPlan | null;
  /** Asked at the point of death: false, and it lives on. Default true. */
  readonly mayDie?: () => boolean;
  /** Told once, at the moment of death; the owner starts another process. */
  readonly onDeath: (label: string) => void;
}

export function createMortal({ name, time, death, onDeath, mayDie = () => true }: MortalOptions): Mortal {
  let state: "alive" | "frozen" | "dead" = "alive";
  let points = 0;
  let stops = 0;
  let suspended: (() => void)[] = [];

  /** Code of a process that stands still does not run: it waits until the process wakes. */
  const whenAlive = (go: () => void): void => {
    if (state === "alive") go();
    else if (state === "frozen") suspended.push(go);
  };
  const wake = (): void => {
    if (state !== "frozen") return;
    state = "alive";
    const held = suspended;
    suspended = [];
    for (const go of held) whenAlive(go);
  };
  const freeze = (): void => {
    if (state !== "alive") return;
    state = "frozen";
    stops += 1;
  };
  const kill = (): void => {
    state = "dead";
    suspended = [];
  };
  const die = (label: string): void => {
    freeze();
    const wakesAfterMs = death?.wakesAfterMs ?? null;
    if (wakesAfterMs === null) kill();
    else time.after(wakesAfterMs, `${name} wakes`, wake);
    onDeath(label);
  };

  const call = <T>(label: string, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const start = (): void => {
        work().then(
          (value) => whenAlive(() => resolve(value)),
          (error: unknown) => whenAlive(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      };
      if (state !== "alive") return whenAlive(start);
      points += 1;
      const dies = death !== null && points === death.point && mayDie();
      if (!dies) return start();
      if (death.callHappens) start();
      // Before `die`: a killed process forgets what it held back, a stopped one sends it when it wakes.
      else suspended.push(start);
      die(label);
    });

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      void time.clock.sleep(ms, signal).then(() => whenAlive(resolve));
    });

  return {
    name,
    alive: () => state === "alive",
    points: () => points,
    stops: () => stops,
    clock: { nowMs: () => time.nowMs(), sleep: (ms, signal) => call("sleep", () => sleep(ms, signal)) },
    call,
    freeze,
    wake,
    kill,
  };
}
