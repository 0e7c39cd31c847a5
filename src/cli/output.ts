/**
 * Shows what a command tells. Standard output is for its result: lines for people, or with `--json` exactly one document
 * as the last thing; progress goes to standard error, as a bar on a terminal and as a line now and then elsewhere.
 */
import { Presets, SingleBar } from "cli-progress";
import type { CommandEvent } from "./command.ts";
import type { CliFault } from "./world.ts";

/** Without a terminal, a line of progress after this many more, so that a log stays readable. */
const PROGRESS_LINE_EVERY = 1_000;

export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly errIsTerminal: boolean;
}

export interface Output {
  readonly emit: (event: CommandEvent) => void;
  /** Ends the bar, then says what went wrong. */
  fault(fault: CliFault): void;
  end(): void;
}

export function createOutput(io: Io, json: boolean): Output {
  const progress = io.errIsTerminal ? progressBar() : progressLines(io);
  return {
    emit: (event) => {
      if (event.kind === "progress") {
        progress.show(event.label, event.done, event.total);
        return;
      }
      progress.end();
      if (event.kind === "note") io.err(`${event.text}\n`);
      if (event.kind === "line" && !json) io.out(`${event.text}\n`);
      if (event.kind === "result" && json) io.out(`${JSON.stringify(event.json)}\n`);
    },
    fault: ({ code, sentence, fix, stack }) => {
      progress.end();
      if (json) io.out(`${JSON.stringify({ error: { code, sentence, fix } })}\n`);
      else io.err(`${sentence}\n${fix === "" ? "" : `${fix}\n`}`);
      if (stack !== null) io.err(`${stack}\n`);
    },
    end: () => progress.end(),
  };
}

interface Progress {
  show(label: string, done: number, total: number | null): void;
  end(): void;
}

function progressBar(): Progress {
  let bar: { readonly label: string; readonly shown: SingleBar } | null = null;
  const end = (): void => {
    bar?.shown.stop();
    bar = null;
  };
  return {
    show: (label, done, total) => {
      if (bar?.label !== label) {
        end();
        const shown = new SingleBar(
          { format: `${label} [{bar}] {value}/{total} {eta_formatted}`, stream: process.stderr, clearOnComplete: true },
          Presets.rect,
        );
        shown.start(Math.max(total ?? done, 1), done);
        bar = { label, shown };
      }
      bar.shown.setTotal(Math.max(total ?? done, done, 1));
      bar.shown.update(done);
    },
    end,
  };
}

function progressLines(io: Io): Progress {
  let told = { label: "", done: 0 };
  return {
    show: (label, done, total) => {
      if (label !== told.label) told = { label, done: 0 };
      // What is over before the first line needs none.
      const isLast = total !== null && done >= total && told.done > 0 && done > told.done;
      if (done - told.done < PROGRESS_LINE_EVERY && !isLast) return;
      told = { label, done };
      io.err(`${label}: ${done}${total === null ? "" : ` of ${total}`}\n`);
    },
    end: () => undefined,
  };
}
