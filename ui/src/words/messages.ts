// What the window says by itself, by its id: messages are written in messages/*/*.ftl, one folder a language.
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import type { MessageArg, Messages } from '../bindings/Messages';
import { list, moment, span } from './intl';
import { direction, isolates, isPseudo, language } from './language';
import { inMessages, marked } from './pseudo';

const files = import.meta.glob<string>('../../../messages/*/{common,window}.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export type MessageId = keyof Messages;
/** A message that is told of nothing. */
export type PlainId = { [K in MessageId]: Messages[K] extends null ? K : never }[MessageId];
type Args<K extends MessageId> = Messages[K] extends null ? [] : [Messages[K]];

/** The window's language, then the one that every message is written in first. */
const bundles = [...new Set([isPseudo ? 'en' : language, 'en'])].map(bundle);

function bundle(tag: string): FluentBundle {
  const bundle = new FluentBundle(tag, { useIsolating: isolates, transform: inMessages() });
  for (const [path, text] of Object.entries(files))
    if (path.split('/').at(-2) === tag) bundle.addResource(new FluentResource(text));
  return bundle;
}

/** The message of this id. What it is told of is text: it is not escaped, and never read as a page's source. */
export const t = <K extends MessageId>(id: K, ...[args]: Args<K>): string =>
  render(id, args ? values(args) : {}) ?? id;

/** A piece of a message: words of the language, `code` among them, or what the message is told of. */
type Piece = { words: string } | { code: string } | { name: string; value: string };

/** The same as `t`, in pieces, so that each of them can be marked as what it is. A number is among the words. */
export function pieces<K extends MessageId>(id: K, args: Messages[K]): Piece[] {
  const told = args ? values(args) : {};
  const names = Object.keys(told).filter((name) => typeof told[name] === 'string');
  const places = names.map((name, index) => [name, `\ufdd0${index}\ufdd1`]);
  const text = render(id, { ...told, ...Object.fromEntries(places) }) ?? id;
  // A part that is on a page of its own needs no marks around it.
  return text.split(/(\u2068?\ufdd0\d+\ufdd1\u2069?|`[^`]*`)/).flatMap((part): Piece[] => {
    const name = names[Number(/\ufdd0(\d+)/.exec(part)?.[1] ?? NaN)];
    if (name !== undefined) return [{ name, value: String(told[name]) }];
    if (part.startsWith('`')) return [{ code: part.slice(1, -1) }];
    return part === '' ? [] : [{ words: part }];
  });
}

function render(id: string, args: Record<string, FluentVariable>): string | null {
  for (const bundle of bundles) {
    const pattern = bundle.getMessage(id)?.value;
    if (pattern) return marked(bundle.formatPattern(pattern, { ...args, place: 'window' }, []));
  }
  return null;
}

const values = (args: Record<string, MessageArg>): Record<string, FluentVariable> =>
  Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, value(arg)]));

function value(arg: MessageArg): FluentVariable {
  if (typeof arg === 'string' || typeof arg === 'number') return arg;
  if (Array.isArray(arg)) return list(arg);
  return 'time' in arg ? moment(arg.time) : span(arg.seconds);
}

/** The page is in this language, for whoever reads it out, and begins at its side. */
export function speak(page: HTMLElement) {
  [page.lang, page.dir] = [language, direction];
}
