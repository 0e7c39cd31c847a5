/**
 * What a command is: a function of the hub and its arguments that tells what happens while it runs and ends with an exit
 * code. Running hubs carry commands out for the command line over a socket, so arguments and events are plain data.
 */
import type { FlowName } from "../core/key.ts";
import type { Hub } from "../engine/hub.ts";

/** Documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** It ran, and what it was asked about is not in order. */
  finding: 1,
  usage: 2,
  /** The hub's own database, or the running hub, does not answer. */
  unavailable: 69,
  /** A defect of the hub. */
  internal: 70,
  /** Something is in use by another process; later it may work. */
  busy: 75,
  configuration: 78,
  interrupted: 130,
} as const;

export type CommandArguments = Readonly<Record<string, string | boolean | undefined>>;

export type CommandEvent =
  /** For people; left out with --json. */
  | { readonly kind: "line"; readonly text: string }
  /** For people, beside the results: on standard error, with --json too. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "progress"; readonly label: string; readonly done: number; readonly total: number | null }
  /** The one JSON document of --json. */
  | { readonly kind: "result"; readonly json: unknown };

export type Emit = (event: CommandEvent) => void;

export interface CommandContext {
  readonly hub: Hub;
  readonly signal: AbortSignal;
  /** Runs `task` while a worker takes care of this lane: a running hub's own, or one for as long as the task lasts. */
  withWorker<T>(lane: { readonly flow: FlowName; readonly connection: string }, task: () => Promise<T>): Promise<T>;
  /** Writes the whole store to a file (an absolute path) that must not exist; answers rows and bytes. */
  backup(
    file: string,
    onProgress: (done: number, total: number | null) => void,
  ): Promise<{ readonly rows: number; readonly bytes: number }>;
}

export type HubCommand = (context: CommandContext, args: CommandArguments, emit: Emit) => Promise<number>;

/** A command cannot go on, and the person can do something about it. Not a defect: it is shown as it is. */
export class CommandError extends Error {
  readonly fix: string;
  readonly exitCode: number;

  constructor(sentence: string, fix: string, exitCode: number = EXIT.usage) {
    super(sentence);
    this.name = "CommandError";
    this.fix = fix;
    this.exitCode = exitCode;
  }
}
