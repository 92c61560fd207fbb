// The testbed's authorization server and MCP server, their switches, and what they saw.

import { readFileSync } from 'node:fs';
import { freePort } from './processes.mjs';
import { until } from './report.mjs';

export class Testbed {
  /** `usual` are switches that hold from the start, and again after `proper`. Servers without a name go by their address. */
  static async start(session, program, usual = {}) {
    usual = { resource_name: false, ...usual };
    // The ports are chosen here: the browser's policy names the origin before anything starts.
    const ports = ['--as-port', `${await freePort()}`, '--mcp-port', `${await freePort()}`];
    const log = session.log(`testbed-${ports[1]}`);
    session.processes.start(program, ports, { log });
    const line = await until('the testbed', () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .find((text) => text.startsWith('{')),
    );
    const testbed = new Testbed(JSON.parse(line), usual);
    await testbed.proper();
    return testbed;
  }

  #usual;

  constructor({ issuer, resource }, usual) {
    this.#usual = usual;
    this.issuer = issuer;
    this.resource = resource;
  }

  /** Changes these switches; the others stay. */
  async switch(changes) {
    await this.#control('POST', 'switch', changes);
  }

  async proper() {
    await this.#control('DELETE', 'switch');
    await this.switch(this.#usual);
  }

  /** All sessions in browsers end, so that the next login shows the form again. */
  async forgetLogins() {
    await this.#control('POST', 'forget-logins');
  }

  /** A client that the issuer's owner registered by hand, for this redirect. */
  async client(redirect) {
    const client = { client_id: 'by-hand', client_secret: 'a-secret-typed-by-hand' };
    const { client_id, client_secret: secret } = client;
    await this.#control('POST', 'clients', {
      client_id,
      name: 'by hand',
      secret,
      redirect_uris: [redirect],
    });
    return client;
  }

  async liveGrants() {
    return (await this.#control('GET', 'grants')).json();
  }

  async requests(path) {
    const all = await (await this.#control('GET', 'log')).json();
    return path ? all.filter((request) => request.path === path) : all;
  }

  /** Every token, code, verifier and client secret that crossed the wire, as the servers saw them. */
  async secrets() {
    const found = new Set();
    for (const request of await this.requests()) {
      const headers = Object.fromEntries(request.headers);
      const [kind, value = ''] = (headers.authorization ?? '').split(' ');
      if (/^bearer$/i.test(kind)) found.add(value);
      if (/^basic$/i.test(kind))
        found.add(decodeURIComponent(Buffer.from(value, 'base64').toString().split(':')[1] ?? ''));
      const form = new URLSearchParams(
        /form/.test(headers['content-type'] ?? '') ? request.body : '',
      );
      for (const name of ['code', 'code_verifier', 'refresh_token', 'token', 'client_secret'])
        found.add(form.get(name) ?? '');
    }
    // Short ones are not secrets but the tests' own bad input.
    return [...found].filter((secret) => secret.length >= 16);
  }

  async #control(method, path, body) {
    const reply = await fetch(new URL(`/__testbed/${path}`, this.issuer), {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!reply.ok) throw new Error(`testbed ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }
}
