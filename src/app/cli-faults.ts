/** Turns anything thrown into one sentence, what to do, and the exit code of docs/cli.md. */
import { CommandError, EXIT } from "../cli/command.ts";
import type { CliFault } from "../cli/world.ts";
import { StoreUnavailableError } from "../core/ports/store.ts";
import { BackupError } from "../store/backup-format.ts";
import { StoreLockedError } from "../store/lock.ts";
import { MigrationError } from "../store/migrate.ts";
import { HubGoneError, RemoteFault } from "./admin-socket.ts";
import { ConfigError } from "./config/problem.ts";

/** `strike` takes known secrets out of texts that others wrote. */
export function describeFault(error: unknown, strike: (text: string) => string): CliFault {
  if (error instanceof RemoteFault) return error.fault;
  const known = knownFault(error);
  if (known !== null) return { ...known, sentence: strike(known.sentence), stack: null };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "INTERNAL_ERROR",
    sentence: strike(`The hub itself failed: ${message}`),
    fix: "This is a defect: send what follows to the maintainers.",
    exitCode: EXIT.internal,
    stack: strike((error instanceof Error ? error.stack : undefined) ?? message),
  };
}

function knownFault(error: unknown): Omit<CliFault, "stack"> | null {
  if (error instanceof ConfigError)
    return {
      code: "CONFIGURATION_INVALID",
      sentence: error.message,
      fix: "See docs/configuration.md.",
      exitCode: EXIT.configuration,
    };
  if (error instanceof CommandError)
    return { code: codeOf(error.exitCode), sentence: error.message, fix: error.fix, exitCode: error.exitCode };
  if (error instanceof StoreLockedError)
    return { code: "STORE_IN_USE", sentence: error.message, fix: "", exitCode: EXIT.busy };
  if (error instanceof StoreUnavailableError) {
    return {
      code: "STORE_UNAVAILABLE",
      sentence: error.message,
      fix: "Check that the database runs and that store.postgresUrl is right.",
      exitCode: EXIT.unavailable,
    };
  }
  if (error instanceof MigrationError)
    return {
      code: "STORE_SCHEMA",
      sentence: error.message,
      fix: "Use the version of Stockbridge that last opened this store, or a newer one.",
      exitCode: EXIT.finding,
    };
  if (error instanceof BackupError)
    return { code: "BACKUP_INVALID", sentence: error.message, fix: "", exitCode: EXIT.finding };
  if (error instanceof HubGoneError) {
    if (error.interrupted)
      return { code: "INTERRUPTED", sentence: "Interrupted.", fix: "", exitCode: EXIT.interrupted };
    return {
      code: "HUB_GONE",
      sentence: error.message,
      fix: "It may have been stopped, or be of another version: see its log, then try again.",
      exitCode: EXIT.unavailable,
    };
  }
  // Ctrl-C while a question is asked.
  if (error instanceof Error && error.name === "ExitPromptError")
    return { code: "INTERRUPTED", sentence: "Interrupted; nothing was written.", fix: "", exitCode: EXIT.interrupted };
  return null;
}

function codeOf(exitCode: number): string {
  return (
    Object.entries(EXIT)
      .find(([, code]) => code === exitCode)?.[0]
      .toUpperCase() ?? "FAILED"
  );
}
