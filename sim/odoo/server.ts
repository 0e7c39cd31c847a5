/**
 * The server behind a simulated Odoo: accounts, transactions, webhooks after commit. One call is one transaction.
 */
import type { HttpRequest } from "../../src/core/ports/transport.ts";
import { webhooksOf } from "./automations.ts";
import { NotSimulatedError, OdooError } from "./errors.ts";
import { usFromMs } from "./instants.ts";
import { ROOT, type Rights, type User } from "./orm/access.ts";
import { Database, type Change } from "./orm/database.ts";
import { Environment } from "./orm/environment.ts";
import { conflictAnswer } from "./orm/load.ts";
import { modelsOf } from "./registry.ts";
import { seed, seedUser } from "./seed.ts";
import type { SimulatedOdooOptions } from "./simulated-odoo.ts";
import { asOdooError } from "./transport/answers.ts";
import type { Call } from "./transport/call.ts";
import { dispatch } from "./transport/dispatch.ts";

interface Account extends User {
  readonly secret: string;
}

interface Committed<T> {
  readonly result: T;
  /** Sends what automations tell of it. */
  readonly tell: () => Promise<void>;
}

export class OdooServer {
  readonly unsupported: string[] = [];
  readonly calls = new Map<string, number>();
  readonly #options: SimulatedOdooOptions;
  readonly #db: Database;
  readonly #accounts = new Map<number, Account>();
  #lastUs = 0;

  constructor(options: SimulatedOdooOptions) {
    this.#options = options;
    this.#db = new Database(modelsOf(options.version));
    this.#transact(ROOT, this.#startUs(), (env) => {
      seed(env, {
        rounding: options.rounding ?? (options.version === 19 ? "round_globally" : "round_per_line"),
        company: options.company ?? "My Company",
        timeZone: options.timeZone ?? "UTC",
        outstandingAccount: options.outstandingAccount ?? true,
      });
      seedUser(env, { login: ROOT.login, name: ROOT.name, timeZone: "UTC", rights: "administrator" });
    });
    const { login = "admin", apiKey, rights = "administrator" } = options;
    this.addUser({ login, apiKey, rights });
  }

  get version(): 19 | 14 {
    return this.#options.version;
  }

  get database(): string {
    return this.#options.database;
  }

  addUser({
    login,
    apiKey,
    rights,
  }: {
    readonly login: string;
    readonly apiKey: string;
    readonly rights: Rights;
  }): number {
    const name = rights === "administrator" ? "Administrator" : "Hub";
    const timeZone = this.#options.timeZone ?? "UTC";
    const made = this.#transact(ROOT, this.#startUs(), (env) => seedUser(env, { login, name, timeZone, rights }));
    this.#accounts.set(made.result, { id: made.result, login, name, rights, secret: apiKey });
    return made.result;
  }

  userOfKey(key: string): number | undefined {
    return [...this.#accounts.values()].find((account) => account.secret === key)?.id;
  }

  userOfLogin(login: string, secret: string): number | undefined {
    const accounts = [...this.#accounts.values()];
    return accounts.find((account) => account.login === login && account.secret === secret)?.id;
  }

  isSecretOf(userId: number, secret: string): boolean {
    return this.#accounts.get(userId)?.secret === secret;
  }

  /** Something that happens in Odoo by itself, told to automations like a call. */
  async change<T>(work: (env: Environment) => T): Promise<T> {
    const { result, tell } = this.#transact(ROOT, this.#startUs(), work);
    await tell();
    return result;
  }

  read<T>(work: (env: Environment) => T): T {
    return work(Environment.open(this.#db, this.version, ROOT, this.#lastUs));
  }

  /** One call from outside. The transaction starts before the caller's yield point: others may commit in between. */
  async execute(call: Call): Promise<unknown> {
    const name = `${call.model}.${call.method}`;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const us = this.#startUs();
    await this.#options.yieldPoint?.("begin", call);
    if (this.#options.fault?.(call) === "serialization") return conflict(call);
    const user = this.#accounts.get(call.userId) as Account;
    const { result, tell } = this.#attempt(name, () => this.#transact(user, us, (env) => dispatch(env, call)));
    await tell();
    await this.#options.yieldPoint?.("committed", call);
    return result;
  }

  #attempt<T>(name: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      const known = asOdooError(error);
      if (known instanceof NotSimulatedError) this.unsupported.push(`${name}: ${known.what}`);
      throw known;
    }
  }

  #transact<T>(user: User, us: number, work: (env: Environment) => T): Committed<T> {
    const env = Environment.open(this.#db, this.version, user, us);
    try {
      const result = env.together(() => work(env));
      const changes = this.#db.commit();
      return { result, tell: () => this.#tell(env, changes) };
    } catch (error) {
      this.#db.rollback();
      throw error;
    }
  }

  async #tell(env: Environment, changes: readonly Change[]): Promise<void> {
    const deliver: ((request: HttpRequest) => Promise<unknown>) | undefined = this.#options.deliver;
    if (deliver === undefined) return;
    for (const request of webhooksOf(env, changes)) await deliver(request).then(ignore, ignore);
  }

  /** The clock's time with a random part of a millisecond, never twice the same. */
  #startUs(): number {
    const us = usFromMs(this.#options.clock.nowMs()) + this.#options.random.int(0, US_PER_MS - 1);
    this.#lastUs = Math.max(us, this.#lastUs + 1);
    return this.#lastUs;
  }
}

const US_PER_MS = 1000;

function ignore(): void {
  // A message's fate does not matter to Odoo: one try, no answer read.
}

function conflict(call: Call): unknown {
  const data = call.named["data"] ?? call.positional[1];
  if (call.method === "load") return conflictAnswer(Array.isArray(data) ? data.length : 1);
  throw new OdooError("SerializationFailure", "could not serialize access due to concurrent update\n");
}
