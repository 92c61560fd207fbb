// A person who is signed in everywhere already: issuers that ask nothing redirect at once, and browsers silently hold
// back a second jump to an app that no click began. Each login has to come back all the same.

import assert from 'node:assert/strict';
import { until } from '../report.mjs';

/** Far longer than a login that comes back takes, and shorter than the silence after which the window offers another way. */
const SECONDS = 14;

export async function signedIn(scene) {
  let at, window, browser, person;

  const ready = await scene.step(
    'a new profile, and three issuers that ask nothing',
    [],
    async () => {
      const usual = { auto_approve: 'ada' };
      const desk = await scene.desktop({ first: usual, second: usual, third: usual });
      ({ at, window, browser, person } = desk);
      window.start();
      await window.join();
      await window.sees('url-input');
    },
  );

  /** Once more than before, and nobody had to help. */
  async function comesBack(testbed, begin) {
    const granted = async () =>
      (await testbed.requests('/token')).filter(({ body }) =>
        /grant_type=authorization_code/.test(body),
      ).length;
    const before = await granted();
    await begin();
    await until('the code is redeemed', async () => (await granted()) > before, SECONDS);
    await window.sees('scope-row');
    await window.gone('waiting');
  }

  const adds = (testbed) => async () => {
    await person.adds(testbed.resource);
    await window.click('log-in');
  };
  const again = (testbed) => async () => {
    await person.looksAt(testbed);
    await window.click('log-in-again');
  };

  let last = ready;
  for (const [what, begin, name] of [
    ['the first login at the first issuer', adds, 'first'],
    ['the first login at the second issuer, with the browser warm', adds, 'second'],
    ['the second login at the first issuer', again, 'first'],
    ['the second login at the second issuer', again, 'second'],
  ]) {
    last = await scene.step(`signed in already: ${what} comes back`, [last], () =>
      comesBack(at[name], begin(at[name])),
    );
  }

  await scene.step(
    'signed in already: after a code that had expired, the next try comes back',
    [ready],
    async () => {
      await at.third.switch({ code_seconds: 0 });
      await person.adds(at.third.resource);
      await window.click('log-in');
      const [message] = await window.failure('exchange_failed', SECONDS);
      assert.match(message, /expired/);
      await at.third.proper();
      await comesBack(at.third, () =>
        window.page.click('[data-testid="error"] [data-testid="try-again"]'),
      );
    },
  );

  await scene.step(
    'a login of which nothing is heard is begun anew by another way, by the button that is then the main one',
    [ready],
    async () => {
      // A page that answers nothing stands for every tab that stays blank.
      await at.first.switch({ authorize_answers: { page: 200 } });
      await again(at.first)();
      await window.sees('waiting');
      await until(
        'the other way is the main button',
        async () => {
          const [main] = await window.page.texts('[data-testid="waiting"] button.primary');
          return /another way back/i.test(main ?? '');
        },
        25,
      );
      // The other way may be a jump to the app, which needs a click of the person's.
      await at.first.proper();
      await at.first.switch({ auto_approve: null });
      await comesBack(at.first, async () => {
        await window.click('other-redirect');
        await browser.logIn('ada', 'lovelace');
        await browser.decide('approve');
      });
    },
  );

  await scene.step(
    'far down the page, a login that begins is in sight and has the focus',
    [ready],
    async () => {
      await at.second.switch({ authorize_answers: { page: 200 } });
      await person.looksAt(at.second);
      await window.click('another-account');
      await window.page.script("document.querySelector('#content').scrollTop = 1e6");
      await window.click('another-begin');
      await window.sees('waiting');
      const seen = `const box = document.querySelector('[data-testid="waiting"]').getBoundingClientRect();
      return { scrolled: document.querySelector('#content').scrollTop, inside: box.top >= 0 && box.bottom <= innerHeight,
        focused: document.activeElement.contains(document.querySelector('[data-testid="waiting"]')) }`;
      const found = await until('it is in sight', async () => {
        const now = await window.page.script(seen);
        return now.inside && now.focused && now;
      });
      assert.ok(found.scrolled > 200, `scrolled ${found.scrolled}`);
      await window.click('cancel-login');
      await window.gone('waiting');
    },
  );

  await scene.step(
    'a list keeps its place, and another screen begins at its top',
    [ready],
    async () => {
      const scroll = (to) =>
        window.page.script(
          `const main = document.querySelector('#content'); if (arguments[0] !== null) main.scrollTop = arguments[0]; return main.scrollTop`,
          to,
        );
      await person.looksAt(at.second);
      await window.sees('another-account');
      await window.sees('event-row');
      // A real key: a page that is still growing goes back to its place until the person does something.
      await window.keys('Shift_L');
      const place = 300;
      await until('a page that is long enough', async () => (await scroll(place)) === place);
      await window.keys('ctrl+3');
      await window.focusIs('h1', /Activity/);
      assert.equal(await scroll(null), 0);
      await window.keys('alt+Left');
      await window.sees('another-account');
      await until('the place in the page', async () => (await scroll(null)) === place);
    },
  );
}
