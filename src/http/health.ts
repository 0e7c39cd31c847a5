/**
 * Health for whatever watches the process, and metrics. Live: the process answers. Ready: its store does, so that webhooks
 * are taken; a connection that is paused is listed and changes nothing, since work for it waits in the store.
 */
import type { FastifyInstance } from "fastify";
import { StoreUnavailableError } from "../core/ports/store.ts";
import { status } from "../engine/status.ts";
import { liveBody, readyBody, type ReadyBody } from "./answers.ts";
import type { WebOptions } from "./web-options.ts";

export const READY_STORE_MS_MAX = 5_000;

export function addHealthRoutes(app: FastifyInstance, options: WebOptions): void {
  app.get("/health/live", () => liveBody.parse({ status: "live" }));
  app.get("/health/ready", async (_request, reply) => {
    const ready = await readiness(options);
    return reply.code(ready.status === "ready" ? 200 : 503).send(ready);
  });
  app.get("/metrics", async (_request, reply) => {
    const { contentType, body } = await options.metrics.render();
    return reply.header("content-type", contentType).send(body);
  });
}

async function readiness({ hub, clock, log }: WebOptions): Promise<ReadyBody> {
  const opened = hub();
  if (opened === null) return away("The store has not been opened yet.");
  const waiting = new AbortController();
  try {
    const late = clock.sleep(READY_STORE_MS_MAX, waiting.signal).then(() => null);
    const found = await Promise.race([status(opened), late]);
    if (found === null) return away(`The store did not answer within ${READY_STORE_MS_MAX} ms.`);
    return readyBody.parse({ status: "ready", store: { status: "ok", sentence: "" }, connections: found.connections });
  } catch (error) {
    // Health is often open to more eyes than the log: the reason, which may name hosts, stays in the log.
    if (error instanceof StoreUnavailableError) return away("The store does not answer.");
    log.error({ error }, "readiness failed");
    return away("The store answers with errors; see the log.");
  } finally {
    waiting.abort();
  }
}

function away(sentence: string): ReadyBody {
  return { status: "not-ready", store: { status: "away", sentence }, connections: [] };
}
