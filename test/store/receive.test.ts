import { after } from "node:test";
import { pgliteStores } from "./opened-stores.ts";
import { receiveSuite } from "./receive-suite.ts";

const stores = pgliteStores();
after(() => stores.close());
receiveSuite(stores);
