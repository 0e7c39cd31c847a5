/** What every route of the simulated API has in hand, and how it answers: bodies, headers and refusals as a real shop's. */
import { apiUrl, type Site } from "./links.ts";
import type { ShopState } from "./state.ts";
import type { WebhookQueue } from "./webhook-queue.ts";

export interface Api {
  readonly state: ShopState;
  readonly site: Site;
  readonly webhooks: WebhookQueue;
}

export interface Request {
  readonly method: string;
  /** Behind `/wp-json/wc/v3`. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Parsed; null when there is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal in the shop's own words; routes throw it, the router answers it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly data: unknown;
  constructor(status: number, code: string, message: string, data: Readonly<Record<string, unknown>> | number = {}) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    // Some of its 500s carry the bare number.
    this.data = typeof data === "number" ? data : { status, ...data };
  }
  get body(): { code: string; message: string; data: unknown } {
    return { code: this.code, message: this.message, data: this.data };
  }
}

/** Something that a real shop does and this one does not: it must be seen, never answered with a guess. */
export class Unsupported extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Unsupported";
  }
}

export function done(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body, headers };
}

export function created({ site }: Api, path: string, body: unknown): Reply {
  return done(body, 201, { location: apiUrl(site, path) });
}

/** One page of a list, with its counts and the links to the pages beside it. */
export function listed(
  api: Api,
  request: Request,
  items: readonly unknown[],
  total: number,
  page: number,
  perPage: number,
): Reply {
  const pages = Math.ceil(total / perPage);
  const beside = [
    ...(page > 1 && pages > 0 ? [pageLink(api, request, Math.min(page - 1, pages), "prev")] : []),
    ...(page < pages ? [pageLink(api, request, page + 1, "next")] : []),
  ];
  const counts = { "x-wp-total": String(total), "x-wp-totalpages": String(pages) };
  return done(items, 200, beside.length === 0 ? counts : { ...counts, link: beside.join(", ") });
}

function pageLink({ site }: Api, { path, query }: Request, page: number, rel: string): string {
  const parameters = new Map([...query].filter(([name]) => !name.startsWith("oauth_")));
  parameters.set("page", String(page));
  const text = [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `<${apiUrl(site, path)}?${text}>; rel="${rel}"`;
}
