/** Orders, whole: by id, and by date or number. */
import type {
  OrdersByIdQuery,
  OrdersByIdQueryVariables,
  OrdersPageQuery,
  OrdersPageQueryVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";
import {
  SHIPPING,
  TRANSACTION,
  REFUND_LINE,
  REFUND_SHIPPING,
  ADJUSTMENT,
  FULFILLED_LINE,
  OPEN_LINE,
  PAGE_INFO,
  FULFILLMENT_ORDER_HEAD,
  ADDRESS,
  ORDER_HEAD,
  LINE_PARTS,
} from "./order-fragments.ts";

const ORDER = /* GraphQL */ `
  fragment WholeOrder on Order {
    ...OrderHead
    lineItems(first: $lines) {
      nodes {
        ...Line
      }
      ${PAGE_INFO}
    }
    shippingLines(first: 2, includeRemovals: true) {
      nodes {
        ...Shipping
      }
      ${PAGE_INFO}
    }
    transactions {
      ...Transaction
    }
    refunds {
      id
      createdAt
      processedAt
      note
      refundLineItems(first: $lines) {
        nodes {
          ...RefundLine
        }
        ${PAGE_INFO}
      }
      refundShippingLines(first: 1) {
        nodes {
          ...RefundShipping
        }
        ${PAGE_INFO}
      }
      orderAdjustments(first: 2) {
        nodes {
          ...Adjustment
        }
        ${PAGE_INFO}
      }
      duties {
        amountSet {
          ...Money
        }
        originalDuty {
          id
        }
      }
      transactions(first: 3) {
        nodes {
          ...Transaction
        }
        ${PAGE_INFO}
      }
    }
    fulfillments {
      id
      status
      createdAt
      location {
        id
      }
      trackingInfo {
        company
        number
        url
      }
      fulfillmentLineItems(first: $lines) {
        nodes {
          ...FulfilledLine
        }
        ${PAGE_INFO}
      }
    }
    fulfillmentOrders(first: 3) {
      nodes {
        ...FulfillmentOrderHead
        lineItems(first: $lines) {
          nodes {
            ...OpenLine
          }
          ${PAGE_INFO}
        }
      }
      ${PAGE_INFO}
    }
  }
`;

const ORDER_PARTS = [
  ORDER,
  ORDER_HEAD,
  ADDRESS,
  SHIPPING,
  TRANSACTION,
  REFUND_LINE,
  REFUND_SHIPPING,
  ADJUSTMENT,
  FULFILLED_LINE,
  FULFILLMENT_ORDER_HEAD,
  OPEN_LINE,
  LINE_PARTS,
].join("\n");

export const ordersById = operation<OrdersByIdQuery, OrdersByIdQueryVariables>(/* GraphQL */ `
  query OrdersById($ids: [ID!]!, $lines: Int!) {
    nodes(ids: $ids) {
      ... on Order {
        ...WholeOrder
      }
    }
  }
  ${ORDER_PARTS}
`);

export const ordersPage = operation<OrdersPageQuery, OrdersPageQueryVariables>(/* GraphQL */ `
  query OrdersPage($first: Int!, $after: String, $query: String!, $sortKey: OrderSortKeys!, $lines: Int!) {
    orders(first: $first, after: $after, query: $query, sortKey: $sortKey) {
      nodes {
        ...WholeOrder
      }
      ${PAGE_INFO}
    }
  }
  ${ORDER_PARTS}
`);
