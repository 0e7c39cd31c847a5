/** What `stockbridge init` asks. Secrets are apart: they are tried out and forgotten. */
export interface InitAnswers {
  readonly environment: "staging" | "production";
  readonly shopId: string;
  readonly shopUrl: string;
  readonly odooId: string;
  readonly odooUrl: string;
  readonly odooDatabase: string;
  readonly odooUser: string;
  /** Code of the warehouse whose stock is sold. */
  readonly warehouse: string;
  /** Orders placed before concern nobody; a day, UTC. */
  readonly startAt: string;
  /** Null: the hub cannot be reached from outside. */
  readonly publicUrl: string | null;
  readonly store: "embedded" | "postgres";
}

export interface InitSecrets {
  readonly odooApiKey: string;
  readonly shopKey: string;
  readonly shopSecret: string;
}
