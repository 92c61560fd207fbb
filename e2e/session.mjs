// A desktop session of its own: display, bus, window manager, unlocked keyring, private folders.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Processes } from './processes.mjs';
import { Hopeless, until } from './report.mjs';

/** Pictures are numbered through all desktops of a run. */
let pictures = 0;

export class Session {
  constructor(artefacts) {
    this.artefacts = artefacts;
    this.folder = mkdtempSync(path.join(tmpdir(), 'gatelodge-e2e-'));
    const inside = (name) => {
      const folder = path.join(this.folder, name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    };
    this.home = inside('home');
    this.logs = inside('logs');
    this.applications = inside('home/.local/share/applications');
    const environment = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: this.home,
      XDG_DATA_HOME: inside('home/.local/share'),
      XDG_CONFIG_HOME: inside('home/.config'),
      XDG_CACHE_HOME: inside('home/.cache'),
      XDG_STATE_HOME: inside('home/.local/state'),
      XDG_RUNTIME_DIR: inside('runtime'),
      TMPDIR: inside('tmp'),
      // With a desktop's name, xdg-open hands over to gio; the other way has a step of its own.
      XDG_CURRENT_DESKTOP: 'GNOME',
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
      // WebDriver's pictures take 0.3 s with this, and hang with the other switches that people recommend.
      WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1',
      // `./dev test` sweeps by this one.
      GATELODGE_DEV_STAGE: process.env.GATELODGE_DEV_STAGE,
    };
    this.processes = new Processes(this.folder, environment);
  }

  /** `keyring: false`: a desktop where nobody keeps keys. */
  async begin({ keyring = true } = {}) {
    await this.#display();
    await this.#bus();
    await this.#windows();
    if (keyring) await this.#keyring();
  }

  log(name) {
    return path.join(this.logs, `${name}.log`);
  }

  /** The whole screen, numbered in the order of the story. */
  async picture(name) {
    const number = String(++pictures).padStart(2, '0');
    const file = path.join(
      this.artefacts,
      `${number}-${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`,
    );
    const { status, stderr } = await this.processes.run('import', ['-window', 'root', file], {
      seconds: 20,
    });
    if (status !== 0) throw new Error(`import: ${stderr}`);
  }

  /** Makes a program the handler of schemes, as an installed package would. */
  async install(name, entry, mimeTypes) {
    const lines = [
      '[Desktop Entry]',
      'Type=Application',
      ...entry,
      `MimeType=${mimeTypes.join(';')};`,
      '',
    ];
    writeFileSync(path.join(this.applications, `${name}.desktop`), lines.join('\n'));
    const { status, stderr } = await this.processes.run('xdg-mime', [
      'default',
      `${name}.desktop`,
      ...mimeTypes,
    ]);
    if (status !== 0) throw new Error(`xdg-mime: ${stderr}`);
  }

  /** What the real keyring holds under an attribute, asked from outside as any program of this person could. */
  async keyring(attribute, value) {
    const { stdout, stderr } = await this.processes.run('secret-tool', [
      'search',
      '--all',
      attribute,
      value,
    ]);
    return stdout + stderr;
  }

  /** Gives the names of processes that would not end by themselves. */
  async end() {
    const stubborn = await this.processes.sweep();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    return stubborn;
  }

  /** Wide enough for the app and the browser side by side. */
  async #display() {
    const options = [
      '-displayfd',
      '3',
      '-screen',
      '0',
      '1980x900x24',
      '-nolisten',
      'tcp',
      '-noreset',
    ];
    const child = this.processes.start('Xvfb', options, {
      log: this.log('xvfb'),
      channels: [undefined, undefined, undefined, 'pipe'],
    });
    let number = '';
    child.stdio[3].on('data', (data) => (number += data));
    await until('the display', () => this.#stillThere(child, 'xvfb') && number.endsWith('\n'));
    this.processes.environment.DISPLAY = `:${number.trim()}`;
  }

  /** What dbus-run-session does, with a process whose number we know. */
  async #bus() {
    const address = `unix:path=${path.join(this.processes.environment.XDG_RUNTIME_DIR, 'bus')}`;
    const options = ['--session', '--nofork', '--nopidfile', '--nosyslog', `--address=${address}`];
    const child = this.processes.start('dbus-daemon', options, { log: this.log('dbus') });
    await until(
      'the bus',
      () => this.#stillThere(child, 'dbus') && existsSync(address.slice('unix:path='.length)),
    );
    this.processes.environment.DBUS_SESSION_BUS_ADDRESS = address;
  }

  async #windows() {
    const child = this.processes.start('openbox', [], { log: this.log('openbox') });
    await until('the window manager', async () => {
      this.#stillThere(child, 'openbox');
      const { stdout } = await this.processes.run('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK']);
      return stdout.includes('window id');
    });
  }

  /** The daemon says "unlocked" even where it is not, so a value is written and read back. */
  async #keyring() {
    const options = ['--unlock', '--foreground', '--components=secrets'];
    const child = this.processes.start('gnome-keyring-daemon', options, {
      log: this.log('keyring'),
      input: 'e2e',
    });
    const tool = (args, input) => this.processes.run('secret-tool', args, { input, seconds: 5 });
    // Asked before it has its name, the bus would start another one, and that one is locked.
    const owner = [
      '--session',
      '--print-reply',
      '--dest=org.freedesktop.DBus',
      '/',
      'org.freedesktop.DBus.NameHasOwner',
    ];
    await until('the keyring', async () => {
      this.#stillThere(child, 'keyring');
      const { stdout } = await this.processes.run(
        'dbus-send',
        [...owner, 'string:org.freedesktop.secrets'],
        { seconds: 5 },
      );
      if (!stdout.includes('boolean true')) return false;
      await tool(['store', '--label=canary', 'canary', 'e2e'], 'sings');
      return (await tool(['lookup', 'canary', 'e2e'])).stdout === 'sings';
    });
    await tool(['clear', 'canary', 'e2e']);
  }

  #stillThere(child, name) {
    if (child.problem) throw new Hopeless(child.problem.message);
    if (child.exitCode === null) return true;
    throw new Hopeless(
      `${name} ended with ${child.exitCode}: ${readFileSync(this.log(name), 'utf8').trim()}`,
    );
  }
}

/** Only its owner may write into such a folder, or the program refuses it. */
export function makeProgram(file, lines) {
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
}
