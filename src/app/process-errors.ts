/** Reasons why a process of the hub cannot start, each with what to do. */
import { CommandError, EXIT } from "../cli/command.ts";
import type { Role } from "../cli/world.ts";

export class RoleError extends CommandError {
  constructor(role: Role) {
    super(
      `The role ${role} by itself needs PostgreSQL: the embedded store belongs to one process.`,
      "Leave --role out, or set store.postgresUrl.",
      EXIT.configuration,
    );
  }
}

export class WebAddressError extends CommandError {
  constructor(host: string, port: number, cause: unknown) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why =
      {
        EADDRINUSE: "another process listens there",
        EACCES: "this user may not",
        EADDRNOTAVAIL: "this machine has no such address",
      }[code] ?? `the system says ${code === "" ? String(cause) : code}`;
    super(
      `The hub cannot listen on ${host}:${port}: ${why}.`,
      "Stop the other process, or set web.host and web.port.",
      EXIT.busy,
    );
    this.cause = cause;
  }
}
