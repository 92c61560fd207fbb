// Starting programs, and ending every one of them: also those that our programs started, in whatever process group they are.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Hopeless, until } from './report.mjs';

/** In the environment of everything that this test starts, so that a browser that a launcher started is known as ours. */
const NAME = 'GATELODGE_E2E';
const MARK = `${NAME}=${process.pid}-${randomBytes(6).toString('hex')}`;

export class Processes {
  /** What the programs that `run` ran have said: the only place of ours where a token may be. */
  outputs;
  #runs = 0;
  #over = false;
  #folder;
  environment;

  constructor(folder, environment) {
    this.#folder = folder;
    this.outputs = path.join(folder, 'outputs');
    mkdirSync(this.outputs);
    this.environment = { ...environment, [NAME]: MARK.slice(NAME.length + 1) };
  }

  /** Starts something that stays. What it says goes into the file `log`; `stdio` may add more channels. */
  start(program, args, { log, env = {}, input, channels = [] }) {
    if (this.#over) throw new Hopeless(`${program} is not started any more`);
    const file = openSync(log, 'a');
    const child = spawn(program, args, {
      env: this.#environment(env),
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        channels[1] ?? file,
        file,
        ...channels.slice(3),
      ],
      detached: true,
    });
    closeSync(file);
    child.on('error', (error) => (child.problem = error));
    if (input !== undefined) child.stdin.on('error', () => {}).end(input);
    return child;
  }

  /** Runs something that ends by itself, and is ended if it does not. */
  async run(program, args, { env = {}, input = '', seconds = 10 } = {}) {
    if (this.#over) throw new Hopeless(`${program} is not run any more`);
    // Into files and not into pipes: xdg-open leaves a browser behind, which a pipe that nobody reads would kill.
    const files = ['stdout', 'stderr'].map((name) =>
      path.join(this.outputs, `${++this.#runs}-${name}`),
    );
    const outputs = files.map((file) => openSync(file, 'w'));
    const said = () => files.map((file) => readFileSync(file, 'utf8'));
    return new Promise((done, fail) => {
      const child = spawn(program, args, {
        env: this.#environment(env),
        stdio: ['pipe', ...outputs],
      });
      const limit = setTimeout(() => {
        child.kill('SIGKILL');
        fail(new Error(`${program} did not end within ${seconds} s: ${said().join('')}`));
      }, seconds * 1000);
      child.on('error', (error) => fail(new Error(`${program}: ${error.message}`)));
      child.on('exit', (status, signal) => {
        const [stdout, stderr] = said();
        done({ status: status ?? signal, stdout, stderr });
      });
      child.on('close', () => clearTimeout(limit));
      child.stdin?.on('error', () => {}).end(input);
    }).finally(() => outputs.forEach(closeSync));
  }

  /** Ends one process and waits until it is gone. */
  async stop(pid, signal = 'SIGTERM', seconds = 5) {
    send(pid, signal);
    await until(`process ${pid} ends on ${signal}`, () => !alive(pid), seconds).catch(async () => {
      send(pid, 'SIGKILL');
      await until(`process ${pid} ends on SIGKILL`, () => !alive(pid), seconds);
    });
  }

  /** Everything of ours that runs now, as {pid, name, program, argv}. Zombies have no argv and do not count. */
  running() {
    const found = [];
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const line = read(`/proc/${pid}/cmdline`);
      // Chromium writes its title over its environment, and is known by its profile's folder.
      const ours =
        line.includes(this.#folder) || read(`/proc/${pid}/environ`).split('\0').includes(MARK);
      if (!ours || line === '') continue;
      const argv = line.split('\0').slice(0, -1);
      found.push({
        pid: Number(pid),
        name: read(`/proc/${pid}/comm`).trim(),
        program: program(pid),
        argv,
      });
    }
    return found;
  }

  /** Ends everything of ours, politely first. Gives the names of what had to be killed. */
  async sweep() {
    this.#over = true;
    for (const { pid } of this.running()) send(pid, 'SIGTERM');
    await until('all ends', () => this.running().length === 0, 5).catch(() => {});
    const stubborn = this.running();
    for (const { pid } of stubborn) send(pid, 'SIGKILL');
    await until('all is gone', () => this.running().length === 0, 5);
    return stubborn.map(({ name }) => name);
  }

  /** Not the caller's environment: that holds proxies, editors and a real desktop. */
  #environment(more) {
    const all = { ...this.environment, ...more };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }
}

/** A port that nobody holds now. */
export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export function alive(pid) {
  const state = read(`/proc/${pid}/stat`).split(') ').at(-1);
  return state !== '' && !state.startsWith('Z');
}

function program(pid) {
  try {
    // A program that was built anew meanwhile is still the same one.
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Empty where the process is gone or not ours to look at. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
