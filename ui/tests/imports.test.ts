// How the files of the window may lead to each other: never in a circle, and never to a floor above their own.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = path.join(import.meta.dirname, '../src');
/** From the ground up; what lies beside them, App and its like, is above all. */
const FLOORS = ['bindings', 'words', 'backend', 'state', 'components', 'screens', 'frame'];

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(ts|svelte)$/.test(file),
);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SOURCE, file), 'utf8');
  const names = [...text.matchAll(/(?:from|import) '(\.[^']*)'/g)].map(([, name = '']) => name);
  // The messages are beside the window's folder: data, and on no floor.
  return names
    .filter((name) => !name.includes('/messages/'))
    .map((name) => {
      const place = path.join(path.dirname(file), name);
      const found = [place, `${place}.ts`, `${place}/index.ts`].find(isFile);
      if (found === undefined) throw new Error(`${file} imports ${name}, which is no file`);
      return found;
    });
}

function isFile(file: string): boolean {
  const full = path.join(SOURCE, file);
  return existsSync(full) && statSync(full).isFile();
}

/** The first circle that leads through `file`, as the way around it. */
function circleFrom(
  file: string,
  way: string[] = [file],
  seen = new Set<string>(),
): string[] | null {
  for (const next of imports.get(file) ?? []) {
    if (next === way[0]) return [...way, next];
    if (seen.has(next)) continue;
    seen.add(next);
    const circle = circleFrom(next, [...way, next], seen);
    if (circle) return circle;
  }
  return null;
}

const floor = (file: string) => {
  const at = FLOORS.indexOf(file.split(path.sep)[0] ?? '');
  return at < 0 ? FLOORS.length : at;
};

test('no file leads back to itself', () => {
  expect(files.length, 'they were found').toBeGreaterThan(100);
  expect(files.map((file) => circleFrom(file)).filter((circle) => circle !== null)).toEqual([]);
});

test('no floor leads to one above it', () => {
  const upward = files.flatMap((file) =>
    (imports.get(file) ?? [])
      .filter((to) => floor(to) > floor(file))
      .map((to) => `${file} → ${to}`),
  );
  expect(upward).toEqual([]);
});

test('no page leads to another page: what two of them need lies in a folder', () => {
  const isPage = (file: string) => /^screens[\\/][^\\/]+$/.test(file);
  const between = files.flatMap((file) =>
    (imports.get(file) ?? [])
      .filter((to) => file.startsWith('screens') && isPage(to))
      .map((to) => `${file} → ${to}`),
  );
  expect(between).toEqual([]);
});
