// Times as people tell them.
import { inUnits, written } from './intl';
import { language, locale } from './language';
import { t } from './messages';
import { inLanguage } from './pseudo';

/** "4 minutes ago" or "in 4 minutes". */
export function relative(at: number, now: number): string {
  if (Math.abs(at - now) < 5) return t('time-just-now');
  const [unit, amount] = inUnits(Math.abs(at - now));
  return ago(at > now ? amount : -amount, unit, 'always');
}

/** "Today", "Yesterday", or the date. */
export function day(at: number, now: number): string {
  const date = new Date(at * 1000);
  const between = Math.round((midnight(date) - midnight(new Date(now * 1000))) / 86_400_000);
  if (between !== 0 && between !== -1)
    return written(at, { weekday: 'long', day: 'numeric', month: 'long' });
  const word = ago(between, 'day', 'auto');
  return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
}

/** "November 23, 2026". */
export const date = (at: number): string => written(at, { dateStyle: 'long' });

/** "2:05 PM", or "14:05". */
export const clock = (at: number): string => written(at, { timeStyle: 'short' });

const ago = (amount: number, unit: Intl.RelativeTimeFormatUnit, numeric: 'always' | 'auto') =>
  inLanguage(new Intl.RelativeTimeFormat(locale, { numeric }).format(amount, unit));

const midnight = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
