/** Tells the shop what went out. What is open to be told is read by operations/orders.ts. */
import type { CreateFulfillmentMutation, CreateFulfillmentMutationVariables } from "../generated.ts";
import { operation } from "../operation.ts";

export const createFulfillment = operation<CreateFulfillmentMutation, CreateFulfillmentMutationVariables>(
  /* GraphQL */ `
    mutation CreateFulfillment($fulfillment: FulfillmentInput!) {
      fulfillmentCreate(fulfillment: $fulfillment) {
        fulfillment {
          id
          status
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
);
