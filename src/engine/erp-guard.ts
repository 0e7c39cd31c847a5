/**
 * Before a process writes to an ERP, and again after every trouble with it, the server's capabilities and fingerprint are
 * read: after an outage or a field error it may be another version, or another database altogether.
 */
import { FAILURES, type Failure } from "../core/failures.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import { ok, type Result } from "../core/result.ts";
import type { Hub } from "./hub.ts";
import { readTrusted } from "./watch.ts";

export interface ErpGuard {
  /** Reads anew where trust was lost. */
  trust(): Promise<Result<void>>;
  /** A failure of this ERP's connection, or of a field or module it should have, ends the trust. */
  doubt(failure: Failure): void;
}

const SCHEMA_CODES: readonly string[] = ["ODOO_FIELD_MISSING", "ODOO_MODULE_MISSING"];

export function guardOf(hub: Pick<Hub, "store" | "clock" | "observer">, erp: ErpPort): ErpGuard {
  let trusted = false;
  let doubts = 0;
  let reading: Promise<Result<void>> | null = null;
  const read = async (): Promise<Result<void>> => {
    const doubtsBefore = doubts;
    try {
      const found = await readTrusted(hub, erp);
      if (!found.ok) return found;
      // What was doubted meanwhile is read once more.
      trusted = doubts === doubtsBefore;
      return ok(undefined);
    } finally {
      reading = null;
    }
  };
  return {
    /** Runs that begin at the same time share one reading: it is some fifty calls. */
    trust() {
      if (trusted) return Promise.resolve(ok(undefined));
      reading ??= read();
      return reading;
    },
    doubt({ code, connection }) {
      const ownConnection = FAILURES[code].class === "connection" && connection === erp.connection;
      if (!ownConnection && !SCHEMA_CODES.includes(code)) return;
      trusted = false;
      doubts += 1;
    },
  };
}
