/** Where the engine tells what happened: logs and metrics are made of these events, by the app. One wide event a run. */
import type { FailureClass, FailureCode } from "../core/failures.ts";
import type { FlowName, Trigger } from "../core/key.ts";
import type { ActivityStatus } from "../core/ports/store.ts";
import type { Exchange } from "../core/ports/call.ts";

export interface RunEvent {
  readonly flow: FlowName;
  readonly connection: string;
  readonly id: string;
  readonly status: ActivityStatus;
  readonly code: FailureCode | null;
  readonly class: FailureClass | null;
  readonly sentence: string;
  readonly trigger: Trigger;
  readonly attempt: number;
  readonly durationMs: number;
  readonly wrote: boolean;
}

export interface HubObserver {
  run(event: RunEvent): void;
  call(exchange: Exchange): void;
  paused(connection: string, sentence: string, untilMs: number): void;
  resumed(connection: string): void;
  /** Something about a job (poll, sweep, watch): `error` for defects and failures, `warn` for what a person should know. */
  note(level: "info" | "warn" | "error", what: string, details: Readonly<Record<string, unknown>>): void;
}
