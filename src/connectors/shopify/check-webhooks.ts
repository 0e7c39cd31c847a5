/** One line for each topic (for all of them where there is none): whether the shop tells the hub of it. */
import { fixOf, sentenceOf } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import type { ShopifyClient } from "./client.ts";
import { WEBHOOK_TOPICS } from "./webhook-topics.ts";
import { readWebhooks, type Subscription } from "./webhooks.ts";

const MADE_AT_START = "The hub creates its webhooks when it starts, if it has a public address (web.publicUrl).";

export async function checkWebhooks(client: ShopifyClient, call: CallContext): Promise<readonly CheckLine[]> {
  const { connection } = client;
  const read = await readWebhooks(client, call);
  if (!read.ok) {
    const { failure } = read;
    return [{ connection, subject: "webhooks", status: "error", sentence: sentenceOf(failure), fix: fixOf(failure) }];
  }
  // As before the first start: one line says what as many as there are topics would say.
  if (WEBHOOK_TOPICS.every(({ topic }) => read.value.every((subscription) => subscription.topic !== topic))) {
    const sentence = `There is none of the ${WEBHOOK_TOPICS.length} webhooks of this app, so that changes in the shop are found by polling only`;
    return [{ connection, subject: "webhooks", status: "warning", sentence, fix: MADE_AT_START }];
  }
  return WEBHOOK_TOPICS.map(({ topic, name }) => {
    const found = read.value.filter((subscription) => subscription.topic === topic);
    return { connection, subject: `webhook ${name}`, ...lineOf(name, found) };
  });
}

/** The check does not know the hub's own address: two subscriptions for one address are what it can see. */
function lineOf(name: string, found: readonly Subscription[]): Omit<CheckLine, "connection" | "subject"> {
  if (found.length === 0) {
    return { status: "warning", sentence: `There is no webhook ${name} of this app`, fix: MADE_AT_START };
  }
  if (new Set(found.map(({ uri }) => uri)).size < found.length) {
    const fix = "Delete all but one of them (Admin API, webhookSubscriptionDelete).";
    return { status: "warning", sentence: `The webhook ${name} exists more than once for one address`, fix };
  }
  return { status: "ok", sentence: `The webhook ${name} is active`, fix: "" };
}
