// The authorization servers of oidc.mjs: oidc-provider with what a test may ask for switched on.
import { exportPKCS8, exportJWK, generateKeyPair } from 'jose';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import Provider, { errors, interactionPolicy } from 'oidc-provider';

export const SCOPES = { READ: 'mcp:tools', WRITE: 'mcp:write' };
export const introspector = {
  client_id: 'resource-server',
  client_secret: 'known to this test only',
};

/** Listens at a free port of this machine; the origin. */
export async function listen(handler) {
  const server = http.createServer((request, response) => handler(request, response));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${server.address().port}`;
}

/** What the owner of the authorization server has registered by hand, and what they hand out. */
export async function makeClients() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = {
    keys: [{ ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256', use: 'sig' }],
  };
  const keyed = { client_id: 'keyed client', pem: await exportPKCS8(privateKey), key_id: 'first' };
  const machine = { client_id: 'machine/1', client_secret: 'a+secret/with %: &all' };
  const byCode = {
    application_type: 'native',
    redirect_uris: ['app.gatelodge.desktop:/oauth/callback', 'http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  const alone = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
  const metadata = [
    { ...introspector, grant_types: [], response_types: [], redirect_uris: [] },
    { ...byCode, client_id: keyed.client_id, token_endpoint_auth_method: 'private_key_jwt', jwks },
    { ...alone, ...machine },
    {
      ...alone,
      client_id: 'machine with a key',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
    },
  ];
  return { metadata, keyed, machine };
}

/** An authorization server for this resource; its issuer. */
export async function makeProvider(resource, clients, special) {
  let handler = (_request, response) => response.writeHead(503).end();
  const issuer = await listen((request, response) => handler(request, response));
  const known = special.knows ?? resource;
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const secretMethods = ['client_secret_basic', 'client_secret_post'];
  const provider = new Provider(issuer, {
    clients,
    scopes: ['openid', 'offline_access', SCOPES.READ, SCOPES.WRITE],
    pkce: { required: () => true },
    // MCP clients do not send prompt=consent, without which the default gives no refresh token.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Somebody else in the same browser must not end the logins of before.
    expiresWithSession: async () => false,
    clientAuthMethods: [...secretMethods, 'private_key_jwt', ...(special.secrets ? [] : ['none'])],
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      DeviceCode: 600,
      RefreshToken: 3600,
      Grant: 3600,
      Session: 3600,
      Interaction: 600,
    },
    cookies: { keys: ['a key of this test'] },
    interactions: { policy },
    // The one that reaches out for client id metadata documents: ours is hosted here.
    fetch: async (url) =>
      String(url) === special.document?.client_id
        ? Response.json(special.document)
        : new Response('', { status: 404 }),
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      clientIdMetadataDocument: {
        enabled: Boolean(special.document),
        ack: special.document && 'draft-02',
      },
      introspection: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: {
        enabled: true,
        nonceSecret: randomBytes(32),
        requireNonce: () => Boolean(special.dpop),
      },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          if (indicator !== known) throw new errors.InvalidTarget();
          return {
            scope: Object.values(SCOPES).join(' '),
            audience: indicator,
            accessTokenFormat: 'opaque',
            accessTokenTTL: 600,
          };
        },
      },
    },
  });
  provider.use(accountPage(provider));
  if (special.secrets) provider.use(secretsRunOut);
  handler = provider.callback();
  return issuer;
}

/** oidc-provider's own pages know no choice of an account. */
function accountPage(provider) {
  return async (ctx, next) => {
    if (!/^\/interaction\/[^/]+$/.test(ctx.path)) return next();
    const { prompt } = await provider.interactionDetails(ctx.req, ctx.res);
    if (prompt.name !== 'select_account') return next();
    if (ctx.method === 'GET') {
      ctx.type = 'html';
      ctx.body = '<form method="post"><input name="login"></form>';
      return undefined;
    }
    let body = '';
    for await (const part of ctx.req) body += part;
    const accountId = new URLSearchParams(body).get('login');
    return provider.interactionFinished(ctx.req, ctx.res, {
      select_account: {},
      login: { accountId },
    });
  };
}

/** A new client's secret ends in ten minutes; a renewal (RFC 7592) makes it last. */
async function secretsRunOut(ctx, next) {
  await next();
  if (ctx.path.startsWith('/reg') && ctx.body?.client_secret) {
    const life = ctx.method === 'PUT' ? 86400 : 600;
    ctx.body.client_secret_expires_at = Math.floor(Date.now() / 1000) + life;
  }
}
