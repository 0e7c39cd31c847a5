/** Addresses and dates as the shop writes them into its JSON. */
const SECONDS_CHARS = 19;
const MINUTE_MS = 60_000;

export interface Site {
  /** The shop's address, without a slash at its end. */
  readonly url: string;
  readonly utcOffsetMinutes: number;
}

const WRITABLE = { allow: ["GET", "POST", "PUT", "PATCH", "DELETE"] };

export function apiUrl({ url }: Site, path: string): string {
  return `${url}/wp-json/wc/v3${path}`;
}

export function links(site: Site, path: string, collection: string): Record<string, unknown> {
  return {
    self: [{ href: apiUrl(site, path), targetHints: WRITABLE }],
    collection: [{ href: apiUrl(site, collection) }],
  };
}

/** In the shop's own time, without saying so. */
export function local({ utcOffsetMinutes }: Site, ms: number | null): string | null {
  return ms === null ? null : new Date(ms + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, SECONDS_CHARS);
}

export function gmt(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().slice(0, SECONDS_CHARS);
}
