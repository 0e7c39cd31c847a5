import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { odooEnv, odooGiven, parseReport } from "./odoo.ts";

const SECRET = "0123456789abcdef";

describe("addresses of real Odoos", () => {
  test("the scripts' last line is read, whatever stands before it", () => {
    const line = `url=http://127.0.0.1:8069 db=hub user=admin password=admin api_key=${SECRET} pid=12 log=/var/tmp/odoo.log`;
    assert.deepEqual(parseReport(`something else\n${line}\n`), {
      url: "http://127.0.0.1:8069",
      db: "hub",
      user: "admin",
      apiKey: SECRET,
    });
  });

  test("a report without a key is refused", () => {
    assert.throws(() => parseReport("url=http://127.0.0.1:8069 db=hub user=admin api_key="), /no api_key/);
  });

  test("what is handed to the tests is what they read", () => {
    const odoo = { url: "http://127.0.0.1:1", db: "hub14", user: "hub@example.test", apiKey: SECRET };
    assert.deepEqual(odooGiven(14, odooEnv(14, odoo)), odoo);
    assert.equal(odooGiven(19, odooEnv(14, odoo)), undefined);
  });

  test("an address without database or key is an error that names both, not the key", () => {
    assert.throws(
      () => odooGiven(19, { ODOO_URL: "http://127.0.0.1:1", ODOO_API_KEY: SECRET }),
      (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /ODOO_DB and ODOO_API_KEY/);
        assert.doesNotMatch(error.message, new RegExp(SECRET));
        return true;
      },
    );
  });
});
