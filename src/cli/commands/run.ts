/** `stockbridge run <flow> <shop> <id>`: looks at one key now; with `--dry-run` shows what would be done and writes nothing. */
import { fixOf, sentenceOf } from "../../core/failures.ts";
import { formatKey } from "../../core/key.ts";
import { renderDiff } from "../../core/diff.ts";
import { dryRun } from "../../engine/dry-run.ts";
import { runNow } from "../../engine/run-now.ts";
import { enabledFlow, flowOf, isSet, shopOf, textOf } from "../arguments.ts";
import { CommandError, EXIT, type CommandContext, type Emit, type HubCommand } from "../command.ts";
import type { Key } from "../../core/key.ts";

export const run: HubCommand = async (context, args, emit) => {
  const shop = shopOf(context.hub, textOf(args, "shop"));
  const key: Key = {
    flow: enabledFlow(shop, flowOf(textOf(args, "flow"))),
    connection: shop.connection,
    id: textOf(args, "id"),
  };
  return isSet(args, "dryRun") ? show(context, key, emit) : carryOut(context, key, emit);
};

async function show({ hub }: CommandContext, key: Key, emit: Emit): Promise<number> {
  const found = await dryRun(hub, key);
  emit({ kind: "line", text: found.text });
  const failure =
    found.failure === null
      ? null
      : { code: found.failure.code, sentence: sentenceOf(found.failure), fix: fixOf(found.failure) };
  emit({
    kind: "result",
    json: {
      key: formatKey(key),
      dryRun: true,
      state: found.state.name,
      sentence: found.state.sentence,
      diff: found.diff,
      failure,
    },
  });
  return failure === null ? EXIT.ok : EXIT.finding;
}

async function carryOut(context: CommandContext, key: Key, emit: Emit): Promise<number> {
  const activity = await context.withWorker(key, () => runNow(context.hub, key));
  if (activity === null) {
    throw new CommandError(
      `${formatKey(key)} is on the list, but no worker has looked at it yet.`,
      "See stockbridge status: its connection may be paused, or much may be waiting before it.",
      EXIT.finding,
    );
  }
  const { activityId, status, state, code, sentence, fix, diff, durationMs } = activity;
  if (diff.length > 0) emit({ kind: "line", text: renderDiff(diff) });
  emit({ kind: "line", text: `${formatKey(key)}: ${status}, ${state}. ${sentence}` });
  if (fix !== "") emit({ kind: "line", text: fix });
  emit({
    kind: "result",
    json: { key: formatKey(key), dryRun: false, activityId, status, state, code, sentence, fix, diff, durationMs },
  });
  return code === null ? EXIT.ok : EXIT.finding;
}
