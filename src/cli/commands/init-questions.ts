/** The questions of `stockbridge init`: an option answers its question, what is left is asked, and without a person the default counts. */
import { input, select } from "@inquirer/prompts";
import { CONNECTION_ID_PATTERN } from "../../core/key.ts";
import type { ChoiceSetting, ShopKind, ShopSetting, TextSetting } from "../../core/ports/shop-kind.ts";
import { CommandError } from "../command.ts";
import type { InitAnswers } from "../init-answers.ts";

export interface Asking {
  /** Options as they were given, by their camelCase names: `shopUrl`. */
  readonly given: Readonly<Record<string, string | undefined>>;
  /** False: options and defaults only. */
  readonly interactive: boolean;
  readonly kinds: readonly ShopKind[];
}

/** Null when the value is fine; else what to write instead. */
type Check = (value: string) => string | null;

const isAddress: Check = (value) =>
  /^https?:\/\/[^\s?#]+$/.test(value) && URL.canParse(value) ? null : "Write an address that begins with https://.";
const isId: Check = (value) =>
  CONNECTION_ID_PATTERN.test(value) ? null : "Use lower-case letters, digits and hyphens, at most 40.";
const isDay: Check = (value) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? null : "Write a day: 2026-01-31.";
const isFilled: Check = (value) => (value.trim() === "" ? "Write a value." : null);
const isOptionalAddress: Check = (value) => (value === "" ? null : isAddress(value));

interface Question {
  readonly option: string;
  readonly message: string;
  readonly check: Check;
  readonly byDefault?: string;
}

const SHOP_ID: Question = {
  option: "shop-id",
  message: "Id of the shop (part of every document's external id, never changed)",
  check: isId,
  byDefault: "shop",
};
const ODOO_URL: Question = { option: "odoo-url", message: "Address of the Odoo server", check: isAddress };
const ODOO_ID: Question = { option: "odoo-id", message: "Id of the Odoo connection", check: isId, byDefault: "odoo" };
const ODOO_DATABASE: Question = { option: "odoo-database", message: "Odoo database", check: isFilled };
const ODOO_USER: Question = { option: "odoo-user", message: "Login of the hub's Odoo user", check: isFilled };
const WAREHOUSE: Question = {
  option: "warehouse",
  message: "Code of the warehouse whose stock is sold",
  check: isFilled,
  byDefault: "WH",
};
const START_AT: Question = {
  option: "start-at",
  message: "Bring orders over that were placed from this day on",
  check: isDay,
};
const PUBLIC_URL: Question = {
  option: "public-url",
  message: "Address under which shop and Odoo reach this hub (empty: none, everything is polled)",
  check: isOptionalAddress,
  byDefault: "",
};

/** A setting of a kind of shop that may be answered on the command line. */
export type OpenSetting = TextSetting | ChoiceSetting;

export function isOpen(setting: ShopSetting): setting is OpenSetting {
  return setting.type !== "secret";
}

/** `clientId` -> `shop-client-id`. */
export function optionOf({ name }: OpenSetting): string {
  return `shop-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const GROUP_OPTION = "shop-credentials";

export async function askAll(asking: Asking): Promise<InitAnswers> {
  const environment = await choice(asking, "environment", "What is this hub?", [
    { name: "staging: for trying out", value: "staging" },
    { name: "production", value: "production" },
  ]);
  const shopKind = await kindOf(asking);
  refuseOptionsOfOthers(asking, shopKind);
  const shopUrl = await text(asking, { option: "shop-url", message: shopKind.address.ask, check: addressOf(shopKind) });
  const shopId = await text(asking, SHOP_ID);
  const own = await shopSettings(asking, shopKind);
  const odooUrl = await text(asking, ODOO_URL);
  const odooId = await text(asking, ODOO_ID);
  if (odooId === shopId)
    throw new CommandError(`Both connections have the id "${shopId}".`, "Give each an id of its own.");
  const odooDatabase = await text(asking, ODOO_DATABASE);
  const odooUser = await text(asking, ODOO_USER);
  const warehouse = shopKind.abilities.locations ? null : await text(asking, WAREHOUSE);
  const startAt = await text(asking, START_AT);
  const publicUrl = await text(asking, PUBLIC_URL);
  const store = await choice(asking, "store", "Where does the hub keep its own data?", [
    { name: "embedded: in a folder, for one process", value: "embedded" },
    { name: "PostgreSQL: for production", value: "postgres" },
  ]);
  return {
    environment,
    shopKind,
    shopId,
    shopUrl,
    ...own,
    odooId,
    odooUrl,
    odooDatabase,
    odooUser,
    warehouse,
    startAt,
    publicUrl: publicUrl === "" ? null : publicUrl,
    store,
  };
}

async function kindOf(asking: Asking): Promise<ShopKind> {
  const [first, ...others] = asking.kinds;
  if (first === undefined) throw new Error("there is no kind of shop");
  const name = await choice(asking, "shop-kind", "What kind of shop is it?", [
    { name: first.label, value: first.kind },
    ...others.map(({ label, kind }) => ({ name: label, value: kind })),
  ]);
  return asking.kinds.find(({ kind }) => kind === name) ?? first;
}

function addressOf({ address }: ShopKind): Check {
  return (value) => isAddress(value) ?? address.objection(new URL(value))?.fix ?? null;
}

/** What was given for another kind of shop would be left out in silence. */
function refuseOptionsOfOthers({ given, kinds }: Asking, { label, settings, alternatives, abilities }: ShopKind): void {
  const own = settings.filter(isOpen).map(optionOf);
  const foreign = kinds
    .flatMap((kind) => kind.settings.filter(isOpen).map(optionOf))
    .filter((option) => !own.includes(option));
  if (alternatives.length === 0) foreign.push(GROUP_OPTION);
  const refused = foreign.find((option) => given[flagOf(option)] !== undefined);
  if (refused !== undefined)
    throw new CommandError(`--${refused} is not for a ${label} shop.`, "Leave it out, or name the kind: --shop-kind.");
  if (abilities.locations && given["warehouse"] !== undefined)
    throw new CommandError(
      `--warehouse is not for a ${label} shop: each of its locations has a warehouse of its own.`,
      "Leave it out; init writes the shop's locations into the file.",
    );
}

async function shopSettings(
  asking: Asking,
  { settings, alternatives }: ShopKind,
): Promise<Pick<InitAnswers, "shopSettings" | "shopSecrets">> {
  const [first, ...others] = alternatives;
  const grouped = alternatives.flatMap((group) => group.settings);
  let chosen: readonly string[] = [];
  if (first !== undefined) {
    const name = await choice(asking, GROUP_OPTION, "How does the hub get in?", [
      { name: first.label, value: first.name },
      ...others.map((group) => ({ name: group.label, value: group.name })),
    ]);
    chosen = alternatives.find((group) => group.name === name)?.settings ?? [];
  }
  const wanted = settings.filter(({ name }) => chosen.includes(name) || !grouped.includes(name));
  const open: Record<string, string> = {};
  for (const setting of wanted.filter(isOpen)) open[setting.name] = await settingValue(asking, setting);
  return {
    shopSettings: open,
    shopSecrets: wanted.flatMap(({ type, name }) => (type === "secret" ? [name] : [])),
  };
}

async function settingValue(asking: Asking, setting: OpenSetting): Promise<string> {
  const option = optionOf(setting);
  if (setting.type === "text") return text(asking, { option, message: setting.ask, check: isFilled });
  const byDefault = setting.choices.find(({ value }) => value === setting.byDefault) ?? setting.choices[0];
  const others = setting.choices.filter((one) => one !== byDefault);
  return choice(asking, option, setting.ask, [
    { name: byDefault.label, value: byDefault.value },
    ...others.map(({ label, value }) => ({ name: label, value })),
  ]);
}

async function text({ given, interactive }: Asking, question: Question): Promise<string> {
  const { option, message, check, byDefault } = question;
  const known = given[flagOf(option)] ?? (interactive ? undefined : byDefault);
  if (known === undefined && !interactive)
    throw new CommandError(`--${option} is missing.`, "Give it, or leave --no-interactive out and be asked.");
  const value =
    known ??
    (await input({
      message,
      validate: (answer) => check(answer) ?? true,
      ...(byDefault === undefined ? {} : { default: byDefault }),
    }));
  const objection = check(value);
  if (objection !== null) throw new CommandError(`--${option} "${value}" cannot be used.`, objection);
  return value;
}

interface Choice<V extends string> {
  readonly name: string;
  readonly value: V;
}

/** Without a person the first choice, which is the careful one. Not asked where there is only one. */
async function choice<V extends string>(
  { given, interactive }: Asking,
  option: string,
  message: string,
  choices: readonly [Choice<V>, ...Choice<V>[]],
): Promise<V> {
  const name = given[flagOf(option)];
  if (name !== undefined) {
    const found = choices.find(({ value }) => value === name);
    if (found !== undefined) return found.value;
    const known = choices.map(({ value }) => value).join(", ");
    throw new CommandError(`--${option} "${name}" cannot be used.`, `Write one of ${known}.`);
  }
  return interactive && choices.length > 1 ? select<V>({ message, choices }) : choices[0].value;
}

/** `shop-client-id` -> `shopClientId`, as the options are kept. */
function flagOf(option: string): string {
  return option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
