/** `stockbridge demo`: the demo of the repository as a process of its own, since the installed package has no simulated systems. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError, EXIT } from "../cli/command.ts";

const DEMO = join("sim", "demo", "main.ts");

export interface DemoOptions {
  /** The repository's folder. */
  readonly root: string;
  readonly words: readonly string[];
  readonly signal: AbortSignal;
}

/** Speaks on this process's own output; answers its exit code. */
export function runDemo({ root, words, signal }: DemoOptions): Promise<number> {
  const file = join(root, DEMO);
  if (!existsSync(file)) {
    throw new CommandError(
      "The demo is not part of the installed package.",
      "Clone the repository and run: npm run demo",
      EXIT.usage,
    );
  }
  const child = spawn(process.execPath, [file, ...words], { stdio: "inherit" });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      signal.removeEventListener("abort", stop);
      resolve(code ?? EXIT.interrupted);
    });
  });
}
