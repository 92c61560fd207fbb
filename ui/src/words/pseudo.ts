// The pseudo-locale: English with accents, longer by as much as most languages are, and each message is marked as one from
// right to left. Words that are read without accents are no messages. `crates/messages/src/pseudo.rs` makes the same of the same files.
import { isPseudo } from './language';

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = [...'áƀčďéƒǧĥíĵķľḿńóṕɋŕšťúṽŵẋýžÁƁČĎÉƑǦĤÍĴĶĽḾŃÓṔɊŔŠŤÚṼŴẊÝŽ'];
/** They come twice, which makes a sentence two fifths longer. */
const LONG = 'aeiouyn';

const instead = (letter: string): string =>
  (ACCENTED[PLAIN.indexOf(letter)] ?? letter).repeat(LONG.includes(letter) ? 2 : 1);

/** Words that are no message's, such as a month's name, as the language has them. */
export const inLanguage = (text: string): string =>
  isPseudo ? [...text].map(instead).join('') : text;

/** For the parts of messages, one after the other: `code` stays as it is, also where an argument stands within it. */
export function inMessages(): (text: string) => string {
  let quoted = false;
  const letter = (one: string) => {
    if (one === '`') quoted = !quoted;
    return quoted ? one : instead(one);
  };
  return (text) => (isPseudo ? [...text].map(letter).join('') : text);
}

/** A whole message, isolated from right to left. */
export const marked = (text: string): string => (isPseudo ? `\u2067${text}\u2069` : text);
