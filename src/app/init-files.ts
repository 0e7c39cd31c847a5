/** The files that `stockbridge init` writes: the configuration with references, what they refer to, and the schema for editors. */
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { secretVariables } from "../cli/commands/init.ts";
import type { InitAnswers } from "../cli/init-answers.ts";
import { CONFIG_FILE_DEFAULT, parseConfig } from "./config.ts";
import { renderJsonSchema } from "./config/json-schema.ts";

export const SCHEMA_NAME = "stockbridge.schema.json";
/** In the place of each secret while the written text is checked. */
const PLACEHOLDER = "long-enough-for-every-secret";

/** Throws ConfigError when the answers contradict each other: nothing is written that would be refused. */
export function initFiles(answers: InitAnswers): Record<string, string> {
  const text = configText(answers);
  const environment = Object.fromEntries(Object.keys(parseEnv(envText(answers))).map((name) => [name, PLACEHOLDER]));
  parseConfig(text, { file: resolve(CONFIG_FILE_DEFAULT), shown: CONFIG_FILE_DEFAULT, environment });
  return {
    [CONFIG_FILE_DEFAULT]: text,
    ".env.example": envText(answers),
    [SCHEMA_NAME]: renderJsonSchema(),
  };
}

interface Names {
  readonly odooApiKey: string;
  readonly shopKey: string;
  readonly shopSecret: string;
  readonly webhookSecret: string;
  readonly automationSecret: string;
}

function namesOf(answers: InitAnswers): Names {
  const { odooApiKey, shopKey, shopSecret } = secretVariables(answers);
  return {
    odooApiKey,
    shopKey,
    shopSecret,
    webhookSecret: shopKey.replace(/KEY$/, "WEBHOOK_SECRET"),
    automationSecret: odooApiKey.replace(/API_KEY$/, "AUTOMATION_SECRET"),
  };
}

function configText(answers: InitAnswers): string {
  const {
    environment,
    shopId,
    shopUrl,
    odooId,
    odooUrl,
    odooDatabase,
    odooUser,
    warehouse,
    startAt,
    publicUrl,
    store,
  } = answers;
  const names = namesOf(answers);
  const http = (url: string): string[] =>
    url.startsWith("http:") ? ["    allowHttp: true # without encryption: for trying out only"] : [];
  return [
    `# yaml-language-server: $schema=${SCHEMA_NAME}`,
    `environment: ${environment}`,
    "",
    "connections:",
    `  ${odooId}:`,
    "    kind: odoo",
    `    url: ${quoted(odooUrl)}`,
    ...http(odooUrl),
    `    database: ${quoted(odooDatabase)}`,
    `    user: ${quoted(odooUser)}`,
    `    apiKey: \${${names.odooApiKey}}`,
    ...(publicUrl === null ? [] : [`    automationSecret: \${${names.automationSecret}}`]),
    `  ${shopId}:`,
    "    kind: woocommerce",
    `    url: ${quoted(shopUrl)}`,
    ...http(shopUrl),
    `    key: \${${names.shopKey}}`,
    `    secret: \${${names.shopSecret}}`,
    `    webhookSecret: \${${names.webhookSecret}}`,
    "",
    "shops:",
    `  ${shopId}:`,
    `    odoo: ${odooId}`,
    "    orders:",
    `      startAt: ${quoted(startAt)}`,
    "      # The shop's tax rate id: the Odoo tax, by its name or id. stockbridge check looks each of them up.",
    "      taxes: {}",
    "      # The shop's payment method: the code of the Odoo journal.",
    "      journals: {}",
    "      # Internal references of the Odoo service products for shipping and fees.",
    "      # shippingSku: SHIPPING",
    "      # feeSku: FEE",
    "    stock:",
    `      warehouse: ${quoted(warehouse)}`,
    ...(publicUrl === null ? [] : ["", "web:", `  publicUrl: ${quoted(publicUrl)}`]),
    ...(store === "embedded" ? [] : ["", "store:", "  postgresUrl: ${DATABASE_URL}"]),
    "",
  ].join("\n");
}

function envText(answers: InitAnswers): string {
  const names = namesOf(answers);
  return [
    "# Copy to .env, fill in, keep out of version control, and let only the hub's user read it.",
    "# Odoo, as the hub's user: Preferences, Account security, New API key.",
    `${names.odooApiKey}=`,
    "# WooCommerce: Settings, Advanced, REST API, Add key, with read and write permission.",
    `${names.shopKey}=`,
    `${names.shopSecret}=`,
    "# Long random text; make one with: openssl rand -hex 24",
    `${names.webhookSecret}=`,
    ...(answers.publicUrl === null ? [] : [`${names.automationSecret}=`]),
    ...(answers.store === "embedded" ? [] : ["# postgres://user:password@host/database", "DATABASE_URL="]),
    "",
  ].join("\n");
}

/** Plain where YAML reads it as the same text, in quotes otherwise. */
function quoted(text: string): string {
  const plain =
    /^[A-Za-z][A-Za-z0-9 ._/@:-]*$/.test(text) && !/: |:$| $|^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
