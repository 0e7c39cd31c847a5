/** What the shop says of itself: for `check`, and for what every decoder must know of it. */
import type { ShopScopesQuery, ShopScopesQueryVariables, ShopSelfQuery, ShopSelfQueryVariables } from "../generated.ts";
import { operation } from "../operation.ts";

export const shopSelf = operation<ShopSelfQuery, ShopSelfQueryVariables>(/* GraphQL */ `
  query ShopSelf {
    shop {
      id
      name
      myshopifyDomain
      currencyCode
      ianaTimezone
      taxesIncluded
      plan {
        publicDisplayName
        partnerDevelopment
      }
    }
  }
`);

export const shopScopes = operation<ShopScopesQuery, ShopScopesQueryVariables>(/* GraphQL */ `
  query ShopScopes {
    currentAppInstallation {
      accessScopes {
        handle
      }
    }
  }
`);
