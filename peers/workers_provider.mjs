// Cloudflare's OAuth provider for Workers, as one Worker that is authorization server and MCP server: the shape that many
// servers have. Here it runs in Node, its KV namespace being a Map. Its page asks for a name and consent at once.
// Prints one JSON line with the resource's URL.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import http from 'node:http';
import { register } from 'node:module';
import { Readable } from 'node:stream';

// What Workers have and Node has not.
const module = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
const stub = module(
  'export class WorkerEntrypoint { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }',
);
register(
  module(`export const resolve = (name, context, next) =>
  name === "cloudflare:workers" ? { url: ${JSON.stringify(stub)}, shortCircuit: true } : next(name, context);`),
);
const { OAuthProvider, insufficientScope } = await import('@cloudflare/workers-oauth-provider');

process.stdin.resume().on('end', () => process.exit());
const SCOPES = { READ: 'mcp:tools', WRITE: 'mcp:write' };
let handle = () => new Response('', { status: 503 });
const server = http.createServer(async (request, response) => {
  const body = ['GET', 'HEAD'].includes(request.method) ? undefined : Readable.toWeb(request);
  const answer = await handle(
    new Request(`${origin}${request.url}`, {
      method: request.method,
      headers: request.headers,
      body,
      duplex: 'half',
    }),
  );
  response.writeHead(answer.status, [...answer.headers].flat());
  response.end(Buffer.from(await answer.arrayBuffer()));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${server.address().port}`;

const kept = new Map();
const namespace = {
  get: async (key, how) => {
    const value = kept.get(key) ?? null;
    return value !== null && (how?.type ?? how) === 'json' ? JSON.parse(value) : value;
  },
  put: async (key, value) => void kept.set(key, value),
  delete: async (key) => void kept.delete(key),
  list: async ({ prefix = '' } = {}) => ({
    keys: [...kept.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .map((name) => ({ name })),
    list_complete: true,
  }),
};

const defaultHandler = {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    // The owner of the server empties it.
    if (pathname === '/forget') return Response.json(kept.clear() ?? null);
    if (pathname !== '/authorize') return new Response('', { status: 404 });
    const asked = await env.OAUTH_PROVIDER.parseAuthRequest(request);
    if (request.method === 'GET') {
      return new Response('<form method="post"><input name="login"></form>', {
        headers: { 'content-type': 'text/html' },
      });
    }
    const userId = new URLSearchParams(await request.text()).get('login');
    const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
      request: asked,
      userId,
      scope: asked.scope,
      metadata: {},
      props: { userId },
    });
    return Response.redirect(redirectTo, 302);
  },
};

/** The SDK's server over a request of the Fetch standard. */
async function answer(message) {
  const mcp = new McpServer({ name: 'peer', version: '1.0.0' });
  const say = (text) => () => ({ content: [{ type: 'text', text }] });
  mcp.registerTool('greet', { description: 'Says hello' }, say('hello'));
  mcp.registerTool('write', { description: `Wants ${SCOPES.WRITE}` }, say('written'));
  const [client, ours] = InMemoryTransport.createLinkedPair();
  await mcp.connect(ours);
  return new Promise((done) => {
    client.onmessage = (said) => done(Response.json(said));
    client.send(message);
    if (message.id === undefined) done(new Response(null, { status: 202 }));
  });
}

const apiHandler = {
  async fetch(request, _env, ctx) {
    const message = await request.json();
    const needed =
      message.method === 'tools/call' && message.params?.name === 'write'
        ? Object.values(SCOPES)
        : [SCOPES.READ];
    if (!needed.every((scope) => ctx.auth.scope.includes(scope)))
      return insufficientScope(ctx.auth, needed);
    return answer(message);
  },
};

const worker = new OAuthProvider({
  apiRoute: '/mcp',
  apiHandler,
  defaultHandler,
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/oauth/token',
  clientRegistrationEndpoint: '/oauth/register',
  scopesSupported: [...Object.values(SCOPES), 'offline_access'],
  requiredScopes: [SCOPES.READ],
  resourceMetadata: { resource: `${origin}/mcp`, authorization_servers: [origin] },
});
const waiting = {
  waitUntil: (work) => void Promise.resolve(work).catch(() => {}),
  passThroughOnException() {},
  props: {},
};
handle = (request) => worker.fetch(request, { OAUTH_KV: namespace }, { ...waiting });
console.log(JSON.stringify({ resource: `${origin}/mcp` }));
