/**
 * What a kind of shop is, as data: the configuration's schema and its checks, the published JSON Schema, the table of
 * docs/configuration.md and the questions of `stockbridge init` are made of it. One a folder in connectors; the app lists them.
 */
import type { Clock } from "./clock.ts";
import type { ShopAbilities, ShopPort } from "./shop.ts";
import type { Transport } from "./transport.ts";

/** What is wrong, continuing the name of the setting, and what to write instead, as a sentence. */
export interface SettingObjection {
  readonly what: string;
  readonly fix: string;
}

interface SettingBase {
  /** camelCase; not one of `kind`, `label`, `url`, `allowHttp`, `runsMax`, which every shop has, and not `id`. */
  readonly name: string;
  /** What it holds: for the reference and for messages. */
  readonly description: string;
  /** False also for those of `ShopKind.alternatives`. */
  readonly required: boolean;
}

/** Stands in the file only as a reference to the environment, and is never printed. */
export interface SecretSetting extends SettingBase {
  readonly type: "secret";
  /** What `init` asks for trying the connection out; null: it is not needed for that. */
  readonly ask: string | null;
  /** One line of `.env.example`: where a person finds it. */
  readonly obtain: string;
  /** Shorter ones can be guessed or are not the right thing. */
  readonly lengthMin: number;
  /** What to do with a shorter one, as a sentence. */
  readonly tooShort: string;
}

export interface TextSetting extends SettingBase {
  readonly type: "text";
  readonly ask: string;
}

export interface ChoiceSetting extends SettingBase {
  readonly type: "choice";
  readonly ask: string;
  readonly choices: readonly [SettingChoice, ...SettingChoice[]];
  readonly byDefault: string;
}

export interface SettingChoice {
  readonly value: string;
  /** For the question. */
  readonly label: string;
}

export type ShopSetting = SecretSetting | TextSetting | ChoiceSetting;

/** Settings that go together; a connection has all of exactly one of these groups. */
export interface SettingGroup {
  /** For `stockbridge init --shop-credentials`. */
  readonly name: string;
  readonly label: string;
  readonly settings: readonly string[];
}

export interface ShopAddress {
  readonly description: string;
  readonly example: string;
  readonly ask: string;
  /** Beyond being an http or https address without credentials, query and fragment. */
  readonly objection: (url: URL) => SettingObjection | null;
  /** Two addresses of this kind with the same identity are the same shop. */
  readonly identity: (url: URL) => string;
}

/** How the ids of the shop's stock locations look. */
export interface LocationIds {
  readonly pattern: RegExp;
  /** e.g. `12345678901`. */
  readonly example: string;
  /** Where a person finds one, as a sentence. */
  readonly whereabouts: string;
}

/** One connection, as the configuration has it. */
export interface ShopConnectionSettings {
  readonly connection: string;
  readonly url: string;
  /** By `ShopSetting.name`, secrets revealed, defaults filled in; absent: not given. */
  readonly values: Readonly<Record<string, string>>;
  readonly allowHttp: boolean;
  /** `staging` or `production`. */
  readonly environment: string;
}

export interface ShopOutside {
  readonly clock: Clock;
  readonly transport: Transport;
}

export interface ShopKind {
  /** As the configuration names it: lower case, e.g. `somecart`. */
  readonly kind: string;
  /** As people call it; the port's `kindLabel`. */
  readonly label: string;
  readonly abilities: ShopAbilities;
  /** Null where `abilities.locations` is false. */
  readonly locationIds: LocationIds | null;
  readonly address: ShopAddress;
  readonly settings: readonly ShopSetting[];
  /** Empty: no choice is to be made. */
  readonly alternatives: readonly SettingGroup[];
  /** Reads no clock and makes no call. Throws only for an address that can never work. */
  readonly create: (settings: ShopConnectionSettings, outside: ShopOutside) => ShopPort;
}

/** The value of a setting that the configuration's check has made sure of. */
export function valueOf(values: Readonly<Record<string, string>>, name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`the setting ${name} is missing`);
  return value;
}
