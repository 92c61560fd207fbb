// The other pages of the window: settings, the doctor, the activity; and the way through them by keyboard alone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { until } from '../../report.mjs';

export async function showsItsPages(scene, desk, { started, loggedIn }) {
  await scene.step('settings print the document to host', [started], async () => {
    const { window } = desk;
    await window.click('nav-settings');
    await window.type('document-url', 'https://example.org/gatelodge/client.json');
    await window.click('document-show');
    await window.sees('document', /"client_id": "https:\/\/example\.org\/gatelodge\/client\.json"/);
  });

  await scene.step('the doctor tells what departs, draws it, and saves it', [started], async () => {
    const { window, odd } = desk;
    await odd.proper();
    await odd.switch({ pkce_advertised: 'nothing' });
    await window.click('nav-doctor');
    await window.type('url-input', odd.resource);
    await window.click('discover');
    await window.sees('diagnosis', /works if you allow it/i);
    await window.sees('finding-departs', /S256/);
    await window.sees('diagram');
    assert.match(await window.text(), /oauth-protected-resource/, 'each request is shown');
    await window.click('doctor-save');
    const shown = await window.sees('doctor-saved', /gatelodge-doctor-.*\.json/);
    const found = JSON.parse(readFileSync(/(\/\S+\.json)/.exec(shown)[1], 'utf8'));
    assert.equal(found.url, odd.resource);
    assert.equal(found.outcome, 'works_by_concession');
    assert.ok(
      found.steps.every((step) => step.rule),
      'each step names its rule',
    );
  });

  await scene.step(
    'by keyboard alone: the doctor, an examination, and the servers',
    [started],
    async () => {
      const { window, odd } = desk;
      await odd.proper();
      await window.open();
      await window.keys('ctrl+4');
      await window.focusIs('url-input');
      await window.page.type('[data-testid="url-input"]', `${odd.resource}\uE007`);
      await window.sees('diagnosis', /works/i);
      await window.keys('ctrl+n');
      await window.focusIs('url-input');
      await window.keys('ctrl+1');
      await window.focusIs('h1', /MCP servers/);
      await window.page.script("document.querySelector('[data-testid=server-row]').focus()");
      await window.keys('Return');
      await window.sees('server-state');
      await window.focusIs('h1');
      await window.keys('Escape');
      await window.focusIs('h1', /MCP servers/);
      await window.keys('ctrl+2');
      await window.focusIs('h1', /Agents/);
      await window.keys('alt+Left');
      await window.focusIs('h1', /MCP servers/);
    },
  );

  await scene.step('the activity tells all of it', [loggedIn], async () => {
    const { window } = desk;
    await window.click('nav-activity');
    const rows = (await window.sees('event-row')).split('\n').length;
    assert.ok(rows >= 8, `${rows} rows`);
    // The story is longer than what is shown at first.
    await window.page.script(
      "[...document.querySelectorAll('button')].find((one) => one.textContent.includes('Show more'))?.click()",
    );
    await until('what the agent got', async () => /curl got access to/.test(await window.text()));
    assert.match(await window.text(), /signed in to/);
  });
}
