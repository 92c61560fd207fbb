// An agent is curl: a program that nobody here wrote, and that knows nothing but OAuth.

export class Agent {
  #processes;

  constructor(session, port, { id, key }) {
    this.#processes = session.processes;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.id = id;
    this.key = key;
  }

  /** POST /token, as in the README. */
  token(resource) {
    return this.#curl(`${this.endpoint}/token`, [
      `user = "${this.id}:${this.key}"`,
      'data = "grant_type=client_credentials"',
      `data-urlencode = "resource=${resource}"`,
    ]);
  }

  /** One tool of the MCP server, with a token of its own. */
  async call(resource, token, tool) {
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tool, arguments: {} },
    };
    return this.#curl(resource, [
      `header = "Authorization: Bearer ${token}"`,
      'header = "Content-Type: application/json"',
      'header = "Accept: application/json, text/event-stream"',
      'header = "MCP-Protocol-Version: 2025-11-25"',
      `data = ${JSON.stringify(JSON.stringify(message))}`,
    ]);
  }

  /** By standard input: what is on a command line, every program of the machine can read. */
  async #curl(url, lines) {
    const always = [
      `url = "${url}"`,
      'silent',
      'show-error',
      'write-out = "\\n%{http_code}"',
      'max-time = 20',
    ];
    const input = [...always, ...lines, ''].join('\n');
    const { status, stdout, stderr } = await this.#processes.run('curl', ['--config', '-'], {
      input,
      seconds: 25,
    });
    if (status !== 0) throw new Error(`curl: ${stderr}`);
    const [, text, code] = /^([^]*)\n(\d+)$/.exec(stdout);
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      body = text;
    }
    return { status: Number(code), body };
  }
}
