// oidc-provider as the authorization server, and the MCP SDK's server as the resource that trusts it.
//
// The resource server asks by introspection, so that a revoked token is refused at once. Login and consent are
// oidc-provider's own development pages. Prints one JSON line with the resource's URL once both listen.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { mcpAuthMetadataRouter, getOAuthProtectedResourceMetadataUrl } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import http from 'node:http';
import Provider from 'oidc-provider';

const [issuerPort, resourcePort] = process.argv.slice(2).map(Number);
const issuer = `http://127.0.0.1:${issuerPort}`;
const resource = new URL(`http://127.0.0.1:${resourcePort}/mcp`);
const SCOPE = 'mcp:tools';
const introspector = { client_id: 'resource-server', client_secret: 'known to this test only' };

const provider = new Provider(issuer, {
  clients: [{ ...introspector, grant_types: [], response_types: [], redirect_uris: [] }],
  scopes: ['openid', 'offline_access', SCOPE],
  pkce: { required: () => true },
  // MCP clients do not send prompt=consent, without which the default gives no refresh token.
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  ttl: { AccessToken: 600, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
  cookies: { keys: ['a key of this test'] },
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, indicator) => {
        if (indicator !== resource.href) throw new Error('invalid_target');
        return { scope: SCOPE, audience: resource.href, accessTokenFormat: 'opaque', accessTokenTTL: 600 };
      },
    },
  },
});

async function verifyAccessToken(token) {
  const basic = Buffer.from(`${introspector.client_id}:${encodeURIComponent(introspector.client_secret).replace(/%20/g, '+')}`).toString('base64');
  const answer = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }),
  });
  const found = await answer.json();
  if (!found.active || found.aud !== resource.href) throw new InvalidTokenError('not a token of this resource');
  return { token, clientId: found.client_id, scopes: (found.scope ?? '').split(' '), expiresAt: found.exp, resource };
}

function server() {
  const mcp = new McpServer({ name: 'peer', version: '1.0.0' });
  mcp.registerTool('greet', { description: 'Says hello' }, () => ({ content: [{ type: 'text', text: 'hello' }] }));
  return mcp;
}

const listen = (handler, port) => new Promise((done) => http.createServer(handler).listen(port, '127.0.0.1', done));
await listen(provider.callback(), issuerPort);
const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();

const app = express();
app.use(mcpAuthMetadataRouter({ oauthMetadata: metadata, resourceServerUrl: resource, scopesSupported: [SCOPE] }));
const guard = requireBearerAuth({
  verifier: { verifyAccessToken },
  requiredScopes: [SCOPE],
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource),
});
app.post('/mcp', guard, express.json(), async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server().connect(transport);
  await transport.handleRequest(request, response, request.body);
});
await listen(app, resourcePort);
console.log(JSON.stringify({ resource: resource.href }));
