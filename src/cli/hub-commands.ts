/** Every command that works on a hub, by the name under which a running hub is asked for it. */
import type { HubCommand } from "./command.ts";
import { backup } from "./commands/backup.ts";
import { check } from "./commands/check.ts";
import { explain } from "./commands/explain.ts";
import { failures } from "./commands/failures.ts";
import { proof } from "./commands/proof.ts";
import { reconcile } from "./commands/reconcile.ts";
import { run } from "./commands/run.ts";
import { status } from "./commands/status.ts";

export const HUB_COMMANDS = {
  backup,
  check,
  explain,
  failures,
  proof,
  reconcile,
  run,
  status,
} as const satisfies Record<string, HubCommand>;
export type HubCommandName = keyof typeof HUB_COMMANDS;

export function isHubCommand(name: string): name is HubCommandName {
  return Object.hasOwn(HUB_COMMANDS, name);
}
