/** A value that came from the environment and must never be printed: it says `[secret]` to everything but `reveal`. */
import { inspect } from "node:util";

export class Secret {
  readonly #value: string;
  /** Where it came from, for messages. */
  readonly variable: string;

  constructor(value: string, variable: string) {
    this.#value = value;
    this.variable = variable;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}
