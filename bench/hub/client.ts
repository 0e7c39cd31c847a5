/** Starts a hub in a process of its own, so that its CPU, its memory and its sudden end can be measured from outside. */
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { StockReport } from "../../src/engine/reconcile-stock.ts";
import type { Answer, BareChange, Command, HubProcessOptions, Usage } from "./messages.ts";

/** A sweep of 100,000 variants on a busy machine takes minutes; longer is a hub that hangs. */
const ANSWER_MS_MAX = 15 * 60_000;
const STOP_MS_MAX = 30_000;

export interface HubProcess {
  readonly webUrl: string | null;
  /** Right after it was ready. */
  readonly usageAtStart: Usage;
  usage(): Promise<Usage>;
  sweep(): Promise<StockReport>;
  markOrders(ids: readonly string[]): Promise<void>;
  /** One variant after the other; answers how long each took. */
  publishBare(changes: readonly BareChange[]): Promise<readonly number[]>;
  /** In order: what is under way is finished. */
  stop(): Promise<void>;
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
}

export async function startHub(options: HubProcessOptions): Promise<HubProcess> {
  const child = fork(join(import.meta.dirname, "process.ts"), [JSON.stringify(options)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const endWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void gone.then(() => process.off("exit", endWithUs));
  const ready = await answerOf(child, "ready");
  const ask = async <K extends Answer["kind"]>(command: Command, kind: K): Promise<Extract<Answer, { kind: K }>> => {
    const answer = answerOf(child, kind);
    child.send(command);
    return answer;
  };
  return {
    webUrl: ready.webUrl,
    usageAtStart: ready.usage,
    usage: async () => (await ask({ kind: "usage" }, "usage")).usage,
    sweep: async () => (await ask({ kind: "sweep" }, "swept")).report,
    markOrders: async (ids) => {
      await ask({ kind: "mark-orders", ids }, "marked");
    },
    publishBare: async (changes) => (await ask({ kind: "publish-bare", changes }, "published-bare")).latenciesMs,
    stop: async () => {
      child.send({ kind: "stop" } satisfies Command);
      const timer = setTimeout(endWithUs, STOP_MS_MAX);
      await gone;
      clearTimeout(timer);
      if (child.exitCode !== 0) throw new Error(`the hub process ended with ${child.exitCode ?? child.signalCode}`);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function answerOf<K extends Answer["kind"]>(child: ChildProcess, kind: K): Promise<Extract<Answer, { kind: K }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<Answer, { kind: K }>>();
  const timer = setTimeout(() => reject(new Error(`the hub process gave no ${kind}`)), ANSWER_MS_MAX);
  const ended = (): void => reject(new Error(`the hub process ended before ${kind}`));
  const heard = (message: unknown): void => {
    const answer = message as Answer;
    if (answer.kind === "failed") reject(new Error(`the hub process failed: ${answer.message}`));
    else if (answer.kind === kind) resolve(answer as Extract<Answer, { kind: K }>);
  };
  child.on("message", heard);
  child.once("exit", ended);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off("message", heard);
    child.off("exit", ended);
  });
}
