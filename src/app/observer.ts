/** Turns what the engine tells into log lines and metrics. Requests and answers are never logged: they may hold personal data. */
import type { Logger } from "pino";
import type { HubObserver } from "../engine/observer.ts";
import type { Metrics } from "./metrics.ts";

export function createObserver(log: Logger, metrics: Pick<Metrics, "run" | "call" | "paused" | "noted">): HubObserver {
  return {
    run: (event) => {
      metrics.run(event);
      const { sentence, ...fields } = event;
      const message = sentence === "" ? event.status : sentence;
      if (event.status === "failed") log.error(fields, message);
      else if (event.status === "retrying") log.warn(fields, message);
      else log.info(fields, message);
    },
    call: (exchange) => {
      metrics.call(exchange);
      const { connection, call, write, status, durationMs } = exchange;
      log.debug({ connection, call, write, status, durationMs }, "call");
    },
    paused: (connection, sentence, untilMs) => {
      metrics.paused(connection);
      log.warn({ connection, until: new Date(untilMs).toISOString() }, `paused: ${sentence}`);
    },
    resumed: (connection) => log.info({ connection }, "resumed"),
    note: (level, what, details) => {
      metrics.noted(level);
      log[level](details, what);
    },
  };
}
