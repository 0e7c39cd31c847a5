/** What happened in a world, line by line in virtual time, and one hash over all of it: the same seed gives the same hash. */
import { createHash } from "node:crypto";

export interface Trace {
  /** Shown to people and hashed. */
  tell(line: string): void;
  /** Hashed, and shown only when everything is wanted. */
  detail(line: string): void;
  hash(): string;
  lines(all: boolean): readonly string[];
}

/** A world that says more than this goes round in circles; what it says after is only hashed. */
const LINES_MAX = 200_000;

export function createTrace(nowMs: () => number): Trace {
  const hash = createHash("sha256");
  const lines: { readonly text: string; readonly isDetail: boolean }[] = [];
  const add = (line: string, isDetail: boolean): void => {
    const text = `${new Date(nowMs()).toISOString().slice(5, 23).replace("T", " ")}  ${line}`;
    hash.update(`${text}\n`);
    if (lines.length < LINES_MAX) lines.push({ text, isDetail });
  };
  return {
    tell: (line) => add(line, false),
    detail: (line) => add(line, true),
    hash: () => hash.copy().digest("hex").slice(0, 16),
    lines: (all) => lines.filter(({ isDetail }) => all || !isDetail).map(({ text }) => text),
  };
}
