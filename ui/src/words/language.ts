// In which language the window speaks, and how its dates, times and numbers are written.
import languages from '../../../messages/languages.json';

/** English that shows what is not a message: made by code, for tests and for whoever looks for words that are cut. */
const PSEUDO = 'en-XA';
/** What the host spoke at last: the window has to speak before it is asked. */
const KEY = 'gatelodge-language';
const FROM_THE_RIGHT = ['ar', 'dv', 'fa', 'he', 'ps', 'ur', 'yi'];

const base = (tag: string) => tag.split('-')[0] ?? tag;

/** What the system speaks. A system that speaks none in particular says `C`, which no calendar takes for a language. */
const system = (() => {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? 'en';
  } catch {
    return 'en';
  }
})();

/** The language of that name for which there are messages. */
function known(tag: string | null): string | null {
  const all = [...languages, PSEUDO];
  return all.find((one) => one === tag) ?? all.find((one) => tag && one === base(tag)) ?? null;
}

/** The language of the messages. */
export const language = known(localStorage.getItem(KEY)) ?? known(system) ?? 'en';

/** The page begins anew where the host speaks another language, and once for each: storage may keep nothing. */
export function speakAs(host: string) {
  if (known(host) === null || host === language || host === sessionStorage.getItem(KEY)) return;
  sessionStorage.setItem(KEY, host);
  localStorage.setItem(KEY, host);
  location.reload();
}

/** What a language calls itself. */
export const nameOf = (tag: string): string =>
  new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;

export const isPseudo = language === PSEUDO;

export const direction = FROM_THE_RIGHT.includes(base(language)) ? 'rtl' : 'ltr';

/** Whether what a message is told of is kept from reordering the words around it. */
export const isolates = isPseudo || direction === 'rtl';

/** Our English is British, so its dates and lists are as well where no region is asked for. */
const ENGLISH = 'en-GB';

/** For `Intl`: the system's locale where it is of the language, else the language with the system's 12 or 24 hours. */
export const locale = (() => {
  const own = base(language);
  if (base(system) === own && system !== 'en') return system;
  const { hourCycle } = new Intl.DateTimeFormat(system, { hour: 'numeric' }).resolvedOptions();
  return `${own === 'en' ? ENGLISH : own}-u-hc-${hourCycle ?? 'h23'}`;
})();
