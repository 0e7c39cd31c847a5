/**
 * The version of the Admin API that every request asks for, and what the shop answered with. Shopify serves requests for a version
 * that it no longer supports with a newer one, and says so in a header only: that must not pass unnoticed.
 */
export const API_VERSION = "2026-07";

/** Versions that every operation is valid for; the tests validate each operation against their schemas. */
export const VALIDATED_VERSIONS = ["2026-04", "2026-07", "2026-10"] as const;

export interface VersionWatch {
  /** Takes the header of one answer. True once for each version other than ours that the shop begins to serve. */
  isNews(served: string | undefined): boolean;
  /** The version of the last answer that named one; null before. */
  served(): string | null;
}

export function createVersionWatch(): VersionWatch {
  let last: string | null = null;
  return {
    isNews: (served) => {
      if (served === undefined || served === "") return false;
      const before = last;
      last = served;
      return served !== before && served !== API_VERSION;
    },
    served: () => last,
  };
}
