// A desktop without a keyring: the vault is made and unlocked with a passphrase, in the real window.

import assert from 'node:assert/strict';

const PASSPHRASE = 'correct horse battery';

export async function gate(scene) {
  let window;

  const asked = await scene.step(
    'without a keyring, the way to protect the vault is chosen',
    [],
    async () => {
      ({ window } = await scene.desktop({}, { keyring: false }));
      window.start();
      await window.join();
      await window.sees('keyring-try', undefined, 30);
      await window.focusIs('vault-passphrase');
    },
  );

  const made = await scene.step('a passphrase makes the vault', [asked], async () => {
    await window.type('vault-passphrase', PASSPHRASE);
    await window.type('vault-passphrase-again', 'correct hose battery');
    await window.sees('complaint', /match/);
    await window.type('vault-passphrase-again', PASSPHRASE);
    await window.click('vault-submit');
    await window.sees('url-input');
    await window.sees('protection', /passphrase/i);
  });

  const locked = await scene.step(
    'a lock closes it, and a wrong passphrase does not open it',
    [made],
    async () => {
      await window.click('lock');
      await window.focusIs('vault-passphrase');
      await window.keys('ctrl+1');
      await window.page.type('[data-testid="vault-passphrase"]', 'wrong horse battery\uE007');
      await window.failure('wrong_passphrase');
      await window.focusIs('vault-passphrase');
      assert.equal(await window.has('nav-servers'), false);
    },
  );

  await scene.step('the passphrase opens it', [locked], async () => {
    await window.page.type('[data-testid="vault-passphrase"]', `${PASSPHRASE}\uE007`);
    await window.sees('nav-servers');
  });

  await scene.step(
    'started again, it asks for the passphrase, and quits by a key',
    [locked],
    async () => {
      const pid = await window.only();
      await window.quit();
      assert.notEqual(window.start().pid, pid);
      await window.join();
      await window.sees('vault-passphrase');
      await window.page.type('[data-testid="vault-passphrase"]', `${PASSPHRASE}\uE007`);
      await window.sees('nav-servers');
    },
  );
}
