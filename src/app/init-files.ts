/** The files that `stockbridge init` writes: the configuration with references, what they refer to, and the schema for editors. */
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { variableOf, type InitAnswers, type ProposedLocation } from "../cli/init-answers.ts";
import type { ShopKind } from "../core/ports/shop-kind.ts";
import { CONFIG_FILE_DEFAULT, parseConfig } from "./config.ts";
import { renderJsonSchema } from "./config/json-schema.ts";

const SCHEMA_NAME = "stockbridge.schema.json";
/** In the place of each secret while the written text is checked. */
const PLACEHOLDER = "long-enough-for-every-secret";

/**
 * `locations`: those of a shop that has some; null where it has none or they were not read. Throws ConfigError when the answers
 * contradict each other: nothing is written that would be refused.
 */
export function initFiles(answers: InitAnswers, locations: readonly ProposedLocation[] | null): Record<string, string> {
  const text = configText(answers, locations);
  const environment = Object.fromEntries(Object.keys(parseEnv(envText(answers))).map((name) => [name, PLACEHOLDER]));
  parseConfig(text, { file: resolve(CONFIG_FILE_DEFAULT), shown: CONFIG_FILE_DEFAULT, environment });
  return {
    [CONFIG_FILE_DEFAULT]: text,
    ".env.example": envText(answers),
    [SCHEMA_NAME]: renderJsonSchema(),
  };
}

function configText(answers: InitAnswers, locations: readonly ProposedLocation[] | null): string {
  const { environment, shopId, shopKind, startAt, odooId, odooUrl, odooDatabase, odooUser, publicUrl, store } = answers;
  return [
    `# yaml-language-server: $schema=${SCHEMA_NAME}`,
    `environment: ${environment}`,
    "",
    "connections:",
    `  ${odooId}:`,
    "    kind: odoo",
    `    url: ${quoted(odooUrl)}`,
    ...httpLines(odooUrl),
    `    database: ${quoted(odooDatabase)}`,
    `    user: ${quoted(odooUser)}`,
    `    apiKey: \${${variableOf(odooId, "apiKey")}}`,
    ...(publicUrl === null ? [] : [`    automationSecret: \${${variableOf(odooId, "automationSecret")}}`]),
    ...shopConnectionLines(answers),
    "",
    "shops:",
    `  ${shopId}:`,
    `    odoo: ${odooId}`,
    "    orders:",
    `      startAt: ${quoted(startAt)}`,
    "      # The shop's tax rate, as stockbridge check lists it: the Odoo tax, by its name or id.",
    "      taxes: {}",
    "      # The shop's payment method: the code of the Odoo journal.",
    "      journals: {}",
    "      # Internal references of the Odoo service products for shipping and fees.",
    "      # shippingSku: SHIPPING",
    "      # feeSku: FEE",
    ...(shopKind.abilities.fulfilments
      ? [
          "      # Who says that goods went out: odoo tells the shop with tracking, shop tells Odoo, apart does neither.",
          "      # deliveries: odoo",
        ]
      : []),
    ...stockLines(answers, locations),
    ...(publicUrl === null ? [] : ["", "web:", `  publicUrl: ${quoted(publicUrl)}`]),
    ...(store === "embedded" ? [] : ["", "store:", "  postgresUrl: ${DATABASE_URL}"]),
    "",
  ].join("\n");
}

function shopConnectionLines({ shopId, shopKind, shopUrl, shopSettings, shopSecrets }: InitAnswers): string[] {
  const own = shopKind.settings.flatMap(({ name }) => {
    const value = shopSettings[name];
    if (value !== undefined) return [`    ${name}: ${quoted(value)}`];
    return shopSecrets.includes(name) ? [`    ${name}: \${${variableOf(shopId, name)}}`] : [];
  });
  return [`  ${shopId}:`, `    kind: ${shopKind.kind}`, `    url: ${quoted(shopUrl)}`, ...httpLines(shopUrl), ...own];
}

function httpLines(url: string): string[] {
  return url.startsWith("http:") ? ["    allowHttp: true # without encryption: for trying out only"] : [];
}

/** A shop with locations has stock as soon as one of them is mapped; until then the section waits as a comment. */
function stockLines({ warehouse, shopKind }: InitAnswers, locations: readonly ProposedLocation[] | null): string[] {
  if (warehouse !== null) return ["    stock:", `      warehouse: ${quoted(warehouse)}`];
  const found = locations === null || locations.length === 0 ? [exampleLocation(shopKind)] : locations;
  if (found.every((location) => location.warehouse === null))
    return [
      "    # Stock is off until each of the shop's locations names the Odoo warehouse behind it: fill in, and take the # away.",
      "    # Nothing is written to a location that is not named.",
      "    # stock:",
      "    #   shopLocations:",
      ...found.flatMap((location) => locationLines(location, "    #     ")),
    ];
  return [
    "    stock:",
    "      # The Odoo warehouse behind each of the shop's locations. Nothing is written to one that is not named here.",
    "      shopLocations:",
    ...found.flatMap((location) => locationLines(location, location.warehouse === null ? "        # " : "        ")),
  ];
}

function exampleLocation({ locationIds }: ShopKind): ProposedLocation {
  return { id: locationIds?.example ?? "1", label: "stockbridge check lists the locations", warehouse: null };
}

function locationLines({ id, label, warehouse }: ProposedLocation, indent: string): string[] {
  const named = label.replaceAll(/\s+/g, " ").trim();
  return [
    `${indent}${JSON.stringify(id)}: # ${named}`,
    `${indent}  warehouse: ${warehouse === null ? "CODE" : quoted(warehouse)}`,
  ];
}

function envText(answers: InitAnswers): string {
  const { odooId, shopId, shopKind, shopSecrets, publicUrl, store } = answers;
  const ofShop = shopKind.settings.flatMap((setting) =>
    setting.type === "secret" && shopSecrets.includes(setting.name)
      ? [`# ${setting.obtain}`, `${variableOf(shopId, setting.name)}=`]
      : [],
  );
  return [
    "# Copy to .env, fill in, keep out of version control, and let only the hub's user read it.",
    "# Odoo, as the hub's user: Preferences, Account security, New API key.",
    `${variableOf(odooId, "apiKey")}=`,
    ...ofShop,
    ...(publicUrl === null
      ? []
      : [
          "# Stands in the address to which Odoo posts; make one with: openssl rand -hex 24",
          `${variableOf(odooId, "automationSecret")}=`,
        ]),
    ...(store === "embedded" ? [] : ["# postgres://user:password@host/database", "DATABASE_URL="]),
    "",
  ].join("\n");
}

/** Plain where YAML reads it as the same text, in quotes otherwise. */
function quoted(text: string): string {
  const plain =
    /^[A-Za-z][A-Za-z0-9 ._/@:-]*$/.test(text) && !/: |:$| $|^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
