import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { getAbsoluteFSPath } from 'swagger-ui-dist';
import { NotFoundError } from '../../../domain/errors/app-error.ts';
import type { ApiApp } from '../../app.ts';

const DOCUMENT_PATH = '/openapi.json';

const ASSET_TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** What the OpenAPI document says of itself. */
export function openApiConfig(input: { version: string }) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'EnergyOpti-Pro',
      version: input.version,
      description:
        'Hands trades to durable workflows and answers for them: risk, compliance, settlement and regulatory submission. Decimals travel as strings, instants as RFC 3339 in UTC, errors as RFC 9457 problems.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Relative: the document is the same wherever it is served from.
    servers: [{ url: '/' }],
  };
}

/** `/openapi.json` and interactive documentation at `/docs`, with not one request to anybody else. */
export function registerDocs(app: ApiApp, input: { version: string }): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, `eop_…`. Its role decides what it may do.',
  });
  app.doc31(DOCUMENT_PATH, openApiConfig(input));
  app.get('/docs', (c) => c.html(PAGE));
  app.get('/docs/assets/:name', async (c) => {
    const name = c.req.param('name');
    const type = ASSET_TYPES[name];
    if (type === undefined) throw new NotFoundError({ what: 'asset', id: name });
    const bytes = await readFile(path.join(getAbsoluteFSPath(), name));
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=86400' });
  });
  app.get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
}

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>EnergyOpti-Pro API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/docs/assets/favicon-32x32.png"><link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><div id="api"></div><script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const START = `window.SwaggerUIBundle({ url: '${DOCUMENT_PATH}', dom_id: '#api', deepLinking: true, persistAuthorization: false, validatorUrl: null });
`;
