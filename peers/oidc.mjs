// oidc-provider as the authorization server, and the MCP SDK's server as the resource that trusts it.
//
// The resource server asks by introspection, so that a revoked token is refused at once. Login and consent are
// oidc-provider's own development pages. Takes what is to be special as a JSON object; prints one JSON line with the
// resource's URL and what its owner would hand out, once both listen.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import {
  mcpAuthMetadataRouter,
  getOAuthProtectedResourceMetadataUrl,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { boundKey, guardBound } from './oidc_bound.mjs';
import { introspector, listen, makeClients, makeProvider, SCOPES } from './oidc_provider.mjs';

const special = JSON.parse(process.argv[2] ?? '{}');
// Several tests have this server; the last one that ends closes our stdin.
process.stdin.resume().on('end', () => process.exit());
const { READ, WRITE } = SCOPES;
const app = express();
const resource = new URL(`${await listen(app)}/mcp`);
const clients = await makeClients();
const issuers = [];
for (let count = special.moves ? 2 : 1; count > 0; count -= 1) {
  issuers.push(await makeProvider(resource.href, clients.metadata, special));
}
let issuer = issuers[0];

async function verifyAccessToken(token) {
  const basic = Buffer.from(
    `${introspector.client_id}:${encodeURIComponent(introspector.client_secret).replace(/%20/g, '+')}`,
  ).toString('base64');
  const answer = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token }),
  });
  const found = await answer.json();
  if (!found.active || found.aud !== resource.href)
    throw new InvalidTokenError('not a token of this resource');
  // A token that is bound to a key is good for nothing without it.
  if ((boundKey(found) !== undefined) !== Boolean(special.dpop))
    throw new InvalidTokenError('bound to a key, or not');
  const scopes = (found.scope ?? '').split(' ');
  return { token, clientId: found.client_id, scopes, expiresAt: found.exp, resource, extra: found };
}

function server() {
  const mcp = new McpServer({ name: 'peer', version: '1.0.0' });
  const say = (text) => () => ({ content: [{ type: 'text', text }] });
  mcp.registerTool('greet', { description: 'Says hello' }, say('hello'));
  mcp.registerTool('write', { description: `Wants ${WRITE}` }, say('written'));
  return mcp;
}

const metadataAt = async (at) => (await fetch(`${at}/.well-known/openid-configuration`)).json();
const routers = new Map();
for (const at of issuers) {
  routers.set(
    at,
    mcpAuthMetadataRouter({
      oauthMetadata: await metadataAt(at),
      resourceServerUrl: resource,
      scopesSupported: [READ],
    }),
  );
}
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resource);
if (special.dpop) {
  // The SDK's router cannot say it, so it is said before it is asked.
  app.get(new URL(resourceMetadataUrl).pathname, (_request, response) => {
    response.json({
      resource: resource.href,
      authorization_servers: [issuer],
      scopes_supported: [READ],
      dpop_bound_access_tokens_required: true,
    });
  });
}
app.use((request, response, next) => routers.get(issuer)(request, response, next));
// The owner of the server moves it to the other authorization server.
app.post('/move', (_request, response) => {
  issuer = issuers.find((other) => other !== issuer);
  response.json({ issuer });
});

const guard = (scope) =>
  special.dpop
    ? guardBound({ verifyAccessToken, resource: resource.href, resourceMetadataUrl, scope })
    : requireBearerAuth({
        verifier: { verifyAccessToken },
        requiredScopes: [scope],
        resourceMetadataUrl,
      });
const guards = { reading: guard(READ), writing: guard(WRITE) };
const writes = (body) => body?.method === 'tools/call' && body.params?.name === 'write';
app.post(
  '/mcp',
  express.json(),
  (request, response, next) =>
    (writes(request.body) ? guards.writing : guards.reading)(request, response, next),
  async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server().connect(transport);
    await transport.handleRequest(request, response, request.body);
  },
);
console.log(
  JSON.stringify({
    resource: resource.href,
    issuers,
    keyed: clients.keyed,
    machine: clients.machine,
  }),
);
