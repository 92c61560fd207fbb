// What the doctor found at a server that works by a concession.
import type { Diagnosis } from '../src/bindings/Diagnosis';
import { pkce, steps } from './fixtures';

export const diagnosis: Diagnosis = {
  url: 'https://mcp.example.com/mcp',
  outcome: 'works_by_concession',
  summary: 'A login works once you allow what departs from the specification: pkce-unadvertised.',
  findings: [
    {
      kind: 'departs',
      title: 'Does not say that it protects the code (PKCE)',
      detail: 'The authorization server does not say that it supports PKCE with S256.',
      rule: 'RFC 8414 §2, OAuth 2.1 §7.5.2 (A-04, A-05)',
      advice: 'List S256 in code_challenge_methods_supported.',
    },
    {
      kind: 'missing',
      title: 'Registration',
      detail: 'Programs cannot register themselves: a client id has to be given to the person.',
      rule: 'MCP authorization (R-02)',
      advice:
        'Take client id metadata documents or offer dynamic registration, or give people a client id.',
    },
    {
      kind: 'missing',
      title: 'iss in the answer',
      detail: 'The answer does not say who it is from.',
      rule: 'RFC 9207 §2 (C-06)',
      advice: null,
    },
    {
      kind: 'works',
      title: 'Resource',
      detail: 'Tokens are asked for https://mcp.example.com/mcp.',
      rule: 'RFC 8707 §2 (A-06)',
      advice: null,
    },
    {
      kind: 'works',
      title: 'Scopes',
      detail: 'A login asks for mcp-api/read openid.',
      rule: 'MCP authorization (S-02 to S-04)',
      advice: null,
    },
    {
      kind: 'works',
      title: 'Login in the browser',
      detail: 'At login.example.com, with PKCE S256.',
      rule: 'OAuth 2.1 §4.1 (A-01)',
      advice: null,
    },
    {
      kind: 'works',
      title: 'Revocation',
      detail: 'Tokens can be taken back at the issuer.',
      rule: 'RFC 7009',
      advice: null,
    },
  ],
  steps,
  diagram: {
    actors: ['Gatelodge', 'mcp.example.com', 'cognito-idp.eu-west-1.amazonaws.com'],
    messages: [
      { from: 0, to: 1, text: 'POST /mcp', ok: true },
      {
        from: 1,
        to: 0,
        text: '401: Protected, and the challenge says where its metadata is.',
        ok: true,
      },
      { from: 0, to: 1, text: 'GET /.well-known/oauth-protected-resource', ok: true },
      { from: 1, to: 0, text: '200: Found.', ok: true },
      {
        from: 0,
        to: 2,
        text: 'GET /.well-known/oauth-authorization-server/eu-west-1_Ab12Cd34E',
        ok: true,
      },
      { from: 2, to: 0, text: '404: Not here; the next place is asked.', ok: true },
      {
        from: 0,
        to: 2,
        text: 'GET /eu-west-1_Ab12Cd34E/.well-known/openid-configuration',
        ok: true,
      },
      { from: 2, to: 0, text: '200: The authorization server does not list S256.', ok: false },
    ],
  },
  concessions: [pkce.concession!],
  json: '{}',
  report: '# Authorization of https://mcp.example.com/mcp\n',
};
