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
  return {
    async trust() {
      if (trusted) return ok(undefined);
      const read = await readTrusted(hub, erp);
      if (!read.ok) return read;
      trusted = true;
      return ok(undefined);
    },
    doubt({ code, connection }) {
      const ownConnection = FAILURES[code].class === "connection" && connection === erp.connection;
      if (ownConnection || SCHEMA_CODES.includes(code)) trusted = false;
    },
  };
}
