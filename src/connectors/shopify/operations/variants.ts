/** Variants with their stock at each location: by id, by SKU, and page after page. */
import type {
  ItemLevelsQuery,
  ItemLevelsQueryVariables,
  SkuPageQuery,
  SkuPageQueryVariables,
  VariantCountQuery,
  VariantCountQueryVariables,
  VariantPageQuery,
  VariantPageQueryVariables,
  VariantsByIdQuery,
  VariantsByIdQueryVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";

/** One level: only what the hub writes, `available`. */
export const LEVEL_FIELDS = /* GraphQL */ `
  fragment LevelFields on InventoryLevel {
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
`;

/** Inactive levels are not listed: the location does not stock the item. */
const VARIANT_FIELDS = /* GraphQL */ `
  fragment VariantFields on ProductVariant {
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
      inventoryLevels(first: $levels) {
        nodes {
          ...LevelFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${LEVEL_FIELDS}
`;

export const variantsById = operation<VariantsByIdQuery, VariantsByIdQueryVariables>(/* GraphQL */ `
  query VariantsById($ids: [ID!]!, $levels: Int!) {
    nodes(ids: $ids) {
      id
      ...VariantFields
    }
  }
  ${VARIANT_FIELDS}
`);

/** By id, so that what is added while it is read comes last. Without a query it is the whole catalog. */
export const variantPage = operation<VariantPageQuery, VariantPageQueryVariables>(/* GraphQL */ `
  query VariantPage($first: Int!, $after: String, $query: String, $levels: Int!) {
    productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
      nodes {
        ...VariantFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${VARIANT_FIELDS}
`);

/** No more than who carries which SKU. */
export const skuPage = operation<SkuPageQuery, SkuPageQueryVariables>(/* GraphQL */ `
  query SkuPage($first: Int!, $after: String, $query: String!) {
    productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
      nodes {
        id
        sku
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const variantCount = operation<VariantCountQuery, VariantCountQueryVariables>(/* GraphQL */ `
  query VariantCount($limit: Int!) {
    productVariantsCount(limit: $limit) {
      count
      precision
    }
  }
`);

/** The further levels of an item that more locations stock than were asked for at first. */
export const itemLevels = operation<ItemLevelsQuery, ItemLevelsQueryVariables>(/* GraphQL */ `
  query ItemLevels($id: ID!, $first: Int!, $after: String) {
    inventoryItem(id: $id) {
      id
      inventoryLevels(first: $first, after: $after) {
        nodes {
          ...LevelFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${LEVEL_FIELDS}
`);
