/**
 * The version of the Admin API that every request asks for, and what the shop answered with. Shopify serves an old version's
 * requests with the oldest one that it still supports, and says so in a header: that must not pass unnoticed.
 */
export const API_VERSION = "2026-07";

/** Versions that every operation is valid for; the tests validate each operation against their schemas. */
export const VALIDATED_VERSIONS = ["2026-04", "2026-07", "2026-10"] as const;

export interface VersionWatch {
  /** Takes the header of one answer; null where there was none. */
  note(served: string | undefined): void;
  /** The version that the last answer was served with; null before the first, or when the shop does not say. */
  served(): string | null;
}

/** `onChange` is called once for each other version than ours that the shop begins to serve. */
export function createVersionWatch(onChange: (served: string) => void): VersionWatch {
  let last: string | null = null;
  return {
    note: (served) => {
      if (served === undefined || served === "") return;
      if (served !== last && served !== API_VERSION) onChange(served);
      last = served;
    },
    served: () => last,
  };
}
