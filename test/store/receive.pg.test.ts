import { after } from "node:test";
import { postgresStores } from "./opened-stores.ts";
import { receiveSuite } from "./receive-suite.ts";

const stores = postgresStores();
after(() => stores.close());
receiveSuite(stores);
