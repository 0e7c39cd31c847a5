/** What `stockbridge init` asks. Secrets are apart: they are tried out and forgotten. */
import type { ShopKind } from "../core/ports/shop-kind.ts";

export interface InitAnswers {
  readonly environment: "staging" | "production";
  readonly shopKind: ShopKind;
  readonly shopId: string;
  readonly shopUrl: string;
  /** The shop's settings that are no secrets, by name. */
  readonly shopSettings: Readonly<Record<string, string>>;
  /** Names of the shop's secrets that the file refers to. */
  readonly shopSecrets: readonly string[];
  readonly odooId: string;
  readonly odooUrl: string;
  readonly odooDatabase: string;
  readonly odooUser: string;
  /** Code of the warehouse whose stock is sold; null for a shop with locations, each of which has its own. */
  readonly warehouse: string | null;
  /** Orders placed before concern nobody; a day, UTC. */
  readonly startAt: string;
  /** Null: the hub cannot be reached from outside. */
  readonly publicUrl: string | null;
  readonly store: "embedded" | "postgres";
}

export interface InitSecrets {
  readonly odooApiKey: string;
  /** By the setting's name. */
  readonly shop: Readonly<Record<string, string>>;
}

/** One of the shop's locations, and the warehouse that surely stands behind it. */
export interface ProposedLocation {
  readonly id: string;
  readonly label: string;
  /** Code; null: a person has to say. */
  readonly warehouse: string | null;
}

/** Where a secret is looked for before it is asked; the configuration refers to the same name. */
export function variableOf(connection: string, setting: string): string {
  return `${connection}_${setting.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_")}`.replaceAll("-", "_").toUpperCase();
}
