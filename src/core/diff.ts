/** A plan's changes for people: one line each, `+` for what is made, `-` for what goes, `~` for what changes. */
import type { DiffLine, Plan } from "./plan.ts";
import { fixOf, sentenceOf } from "./failures.ts";
import type { Json } from "./ports/store.ts";

export function renderDiff(diff: readonly DiffLine[]): string {
  return diff.map(renderLine).join("\n");
}

function renderLine({ what, before, after }: DiffLine): string {
  if (before === null) return `+ ${what}: ${after ?? ""}`;
  if (after === null) return `- ${what}: ${before}`;
  return `~ ${what}: ${before} -> ${after}`;
}

/** The same and the rest of the plan, for `--json`. */
export function planJson<A extends { readonly kind: string }>(plan: Plan<A>): Json {
  return {
    state: plan.state.name,
    sentence: plan.state.sentence,
    actions: plan.actions.map((action) => action.kind),
    blockers: plan.blockers.map((found) => ({ code: found.code, sentence: sentenceOf(found), fix: fixOf(found) })),
    diff: plan.diff.map((line) => ({ ...line })),
  };
}
