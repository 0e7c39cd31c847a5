/** The shop's addresses over HTTP: tokens, the Admin API, and the files of bulk operations. */
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";
import type { BulkRunner } from "./bulk.ts";
import type { GraphqlRequest } from "./endpoint.ts";
import type { Tokens } from "./tokens.ts";

const GRAPHQL_PATH = /^\/admin\/api\/[^/]+\/graphql\.json$/;
const TOKEN_PATH = "/admin/oauth/access_token";
const REQUEST_ID_HEX_DIGITS = 32;

export interface AddressesOptions {
  readonly tokens: Tokens;
  readonly bulk: BulkRunner;
  /** The version that is answered, whichever is asked for: as Shopify does with one that is there no more. */
  readonly apiVersion: string;
  readonly random: Random;
  readonly onCall: () => void;
  readonly answer: (asked: GraphqlRequest) => HttpResponse;
}

export function createHandler({ tokens, bulk, apiVersion, random, onCall, answer }: AddressesOptions) {
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const { pathname } = new URL(request.url);
    if (pathname === TOKEN_PATH && request.method === "POST") return tokens.grant(request);
    if (!GRAPHQL_PATH.test(pathname)) return fileOf(bulk, pathname, request);
    onCall();
    bulk.settle();
    const told = admin(request, tokens, answer);
    const headers = { "x-shopify-api-version": apiVersion, "x-request-id": random.hex(REQUEST_ID_HEX_DIGITS) };
    return { ...told, headers: { ...told.headers, ...headers } };
  };
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

function admin(request: HttpRequest, tokens: Tokens, answer: (asked: GraphqlRequest) => HttpResponse): HttpResponse {
  const token =
    Object.entries(request.headers).find(([name]) => name.toLowerCase() === "x-shopify-access-token")?.[1] ?? "";
  if (!tokens.known(token))
    return problem(401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
  if (request.method !== "POST") return problem(405, "Method Not Allowed");
  const asked = readBody(request.body ?? "");
  return asked === null ? problem(400, "Bad Request") : answer(asked);
}

function problem(status: number, errors: string): HttpResponse {
  return { status, headers: JSON_TYPE, body: JSON.stringify({ errors }) };
}

function readBody(text: string): GraphqlRequest | null {
  try {
    const body = JSON.parse(text) as { readonly query?: unknown; readonly variables?: unknown } | null;
    if (typeof body?.query !== "string") return null;
    const variables =
      typeof body.variables === "object" && body.variables !== null ? (body.variables as Record<string, unknown>) : {};
    return { query: body.query, variables };
  } catch {
    return null;
  }
}

/** Whole, or the part of its bytes that is asked for, as the storage behind Shopify's addresses serves it. */
function fileOf(bulk: BulkRunner, path: string, request: HttpRequest): HttpResponse {
  const file = bulk.file(path);
  if (file === null)
    return {
      status: 404,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: "<!doctype html><h1>Not Found</h1>",
    };
  const headers = { "content-type": "application/jsonl" };
  const range = Object.entries(request.headers).find(([name]) => name.toLowerCase() === "range")?.[1] ?? "";
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (from === undefined || to === undefined) return { status: 200, headers, body: file.toString("utf8") };
  const first = Number(from);
  const end = Math.min(Number(to) + 1, file.byteLength);
  if (first >= end)
    return { status: 416, headers: { ...headers, "content-range": `bytes */${file.byteLength}` }, body: "" };
  const part = { "content-range": `bytes ${first}-${end - 1}/${file.byteLength}` };
  return { status: 206, headers: { ...headers, ...part }, body: file.toString("utf8", first, end) };
}
