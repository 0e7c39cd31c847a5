/** The lists of an order, to be read on behind what came with the order itself. */
import type {
  FulfillmentLinesQuery,
  FulfillmentLinesQueryVariables,
  FulfillmentOrderLinesQuery,
  FulfillmentOrderLinesQueryVariables,
  OrderFulfillmentOrdersQuery,
  OrderFulfillmentOrdersQueryVariables,
  OrderLinesQuery,
  OrderLinesQueryVariables,
  OrderShippingLinesQuery,
  OrderShippingLinesQueryVariables,
  RefundAdjustmentsQuery,
  RefundAdjustmentsQueryVariables,
  RefundLinesQuery,
  RefundLinesQueryVariables,
  RefundShippingLinesQuery,
  RefundShippingLinesQueryVariables,
  RefundTransactionsQuery,
  RefundTransactionsQueryVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";
import {
  MONEY,
  TAX,
  ALLOCATION,
  SHIPPING,
  TRANSACTION,
  REFUND_LINE,
  REFUND_SHIPPING,
  ADJUSTMENT,
  FULFILLED_LINE,
  OPEN_LINE,
  PAGE_INFO,
  FULFILLMENT_ORDER_HEAD,
  LINE_PARTS,
} from "./order-fragments.ts";

export const orderLines = operation<OrderLinesQuery, OrderLinesQueryVariables>(/* GraphQL */ `
  query OrderLines($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      lineItems(first: $first, after: $after) {
        nodes {
          ...Line
        }
        ${PAGE_INFO}
      }
    }
  }
  ${LINE_PARTS}
`);

export const orderShippingLines = operation<OrderShippingLinesQuery, OrderShippingLinesQueryVariables>(/* GraphQL */ `
  query OrderShippingLines($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      shippingLines(first: $first, after: $after, includeRemovals: true) {
        nodes {
          ...Shipping
        }
        ${PAGE_INFO}
      }
    }
  }
  ${[SHIPPING, ALLOCATION, TAX, MONEY].join("\n")}
`);

export const orderFulfillmentOrders = operation<OrderFulfillmentOrdersQuery, OrderFulfillmentOrdersQueryVariables>(
  /* GraphQL */ `
  query OrderFulfillmentOrders($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      fulfillmentOrders(first: $first, after: $after) {
        nodes {
          ...FulfillmentOrderHead
          lineItems(first: 50) {
            nodes {
              ...OpenLine
            }
            ${PAGE_INFO}
          }
        }
        ${PAGE_INFO}
      }
    }
  }
  ${[FULFILLMENT_ORDER_HEAD, OPEN_LINE].join("\n")}
`,
);

export const fulfillmentOrderLines = operation<FulfillmentOrderLinesQuery, FulfillmentOrderLinesQueryVariables>(
  /* GraphQL */ `
  query FulfillmentOrderLines($id: ID!, $first: Int!, $after: String) {
    fulfillmentOrder(id: $id) {
      lineItems(first: $first, after: $after) {
        nodes {
          ...OpenLine
        }
        ${PAGE_INFO}
      }
    }
  }
  ${OPEN_LINE}
`,
);

export const fulfillmentLines = operation<FulfillmentLinesQuery, FulfillmentLinesQueryVariables>(/* GraphQL */ `
  query FulfillmentLines($id: ID!, $first: Int!, $after: String) {
    fulfillment(id: $id) {
      fulfillmentLineItems(first: $first, after: $after) {
        nodes {
          ...FulfilledLine
        }
        ${PAGE_INFO}
      }
    }
  }
  ${FULFILLED_LINE}
`);

export const refundLines = operation<RefundLinesQuery, RefundLinesQueryVariables>(/* GraphQL */ `
  query RefundLines($id: ID!, $first: Int!, $after: String) {
    refund(id: $id) {
      refundLineItems(first: $first, after: $after) {
        nodes {
          ...RefundLine
        }
        ${PAGE_INFO}
      }
    }
  }
  ${[REFUND_LINE, MONEY].join("\n")}
`);

export const refundShippingLines = operation<RefundShippingLinesQuery, RefundShippingLinesQueryVariables>(
  /* GraphQL */ `
  query RefundShippingLines($id: ID!, $first: Int!, $after: String) {
    refund(id: $id) {
      refundShippingLines(first: $first, after: $after) {
        nodes {
          ...RefundShipping
        }
        ${PAGE_INFO}
      }
    }
  }
  ${[REFUND_SHIPPING, MONEY].join("\n")}
`,
);

export const refundAdjustments = operation<RefundAdjustmentsQuery, RefundAdjustmentsQueryVariables>(/* GraphQL */ `
  query RefundAdjustments($id: ID!, $first: Int!, $after: String) {
    refund(id: $id) {
      orderAdjustments(first: $first, after: $after) {
        nodes {
          ...Adjustment
        }
        ${PAGE_INFO}
      }
    }
  }
  ${[ADJUSTMENT, MONEY].join("\n")}
`);

export const refundTransactions = operation<RefundTransactionsQuery, RefundTransactionsQueryVariables>(/* GraphQL */ `
  query RefundTransactions($id: ID!, $first: Int!, $after: String) {
    refund(id: $id) {
      transactions(first: $first, after: $after) {
        nodes {
          ...Transaction
        }
        ${PAGE_INFO}
      }
    }
  }
  ${[TRANSACTION, MONEY].join("\n")}
`);
