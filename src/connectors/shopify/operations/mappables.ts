/** What the configuration maps to Odoo: the locations, and the taxes and payment gateways that recent orders used. */
import type {
  LocationCountQuery,
  LocationCountQueryVariables,
  LocationsQuery,
  LocationsQueryVariables,
  OrdersInUseQuery,
  OrdersInUseQueryVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";

export const locations = operation<LocationsQuery, LocationsQueryVariables>(/* GraphQL */ `
  query Locations($first: Int!, $after: String) {
    locations(first: $first, after: $after, sortKey: ID) {
      nodes {
        id
        name
        isActive
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** Inactive ones too, at most `limit`: an item has no more levels than this. */
export const locationCount = operation<LocationCountQuery, LocationCountQueryVariables>(/* GraphQL */ `
  query LocationCount($limit: Int!) {
    locationsCount(limit: $limit) {
      count
    }
  }
`);

export const ordersInUse = operation<OrdersInUseQuery, OrdersInUseQueryVariables>(/* GraphQL */ `
  query OrdersInUse($first: Int!, $shippingLines: Int!, $transactions: Int!) {
    orders(first: $first, sortKey: CREATED_AT, reverse: true) {
      nodes {
        id
        taxLines {
          title
          ratePercentage
          channelLiable
        }
        shippingLines(first: $shippingLines) {
          nodes {
            taxLines {
              title
              ratePercentage
              channelLiable
            }
          }
        }
        transactions(first: $transactions) {
          gateway
          formattedGateway
        }
      }
    }
  }
`);
