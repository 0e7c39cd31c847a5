/** A private PostgreSQL for one benchmark, writing to the disk as a real installation does. */
import { Client } from "pg";
import { startPrivatePostgres } from "../tools/postgres.ts";

export interface BenchDatabase {
  readonly url: string;
  readonly version: string;
  /** One statement on a connection of its own. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Whatever the environment names: a server that was given may have been told not to sync. */
export async function openBenchPostgres(): Promise<BenchDatabase> {
  const server = await startPrivatePostgres({ fsync: true });
  return {
    url: server.url,
    version: server.version,
    query: async (text, values = []) => {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      try {
        const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
        return rows;
      } finally {
        await client.end();
      }
    },
    stop: () => server.stop(),
  };
}
