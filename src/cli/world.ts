/** What the command line needs of the app, which joins it with configuration, store and connectors. */
import type { CheckLine } from "../core/ports/check.ts";
import type { ShopKind } from "../core/ports/shop-kind.ts";
import type { Result } from "../core/result.ts";
import type { CommandArguments, Emit } from "./command.ts";
import type { HubCommandName } from "./hub-commands.ts";
import type { InitAnswers, InitSecrets, ProposedLocation } from "./init-answers.ts";

export const ROLES = ["all", "web", "worker", "scheduler"] as const;
export type Role = (typeof ROLES)[number];

export interface CliWorld {
  /** Through the running hub where it holds the store, and with a store of its own otherwise. Answers the exit code. */
  runHubCommand(
    configPath: string,
    name: HubCommandName,
    args: CommandArguments,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<number>;
  /** Until the signal; answers the exit code. */
  start(configPath: string, role: Role, signal: AbortSignal): Promise<number>;
  /** Shop, Odoo and hub on this machine; it prints by itself. Answers its exit code. */
  demo(words: readonly string[], signal: AbortSignal): Promise<number>;
  /** Into the configured store, which must be empty unless `replace`. */
  restore(configPath: string, file: string, options: { readonly replace: boolean }, emit: Emit): Promise<number>;
  /** Asks both sides whether they can be used; needs no store and writes nothing. */
  testConnections(answers: InitAnswers, secrets: InitSecrets): AsyncIterable<CheckLine>;
  /** The active locations of a shop that has some, each with the warehouse that surely stands behind it. */
  proposeLocations(answers: InitAnswers, secrets: InitSecrets): Promise<Result<readonly ProposedLocation[]>>;
  /** The files that init writes, by name, with no secret in any of them. */
  initFiles(
    answers: InitAnswers,
    /** Those of a shop that has locations; null: it has none, or they were not read. */
    locations: readonly ProposedLocation[] | null,
  ): Readonly<Record<string, string>>;
  /** Null when the configuration is right; else its problems, a line each. */
  configProblems(configPath: string): readonly string[] | null;
  configSchema(): string;
  /** docs/configuration.md with its table made anew; for the project itself. */
  configDocument(): string;
  /** Turns anything thrown into what a person reads. */
  describeError(error: unknown): CliFault;
  readonly shopKinds: readonly ShopKind[];
  readonly version: string;
  readonly configFileDefault: string;
}

export interface CliFault {
  readonly code: string;
  readonly sentence: string;
  readonly fix: string;
  readonly exitCode: number;
  /** Where a defect happened; null for everything else. */
  readonly stack: string | null;
}
