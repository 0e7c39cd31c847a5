/**
 * Webhooks on their way to the hub: to the process that is alive, lost, doubled, late and so out of order, as the plan
 * says. A hub that dies while it takes one in has not acknowledged it.
 */
import { receiveErpDelivery, receiveShopDelivery } from "../../src/engine/intake.ts";
import { TransportError, type HttpRequest, type HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../../sim/random.ts";
import type { VirtualTime } from "../../sim/virtual-clock.ts";
import { ERP, type HubProcess } from "./hub-process.ts";
import type { WorldPlan } from "./plan.ts";
import type { DeliverWebhook } from "./sides.ts";
import type { Trace } from "./trace.ts";

export interface DeliveryOptions {
  readonly plan: WorldPlan;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: Trace;
  readonly alive: () => HubProcess | undefined;
}

const TIMEOUT_MS = 30_000;
const LATENCY_MS_MAX = 30;
const OK: HttpResponse = { status: 200, headers: {}, body: "" };

/** The way of a connection's webhooks to the hub. */
export function deliverTo(connection: string, options: DeliveryOptions): DeliverWebhook {
  return (request) => deliver(connection, request, options);
}

async function deliver(connection: string, request: HttpRequest, options: DeliveryOptions): Promise<HttpResponse> {
  const { plan, time, random, trace } = options;
  const topic = topicOf(request);
  // A ping is sent within a request to the shop and changes nothing.
  if (connection !== ERP && topic === null) return OK;
  await time.clock.sleep(random.int(1, LATENCY_MS_MAX));
  const chaos = time.nowMs() < plan.chaosEndsMs;
  if (chaos && random.chance(plan.deliveries.lost)) {
    trace.tell(`webhook ${topic ?? "automation"} of ${connection} is lost`);
    // Half of them with the sender believing that it arrived.
    if (random.chance(0.5)) return OK;
    throw new TransportError("unknown", "the connection was reset");
  }
  if (chaos && random.chance(plan.deliveries.doubled)) void later(connection, request, options, "again");
  if (chaos && plan.deliveries.lateMsMax > 0 && random.chance(0.3)) {
    void later(connection, request, options, "late");
    return OK;
  }
  return handOver(connection, request, options);
}

async function later(connection: string, request: HttpRequest, options: DeliveryOptions, how: string): Promise<void> {
  const { plan, time, random, trace } = options;
  await time.clock.sleep(random.int(1, Math.max(plan.deliveries.lateMsMax, LATENCY_MS_MAX)));
  trace.tell(`a webhook comes ${how}`);
  try {
    await handOver(connection, request, options);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
  }
}

async function handOver(
  connection: string,
  request: HttpRequest,
  { time, trace, alive }: DeliveryOptions,
): Promise<HttpResponse> {
  const process = alive();
  if (process === undefined) throw new TransportError("not-sent", "connection refused");
  const raw = Buffer.from(request.body ?? "", "utf8");
  const received =
    connection === ERP
      ? receiveErpDelivery(process.hub, ERP, raw)
      : receiveShopDelivery(process.hub, connection, lowerCase(request.headers), raw);
  const result = await Promise.race([received, time.clock.sleep(TIMEOUT_MS).then(() => null)]);
  if (result === null) throw new TransportError("unknown", "timed out");
  trace.detail(
    `${process.mortal.name} takes a webhook: ${result.ok ? (result.value.ignored ?? String(result.value.taken)) : result.failure.code}`,
  );
  return result.ok ? OK : { status: 401, headers: {}, body: result.failure.code };
}

const TOPIC_HEADERS = ["x-wc-webhook-topic", "x-shopify-topic"];

function topicOf({ headers }: HttpRequest): string | null {
  const known = lowerCase(headers);
  return TOPIC_HEADERS.map((name) => known[name]).find((topic) => topic !== undefined) ?? null;
}

/** As any server hands them on. */
function lowerCase(headers: HttpRequest["headers"]): HttpRequest["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
