/** The section `connections`: an Odoo, or a shop of one of the kinds, whose own settings come from their description. */
import { z } from "zod";
import { CONNECTION_ID_PATTERN } from "../../core/key.ts";
import type { ShopKind, ShopSetting } from "../../core/ports/shop-kind.ts";
import { SHOP_KINDS } from "../shop-kinds.ts";
import { Secret } from "./secret.ts";
import { address, secret, text } from "./values.ts";

const RUNS_MAX_DEFAULT = 4;
const RUNS_MAX_MOST = 32;

export const connectionId = z
  .string()
  .regex(CONNECTION_ID_PATTERN)
  .describe("Lower-case letters, digits and hyphens, at most 40. Documents carry it: it is never changed.");

const runsMax = z
  .int()
  .min(1)
  .max(RUNS_MAX_MOST)
  .default(RUNS_MAX_DEFAULT)
  .describe("Batches that may run on this connection at the same time, over all processes.");
const label = text().optional().describe("What people call it. Default: its id.");
const allowHttp = (when: string) =>
  z.boolean().default(false).describe(`Permit an address without encryption (http). ${when}`);

const odoo = z
  .strictObject({
    kind: z.literal("odoo"),
    label,
    url: address("https://odoo.example.test").describe("Address of the Odoo server."),
    database: text().describe("Name of the database."),
    user: text().describe("Login of the hub's own user; docs/odoo-rights.md names the rights it needs."),
    apiKey: secret("An API key of that user (Preferences, Account security)."),
    automationSecret: secret(
      "Stands in the address to which Odoo's automations post. Without it no automations are made and stock is polled.",
    ).optional(),
    allowHttp: allowHttp("Only on one machine or inside a private network: the API key travels with each call."),
    runsMax,
  })
  .describe("An Odoo database.");

export type OdooSettings = z.output<typeof odoo>;

export interface ShopConnection {
  /** Never `odoo`. */
  readonly kind: string;
  readonly label?: string | undefined;
  readonly url: string;
  readonly allowHttp: boolean;
  readonly runsMax: number;
  /** What this kind of shop has beyond that, by `ShopSetting.name`; absent: not given. */
  readonly settings: Readonly<Record<string, string | Secret>>;
}

export type ConnectionSettings = OdooSettings | ShopConnection;

export function isOdoo(connection: ConnectionSettings): connection is OdooSettings {
  return connection.kind === "odoo";
}

export function isShop(connection: ConnectionSettings): connection is ShopConnection {
  return connection.kind !== "odoo";
}

type SettingValue = string | Secret | undefined;

function shopConnection({ kind, label: kindLabel, address: place, settings }: ShopKind) {
  const fields = Object.fromEntries(settings.map((setting) => [setting.name, settingField(setting)]));
  return z
    .strictObject({
      kind: z.literal(kind),
      label,
      url: address(place.example, place.objection).describe(place.description),
      ...fields,
      allowHttp: allowHttp("For a shop on a test machine; refused in production."),
      runsMax,
    })
    .describe(`A ${kindLabel} shop.`)
    .transform((given): ShopConnection => {
      const { label: own, url, allowHttp: isHttpAllowed, runsMax: runs, ...rest } = given;
      const values = new Map<string, unknown>(Object.entries(rest));
      const present = settings.flatMap(({ name }): [string, string | Secret][] => {
        const value = values.get(name);
        return typeof value === "string" || value instanceof Secret ? [[name, value]] : [];
      });
      return { kind, label: own, url, allowHttp: isHttpAllowed, runsMax: runs, settings: Object.fromEntries(present) };
    });
}

function settingField(setting: ShopSetting): z.ZodType<SettingValue> {
  const { description } = setting;
  const field = bareField(setting);
  if (setting.type === "choice") return field.default(setting.byDefault).describe(description);
  const described = setting.type === "secret" ? field : field.describe(description);
  return setting.required ? described : described.optional();
}

function bareField(setting: ShopSetting): z.ZodType<string | Secret> {
  if (setting.type === "secret") return secret(setting.description);
  if (setting.type === "choice") return z.enum(setting.choices.map(({ value }) => value));
  return text();
}

export const connection = z.discriminatedUnion("kind", [odoo, ...SHOP_KINDS.map(shopConnection)]);
