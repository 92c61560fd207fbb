// Better Auth with its OAuth provider plugin, in memory: an issuer with a path, pages of the host's own for login and
// consent, JWT access tokens. The MCP SDK's server trusts its keys. Prints one JSON line with the resource's URL.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import {
  mcpAuthMetadataRouter,
  getOAuthProtectedResourceMetadataUrl,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  oauthProvider,
  oauthProviderAuthServerMetadata,
  oauthProviderOpenIdConfigMetadata,
} from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { getAuthTables } from 'better-auth/db';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { randomBytes } from 'node:crypto';
import { listen } from './oidc_provider.mjs';

const SCOPE = 'mcp:tools';
// Several tests have this server; the last one that ends closes our stdin.
process.stdin.resume().on('end', () => process.exit());
const [site, app] = [express(), express()];
const [origin, resourceOrigin] = [await listen(site), await listen(app)];
const resource = new URL(`${resourceOrigin}/mcp`);

const tables = {};
const options = {
  baseURL: origin,
  secret: randomBytes(32).toString('hex'),
  database: memoryAdapter(tables),
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/login',
      consentPage: '/consent',
      scopes: ['openid', 'profile', 'email', 'offline_access', SCOPE],
      resources: [
        {
          identifier: resource.href,
          allowedScopes: ['openid', 'profile', 'email', 'offline_access', SCOPE],
        },
      ],
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
      clientRegistrationAllowedResources: [resource.href],
      clientRegistrationDefaultResources: [resource.href],
    }),
  ],
};
// The adapter has no tables but those that are there.
for (const { modelName } of Object.values(getAuthTables(options))) tables[modelName] = [];
const auth = betterAuth(options);
const issuer = `${origin}/api/auth`;
const answer = (handler) => async (request, response) => {
  const made = await handler(
    new Request(`${origin}${request.originalUrl}`, { headers: fromNodeHeaders(request.headers) }),
  );
  response
    .status(made.status)
    .type('json')
    .send(await made.text());
};
site.get(
  '/.well-known/oauth-authorization-server/api/auth',
  answer(oauthProviderAuthServerMetadata(auth)),
);
site.get(
  '/api/auth/.well-known/openid-configuration',
  answer(oauthProviderOpenIdConfigMetadata(auth)),
);
site.all('/api/auth/*path', toNodeHandler(auth));

/** A page of the host: a form, and what Better Auth says to what was typed. */
function page(path, endpoint, input, body) {
  site.get(path, (_request, response) =>
    response.type('html').send(`<form method="post"><input name="${input}"></form>`),
  );
  site.post(path, express.urlencoded(), async (request, response) => {
    const query = request.originalUrl.split('?')[1] ?? '';
    const said = await fetch(`${issuer}${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: request.headers.cookie ?? '', origin },
      body: JSON.stringify({ ...body(request.body), oauth_query: query }),
    });
    const told = await said.json();
    for (const cookie of said.headers.getSetCookie()) response.append('set-cookie', cookie);
    if (!said.ok || !told.url) return response.status(said.status).json(told);
    return response.redirect(303, told.url);
  });
}
const password = 'known to this test only';
page('/login', '/sign-in/email', 'login', ({ login }) => ({
  email: `${login}@people.example`,
  password,
}));
page('/consent', '/oauth2/consent', 'accept', () => ({ accept: true }));
for (const name of ['ada', 'grace', 'anyone']) {
  await auth.api.signUpEmail({ body: { name, email: `${name}@people.example`, password } });
}

const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
async function verifyAccessToken(token) {
  const options = { issuer, audience: resource.href };
  const { payload } = await jwtVerify(token, keys, options).catch((error) => {
    throw new InvalidTokenError(error.message);
  });
  return {
    token,
    clientId: payload.azp ?? '',
    scopes: (payload.scope ?? '').split(' '),
    expiresAt: payload.exp,
    resource,
  };
}

const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resource);
const oauthMetadata = await (
  await fetch(`${origin}/.well-known/oauth-authorization-server/api/auth`)
).json();
app.use(
  mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl: resource, scopesSupported: [SCOPE] }),
);
const guard = requireBearerAuth({
  verifier: { verifyAccessToken },
  requiredScopes: [SCOPE],
  resourceMetadataUrl,
});
app.post('/mcp', guard, express.json(), async (request, response) => {
  const mcp = new McpServer({ name: 'peer', version: '1.0.0' });
  mcp.registerTool('greet', { description: 'Says hello' }, () => ({
    content: [{ type: 'text', text: 'hello' }],
  }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await mcp.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
console.log(
  JSON.stringify({
    resource: resource.href,
    issuer,
    metadata: process.argv[2] ? oauthMetadata : undefined,
  }),
);
