// Which language the window speaks: the system's where there are messages in it, and dates as the system's locale has them.
import { beforeEach, expect, test, vi } from 'vitest';

const KEY = 'gatelodge-language';
const at = new Date(2026, 10, 23, 14, 5).getTime() / 1000;

/** The window as it begins on a system of this language. */
async function begun(system: string) {
  vi.resetModules();
  vi.spyOn(navigator, 'language', 'get').mockReturnValue(system);
  const { language, direction, speakAs } = await import('../src/words/language');
  const { clock, date, day, relative } = await import('../src/words/time');
  const { t, speak } = await import('../src/words/messages');
  return { language, direction, speakAs, clock, date, day, relative, t, speak };
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  vi.restoreAllMocks();
});

test.each([
  ['en-US', 'en', '2:05 PM', 'November 23, 2026'],
  ['en-GB', 'en', '14:05', '23 November 2026'],
  ['en', 'en', '2:05 pm', '23 November 2026'],
  // What WebKit says where no language is set.
  ['C', 'en', '2:05 pm', '23 November 2026'],
  // There are no messages in it yet: the sentences are English, the hours are those that the person is used to.
  ['de-DE', 'en', '14:05', '23 November 2026'],
])('on a system of %s', async (system, spoken, hours, day) => {
  const window = await begun(system);
  expect(window.language).toBe(spoken);
  expect(window.clock(at).replace(/\s/, ' ')).toBe(hours);
  expect(window.date(at)).toBe(day);
});

test('days and spans are told as people tell them', async () => {
  const { day, relative } = await begun('en-GB');
  expect([at, at - 86_400, at - 3 * 86_400].map((one) => day(one, at))).toEqual([
    'Today',
    'Yesterday',
    'Friday 20 November',
  ]);
  expect([at, at - 300, at + 7200, at - 200_000].map((one) => relative(one, at))).toEqual([
    'just now',
    '5 minutes ago',
    'in 2 hours',
    '2 days ago',
  ]);
});

test('another language than the system’s can be asked for, and one without messages is not taken', async () => {
  localStorage.setItem(KEY, 'en-XA');
  const { language, direction, t, speak } = await begun('de-DE');
  expect([language, direction]).toEqual(['en-XA', 'ltr']);
  expect(t('save')).not.toContain('Save');
  const page = document.createElement('html');
  speak(page);
  expect([page.lang, page.dir]).toEqual(['en-XA', 'ltr']);
  for (const unknown of ['xx', 'en-', '', '__proto__']) {
    localStorage.setItem(KEY, unknown);
    const { language, t } = await begun('de-DE');
    expect([language, t('save')], unknown).toEqual(['en', 'Save']);
  }
});

test('where the host speaks another language the page begins anew in it, and once', async () => {
  const reload = vi.fn();
  vi.stubGlobal('location', { reload });
  const { speakAs } = await begun('en-GB');
  for (const same of ['en', 'xx']) speakAs(same);
  expect(reload).not.toHaveBeenCalled();
  speakAs('en-XA');
  expect([reload.mock.calls.length, localStorage.getItem(KEY)]).toEqual([1, 'en-XA']);
  const again = await begun('en-GB');
  expect(again.language).toBe('en-XA');
  again.speakAs('en-XA');
  // Where nothing is kept, it is not asked for without end.
  localStorage.clear();
  (await begun('en-GB')).speakAs('en-XA');
  expect(reload).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});
