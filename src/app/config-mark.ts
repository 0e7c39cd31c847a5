/** Tells whether two processes have read the same configuration, secrets included; a hash, from which nothing can be read. */
import { createHash } from "node:crypto";
import type { Config } from "./config.ts";
import { secretsOf } from "./log.ts";

export function configMark(config: Config): string {
  const settings = JSON.stringify(config, (_name, value: unknown) => (value instanceof Map ? [...value] : value));
  return createHash("sha256")
    .update(JSON.stringify([settings, secretsOf(config)]), "utf8")
    .digest("hex");
}
