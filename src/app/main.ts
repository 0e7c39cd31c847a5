/** The command `stockbridge`. The first SIGINT or SIGTERM asks for a clean end, the second ends at once. */
import { runCli } from "../cli/program.ts";
import { EXIT } from "../cli/command.ts";
import { createCliWorld } from "./cli-world.ts";
import { keepHeapSmall } from "./heap.ts";
import { systemClock } from "./system-clock.ts";

keepHeapSmall();

const ending = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (ending.signal.aborted) process.exit(EXIT.interrupted);
    ending.abort();
  });
}
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.internal),
);

const world = createCliWorld({ clock: systemClock, environment: process.env });
const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY,
};
const code = await runCli(process.argv.slice(2), { world, io, signal: ending.signal });
// Batches that were given up may still wait for a network; what was written goes out first.
process.stdout.write("", () => process.exit(code));
