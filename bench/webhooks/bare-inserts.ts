/** The bare loop beside the webhooks: single-row inserts of the same bodies, as many at a time, with nothing around them. */
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import type { Delivery } from "./deliveries.ts";

const TABLE = `create table if not exists bare (
  connection text not null, delivery_id text not null, topic text not null, headers jsonb not null, raw bytea not null,
  received_at_ms bigint not null, primary key (connection, delivery_id))`;
const INSERT =
  "insert into bare (connection, delivery_id, topic, headers, raw, received_at_ms) values ($1, $2, $3, $4, $5, $6)";

export interface BareInserts {
  /** Inserts for so long; answers how many were committed. */
  run(deliveries: Iterator<Delivery, never>, ms: number): Promise<number>;
  close(): Promise<void>;
}

function valuesOf({ deliveryId, headers, body }: Delivery): unknown[] {
  return ["shop-bench", deliveryId, "order.created", JSON.stringify(headers), body, 1_763_712_000_000];
}

/** By the clock, not by a timer: PGlite answers without ever letting one fire. */
async function repeat(
  deliveries: Iterator<Delivery, never>,
  ms: number,
  insert: (values: unknown[]) => Promise<unknown>,
): Promise<number> {
  const endMs = performance.now() + ms;
  let inserted = 0;
  while (performance.now() < endMs) {
    await insert(valuesOf(deliveries.next().value));
    inserted += 1;
  }
  return inserted;
}

export async function bareOnPostgres(url: string, connections: number): Promise<BareInserts> {
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: url }));
  for (const client of clients) await client.connect();
  await clients[0]?.query(TABLE);
  return {
    run: async (deliveries, ms) => {
      const counts = clients.map((client) => repeat(deliveries, ms, (values) => client.query(INSERT, values)));
      return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
    },
    close: async () => {
      for (const client of clients) await client.end();
    },
  };
}

/** It has one connection: more than one insert at a time wait for each other. */
export async function bareOnPglite(directory: string): Promise<BareInserts> {
  const pglite = await PGlite.create({ dataDir: directory });
  await pglite.query(TABLE);
  return {
    run: (deliveries, ms) => repeat(deliveries, ms, (values) => pglite.query(INSERT, values)),
    close: () => pglite.close(),
  };
}
