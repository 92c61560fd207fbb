// Texts that are cut to their place.

/** A sentence that begins with a capital, of words that may not. */
export const sentence = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1).replace(/\.?$/, '.');

/** At most that many letters of an address: its end tells more than its middle. */
export function shortened(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const end = Math.max(1, Math.floor((most - 1) / 2));
  return `${letters.slice(0, Math.max(1, Math.floor(most) - 1 - end)).join('')}…${letters.slice(-end).join('')}`;
}

/** At most that many letters of a sentence: it begins with what matters. */
export function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, Math.max(1, Math.floor(most) - 1))
        .join('')
        .trimEnd()}…`;
}
