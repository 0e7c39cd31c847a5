/** Kinds of values that settings share: each says what is wrong with it and what to write instead. */
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import { Secret } from "./secret.ts";

/** A check with its two sentences; they travel to the reader through the issue's parameters. */
export interface Objection {
  readonly what: string;
  readonly fix: string;
}

type Check = (value: string) => Objection | null;

/** Text that passes a check. References to the environment are already resolved. */
export function text(check?: Check): z.ZodString {
  return z.string().superRefine((value, context) => {
    const empty: Objection | null =
      value.trim() === "" ? { what: "is empty", fix: "Write a value, or leave the setting out." } : null;
    const objection = empty ?? check?.(value) ?? null;
    if (objection !== null) context.addIssue({ code: "custom", message: objection.what, params: { ...objection } });
  });
}

/** Not `z.string()`, so that no message and no log can contain it. In the file it is a reference. */
export function secret(description: string): z.ZodCustom<Secret, Secret> {
  return z
    .custom<Secret>((value) => value instanceof Secret)
    .meta({
      description: `${description} A secret: only as a reference to the environment, \`\${NAME}\` or \`env: NAME\`.`,
      anyOf: [
        { type: "string", pattern: "^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$" },
        {
          type: "object",
          properties: { env: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" } },
          required: ["env"],
          additionalProperties: false,
        },
      ],
    });
}

/** `own`: what else this address must be. */
export function address(example: string, own: (url: URL) => Objection | null = () => null): z.ZodString {
  return text((value) => {
    const fix = `Write it like ${example}.`;
    const url = URL.parse(value);
    if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
      return { what: `"${value}" is not an http or https address`, fix };
    if (url.username !== "" || url.password !== "")
      return {
        what: "carries a user or password within the address",
        fix: `${fix} Credentials have settings of their own.`,
      };
    if (url.search !== "" || url.hash !== "") return { what: "carries something behind ? or #", fix };
    return own(url);
  });
}

export function cron(): z.ZodString {
  return text((value) => {
    const fix =
      'Write five fields: minute, hour, day, month, weekday. Every five minutes is "*/5 * * * *", nightly at half past three "30 3 * * *".';
    const fields = value.trim().split(/\s+/).length;
    if (fields !== 5)
      return {
        what: `"${value}" has ${fields} ${fields === 1 ? "field" : "fields"} where a cron expression has five`,
        fix,
      };
    try {
      CronExpressionParser.parse(value);
      return null;
    } catch (error) {
      const reason =
        error instanceof Error
          ? error.message.replace(/^Invalid cron expression, /i, "").replace(/\.$/, "")
          : "it cannot be read";
      return { what: `"${value}" is not a cron expression (${reason})`, fix };
    }
  });
}

export function timeZone(): z.ZodString {
  return text((value) => {
    try {
      const { timeZone: known } = new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions();
      return /^[A-Za-z]/.test(known)
        ? null
        : {
            what: `"${value}" is an offset, not a time zone`,
            fix: "Write a name of the IANA list, such as Europe/Amsterdam or UTC.",
          };
    } catch {
      return {
        what: `there is no time zone "${value}"`,
        fix: "Write a name of the IANA list, such as Europe/Amsterdam or UTC.",
      };
    }
  });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

export function instant(): z.ZodString {
  return text((value) => {
    const valid = INSTANT.test(value) && !Number.isNaN(Date.parse(value)) && realDate(value);
    return valid
      ? null
      : {
          what: `"${value}" is not a moment`,
          fix: "Write a day in UTC (2026-01-31) or a moment with its zone (2026-01-31T08:00:00Z or +01:00).",
        };
  });
}

/** `2026-02-31` parses as the third of March. */
function realDate(value: string): boolean {
  const [year, month, day] = value.slice(0, 10).split("-").map(Number);
  return (
    day !== undefined &&
    month !== undefined &&
    year !== undefined &&
    day >= 1 &&
    day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
  );
}

/** A name or an id in Odoo; YAML reads an id as a number. */
export const odooName = z.union([z.string().min(1), z.number().int().positive()]).transform(String);
