/**
 * The web server: webhooks in, health and metrics out. Bodies are taken as raw bytes, since signatures cover these.
 * Every answer is JSON (metrics excepted); every refusal says what is wrong and what to do, and repeats nothing of the request.
 */
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { StoreUnavailableError } from "../core/ports/store.ts";
import { addHealthRoutes } from "./health.ts";
import { badRequest, bodyTooLarge, internal, notFound, refusing, storeAway, type Refusal } from "./refusals.ts";
import type { WebOptions } from "./web-options.ts";
import { addWebhookRoutes } from "./webhooks.ts";

/** A sender that needs longer for one body holds a connection on purpose. */
export const REQUEST_MS_MAX = 30_000;
export const KEEP_ALIVE_MS_MAX = 10_000;
export const PATH_PARAMETER_LENGTH_MAX = 200;

export function createWebServer(options: WebOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyBytesMax,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS_MAX,
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    // Secrets may stand in addresses: lines about requests are written here, by hand.
    logger: false,
    // While it closes, requests that came over an open connection are still answered.
    return503OnClosing: false,
    forceCloseConnections: "idle",
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((_request, reply) => reply.send(refusing(reply, notFound())));
  app.setErrorHandler((error: FastifyError, _request, reply) => reply.send(refusing(reply, refusalOf(error, options))));
  addHealthRoutes(app, options);
  addWebhookRoutes(app, options);
  return app;
}

function refusalOf(error: FastifyError, { log, bodyBytesMax }: WebOptions): Refusal {
  if (error instanceof StoreUnavailableError) return storeAway();
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") return bodyTooLarge(bodyBytesMax);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return badRequest();
  log.error({ error }, "request failed");
  return internal();
}
