/**
 * The file of a bulk operation, read in parts by their bytes: whatever its size, a part is in memory, and reading goes on
 * where it stopped after a restart. A server that ignores the wish for a part sends the whole file, which is then kept.
 */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { TransportError, type HttpResponse, type Transport } from "../../core/ports/transport.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { BULK_PART_BYTES, BULK_PART_TIMEOUT_MS } from "./stock-limits.ts";

export interface FilePart {
  /** From the asked byte on; its end may stand within a line, or within a character. */
  readonly text: string;
  readonly isEnd: boolean;
}

export interface BulkFileSettings {
  readonly connection: string;
  readonly clock: Clock;
  readonly transport: Transport;
  /** For a simulated shop; Shopify's files lie behind https. */
  readonly allowHttp: boolean;
}

export interface BulkFiles {
  /** `id` names the file for keeping; the address carries a signature and is never recorded. */
  readPart(id: string, url: string, offset: number, call: CallContext): Promise<Result<FilePart>>;
}

const WHAT = "the file of a bulk operation";

export function createBulkFiles(settings: BulkFileSettings): BulkFiles {
  const { connection, clock } = settings;
  let kept: { readonly id: string; readonly bytes: Buffer } | null = null;
  return {
    readPart: async (id, url, offset, call) => {
      if (kept?.id === id) {
        const part = partOf(kept.bytes, offset);
        if (part.isEnd) kept = null;
        return ok(part);
      }
      kept = null;
      const protocol = URL.parse(url)?.protocol;
      if (protocol !== "https:" && !(protocol === "http:" && settings.allowHttp))
        return fail(broken(connection, "lies at no https address"));
      const startedMs = clock.nowMs();
      const answer = await fetchPart(settings, url, offset, call);
      const status = answer.ok ? answer.value.status : "no answer";
      const bytes = answer.ok ? Buffer.byteLength(answer.value.body) : 0;
      const durationMs = clock.nowMs() - startedMs;
      const response = { bytes };
      call.record({ connection, call: `GET ${WHAT}`, write: false, request: { offset }, response, status, durationMs });
      if (!answer.ok) return answer;
      const { body, headers } = answer.value;
      if (answer.value.status === 200) {
        const bytes = Buffer.from(body, "utf8");
        const part = partOf(bytes, offset);
        if (!part.isEnd) kept = { id, bytes };
        return ok(part);
      }
      if (answer.value.status !== 206) return fail(refused(connection, answer.value.status));
      const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
      if (Number(from) !== offset || to === undefined || total === undefined)
        return fail(broken(connection, `came as another part than the one from byte ${offset}`));
      return ok({ text: body, isEnd: Number(to) + 1 === Number(total) });
    },
  };
}

function partOf(bytes: Buffer, offset: number): FilePart {
  const end = Math.min(offset + BULK_PART_BYTES, bytes.byteLength);
  return { text: bytes.toString("utf8", offset, end), isEnd: end === bytes.byteLength };
}

async function fetchPart(
  { connection, clock, transport }: BulkFileSettings,
  url: string,
  offset: number,
  call: CallContext,
): Promise<Result<HttpResponse>> {
  const timeoutMs = Math.min(BULK_PART_TIMEOUT_MS, call.deadlineMs() - clock.nowMs());
  if (timeoutMs <= 0) return fail(down(connection, "no time is left"));
  // Unpacked, so that the bytes asked for are the file's own.
  const headers = { "accept-encoding": "identity", range: `bytes=${offset}-${offset + BULK_PART_BYTES - 1}` };
  try {
    return ok(await transport({ method: "GET", url, headers, timeoutMs }));
  } catch (error) {
    if (error instanceof TransportError) return fail(down(connection, error.reason));
    throw error;
  }
}

function down(connection: string, reason: string) {
  return failure("CONNECTION_DOWN", { connection, reason: `${WHAT}: ${reason}` }, { connection });
}

function broken(connection: string, what: string) {
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what: `${WHAT} ${what}` }, { connection });
}

function refused(connection: string, status: number) {
  const message = "it cannot be fetched; such files are gone after seven days";
  return failure("SHOP_REJECTED", { connection, what: WHAT, message, status: String(status) });
}
