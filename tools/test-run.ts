/**
 * Runs test files with node:test, each in a process of its own, and counts what truly happened: a file without tests,
 * a file that crashes and a suite whose hook fails count as failures, never as nothing.
 */
import { relative } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { inspect } from "node:util";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface RunOptions {
  readonly root: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Shows every test's name, not only the files. */
  readonly verbose: boolean;
}

interface FileRun extends Counts {
  readonly lines: string[];
  readonly output: string[];
}

interface Ended {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly duration_ms: number; readonly error?: unknown };
}

/** Runs the files and prints one line for each as it ends, and everything about a failure. */
export async function runFiles(files: readonly string[], options: RunOptions): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const runs = new Map<string, FileRun>();
  const of = (file: string | undefined) => {
    const path = file ?? "(no file)";
    const fileRun = runs.get(path) ?? { passed: 0, failed: 0, skipped: 0, lines: [], output: [] };
    runs.set(path, fileRun);
    return fileRun;
  };
  const finish = (path: string, fileRun: FileRun, durationMs?: number) => {
    runs.delete(path);
    printFile(relative(options.root, path), fileRun, { verbose: options.verbose, durationMs });
    total.passed += fileRun.passed;
    total.failed += fileRun.failed;
    total.skipped += fileRun.skipped;
  };

  let success = true;
  const events = run({ files: [...files], concurrency: options.concurrency, timeout: options.timeoutMs });
  events.on("test:stdout", ({ file, message }) => of(file).output.push(message));
  events.on("test:stderr", ({ file, message }) => of(file).output.push(message));
  events.on("test:pass", (data) => record(of(data.file), data, true));
  events.on("test:fail", (data) => record(of(data.file), data, false));
  events.on("test:summary", (data) => {
    if (data.file === undefined) ({ success } = data);
    else finish(data.file, of(data.file), data.duration_ms);
  });
  await finished(events.resume());
  for (const [path, fileRun] of runs) finish(path, fileRun);
  if (!success && total.failed === 0) {
    console.log("FAILED node:test reports a failure that belongs to no test");
    total.failed += 1;
  }
  return total;
}

function record(fileRun: FileRun, ended: Ended, passed: boolean): void {
  const { name, nesting, details, file, skip, todo } = ended;
  if (name === file && nesting === 0) {
    // node:test reports the file itself only when it ran no test, or when its process ended badly.
    const why = passed ? "has no tests" : `ended badly: ${reasonOf(details.error)}`;
    fileRun.failed += 1;
    fileRun.lines.push(`  FAILED the file ${why}`);
    return;
  }
  // A parent that only holds tests counts through them; one that fails by itself (a hook) counts as a failure.
  if ((passed && details.type === "suite") || failureType(details.error) === "subtestsFailed") return;
  const indent = "  ".repeat(nesting + 1);
  const skipped = skip ?? todo;
  if (skipped !== undefined && skipped !== false) {
    fileRun.skipped += 1;
    fileRun.lines.push(`${indent}SKIPPED ${name}: ${skipped === true ? "no reason given" : skipped}`);
  } else if (passed) {
    fileRun.passed += 1;
    fileRun.lines.push(`${indent}ok ${name} (${details.duration_ms.toFixed(0)} ms)`);
  } else {
    fileRun.failed += 1;
    fileRun.lines.push(`${indent}FAILED ${name}\n${reasonOf(details.error).replaceAll(/^/gm, `${indent}  `)}`);
  }
}

function printFile(path: string, fileRun: FileRun, how: { verbose: boolean; durationMs: number | undefined }): void {
  const { verbose, durationMs } = how;
  const seconds = durationMs === undefined ? "" : `, ${(durationMs / 1000).toFixed(1)} s`;
  const mark = fileRun.failed > 0 ? "FAILED" : "ok";
  console.log(`${mark} ${path} (${summary(fileRun)}${seconds})`);
  for (const line of fileRun.lines) if (verbose || !/^\s*ok /.test(line)) console.log(line);
  const output = fileRun.output.join("");
  if ((fileRun.failed > 0 || verbose) && output.trim() !== "") console.log(`  output of ${path}:\n${output.trimEnd()}`);
}

/** `N passed, N failed`, and what was skipped only when something was. */
export function summary(counts: Counts): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}

function failureType(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("failureType" in error)) return undefined;
  return typeof error.failureType === "string" ? error.failureType : undefined;
}

function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  // node:test wraps what the test threw; the cause is what a reader wants to see.
  const cause = "cause" in error && error.cause !== undefined ? error.cause : error;
  return typeof cause === "string" ? cause : inspect(cause, { depth: 6 });
}
