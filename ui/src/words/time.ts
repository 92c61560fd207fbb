// Times as people tell them.

/** "4 minutes", "2 hours", "3 days". */
export function span(seconds: number): string {
  const amount = (value: number, unit: string) => `${value} ${unit}${value === 1 ? '' : 's'}`;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return amount(whole, 'second');
  if (whole < 5400) return amount(Math.round(whole / 60), 'minute');
  if (whole < 129_600) return amount(Math.round(whole / 3600), 'hour');
  return amount(Math.round(whole / 86_400), 'day');
}

/** "4 minutes ago" or "in 4 minutes". */
export function relative(at: number, now: number): string {
  if (Math.abs(at - now) < 5) return 'just now';
  return at > now ? `in ${span(at - now)}` : `${span(now - at)} ago`;
}

/** "Today", "Yesterday", or the date. */
export function day(at: number, now: number): string {
  const date = new Date(at * 1000);
  const daysBetween = Math.round((midnight(new Date(now * 1000)) - midnight(date)) / 86_400_000);
  if (daysBetween === 0) return 'Today';
  if (daysBetween === 1) return 'Yesterday';
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** "23 November 2026". */
export function date(at: number): string {
  return new Date(at * 1000).toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

export function clock(at: number): string {
  return new Date(at * 1000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
