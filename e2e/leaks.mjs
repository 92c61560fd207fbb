// Looks for secrets where none may be: in files, and on command lines, which every program of the machine can read.

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The files below `folder` that hold any of the secrets, as they are or percent-encoded. */
export function filesWith(folder, secrets, except = []) {
  const needles = secrets
    .flatMap((secret) => [...new Set([secret, encodeURIComponent(secret)])])
    .map((text) => Buffer.from(text));
  const found = [];
  let looked = 0;
  const walk = (place) => {
    if (except.includes(place)) return;
    for (const name of readdirSync(place)) {
      const file = path.join(place, name);
      const kind = lstatSync(file);
      if (kind.isDirectory()) walk(file);
      if (!kind.isFile()) continue;
      looked += 1;
      const bytes = readFileSync(file);
      if (needles.some((needle) => bytes.includes(needle))) found.push(path.relative(folder, file));
    }
  };
  walk(folder);
  return { found, looked };
}

/** Notes every command line of our processes, for as long as it watches. */
export class CommandLines {
  #seen = new Map();
  #timer;

  constructor(processes) {
    const look = () => {
      for (const { name, argv } of processes.running())
        this.#seen.set(argv.join('\0'), { name, argv });
    };
    this.#timer = setInterval(look, 50);
  }

  end() {
    clearInterval(this.#timer);
  }

  /** The command lines that held any of these. */
  with(secrets) {
    return [...this.#seen.values()].filter(({ argv }) =>
      secrets.some((secret) => argv.some((argument) => argument.includes(secret))),
    );
  }
}
