/**
 * Finds the real Odoos that the live suite and the benchmarks write to: given by the environment, running already
 * (started by tools/odoo/*.sh), or brought up by those scripts on Debian as root.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

export type OdooMajor = 19 | 14;

export interface Odoo {
  readonly url: string;
  readonly db: string;
  readonly user: string;
  readonly apiKey: string;
}

/** The variables through which tests get them: ODOO_URL, ODOO_DB, … for 19 and ODOO14_URL, ODOO14_DB, … for 14. */
export function odooEnv(major: OdooMajor, odoo: Odoo): Record<string, string> {
  const prefix = prefixOf(major);
  return {
    [`${prefix}_URL`]: odoo.url,
    [`${prefix}_DB`]: odoo.db,
    [`${prefix}_USER`]: odoo.user,
    [`${prefix}_API_KEY`]: odoo.apiKey,
  };
}

/** The Odoo named by the environment; an incomplete set is an error, not a reason to look elsewhere. */
export function odooGiven(major: OdooMajor, env: NodeJS.ProcessEnv = process.env): Odoo | undefined {
  const prefix = prefixOf(major);
  const url = env[`${prefix}_URL`] ?? "";
  if (url === "") return undefined;
  const [db, apiKey] = [env[`${prefix}_DB`] ?? "", env[`${prefix}_API_KEY`] ?? ""];
  if (db === "" || apiKey === "")
    throw new Error(`${prefix}_URL is set, so ${prefix}_DB and ${prefix}_API_KEY must be.`);
  return { url, db, user: env[`${prefix}_USER`] ?? "admin", apiKey };
}

/** One that this project's script has started before and that still answers. */
export function odooRunning(major: OdooMajor): Odoo | undefined {
  const answer = spawnSync("bash", [scriptOf(major), "status"], { encoding: "utf8" });
  return answer.status === 0 ? parseReport(answer.stdout) : undefined;
}

/** True where the script can bring one up: Debian and root. */
export function odooCanStart(): boolean {
  return userInfo().uid === 0 && existsSync("/etc/debian_version");
}

/** Brings one up (minutes the first time, seconds when cached); its progress is shown. */
export function odooStart(major: OdooMajor): Odoo {
  const answer = spawnSync("bash", [scriptOf(major), "up"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (answer.status !== 0) throw new Error(`Odoo ${major} could not be started; its message stands above.`);
  return parseReport(answer.stdout);
}

/** Reads the one line `url=… db=… user=… api_key=… log=…` that the scripts print. */
export function parseReport(text: string): Odoo {
  const line = text.trim().split("\n").at(-1) ?? "";
  const pairs = new Map(
    line.split(" ").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const read = (name: string) => {
    const value = pairs.get(name);
    if (value === undefined || value === "") throw new Error(`The Odoo script's report has no ${name}.`);
    return value;
  };
  return { url: read("url"), db: read("db"), user: read("user"), apiKey: read("api_key") };
}

function prefixOf(major: OdooMajor): string {
  return major === 19 ? "ODOO" : `ODOO${major}`;
}

function scriptOf(major: OdooMajor): string {
  return join(import.meta.dirname, "odoo", `odoo${major}.sh`);
}
