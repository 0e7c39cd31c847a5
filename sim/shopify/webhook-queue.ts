/**
 * Webhooks as Shopify sends them: signed, the body as it was when the thing happened, at least once. A delivery that fails is
 * repeated eight times over four hours under the same id; then its subscription is removed.
 */
import { createHmac } from "node:crypto";
import { TransportError, type HttpRequest, type HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";
import type { Event } from "./events.ts";
import { instant } from "./ids.ts";
import type { Subscription } from "./model.ts";
import type { ShopifyState } from "./state.ts";
import type { Topics } from "./table.ts";

export type Deliver = (request: HttpRequest) => Promise<HttpResponse>;

const ANSWER_MS_MAX = 5_000;
/** After each failure; together a little more than four hours. */
const RETRY_DELAYS_MS = [10_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 3_600_000, 4_200_000] as const;
const ID_HEX_DIGITS = 32;
/** What a subscription remembers of what it has told, to tell nothing twice. */
const REMEMBERED_MAX = 10_000;

export interface WebhookFaults {
  /** Share of deliveries that come a second time under the same id, 0 to 1. */
  readonly duplicates: number;
  /** Share that wait up to a minute longer, so that later ones overtake them. */
  readonly delays: number;
  /** Share that never comes. */
  readonly losses: number;
}

export const NO_WEBHOOK_FAULTS: WebhookFaults = { duplicates: 0, delays: 0, losses: 0 };
const DELAY_MS_MAX = 60_000;

export interface WebhookQueueOptions {
  readonly state: ShopifyState;
  readonly random: Random;
  readonly topics: Topics;
  readonly domain: string;
  /** The app's secret. */
  readonly secret: string;
  readonly delayMs: number;
  readonly faults: () => WebhookFaults;
  readonly deliver: Deliver;
}

interface Waiting {
  readonly subscriptionId: number;
  readonly uri: string;
  readonly topic: string;
  readonly body: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly triggeredMs: number;
  readonly apiVersion: string;
  dueMs: number;
  failures: number;
}

export interface DeliveryRecord {
  readonly subscriptionId: number;
  readonly topic: string;
  readonly webhookId: string;
  /** The receiver's status, or why there was none. */
  readonly outcome: number | string;
}

export class WebhookQueue {
  /** Every attempt so far, oldest first. */
  readonly deliveries: DeliveryRecord[] = [];
  private readonly options: WebhookQueueOptions;
  private waiting: Waiting[] = [];
  private readonly told = new Map<string, string>();

  constructor(options: WebhookQueueOptions) {
    this.options = options;
  }

  readonly emit = (event: Event): void => {
    const { state, topics, random } = this.options;
    let eventId: string | null = null;
    for (const subscription of state.subscriptions.values()) {
      if (topics.get(subscription.topic) !== event.topic) continue;
      const body = JSON.stringify(picked(event.body, subscription.includeFields));
      if (this.isRepeat(subscription, event, body)) continue;
      eventId ??= event.cause ?? random.hex(ID_HEX_DIGITS);
      this.queue(subscription, event.topic, body, eventId);
    }
  };

  pending(): number {
    return this.waiting.length;
  }

  nextDueMs(): number | null {
    return this.waiting.reduce<number | null>(
      (next, { dueMs }) => (next === null ? dueMs : Math.min(next, dueMs)),
      null,
    );
  }

  /** Sends what is due now, one after the other; says how many were tried. */
  async deliverDue(): Promise<number> {
    const nowMs = this.options.state.clock.nowMs();
    const due = this.waiting.filter(({ dueMs }) => dueMs <= nowMs);
    this.waiting = this.waiting.filter(({ dueMs }) => dueMs > nowMs);
    for (const one of due) await this.attempt(one);
    return due.length;
  }

  private queue(subscription: Subscription, topic: string, body: string, eventId: string): void {
    const { state, random, delayMs, faults } = this.options;
    const { duplicates, delays, losses } = faults();
    const waiting: Waiting = {
      subscriptionId: subscription.id,
      uri: subscription.uri,
      topic,
      body,
      webhookId: random.hex(ID_HEX_DIGITS),
      eventId,
      triggeredMs: state.clock.nowMs(),
      apiVersion: subscription.apiVersion,
      dueMs: state.clock.nowMs() + delayMs,
      failures: 0,
    };
    if (losses > 0 && random.chance(losses)) return;
    if (delays > 0 && random.chance(delays)) waiting.dueMs += random.int(1, DELAY_MS_MAX);
    this.waiting.push(waiting);
    if (duplicates > 0 && random.chance(duplicates))
      this.waiting.push({ ...waiting, dueMs: waiting.dueMs + random.int(0, DELAY_MS_MAX) });
  }

  /** A subscription to some fields is told only when one of them has changed. */
  private isRepeat({ id, includeFields }: Subscription, { topic, body }: Event, text: string): boolean {
    if (includeFields.length === 0) return false;
    const key = JSON.stringify([id, topic, body["id"] ?? body["inventory_item_id"], body["location_id"]]);
    if (this.told.get(key) === text) return true;
    if (this.told.size >= REMEMBERED_MAX) this.told.clear();
    this.told.set(key, text);
    return false;
  }

  private async attempt(waiting: Waiting): Promise<void> {
    const { state } = this.options;
    const subscription = state.subscriptions.get(waiting.subscriptionId);
    if (subscription === undefined) return;
    const outcome = await this.send(waiting);
    this.deliveries.push({
      subscriptionId: waiting.subscriptionId,
      topic: waiting.topic,
      webhookId: waiting.webhookId,
      outcome,
    });
    if (typeof outcome === "number" && outcome >= 200 && outcome < 300) {
      subscription.failures = 0;
      return;
    }
    const delayMs = RETRY_DELAYS_MS[waiting.failures];
    waiting.failures += 1;
    subscription.failures = Math.max(subscription.failures, waiting.failures);
    if (delayMs === undefined) {
      state.subscriptions.delete(subscription.id);
      return;
    }
    waiting.dueMs = state.clock.nowMs() + delayMs;
    this.waiting.push(waiting);
  }

  private async send({
    uri,
    topic,
    body,
    webhookId,
    eventId,
    triggeredMs,
    apiVersion,
  }: Waiting): Promise<number | string> {
    const { secret, domain, deliver } = this.options;
    const headers = {
      host: URL.parse(uri)?.host ?? "",
      "user-agent": "Shopify-Captain-Hook",
      accept: "*/*",
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "x-shopify-topic": topic,
      "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
      "x-shopify-shop-domain": domain,
      "x-shopify-api-version": apiVersion,
      "x-shopify-webhook-id": webhookId,
      "x-shopify-event-id": eventId,
      "x-shopify-triggered-at": instant(triggeredMs),
    };
    try {
      return (await deliver({ method: "POST", url: uri, headers, body, timeoutMs: ANSWER_MS_MAX })).status;
    } catch (error) {
      // No answer counts as a failure; anything but that is a mistake of the simulation.
      if (error instanceof TransportError) return error.reason;
      throw error;
    }
  }
}

/** Of the body the fields that were asked for, `line_items.id` too; all of it where none were. */
function picked(body: Event["body"], fields: readonly string[]): unknown {
  if (fields.length === 0) return body;
  return pick(
    body,
    fields.map((field) => field.split(".")),
  );
}

function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((one) => pick(one, paths));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, part]) => {
    const own = paths.filter(([first]) => first === name);
    if (own.length === 0) return [];
    const deeper = own.map((path) => path.slice(1)).filter((path) => path.length > 0);
    return [[name, deeper.length === 0 ? part : pick(part, deeper)]];
  });
  return Object.fromEntries(entries);
}
