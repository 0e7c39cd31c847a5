/**
 * The log: one JSON object a line on standard error, so that standard output stays the commands' own. No line can contain a
 * configured secret: what slipped into a message is struck out of the finished text.
 */
import { destination, pino, stdSerializers, type DestinationStream, type Logger } from "pino";
import type { Config } from "./config.ts";
import { isShop } from "./config/connections.ts";
import { Secret } from "./config/secret.ts";

/** Shorter values would strike out ordinary words. */
const SECRET_LENGTH_MIN = 6;
const REDACTED = "[secret]";
const STDERR = 2;

export interface LogOptions {
  readonly level: string;
  readonly secrets: readonly string[];
  /** Default: standard error. */
  readonly stream?: DestinationStream;
}

export function createLog({ level, secrets, stream }: LogOptions): Logger {
  // As they stand within JSON text.
  const struck = [
    ...new Set(
      secrets
        .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
        .map((secret) => JSON.stringify(secret).slice(1, -1)),
    ),
  ];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err, err: stdSerializers.err },
      redact: {
        paths: ["authorization", "*.authorization", "headers.cookie", "*.apiKey", "*.password"],
        censor: REDACTED,
      },
      hooks: { streamWrite: (line) => struck.reduce((text, secret) => text.replaceAll(secret, REDACTED), line) },
    },
    stream ?? destination({ dest: STDERR, sync: true }),
  );
}

/** Every secret of a configuration, and the password within the database's address by itself. */
export function secretsOf(config: Pick<Config, "connections" | "store">): string[] {
  const secrets = Object.values(config.connections).flatMap((connection) =>
    Object.values<unknown>(isShop(connection) ? connection.settings : connection).filter(
      (value) => value instanceof Secret,
    ),
  );
  const found = secrets.map((secret) => secret.reveal());
  if (config.store.kind === "postgres") {
    const url = config.store.url.reveal();
    const password = URL.parse(url)?.password ?? "";
    found.push(url, password, decoded(password));
  }
  return found.filter((secret) => secret !== "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
