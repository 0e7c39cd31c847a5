/**
 * The simulated Odoo against the real ones: the same calls to both, the same answers expected. Each script runs on the
 * real server and on a fresh simulation; ids, numbers and this moment's times are made equal before the comparison.
 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { createRandom } from "../../sim/random.ts";
import { normalise } from "../../sim/odoo/differential/normal.ts";
import { openScene } from "../../sim/odoo/differential/scene.ts";
import { DATA_SCRIPTS, type Script } from "../../sim/odoo/differential/scripts-data.ts";
import { INVOICE_SCRIPTS } from "../../sim/odoo/differential/scripts-invoices.ts";
import { ORDER_SCRIPTS } from "../../sim/odoo/differential/scripts-orders.ts";
import { REFUND_SCRIPTS } from "../../sim/odoo/differential/scripts-refunds.ts";
import { STOCK_SCRIPTS } from "../../sim/odoo/differential/scripts-stock.ts";
import { PAYMENT_SCRIPTS } from "../../sim/odoo/differential/scripts-payments.ts";
import { Session, type Access } from "../../sim/odoo/differential/session.ts";
import { createSimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import type { OdooVersion } from "../../sim/odoo/orm/environment.ts";
import { addressOf } from "./odoo-world.ts";

const SCRIPTS: readonly Script[] = [
  ...DATA_SCRIPTS,
  ...ORDER_SCRIPTS,
  ...STOCK_SCRIPTS,
  ...INVOICE_SCRIPTS,
  ...PAYMENT_SCRIPTS,
  ...REFUND_SCRIPTS,
];

async function sendReal(request: HttpRequest): Promise<HttpResponse> {
  const { method, headers, body, url } = request;
  const signal = AbortSignal.timeout(request.timeoutMs);
  const response = await fetch(url, {
    method,
    headers: { ...headers },
    signal,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

async function simulated(
  version: OdooVersion,
): Promise<{ readonly access: Access; readonly unsupported: readonly string[] }> {
  const sim = createSimulatedOdoo({
    clock: { nowMs: () => Date.now(), sleep: async () => {} },
    random: createRandom("differential"),
    version,
    baseUrl: "http://odoo.test",
    database: "sim",
    apiKey: "simulated-key",
    outstandingAccount: true,
  });
  const access = {
    version,
    url: "http://odoo.test",
    database: "sim",
    login: "admin",
    apiKey: "simulated-key",
    send: (request: HttpRequest) => sim.handle(request),
  };
  await sim.addJournal({ name: "Second bank", code: "BNK2", outstanding: false });
  return { access, unsupported: sim.unsupported };
}

async function play(script: Script, access: Access): Promise<unknown> {
  const session = new Session(access);
  const answers = await script.play(await openScene(session));
  return normalise(answers, { token: session.token, nowMs: Date.now() });
}

// The two servers do not disturb each other: both are asked at the same time.
describe("the simulated Odoo answers as the real one", { concurrency: 2 }, () => {
  for (const version of [19, 14] as const) {
    describe(`Odoo ${version}`, { concurrency: 1 }, () => {
      const { user: login, ...real } = addressOf(version);
      for (const script of SCRIPTS.filter((one) => one.versions.includes(version))) {
        test(script.name, async () => {
          const theirs = await play(script, { version, login, ...real, send: sendReal });
          const { access, unsupported } = await simulated(version);
          const ours = await play(script, access);
          assert.deepEqual(unsupported, []);
          assert.deepEqual(ours, theirs);
        });
      }
    });
  }
});
