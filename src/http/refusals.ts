/** Refusals of the web itself; those of a delivery come from the table of failures. */
import { FAILURES, fixOf, sentenceOf, type Failure } from "../core/failures.ts";
import type { FastifyReply } from "fastify";
import type { RefusalBody } from "./answers.ts";

export interface Refusal {
  readonly status: number;
  readonly body: RefusalBody;
  /** Seconds after which it is worth trying again. */
  readonly retryAfterS?: number;
}

export const STORE_RETRY_AFTER_S = 5;
export const BUSY_RETRY_AFTER_S = 1;

export function notFound(): Refusal {
  return {
    status: 404,
    body: {
      code: "NOT_FOUND",
      sentence: "There is nothing at this address.",
      fix: "Webhooks go to POST /webhooks/<connection>.",
    },
  };
}

/** The id is not repeated: it is whatever a stranger wrote. */
export function unknownConnection(): Refusal {
  return {
    status: 404,
    body: {
      code: "CONNECTION_UNKNOWN",
      sentence: "This address names no connection of this hub.",
      fix: "Correct the webhook's delivery address: it ends with the id of a connection in stockbridge.yaml.",
    },
  };
}

export function noAutomations(connection: string): Refusal {
  return {
    status: 404,
    body: {
      code: "AUTOMATION_SECRET_MISSING",
      sentence: `${connection} takes no automations: no secret is configured for them.`,
      fix: `Set connections.${connection}.automationSecret, or remove the automation in Odoo.`,
    },
  };
}

export function bodyTooLarge(bytesMax: number): Refusal {
  return {
    status: 413,
    body: {
      code: "BODY_TOO_LARGE",
      sentence: `The body is longer than the ${bytesMax} bytes that this hub takes.`,
      fix: "Raise web.bodyBytesMax if real deliveries are that long; the change itself is found by polling.",
    },
  };
}

export function badRequest(): Refusal {
  return {
    status: 400,
    body: {
      code: "REQUEST_INVALID",
      sentence: "The request cannot be read.",
      fix: "The sender is not a shop's webhook; nothing needs to be done.",
    },
  };
}

export function storeAway(): Refusal {
  return {
    status: 503,
    body: {
      code: "STORE_UNAVAILABLE",
      sentence: "The hub's own database cannot be reached, so nothing was taken in.",
      fix: "Check the database; the hub resumes by itself, and finds by polling what was refused meanwhile.",
    },
    retryAfterS: STORE_RETRY_AFTER_S,
  };
}

export function busy(): Refusal {
  return {
    status: 503,
    body: {
      code: "TOO_MANY_AT_ONCE",
      sentence: "More deliveries came in at the same time than the hub takes.",
      fix: "Nothing needs to be done: what was refused is found by polling.",
    },
    retryAfterS: BUSY_RETRY_AFTER_S,
  };
}

export function internal(): Refusal {
  return {
    status: 500,
    body: {
      code: "INTERNAL_ERROR",
      sentence: "The hub itself failed on this request.",
      fix: "This is a defect of the hub: send the log to the maintainers.",
    },
  };
}

export function refusedDelivery(failure: Failure): Refusal {
  return {
    status: statusOf(failure),
    body: { code: failure.code, sentence: sentenceOf(failure), fix: fixOf(failure) },
  };
}

function statusOf({ code }: Failure): number {
  if (code === "WEBHOOK_SIGNATURE_INVALID" || code === "WEBHOOK_SIGNATURE_MISSING") return 401;
  return FAILURES[code].class === "connection" ? 503 : 400;
}

/** Sets status and headers; the body is for the caller to send. */
export function refusing(reply: FastifyReply, { status, body, retryAfterS }: Refusal): RefusalBody {
  if (retryAfterS !== undefined) void reply.header("retry-after", String(retryAfterS));
  void reply.code(status);
  return body;
}
