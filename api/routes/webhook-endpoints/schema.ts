import { z } from '@hono/zod-openapi';
import { InstantSchema } from '../../openapi.ts';
import { ReasonSchema } from '../trades/schema.ts';

const URL_LENGTH_MAX = 2000;

export const WebhookEndpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    active: z.boolean().openapi({ description: 'False once it was disabled, or has answered 410' }),
    createdAt: InstantSchema,
  })
  .openapi('WebhookEndpoint');

export const WebhookEndpointListSchema = z.object({ items: z.array(WebhookEndpointSchema).readonly() }).openapi('WebhookEndpointList');

export const CreatedWebhookEndpointSchema = WebhookEndpointSchema.extend({
  secret: z.string().openapi({ description: 'Signs every webhook (Standard Webhooks); shown this once', example: 'whsec_…' }),
}).openapi('CreatedWebhookEndpoint');

export const CreateWebhookEndpointSchema = z
  .strictObject({
    url: z.string().max(URL_LENGTH_MAX).openapi({ description: 'https, on a public address', example: 'https://etrm.example/hooks' }),
  })
  .openapi('CreateWebhookEndpoint');

export const DisableWebhookEndpointSchema = z.strictObject({ reason: ReasonSchema }).openapi('DisableWebhookEndpoint');
export const DisabledWebhookEndpointSchema = z.object({ id: z.string(), active: z.literal(false) }).openapi('DisabledWebhookEndpoint');
