/** The app's webhook subscriptions in this shop. */
import type {
  CreateWebhookMutation,
  CreateWebhookMutationVariables,
  UpdateWebhookMutation,
  UpdateWebhookMutationVariables,
  WebhooksQuery,
  WebhooksQueryVariables,
} from "../generated.ts";
import { operation } from "../operation.ts";

/** Those made through the API by this app, whatever their address; those of the app's own configuration file are not told. */
export const webhooks = operation<WebhooksQuery, WebhooksQueryVariables>(/* GraphQL */ `
  query Webhooks($first: Int!, $after: String) {
    webhookSubscriptions(first: $first, after: $after, sortKey: ID) {
      nodes {
        id
        topic
        uri
        format
        includeFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const createWebhook = operation<CreateWebhookMutation, CreateWebhookMutationVariables>(/* GraphQL */ `
  mutation CreateWebhook($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
      webhookSubscription {
        id
      }
      userErrors {
        field
        message
      }
    }
  }
`);

export const updateWebhook = operation<UpdateWebhookMutation, UpdateWebhookMutationVariables>(/* GraphQL */ `
  mutation UpdateWebhook($id: ID!, $webhook: WebhookSubscriptionInput!) {
    webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhook) {
      webhookSubscription {
        id
      }
      userErrors {
        field
        message
      }
    }
  }
`);
