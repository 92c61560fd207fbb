// The pseudo-locale: English with accents, longer by as much as most languages are, between right-to-left marks. Words that
// are read without accents are no messages.
import { isPseudo } from './language';

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = [...'ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ'];
export const MARK = '\u200f';

/** Vowels are doubled, which makes English longer by two fifths; `code` stays as it is. */
const accented = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replace(/[a-z]/gi, (letter) => {
            const accent = ACCENTED[PLAIN.indexOf(letter)] ?? letter;
            return /[aeiou]/i.test(letter) ? accent + accent.toLowerCase() : accent;
          }),
    )
    .join('');

/** Words that are no message's, such as a month's name, as the language has them. */
export const inLanguage = (text: string): string => (isPseudo() ? accented(text) : text);

/** The same with marks around it, for a whole message. */
export const marked = (text: string): string => (isPseudo() ? MARK + text + MARK : text);
