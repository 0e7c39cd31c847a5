/**
 * Takes webhooks in: from shops (signed bodies) and from an ERP's automations (a secret within the address). Acknowledged
 * only after the delivery has been committed. What costs nothing to refuse is refused first.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { failure } from "../core/failures.ts";
import { StoreUnavailableError } from "../core/ports/store.ts";
import { receiveErpDelivery, receiveShopDelivery, type Received } from "../engine/intake.ts";
import type { Hub } from "../engine/hub.ts";
import type { Result } from "../core/result.ts";
import { receivedBody, type ReceivedBody, type RefusalBody } from "./answers.ts";
import {
  busy,
  noAutomations,
  refusedDelivery,
  refusing,
  storeAway,
  unknownConnection,
  type Refusal,
} from "./refusals.ts";
import type { DeliveryOutcome, WebOptions } from "./web-options.ts";

/** Bodies in memory at the same time; a shop sends one after the other, a flood must not fill the memory. */
export const DELIVERIES_AT_ONCE_MAX = 64;
/** Refusals are counted, and said at most once per connection in this time. */
export const REFUSAL_LOG_MS = 10_000;

interface ConnectionParams {
  readonly connection: string;
}
interface SecretParams extends ConnectionParams {
  readonly secret: string;
}

export function addWebhookRoutes(app: FastifyInstance, options: WebOptions): void {
  const intake = new Intake(options);
  const refusalForShop = shopGate(options);
  const refusalForErp = erpGate(options);
  // The hooks run before the body is read: who is asked, and whether there is room.
  app.post<{ Params: ConnectionParams }>(
    "/webhooks/:connection",
    {
      onRequest: (request, reply, done) =>
        intake.admit(request.params.connection, refusalForShop(request.params), reply, done),
    },
    (request, reply) => {
      const { connection } = request.params;
      return intake.take(connection, reply, (hub) =>
        receiveShopDelivery(hub, connection, headersOf(request), bytesOf(request)),
      );
    },
  );
  app.post<{ Params: SecretParams }>(
    "/webhooks/:connection/:secret",
    {
      onRequest: (request, reply, done) =>
        intake.admit(request.params.connection, refusalForErp(request.params), reply, done),
    },
    (request, reply) => {
      const { connection } = request.params;
      return intake.take(connection, reply, (hub) => receiveErpDelivery(hub, connection, bytesOf(request)));
    },
  );
}

type Gate<P> = (params: P) => Refusal | null;

function shopGate({ shopIds, erpSecrets }: WebOptions): Gate<ConnectionParams> {
  return ({ connection }) => {
    if (shopIds.has(connection)) return null;
    return erpSecrets.has(connection)
      ? refusedDelivery(failure("WEBHOOK_SIGNATURE_MISSING", { connection }))
      : unknownConnection();
  };
}

function erpGate({ erpSecrets }: WebOptions): Gate<SecretParams> {
  return ({ connection, secret }) => {
    const expected = erpSecrets.get(connection);
    if (expected === undefined) return unknownConnection();
    if (expected === null) return noAutomations(connection);
    return equal(secret, expected) ? null : refusedDelivery(failure("WEBHOOK_SIGNATURE_INVALID", { connection }));
  };
}

/** In a time that does not depend on where they differ, nor on their lengths. */
function equal(given: string, expected: string): boolean {
  const digest = (value: string): Buffer => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

class Intake {
  readonly #options: WebOptions;
  #atOnce = 0;
  readonly #refusals = new Map<string, { untilMs: number; suppressed: number }>();

  constructor(options: WebOptions) {
    this.#options = options;
  }

  admit(connection: string, refusal: Refusal | null, reply: FastifyReply, done: () => void): void {
    const room = this.#atOnce >= DELIVERIES_AT_ONCE_MAX ? busy() : null;
    const found = refusal ?? room ?? (this.#options.hub() === null ? storeAway() : null);
    if (found !== null) {
      // Unknown names are anybody's invention: they get no label of their own in metrics and log.
      this.#tell(found.body.code === "CONNECTION_UNKNOWN" ? "" : connection, found, 0);
      // The body has not been read, and will not be.
      void reply.header("connection", "close").send(refusing(reply, found));
      return;
    }
    this.#atOnce += 1;
    reply.raw.once("close", () => {
      this.#atOnce -= 1;
    });
    done();
  }

  /** Answers the body to send. */
  async take(
    connection: string,
    reply: FastifyReply,
    receive: (hub: Hub) => Promise<Result<Received>>,
  ): Promise<ReceivedBody | RefusalBody> {
    const { clock, metrics, log } = this.#options;
    const startedMs = clock.nowMs();
    const hub = this.#options.hub();
    if (hub === null) return this.#refused(connection, reply, storeAway(), startedMs);
    try {
      const received = await receive(hub);
      if (!received.ok) return this.#refused(connection, reply, refusedDelivery(received.failure), startedMs);
      const { taken, ignored } = received.value;
      metrics.delivered(
        connection,
        taken ? "taken" : ignored === null ? "repeated" : "ignored",
        clock.nowMs() - startedMs,
      );
      return receivedBody.parse({ taken, ignored });
    } catch (error) {
      const isAway = error instanceof StoreUnavailableError;
      metrics.delivered(connection, isAway ? "unavailable" : "failed", clock.nowMs() - startedMs);
      if (isAway) log.error({ connection, error }, "delivery not taken: the store is away");
      throw error;
    }
  }

  #refused(connection: string, reply: FastifyReply, refusal: Refusal, startedMs: number): RefusalBody {
    this.#tell(connection, refusal, this.#options.clock.nowMs() - startedMs);
    return refusing(reply, refusal);
  }

  #tell(connection: string, { status, body }: Refusal, durationMs: number): void {
    const { clock, log, metrics } = this.#options;
    const outcome: DeliveryOutcome = status === 503 ? "unavailable" : "refused";
    metrics.delivered(connection, outcome, durationMs);
    const nowMs = clock.nowMs();
    const kept = this.#refusals.get(connection) ?? { untilMs: 0, suppressed: 0 };
    this.#refusals.set(connection, kept);
    if (nowMs < kept.untilMs) {
      kept.suppressed += 1;
      return;
    }
    log.warn({ connection, code: body.code, fix: body.fix, alsoRefused: kept.suppressed }, body.sentence);
    kept.untilMs = nowMs + REFUSAL_LOG_MS;
    kept.suppressed = 0;
  }
}

function headersOf(request: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

function bytesOf({ body }: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(body) ? body : new Uint8Array();
}
