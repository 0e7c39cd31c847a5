/** `stockbridge failures list|retry|skip`: what is parked or being retried, by cause, and what a person decides about it. */
import { FAILURES, type FailureCode } from "../../core/failures.ts";
import { formatKey, type Key } from "../../core/key.ts";
import type { KeyState } from "../../core/ports/store.ts";
import type { Hub } from "../../engine/hub.ts";
import { retryKey } from "../../engine/recreate.ts";
import { isSet, keyOf, optionalText, shopOf, textOf } from "../arguments.ts";
import { CommandError, EXIT, type CommandArguments, type HubCommand } from "../command.ts";
import { plural } from "../table.ts";

/** Listed and acted on at once; more is told, never silently left out. */
export const FAILURES_MAX = 10_000;
const KEYS_SHOWN_MAX = 20;

export const failures: HubCommand = async ({ hub, signal }, args, emit) => {
  const action = textOf(args, "action");
  if (action === "list") {
    const found = await failing(hub, args);
    for (const text of listed(found)) emit({ kind: "line", text });
    emit({ kind: "result", json: { count: found.length, failures: found.map(jsonOf) } });
    return EXIT.ok;
  }
  const reason = action === "skip" ? reasonOf(args) : "";
  const keys = await chosen(hub, args);
  let done = 0;
  const gone: string[] = [];
  for (const key of keys) {
    if (signal.aborted) return EXIT.interrupted;
    const found =
      action === "skip" ? await hub.store.skip(key, reason) : await retryKey(hub, key, isSet(args, "recreate"));
    if (found) done += 1;
    else gone.push(formatKey(key));
    emit({ kind: "progress", label: action, done: done + gone.length, total: keys.length });
  }
  emit({
    kind: "line",
    text: `${plural(done, "key")} ${action === "skip" ? "skipped" : "taken up again"}${gone.length === 0 ? "" : `; not on the list (any more): ${gone.join(", ")}`}`,
  });
  emit({ kind: "result", json: { action, done, gone } });
  return gone.length > 0 && done === 0 ? EXIT.finding : EXIT.ok;
};

function reasonOf(args: CommandArguments): string {
  const reason = optionalText(args, "reason")?.trim() ?? "";
  if (reason === "") throw new CommandError("A key is skipped only with a reason, which is kept.", 'Add --reason "…".');
  return reason;
}

async function failing(hub: Hub, args: CommandArguments): Promise<readonly KeyState[]> {
  const code = codeOf(args);
  const shop = optionalText(args, "shop");
  const filter = {
    states: ["failed"] as const,
    ...(shop === undefined ? {} : { connection: shopOf(hub, shop).connection }),
  };
  const states = await hub.store.keyStates(filter, FAILURES_MAX);
  return code === undefined ? states : states.filter((state) => state.code === code);
}

function codeOf(args: CommandArguments): FailureCode | undefined {
  const code = optionalText(args, "code");
  if (code === undefined) return undefined;
  if (Object.hasOwn(FAILURES, code)) return code as FailureCode;
  throw new CommandError(`There is no failure code "${code}".`, "docs/failures.md lists them.");
}

/** One key, those of one code, or all: nothing is acted on without being named. */
async function chosen(hub: Hub, args: CommandArguments): Promise<readonly Key[]> {
  const key = optionalText(args, "key");
  const narrowed = optionalText(args, "code") !== undefined || isSet(args, "all");
  if (key !== undefined && narrowed)
    throw new CommandError("A key and --code or --all exclude each other.", "Name one key, or a code, or --all.");
  if (key !== undefined) return [keyOf(hub, key)];
  if (!narrowed)
    throw new CommandError(
      "Nothing was named.",
      "Name a key (order/shop-eu/1054), or --code CODE, or --all; --shop narrows the last two.",
    );
  return (await failing(hub, args)).map((state) => state.key);
}

function listed(found: readonly KeyState[]): string[] {
  if (found.length === 0) return ["No failures."];
  const byCode = Map.groupBy(found, ({ code }) => code ?? "INTERNAL_ERROR");
  const groups = [...byCode].toSorted(([, a], [, b]) => b.length - a.length);
  return groups.flatMap(([code, states]) => [
    `${code} (${FAILURES[code].class}): ${plural(states.length, "key")}`,
    `  ${states[0]?.fix ?? FAILURES[code].fix}`,
    ...states.slice(0, KEYS_SHOWN_MAX).map((state) => `  ${formatKey(state.key)}  ${state.sentence}`),
    ...(states.length > KEYS_SHOWN_MAX
      ? [`  and ${states.length - KEYS_SHOWN_MAX} more (--code ${code} --json lists all)`]
      : []),
  ]);
}

function jsonOf({ key, code, sentence, fix, updatedAtMs }: KeyState): object {
  return {
    key: formatKey(key),
    code,
    class: code === null ? null : FAILURES[code].class,
    sentence,
    fix,
    at: new Date(updatedAtMs).toISOString(),
  };
}
