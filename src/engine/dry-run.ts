/** Observe and plan one key, write nothing, and show what a run would do first. */
import type { Key } from "../core/key.ts";
import { renderDiff } from "../core/diff.ts";
import { fixOf, sentenceOf } from "../core/failures.ts";
import { converge, type Settled } from "./converge.ts";
import { flowsOf } from "./flows.ts";
import { unleased, type Hub } from "./hub.ts";

export interface DryRun extends Settled {
  readonly text: string;
}

export async function dryRun(hub: Hub, key: Key): Promise<DryRun> {
  const flow = flowsOf(hub).find(({ name, connection }) => name === key.flow && connection === key.connection);
  if (flow === undefined) throw new Error(`no flow ${key.flow} for ${key.connection}`);
  const refuse = { ...unleased(hub), beforeWrite: () => Promise.reject(new Error("a dry run does not write")) };
  const options = { connection: key.connection, dryRun: true, nowMs: () => hub.clock.nowMs() };
  const [settled] = await flow.run((typed) => converge(typed, [key.id], refuse, options));
  if (settled === undefined) throw new Error(`no outcome for ${key.id}`);
  return { ...settled, text: textOf(settled) };
}

function textOf(settled: Settled): string {
  const lines = settled.diff.length === 0 ? ["Nothing to change."] : [renderDiff(settled.diff)];
  if (settled.failure !== null)
    lines.push(`Blocked: ${sentenceOf(settled.failure)}`, `To do: ${fixOf(settled.failure)}`);
  else lines.push(`State: ${settled.state.name}. ${settled.state.sentence}`);
  return lines.join("\n");
}
