/** A simulated Odoo ready for a test: a clock to turn, a session that calls it, the usual scene. */
import { createRandom } from "../random.ts";
import { openScene, type Scene } from "./differential/scene.ts";
import { Session } from "./differential/session.ts";
import type { OdooVersion } from "./orm/environment.ts";
import { createSimulatedOdoo, type SimulatedOdoo, type SimulatedOdooOptions } from "./simulated-odoo.ts";

export interface Trial {
  readonly odoo: SimulatedOdoo;
  readonly session: Session;
  readonly scene: Scene;
  readonly time: { nowMs: number };
}

export const TRIAL_KEY = "trial-key";
export const TRIAL_START_MS = Date.UTC(2026, 4, 10, 9, 30, 0);

export async function openTrial(version: OdooVersion, options: Partial<SimulatedOdooOptions> = {}): Promise<Trial> {
  const time = { nowMs: TRIAL_START_MS };
  const odoo = createSimulatedOdoo({
    clock: { nowMs: () => time.nowMs, sleep: () => Promise.resolve() },
    random: createRandom("trial"),
    version,
    baseUrl: "http://odoo.test",
    database: "trial",
    apiKey: TRIAL_KEY,
    ...options,
  });
  const session = sessionOf(odoo, version, TRIAL_KEY);
  return { odoo, session, scene: await openScene(session), time };
}

/** Another caller of the same server, by its key. */
export function sessionOf(odoo: SimulatedOdoo, version: OdooVersion, apiKey: string, login = "admin"): Session {
  return new Session({
    version,
    url: "http://odoo.test",
    database: "trial",
    login,
    apiKey,
    send: (request) => odoo.handle(request),
  });
}
