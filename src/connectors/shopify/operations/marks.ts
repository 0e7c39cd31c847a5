/** What the hub writes onto an order: its mark as metafields, and one tag that people can filter their list of orders by. */
import type {
  SetMarksMutation,
  SetMarksMutationVariables,
  SetTagMutation,
  SetTagMutationVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";

/** At most 25 metafields, all or none of them. */
export const setMarks = operation<SetMarksMutation, SetMarksMutationVariables>(/* GraphQL */ `
  mutation SetMarks($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      metafields {
        id
      }
      userErrors {
        code
        elementIndex
        field
        message
      }
    }
  }
`);

/** Both are no change where the tags are (or are not) there already. */
export const setTag = operation<SetTagMutation, SetTagMutationVariables>(/* GraphQL */ `
  mutation SetTag($id: ID!, $add: [String!]!, $remove: [String!]!) {
    tagsRemove(id: $id, tags: $remove) {
      userErrors {
        field
        message
      }
    }
    tagsAdd(id: $id, tags: $add) {
      userErrors {
        field
        message
      }
    }
  }
`);
