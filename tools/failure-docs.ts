/**
 * Writes docs/failures.md from the table of failures and docs/states.md from the table of states. `failure-docs.ts` writes
 * both pages; `failure-docs.ts --check` ends with 1 when a committed page is not what the tables say.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FAILURES, type FailureClass, type FailureDefinition, type Reaction } from "../src/core/failures.ts";
import { STATE_NAMES } from "../src/core/plan.ts";
import { ATTEMPTS_MAX, RETRY_DELAYS_MS } from "../src/core/retry.ts";
import { STATE_MEANINGS, type StateMeaning } from "../src/core/states.ts";

const ROOT = join(import.meta.dirname, "..");
const MINUTE_MS = 60_000;
const GENERATED = "This page is generated from the code by `node tools/run.mjs tools/failure-docs.ts`; do not edit it.";

const CLASSES: Readonly<Record<FailureClass, string>> = {
  data: "Something about the order, product or document itself: it is mended in the shop or in Odoo.",
  configuration:
    "Something that the hub was told, or was not told: it is mended in the configuration, or in the set-up of Odoo.",
  connection: "One of the two sides cannot be reached or does not let the hub in: no order or product is at fault.",
};

/** In the order of the table of reactions. */
const REACTIONS: Readonly<Record<Reaction, string>> = {
  retry: `Tried at once and again ${delays()}: ${ATTEMPTS_MAX} attempts, then parked. A retry by a person starts anew.`,
  "observe-again":
    "It is not known whether the write was done, so both sides are read before anything is written again. Comes by itself.",
  park: "Parked at once: only a person, or a change of the thing itself, can help. A new hint looks at it again.",
  pause: "The whole connection waits and is probed; no attempt is used up. Work resumes by itself when it answers.",
};

function delays(): string {
  return RETRY_DELAYS_MS.map((delayMs) => `after ${delayMs / MINUTE_MS} min`).join(", ");
}

export const PAGES: Readonly<Record<string, () => string>> = {
  "docs/failures.md": failuresPage,
  "docs/states.md": statesPage,
};

export function failuresPage(): string {
  const entries = Object.entries<FailureDefinition>(FAILURES);
  const reactions = Object.entries(REACTIONS).map(([name, text]) => `- **${name}**: ${text}`);
  const sections = Object.entries(CLASSES).flatMap(([name, text]) => {
    const own = entries.filter(([, definition]) => definition.class === name);
    return [`## Class: ${name}`, text, ...own.flatMap(([code, definition]) => failureSection(code, definition))];
  });
  const intro = `Everything that can go wrong has a code, one sentence, and a fix. Words in braces are filled in for each case.`;
  return page(["# Failures", GENERATED, intro, "## What happens next", reactions.join("\n"), ...sections]);
}

function failureSection(code: string, { reaction, sentence, fix }: FailureDefinition): readonly string[] {
  return [`### ${code}`, `> ${escaped(sentence)}`, `Fix: ${escaped(fix)}`, `What happens: ${reaction}.`];
}

export function statesPage(): string {
  const intro =
    "Where an order or a variant stands after it was looked at. `stockbridge status` counts them, `stockbridge explain` shows one.";
  const sections = STATE_NAMES.flatMap((name) => stateSection(name, STATE_MEANINGS[name]));
  return page(["# States", GENERATED, intro, ...sections]);
}

function stateSection(name: string, { flow, meaning, ends }: StateMeaning): readonly string[] {
  const of = flow === "both" ? "orders and stock" : flow;
  return [`## ${name}`, `Of ${of}. ${meaning}`, `Ends when: ${ends.charAt(0).toLowerCase()}${ends.slice(1)}`];
}

function page(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}

/** Markdown would read what stands in sentences as its own. */
function escaped(text: string): string {
  return text.replace(/[*<`]/g, (sign) => `\\${sign}`);
}

/** Pages that differ from what the tables say; a page that is missing differs. */
export function stalePages(): readonly string[] {
  return Object.entries(PAGES).flatMap(([path, make]) => (committed(path) === make() ? [] : [path]));
}

function committed(path: string): string | null {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const stale = stalePages();
  if (process.argv.includes("--check")) {
    for (const path of stale) console.error(`${path} is not what the code says: run tools/failure-docs.ts`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const path of stale) {
      writeFileSync(join(ROOT, path), PAGES[path]!());
      console.log(`wrote ${path}`);
    }
  }
}
