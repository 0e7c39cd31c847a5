/**
 * Types of every operation's result and variables, generated from Shopify's schema 2026-07. Not written by hand: after a change
 * of operations/ run `node tools/run.mjs tools/shopify-types.ts`. Money, decimals, times and ids are text.
 */

export type CurrencyCode = string;

export type ShopScopesQueryVariables = Record<string, never>;

export type ShopScopesQuery = {
  readonly currentAppInstallation: { readonly accessScopes: ReadonlyArray<{ readonly handle: string }> };
};

export type ShopSelfQueryVariables = Record<string, never>;

export type ShopSelfQuery = {
  readonly shop: {
    readonly id: string;
    readonly name: string;
    readonly myshopifyDomain: string;
    readonly currencyCode: CurrencyCode;
    readonly ianaTimezone: string;
    readonly taxesIncluded: boolean;
    readonly plan: { readonly publicDisplayName: string; readonly partnerDevelopment: boolean };
  };
};
