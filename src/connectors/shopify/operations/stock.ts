/** Quantities: set with compare-and-set, stocked at a location, read back. */
import type {
  ActivateInventoryMutation,
  ActivateInventoryMutationVariables,
  LevelAtQuery,
  LevelAtQueryVariables,
  SetQuantitiesMutation,
  SetQuantitiesMutationVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";
import { LEVEL_FIELDS } from "./variants.ts";

export const setQuantities = operation<SetQuantitiesMutation, SetQuantitiesMutationVariables>(/* GraphQL */ `
  mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $key) {
      inventoryAdjustmentGroup {
        id
        createdAt
        changes(quantityNames: ["available"]) {
          name
          quantityAfterChange
          item {
            id
          }
          location {
            id
            name
          }
        }
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const activateInventory = operation<ActivateInventoryMutation, ActivateInventoryMutationVariables>(
  /* GraphQL */ `
    mutation ActivateInventory($item: ID!, $location: ID!, $available: Int!, $key: String!) {
      inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
        inventoryLevel {
          ...LevelFields
        }
        userErrors {
          field
          message
        }
      }
    }
    ${LEVEL_FIELDS}
  `,
);

/** What stands at one location; item or level null: not there. */
export const levelAt = operation<LevelAtQuery, LevelAtQueryVariables>(/* GraphQL */ `
  query LevelAt($item: ID!, $location: ID!) {
    inventoryItem(id: $item) {
      id
      inventoryLevel(locationId: $location) {
        ...LevelFields
      }
    }
    location(id: $location) {
      id
      isActive
    }
  }
  ${LEVEL_FIELDS}
`);
