/** Every recorded error of the real 19 and 14 has its code; what stands before Odoo is told apart; no traceback gets through. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { sentenceOf, type FailureCode } from "../../core/failures.ts";
import { TransportError, type HttpResponse } from "../../core/ports/transport.ts";
import { faultFailure, loadFailure, odooFailure, replyFailure, type Asked } from "./errors.ts";
import { json2Result, rpcResult } from "./transports.ts";

interface Reply {
  readonly name: string;
  readonly model: string;
  readonly method: string;
  readonly write: boolean;
  readonly status: number;
  readonly body: unknown;
}

function replies(major: 19 | 14): readonly Reply[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", `replies-${major}.json`), "utf8")) as Reply[];
}

const EXPECTED: Readonly<Record<string, FailureCode | null>> = {
  "unknown field read": "ODOO_FIELD_MISSING",
  "unknown field in condition": "ODOO_FIELD_MISSING",
  "unknown field written": "ODOO_FIELD_MISSING",
  "unknown load column": "ODOO_FIELD_MISSING",
  "unknown model": "ODOO_MODULE_MISSING",
  "unknown method": "ODOO_FIELD_MISSING",
  "private method": "ACCESS_DENIED",
  "missing record": "ODOO_RECORD_NOT_FOUND",
  "invalid value": "ODOO_INVALID_VALUE",
  duplicate: "ODOO_DUPLICATE",
  "external id unknown": "ODOO_INVALID_VALUE",
  // Load answers its errors in a good reply.
  "load refused": null,
  "wrong key": "AUTH_FAILED",
  "unknown database": "DATABASE_NOT_FOUND",
};

const asking = (write: boolean): Asked => ({
  connection: "odoo",
  database: "hub",
  model: "sale.order",
  method: "load",
  write,
});
const response = (status: number, body: string, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  body,
  headers,
});

for (const major of [19, 14] as const) {
  describe(`recorded replies of Odoo ${major}`, () => {
    const all = replies(major);
    const read = major === 19 ? json2Result : rpcResult;
    for (const [name, code] of Object.entries(EXPECTED)) {
      test(`${name}: ${code ?? "an answer"}`, () => {
        const reply = all.find((candidate) => candidate.name === name);
        assert.ok(reply, "not recorded");
        const asked = { ...asking(reply.write), model: reply.model, method: reply.method };
        const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
        const result = read(response(reply.status, text), asked);
        assert.equal(result.ok ? null : result.failure.code, code);
        if (result.ok) return;
        const sentence = sentenceOf(result.failure);
        assert.doesNotMatch(sentence, /Traceback|File "|\(no \w+\)|\n/);
      });
    }
  });
}

describe("what stands before Odoo", () => {
  const page = "<!DOCTYPE html><title>Bad Gateway</title>";
  const codes = (status: number, body = page, headers = {}) =>
    [true, false].map((write) => replyFailure(response(status, body, headers), asking(write)).code);

  test("by status, apart for writes and reads", () => {
    assert.deepEqual(codes(502), ["OUTCOME_UNKNOWN", "CONNECTION_BROKEN_ANSWER"]);
    assert.deepEqual(codes(504), ["OUTCOME_UNKNOWN", "CONNECTION_BROKEN_ANSWER"]);
    assert.deepEqual(codes(200), ["OUTCOME_UNKNOWN", "CONNECTION_BROKEN_ANSWER"]);
    assert.deepEqual(codes(404), ["CONNECTION_BROKEN_ANSWER", "CONNECTION_BROKEN_ANSWER"]);
    assert.deepEqual(codes(302, ""), ["CONNECTION_BROKEN_ANSWER", "CONNECTION_BROKEN_ANSWER"]);
    assert.deepEqual(codes(429), ["CONNECTION_THROTTLED", "CONNECTION_THROTTLED"]);
    assert.deepEqual(codes(503), ["CONNECTION_DOWN", "CONNECTION_DOWN"]);
    assert.deepEqual(codes(401), ["AUTH_FAILED", "AUTH_FAILED"]);
  });

  test("Retry-After is kept, within an hour", () => {
    assert.equal(replyFailure(response(429, "", { "retry-after": "7" }), asking(true)).retryAfterMs, 7_000);
    assert.equal(replyFailure(response(503, "", { "retry-after": "999999" }), asking(true)).retryAfterMs, 3_600_000);
    assert.equal(
      replyFailure(response(429, "", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), asking(true)).retryAfterMs,
      undefined,
    );
    assert.equal(replyFailure(response(429, ""), asking(true)).retryAfterMs, undefined);
  });

  test("no answer: only a write that may have been sent is unknown", () => {
    const codeOf = (fault: "not-sent" | "unknown", write: boolean) =>
      faultFailure(new TransportError(fault, "reset"), asking(write)).code;
    assert.equal(codeOf("not-sent", true), "CONNECTION_DOWN");
    assert.equal(codeOf("unknown", true), "OUTCOME_UNKNOWN");
    assert.equal(codeOf("unknown", false), "CONNECTION_DOWN");
  });

  test("an answer that is cut off is no answer", () => {
    const cut = json2Result(response(200, '{"ids": [1'), asking(true));
    assert.equal(!cut.ok && cut.failure.code, "OUTCOME_UNKNOWN");
  });
});

describe("texts", () => {
  const codeOf = (message: string, name = "odoo.exceptions.UserError") =>
    odooFailure({ name, message }, asking(true)).code;

  test("conflicts with another transaction", () => {
    assert.equal(codeOf("could not serialize access due to concurrent update\n"), "ODOO_CONCURRENT");
    assert.equal(codeOf("anything", "psycopg2.errors.SerializationFailure"), "ODOO_CONCURRENT");
    assert.equal(
      codeOf("deadlock detected\nDETAIL: Process 1 waits", "psycopg2.errors.DeadlockDetected"),
      "ODOO_CONCURRENT",
    );
  });

  test("a database that is away", () => {
    const away = (write: boolean) =>
      odooFailure({ name: "psycopg2.OperationalError", message: "server closed the connection" }, asking(write)).code;
    assert.deepEqual([away(true), away(false)], ["OUTCOME_UNKNOWN", "CONNECTION_DOWN"]);
  });

  test("long ones are cut, lines are joined, tracebacks end them", () => {
    const found = odooFailure(
      { name: "odoo.exceptions.UserError", message: `first\n  second ${"x".repeat(1_000)}` },
      asking(true),
    );
    assert.match(found.params["message"] ?? "", /^first second x+…$/);
    assert.ok((found.params["message"]?.length ?? 0) < 500);
    const traced = odooFailure(
      { name: "odoo.exceptions.UserError", message: 'No.\nTraceback (most recent call last):\n  File "a.py"' },
      asking(true),
    );
    assert.equal(traced.params["message"], "No.");
  });

  test("messages of load: of a field, of a class, of another transaction, of a right", () => {
    const codeIn = (message: string, field: string | null = null) => loadFailure({ message, field }, asking(true)).code;
    assert.equal(
      codeIn("'rubbish' does not seem to be a valid datetime for field 'Order Date'", "date_order"),
      "ODOO_INVALID_VALUE",
    );
    assert.equal(
      codeIn("No matching record found for external id 'stockbridge.x' in field 'Customer'", "partner_id"),
      "ODOO_INVALID_VALUE",
    );
    assert.equal(codeIn("could not serialize access due to concurrent update\n"), "ODOO_CONCURRENT");
    assert.equal(
      codeIn("Unknown error during import: <class 'KeyError'>: 'reconciled_line_ids'"),
      "ODOO_FIELD_MISSING",
    );
    assert.equal(codeIn("You are not allowed to create 'Contact' (res.partner) records."), "ACCESS_DENIED");
    assert.equal(codeIn("The order is locked."), "ODOO_REJECTED");
  });
});
