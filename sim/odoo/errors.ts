/**
 * The errors that Odoo raises, with the Python name and the HTTP status under which its two transports show them.
 * Measured on 19.0 and 14.0; texts that differ between the versions are chosen where they are raised.
 */
const KINDS = {
  UserError: { name: "odoo.exceptions.UserError", status: 422 },
  ValidationError: { name: "odoo.exceptions.ValidationError", status: 422 },
  RedirectWarning: { name: "odoo.exceptions.RedirectWarning", status: 422 },
  AccessError: { name: "odoo.exceptions.AccessError", status: 403 },
  AccessDenied: { name: "odoo.exceptions.AccessDenied", status: 403 },
  MissingError: { name: "odoo.exceptions.MissingError", status: 404 },
  ValueError: { name: "builtins.ValueError", status: 500 },
  KeyError: { name: "builtins.KeyError", status: 500 },
  TypeError: { name: "builtins.TypeError", status: 500 },
  AttributeError: { name: "builtins.AttributeError", status: 500 },
  Exception: { name: "builtins.Exception", status: 500 },
  UnboundLocalError: { name: "builtins.UnboundLocalError", status: 500 },
  NotImplementedError: { name: "builtins.NotImplementedError", status: 500 },
  OperationalError: { name: "psycopg2.OperationalError", status: 500 },
  SerializationFailure: { name: "psycopg2.errors.SerializationFailure", status: 500 },
  NotFound: { name: "werkzeug.exceptions.NotFound", status: 404 },
  UnprocessableEntity: { name: "werkzeug.exceptions.UnprocessableEntity", status: 422 },
  BadRequest: { name: "werkzeug.exceptions.BadRequest", status: 400 },
  Unauthorized: { name: "werkzeug.exceptions.Unauthorized", status: 401 },
} as const;

export type ErrorKind = keyof typeof KINDS;

/** How `load` words an error that it puts into its messages, where that differs from the error itself. */
export interface LoadWording {
  readonly message: string;
  readonly field?: string;
}

export class OdooError extends Error {
  readonly kind: ErrorKind;
  readonly pythonName: string;
  readonly status: number;
  readonly load: LoadWording | undefined;
  constructor(kind: ErrorKind, message: string, load?: LoadWording) {
    super(message);
    this.name = "OdooError";
    this.kind = kind;
    this.pythonName = KINDS[kind].name;
    this.status = KINDS[kind].status;
    this.load = load;
  }
}

/** Something that Odoo can do and this simulation cannot: it must never pass for an answer of Odoo's. */
export class NotSimulatedError extends OdooError {
  readonly what: string;
  constructor(what: string) {
    super("NotImplementedError", `not simulated: ${what}`);
    this.what = what;
  }
}

export function userError(message: string): OdooError {
  return new OdooError("UserError", message);
}

/** Python's repr of a plain value, as it stands in Odoo's messages. */
export function repr(value: unknown): string {
  if (typeof value === "string") return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value}'`;
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null || value === undefined) return "None";
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

export function missingRecord(model: string, id: number, uid: number): OdooError {
  const message = `Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: ${uid})`;
  return new OdooError("MissingError", message);
}
