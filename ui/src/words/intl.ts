// Numbers of things, moments and lists, as the language writes them.
import { isolates, locale } from './language';
import { inLanguage } from './pseudo';

const UNITS = [
  ['second', 1, 90],
  ['minute', 60, 5400],
  ['hour', 3600, 129_600],
  ['day', 86_400, Infinity],
] as const;

/** The unit in which a person would tell so many seconds, and how many of it. */
export function inUnits(seconds: number): [(typeof UNITS)[number][0], number] {
  const whole = Math.max(0, Math.round(seconds));
  const [unit, length] = UNITS.find(([, , end]) => whole < end) ?? UNITS[0];
  return [unit, Math.round(whole / length)];
}

/** "4 minutes", "2 hours", "3 days". */
export function span(seconds: number): string {
  const [unit, amount] = inUnits(seconds);
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return inLanguage(new Intl.NumberFormat(locale, style).format(amount));
}

/** In words of the language, from seconds since 1970. */
export const written = (at: number, style: Intl.DateTimeFormatOptions): string =>
  inLanguage(new Intl.DateTimeFormat(locale, style).format(new Date(at * 1000)));

/** "23 Nov 2026, 14:05". */
export const moment = (at: number): string =>
  written(at, { dateStyle: 'medium', timeStyle: 'short' });

/** "a, b and c". */
export const list = (parts: string[]): string =>
  new Intl.ListFormat(locale, { type: 'conjunction' })
    .formatToParts(parts)
    .map(({ type, value }) => (type === 'element' ? isolated(value) : inLanguage(value)))
    .join('');

const isolated = (text: string): string => (isolates ? `\u2068${text}\u2069` : text);
