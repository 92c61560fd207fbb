// What goes wrong, told in words with a way on: bad input, a refused consent, a departure, a client id that has to be given.

import assert from 'node:assert/strict';
import { explains, SCHEME } from '../../scene.mjs';

/** What servers answer that are none, and the code of the failure. */
const BAD_SERVERS = [
  [
    'a server that answers 404',
    { resource_metadata_at: 'nowhere', mcp_answers: { instead: { status: 404 } } },
    'not_mcp',
  ],
  [
    'a server that answers a web page',
    { resource_metadata_at: 'nowhere', mcp_answers: { instead: 'html' } },
    'not_mcp',
  ],
  ['a server with garbage for metadata', { metadata_answers: 'garbage' }, 'metadata_unreadable'],
];

export async function tellsWhatIsWrong(scene, desk, { started, loggedIn }) {
  await scene.step(
    'bad input: plain http, no address, and an address without its beginning',
    [started],
    async () => {
      const { window, person, odd } = desk;
      await person.adds('http://example.com/mcp');
      await window.complaint('not_https');
      await window.sees('use-https');
      await person.adds('hello');
      await window.complaint('not_a_url');
      assert.equal(await window.has('ask-doctor'), false, 'no button that would not help');
      await odd.proper();
      await person.adds(odd.resource.replace('http://', ''));
      await window.sees('log-in');
    },
  );

  for (const [what, switches, code] of BAD_SERVERS) {
    await scene.step(`bad input: ${what}`, [started], async () => {
      const { window, person, odd } = desk;
      await odd.proper();
      await odd.switch(switches);
      await person.adds(odd.resource);
      explains(await window.failure(code));
    });
  }

  await scene.step('bad input: consent denied', [loggedIn], async () => {
    const { window, browser, person, odd } = desk;
    await odd.proper();
    await person.adds(odd.resource);
    await window.click('log-in');
    await browser.logIn('grace', 'hopper');
    await browser.decide('deny');
    explains(await window.failure('login_refused'));
    await window.gone('waiting');
    // The login failed; what was registered for it is there all the same.
    await window.sees('client-kind', /registered automatically/);
    await browser.tidy();
  });

  await scene.step(
    'a departure is explained, allowed for one server, listed, and withdrawn',
    [started],
    async () => {
      const { window, person, odd } = desk;
      await odd.proper();
      await odd.switch({ pkce_advertised: 'nothing' });
      await person.adds(odd.resource);
      explains(await window.failure('pkce_unadvertised'));
      await window.click('concession-open');
      await window.sees('concession', /what could go wrong/i);
      await scene.picture('a departure explained');
      await window.click('concession-allow');
      await window.sees('log-in');
      await person.looksAt(odd);
      await window.sees('conceded-pkce-unadvertised', /PKCE/);
      await scene.picture('a departure on the page of its server');
      await window.click('withdraw-pkce-unadvertised');
      await window.click('withdraw-confirm');
      await window.gone('conceded-pkce-unadvertised');
    },
  );

  await scene.step('a client id by hand, with the redirect to register', [started], () =>
    entersClientId(scene, desk),
  );
}

async function entersClientId(scene, { window, browser, person, odd, port }) {
  await odd.proper();
  await odd.forgetLogins();
  await odd.switch({ registration: false });
  await person.adds(odd.resource);
  await window.click('log-in');
  explains(await window.failure('registration_not_offered'));
  await window.click('client-open');
  await window.sees('client-id');
  await scene.picture('a client id is entered');
  const text = await window.text();
  const redirects = [
    `${SCHEME}:/oauth/callback`,
    `http://127.0.0.1:${port}/callback`,
    `http://localhost:${port}/callback`,
  ];
  for (const uri of redirects) assert.ok(text.includes(uri), uri);
  const client = await odd.client(`http://localhost:${port}/callback`);
  await window.click('redirect-localhost');
  await window.type('client-id', client.client_id);
  await window.type('client-secret', client.client_secret);
  await window.click('client-save');
  await browser.logIn('grace', 'hopper');
  await browser.decide('approve');
  await window.sees('scope-row', undefined, 30);
  await scene.picture("logged in by a client id of one's own");
  const exchange = (await odd.requests('/token')).at(-1);
  assert.match(decodeURIComponent(exchange.body), /redirect_uri=http:\/\/localhost/);
  await browser.tidy();
}
