/**
 * Webhooks as a real shop sends them: what is delivered is described when it leaves, not when it happened; a second
 * event about the same thing joins the one that waits; a failed delivery is lost, and too many in a row switch the
 * webhook off for good.
 */
import { createHmac } from "node:crypto";
import { TransportError, type HttpRequest, type HttpResponse } from "../../src/core/ports/transport.ts";
import type { Webhook } from "./model.ts";
import { phpJson } from "./php-json.ts";
import type { ShopState } from "./state.ts";

export type Deliver = (request: HttpRequest) => Promise<HttpResponse>;

/** Failures in a row that a webhook survives: the next one switches it off. */
const FAILURES_MAX = 5;
const DELIVERY_TIMEOUT_MS = 60_000;
const DELIVERY_ID_DIGITS = 32;

export interface WebhookQueueOptions {
  readonly state: ShopState;
  readonly userAgent: string;
  /** The shop's address with a slash at its end. */
  readonly source: () => string;
  /** Between an event and the earliest delivery: what the shop's own scheduler needs. */
  readonly delayMs: number;
  readonly deliver: Deliver;
  /** The JSON of a thing at this moment; an error's JSON when it is gone. */
  readonly describe: (topic: string, id: number) => unknown;
}

interface Waiting {
  readonly webhookId: number;
  readonly resourceId: number;
  readonly dueMs: number;
}

export interface DeliveryRecord {
  readonly webhookId: number;
  readonly topic: string;
  readonly resourceId: number;
  /** The receiver's status, or why there was none. */
  readonly outcome: number | string;
}

export class WebhookQueue {
  /** Every attempt so far, oldest first. */
  readonly deliveries: DeliveryRecord[] = [];
  private readonly options: WebhookQueueOptions;
  /** By webhook and thing, in the order of their first event. */
  private waiting = new Map<string, Waiting>();

  constructor(options: WebhookQueueOptions) {
    this.options = options;
  }

  /** Something happened to a thing: it waits once for each active webhook of its topic. */
  readonly emit = (topic: string, resourceId: number): void => {
    const { state, delayMs } = this.options;
    for (const webhook of state.webhooks.values()) {
      if (webhook.status !== "active" || webhook.topic !== topic) continue;
      const key = `${webhook.id}/${resourceId}`;
      if (!this.waiting.has(key))
        this.waiting.set(key, { webhookId: webhook.id, resourceId, dueMs: state.clock.nowMs() + delayMs });
    }
  };

  pending(): number {
    return this.waiting.size;
  }

  nextDueMs(): number | null {
    return [...this.waiting.values()].reduce<number | null>(
      (next, { dueMs }) => (next === null ? dueMs : Math.min(next, dueMs)),
      null,
    );
  }

  /** Sends what is due now, one after the other; says how many were tried. Events that this causes wait for the next call. */
  async deliverDue(): Promise<number> {
    const nowMs = this.options.state.clock.nowMs();
    const due = [...this.waiting].filter(([, { dueMs }]) => dueMs <= nowMs);
    let tried = 0;
    for (const [key, { webhookId, resourceId }] of due) {
      this.waiting.delete(key);
      const webhook = this.options.state.webhooks.get(webhookId);
      if (webhook?.status !== "active") continue;
      tried += 1;
      await this.deliver(webhook, resourceId);
    }
    return tried;
  }

  /** Sent once when a webhook is created or switched on: unsigned, and its answer changes nothing. */
  async ping({ id, deliveryUrl }: Webhook): Promise<void> {
    const body = `webhook_id=${id}`;
    const headers = {
      ...this.headers(deliveryUrl),
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(body.length),
    };
    await this.send({ method: "POST", url: deliveryUrl, headers, body, timeoutMs: DELIVERY_TIMEOUT_MS });
  }

  private async deliver(webhook: Webhook, resourceId: number): Promise<void> {
    const { topic, secret, deliveryUrl } = webhook;
    const [resource = "", event = ""] = topic.split(".");
    const body = phpJson(this.options.describe(topic, resourceId));
    const headers = {
      ...this.headers(deliveryUrl),
      "content-type": "application/json",
      "x-wc-webhook-source": this.options.source(),
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-resource": resource,
      "x-wc-webhook-event": event,
      "x-wc-webhook-signature": createHmac("sha256", secret).update(body).digest("base64"),
      "x-wc-webhook-id": String(webhook.id),
      "x-wc-webhook-delivery-id": this.options.state.random.hex(DELIVERY_ID_DIGITS),
      "content-length": String(Buffer.byteLength(body)),
    };
    const outcome = await this.send({
      method: "POST",
      url: deliveryUrl,
      headers,
      body,
      timeoutMs: DELIVERY_TIMEOUT_MS,
    });
    this.deliveries.push({ webhookId: webhook.id, topic, resourceId, outcome });
    if (typeof outcome === "number" && ((outcome >= 200 && outcome < 300) || outcome === 301 || outcome === 302))
      webhook.failures = 0;
    else if (webhook.failures > FAILURES_MAX) this.disable(webhook);
    else webhook.failures += 1;
  }

  private disable(webhook: Webhook): void {
    webhook.status = "disabled";
    webhook.modifiedMs = this.options.state.nowMs();
  }

  private headers(deliveryUrl: string): Record<string, string> {
    return {
      host: URL.parse(deliveryUrl)?.host ?? "",
      "user-agent": this.options.userAgent,
      accept: "*/*",
      connection: "close",
    };
  }

  private async send(request: HttpRequest): Promise<number | string> {
    try {
      return (await this.options.deliver(request)).status;
    } catch (error) {
      // No answer counts as a failed delivery; anything but that is a mistake of the simulation.
      if (error instanceof TransportError) return error.reason;
      throw error;
    }
  }
}
