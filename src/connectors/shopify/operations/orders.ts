/**
 * Orders, whole: what the hub needs of one, its lists to read on, and the ways to find some. The first pages are small, since the
 * shop charges a query for all that it might have to answer; an order with more is read on list by list.
 */
import type {
  FulfillmentLinesQuery,
  FulfillmentLinesQueryVariables,
  FulfillmentOrderLinesQuery,
  FulfillmentOrderLinesQueryVariables,
  OrderFulfillmentOrdersQuery,
  OrderFulfillmentOrdersQueryVariables,
  OrderLinesQuery,
  OrderLinesQueryVariables,
  OrdersByIdQuery,
  OrdersByIdQueryVariables,
  OrderShippingLinesQuery,
  OrderShippingLinesQueryVariables,
  OrdersPageQuery,
  OrdersPageQueryVariables,
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

const MONEY = /* GraphQL */ `
  fragment Money on MoneyBag {
    shopMoney {
      amount
      currencyCode
    }
    presentmentMoney {
      amount
      currencyCode
    }
  }
`;

const TAX = /* GraphQL */ `
  fragment Tax on TaxLine {
    title
    rate
    ratePercentage
    channelLiable
    priceSet {
      ...Money
    }
  }
`;

const ALLOCATION = /* GraphQL */ `
  fragment Allocation on DiscountAllocation {
    allocatedAmountSet {
      ...Money
    }
    discountApplication {
      ... on DiscountCodeApplication {
        code
      }
      ... on AutomaticDiscountApplication {
        title
      }
      ... on ManualDiscountApplication {
        title
      }
      ... on ScriptDiscountApplication {
        title
      }
    }
  }
`;

const LINE = /* GraphQL */ `
  fragment Line on LineItem {
    id
    name
    sku
    vendor
    variantTitle
    quantity
    currentQuantity
    isGiftCard
    variant {
      id
    }
    product {
      id
    }
    originalTotalSet {
      ...Money
    }
    discountAllocations {
      ...Allocation
    }
    taxLines {
      ...Tax
    }
    duties {
      id
      price {
        ...Money
      }
      taxLines {
        ...Tax
      }
    }
  }
`;

const SHIPPING = /* GraphQL */ `
  fragment Shipping on ShippingLine {
    id
    title
    code
    isRemoved
    originalPriceSet {
      ...Money
    }
    discountedPriceSet {
      ...Money
    }
    discountAllocations {
      ...Allocation
    }
    taxLines {
      ...Tax
    }
  }
`;

const TRANSACTION = /* GraphQL */ `
  fragment Transaction on OrderTransaction {
    id
    kind
    status
    test
    gateway
    formattedGateway
    paymentId
    createdAt
    processedAt
    amountSet {
      ...Money
    }
    parentTransaction {
      id
    }
  }
`;

const REFUND_LINE = /* GraphQL */ `
  fragment RefundLine on RefundLineItem {
    lineItem {
      id
    }
    quantity
    restockType
    restocked
    location {
      id
    }
    subtotalSet {
      ...Money
    }
    totalTaxSet {
      ...Money
    }
  }
`;

const REFUND_SHIPPING = /* GraphQL */ `
  fragment RefundShipping on RefundShippingLine {
    shippingLine {
      id
    }
    subtotalAmountSet {
      ...Money
    }
    taxAmountSet {
      ...Money
    }
  }
`;

const ADJUSTMENT = /* GraphQL */ `
  fragment Adjustment on OrderAdjustment {
    reason
    amountSet {
      ...Money
    }
    taxAmountSet {
      ...Money
    }
  }
`;

const FULFILLED_LINE = /* GraphQL */ `
  fragment FulfilledLine on FulfillmentLineItem {
    lineItem {
      id
    }
    quantity
  }
`;

const OPEN_LINE = /* GraphQL */ `
  fragment OpenLine on FulfillmentOrderLineItem {
    id
    lineItem {
      id
    }
    remainingQuantity
  }
`;

export const PAGE_INFO = "pageInfo { hasNextPage endCursor }";

const FULFILLMENT_ORDER_HEAD = /* GraphQL */ `
  fragment FulfillmentOrderHead on FulfillmentOrder {
    id
    status
    assignedLocation {
      name
      location {
        id
      }
    }
    fulfillmentHolds {
      reason
      displayReason
    }
  }
`;

const ADDRESS = /* GraphQL */ `
  fragment Address on MailingAddress {
    firstName
    lastName
    company
    address1
    address2
    city
    zip
    provinceCode
    countryCodeV2
    phone
  }
`;

const ORDER_HEAD = /* GraphQL */ `
  fragment OrderHead on Order {
    id
    name
    createdAt
    processedAt
    updatedAt
    cancelledAt
    test
    taxesIncluded
    dutiesIncluded
    currencyCode
    presentmentCurrencyCode
    displayFinancialStatus
    displayFulfillmentStatus
    email
    phone
    note
    poNumber
    customAttributes {
      key
      value
    }
    customer {
      id
      firstName
      lastName
    }
    purchasingEntity {
      ... on PurchasingCompany {
        company {
          name
        }
      }
    }
    billingAddress {
      ...Address
    }
    shippingAddress {
      ...Address
    }
    totalPriceSet {
      ...Money
    }
    totalTipReceivedSet {
      ...Money
    }
    totalCashRoundingAdjustment {
      paymentSet {
        ...Money
      }
    }
    taxLines {
      ...Tax
    }
    additionalFees {
      id
      name
      price {
        ...Money
      }
      taxLines {
        ...Tax
      }
    }
    risk {
      recommendation
    }
    metafields(first: 10, namespace: "stockbridge") {
      nodes {
        key
        value
      }
    }
  }
`;

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

const LINE_PARTS = [LINE, ALLOCATION, TAX, MONEY].join("\n");
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
