// The log can be read by machines, and holds no secret, wherever one slipped in.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseConfig } from "./config.ts";
import { GOOD_CONFIG, GOOD_ENVIRONMENT } from "./config/sample-config.ts";
import { createLog, secretsOf } from "./log.ts";

function logInto(lines: string[], secrets: readonly string[]) {
  return createLog({ level: "info", secrets, stream: { write: (line) => void lines.push(line) } });
}

describe("the log", () => {
  test("is one JSON object a line with time and level", () => {
    const lines: string[] = [];
    logInto(lines, []).warn({ connection: "shop-eu" }, "paused");
    const line = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    assert.deepEqual([line["level"], line["connection"], line["msg"]], ["warn", "shop-eu", "paused"]);
    assert.match(String(line["time"]), /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  test("strikes out secrets within messages, fields and errors, also where JSON escapes them", () => {
    const lines: string[] = [];
    const log = logInto(lines, ["hush-hush", 'quote"d-secret', "abc"]);
    log.info({ url: "https://hub.example.test/webhooks/odoo/hush-hush" }, 'it is quote"d-secret');
    log.error({ error: new Error("refused hush-hush") }, "abc stays: too short to be struck out");
    const text = lines.join("");
    assert.ok(!text.includes("hush-hush") && !text.includes("d-secret"), text);
    assert.match(text, /webhooks\/odoo\/\[secret\]/);
    assert.match(text, /abc stays/);
    for (const line of lines) JSON.parse(line);
  });

  test("knows every secret of a configuration, and the database's password by itself", () => {
    const origin = { file: "/srv/stockbridge.yaml", shown: "stockbridge.yaml" };
    const text = `${GOOD_CONFIG}store:\n  postgresUrl: \${DATABASE_URL}\n`;
    const config = parseConfig(text, {
      ...origin,
      environment: { ...GOOD_ENVIRONMENT, DATABASE_URL: "postgres://hub:p%40ssword@db/hub" },
    });
    assert.deepEqual(
      secretsOf(config).toSorted(),
      [
        "a-long-enough-secret",
        "api-key-value",
        "ck_value",
        "cs_value",
        "p%40ssword",
        "p@ssword",
        "postgres://hub:p%40ssword@db/hub",
      ].toSorted(),
    );
  });
});
