/** Carries out a hub's commands in this process: for the socket of a running hub, and for a command line with its own store. */
import { existsSync } from "node:fs";
import { CommandError, EXIT, type CommandArguments, type CommandContext, type Emit } from "../cli/command.ts";
import { HUB_COMMANDS, isHubCommand } from "../cli/hub-commands.ts";
import { flowsOf } from "../engine/flows.ts";
import { lanesOf, type Hub } from "../engine/hub.ts";
import { work } from "../engine/worker.ts";
import { backup } from "../store/backup.ts";
import type { OpenedStore } from "../store/open-store.ts";
import { untilAborted } from "./until-aborted.ts";

export interface LocalHub {
  readonly hub: Hub;
  readonly store: OpenedStore;
  /** False: a command that needs a worker brings its own for as long as it lasts. */
  readonly hasWorker: boolean;
}

export async function carryOut(
  local: LocalHub,
  name: string,
  args: CommandArguments,
  emit: Emit,
  signal: AbortSignal,
): Promise<number> {
  if (!isHubCommand(name))
    throw new CommandError(
      `This hub knows no command "${name}".`,
      "The command line and the running hub differ in version: restart the hub.",
    );
  return HUB_COMMANDS[name](contextOf(local, signal), args, emit);
}

function contextOf({ hub, store, hasWorker }: LocalHub, signal: AbortSignal): CommandContext {
  return {
    hub,
    signal,
    withWorker: (lane, task) =>
      Promise.race([hasWorker ? task() : withOwnWorker(hub, lane, task), interrupted(signal)]),
    backup: async (file, onProgress) => {
      if (existsSync(file))
        throw new CommandError(`${file} is there already.`, "Name another file, or remove this one.", EXIT.usage);
      return backup(store, file, { onProgress: ({ rowsDone, rowsTotal }) => onProgress(rowsDone, rowsTotal) });
    },
  };
}

async function interrupted(signal: AbortSignal): Promise<never> {
  await untilAborted(signal);
  throw new CommandError(
    "Interrupted.",
    "What was asked for stays on the list and is done by the hub.",
    EXIT.interrupted,
  );
}

/** One batch at a time, of this lane only. */
async function withOwnWorker<T>(
  hub: Hub,
  lane: { readonly flow: string; readonly connection: string },
  task: () => Promise<T>,
): Promise<T> {
  const { store, clock, observer, limits } = hub;
  const isLane = (other: { readonly flow: string; readonly connection: string }): boolean =>
    other.flow === lane.flow && other.connection === lane.connection;
  const stopping = new AbortController();
  const lanes = lanesOf(hub).filter(isLane);
  const working = work({
    store,
    clock,
    observer,
    flows: flowsOf(hub),
    lanes,
    limits,
    signal: stopping.signal,
    slots: 1,
  });
  try {
    return await task();
  } finally {
    stopping.abort();
    await working;
  }
}
