/** Backup and restore on PGlite, and files that are damaged. */
import { after, describe } from "node:test";
import { backupSuite, damageSuite } from "./backup-suite.ts";
import { pgliteStores } from "./opened-stores.ts";

const stores = pgliteStores();
after(() => stores.close());
describe("backup", () => {
  backupSuite(stores);
  damageSuite(stores);
});
