/** What `stockbridge init` asks, as data: an option that was given is checked like an answer, and nothing is asked twice. */
import { input, select } from "@inquirer/prompts";
import { CONNECTION_ID_PATTERN } from "../../core/key.ts";
import { CommandError } from "../command.ts";
import type { InitAnswers } from "../init-answers.ts";

export interface Asking {
  readonly given: Partial<InitAnswers>;
  /** False: options and defaults only. */
  readonly interactive: boolean;
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

type TextName = Exclude<keyof InitAnswers, "environment" | "store">;

const QUESTIONS: Readonly<Record<TextName, Question>> = {
  shopUrl: { option: "shop-url", message: "Address of the WooCommerce shop", check: isAddress },
  shopId: {
    option: "shop-id",
    message: "Id of the shop (part of every document's external id, never changed)",
    check: isId,
    byDefault: "shop",
  },
  odooUrl: { option: "odoo-url", message: "Address of the Odoo server", check: isAddress },
  odooId: { option: "odoo-id", message: "Id of the Odoo connection", check: isId, byDefault: "odoo" },
  odooDatabase: { option: "odoo-database", message: "Odoo database", check: isFilled },
  odooUser: { option: "odoo-user", message: "Login of the hub's Odoo user", check: isFilled },
  warehouse: {
    option: "warehouse",
    message: "Code of the warehouse whose stock is sold",
    check: isFilled,
    byDefault: "WH",
  },
  startAt: { option: "start-at", message: "Bring orders over that were placed from this day on", check: isDay },
  publicUrl: {
    option: "public-url",
    message: "Address under which shop and Odoo reach this hub (empty: none, everything is polled)",
    check: isOptionalAddress,
    byDefault: "",
  },
};

export async function askAll(asking: Asking): Promise<InitAnswers> {
  const environment = await choice(asking, "environment", "What is this hub?", [
    { name: "staging: for trying out", value: "staging" },
    { name: "production", value: "production" },
  ]);
  const texts = {} as Record<TextName, string>;
  for (const name of Object.keys(QUESTIONS) as TextName[]) texts[name] = await text(asking, name);
  if (texts.odooId === texts.shopId)
    throw new CommandError(`Both connections have the id "${texts.shopId}".`, "Give each an id of its own.");
  const store = await choice(asking, "store", "Where does the hub keep its own data?", [
    { name: "embedded: in a folder, for one process", value: "embedded" },
    { name: "PostgreSQL: for production", value: "postgres" },
  ]);
  return { ...texts, publicUrl: texts.publicUrl === "" ? null : texts.publicUrl, environment, store };
}

async function text({ given, interactive }: Asking, name: TextName): Promise<string> {
  const { option, message, check, byDefault } = QUESTIONS[name];
  const known = given[name] ?? (interactive ? undefined : byDefault);
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

/** Without a person the first choice, which is the careful one. */
async function choice<N extends "environment" | "store">(
  { given, interactive }: Asking,
  name: N,
  message: string,
  choices: readonly [{ name: string; value: InitAnswers[N] }, ...{ name: string; value: InitAnswers[N] }[]],
): Promise<InitAnswers[N]> {
  return given[name] ?? (interactive ? select<InitAnswers[N]>({ message, choices }) : choices[0].value);
}
