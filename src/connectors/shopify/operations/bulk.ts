/** The whole catalog at once: Shopify writes it to a file of JSON lines, in its own time and for a few points. */
import type {
  BulkByIdQuery,
  BulkByIdQueryVariables,
  CatalogBulkQuery,
  CatalogBulkQueryVariables,
  RunBulkMutation,
  RunBulkMutationVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";

/**
 * Never sent by itself: its text is RunBulk's variable. The levels of a variant become lines of their own, after the
 * variant's; two connections, two levels deep.
 */
export const catalogBulk = operation<CatalogBulkQuery, CatalogBulkQueryVariables>(/* GraphQL */ `
  query CatalogBulk {
    productVariants {
      edges {
        node {
          id
          title
          sku
          barcode
          inventoryPolicy
          updatedAt
          product {
            id
            title
            status
          }
          inventoryItem {
            id
            tracked
            inventoryLevels {
              edges {
                node {
                  id
                  updatedAt
                  location {
                    id
                    name
                  }
                  quantities(names: ["available"]) {
                    name
                    quantity
                  }
                }
              }
            }
          }
        }
      }
    }
  }
`);

/** Grouped: each variant's levels stand right behind it, so that the file can be read in parts. */
export const runBulk = operation<RunBulkMutation, RunBulkMutationVariables>(/* GraphQL */ `
  mutation RunBulk($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: true) {
      bulkOperation {
        id
        status
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const bulkById = operation<BulkByIdQuery, BulkByIdQueryVariables>(/* GraphQL */ `
  query BulkById($id: ID!) {
    bulkOperation(id: $id) {
      id
      status
      errorCode
      createdAt
      rootObjectCount
      url
    }
  }
`);
