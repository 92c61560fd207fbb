// Addresses of an authorization server that publishes none: entered by hand, shown, and forgotten.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import AddServer from '../src/screens/AddServer.svelte';
import Server from '../src/screens/Server.svelte';
import { route } from '../src/state/route.svelte';
import { FakeHost } from './fake';
import { fails, failure, pkce, server } from './fixtures';
import { click, isDisabled, submit, type } from './person';

afterEach(() => {
  cleanup();
  // Another visit.
  route.go({ screen: 'servers' });
});

const URL_TYPED = 'https://mcp.example.com/mcp';

test('where nothing is published the addresses are entered, PKCE is allowed there, and adding goes on', async () => {
  const host = new FakeHost(server({ grants: [] }), {
    resource_add: fails(
      failure('no_authorization_server', { remedies: [{ kind: 'enter_endpoints' }] }),
    ),
    endpoints_enter: ({ concessions }) => {
      if (!concessions?.includes('pkce-unadvertised')) throw pkce;
      return server({ grants: [] });
    },
  });
  render(AddServer, { url: URL_TYPED });
  await click('endpoints-open');
  expect((await screen.findByRole('dialog')).textContent).toContain(
    'Nobody vouches for these addresses',
  );
  expect(isDisabled('endpoints-save')).toBe(true);
  await type('endpoint-login', 'login.example.com/authorize');
  await type('endpoint-token', ' https://login.example.com/token ');
  await submit('endpoints-form');
  await screen.findByTestId('concede-pkce-unadvertised');
  expect(document.activeElement, 'it is read out, and the next key is for it').toBe(
    screen.getByTestId('endpoints-departures'),
  );
  expect(isDisabled('endpoints-save'), 'not before it is allowed').toBe(true);
  await click('concede-pkce-unadvertised');
  await submit('endpoints-form');
  await screen.findByTestId('log-in');
  const given = {
    url: URL_TYPED,
    authorization_endpoint: 'https://login.example.com/authorize',
    token_endpoint: 'https://login.example.com/token',
    issuer: null,
    revocation_endpoint: null,
  };
  expect(host.asked('endpoints_enter')).toMatchObject([
    { ...given, concessions: [] },
    { ...given, concessions: ['pkce-unadvertised'] },
  ]);
  expect(host.asked('resource_add'), 'they take the place of another look').toHaveLength(1);
});

test('addresses that were entered are told on the server’s page, and forgotten after a question', async () => {
  const known = server().authorization_server!;
  const goes =
    'You log in at login.example.com; tokens are asked for at token.example.com; the issuer is example.com.';
  const endpoints_entered = {
    authorization_endpoint: 'https://login.example.com/a',
    token_endpoint: 'https://token.example.com/t',
    issuer: null,
    revocation_endpoint: null,
  };
  const host = new FakeHost(
    server({
      authorization_server: { ...known, basis: 'entered', login_goes: goes },
      endpoints_entered,
    }),
    {
      endpoints_forget: fails(
        failure('no_authorization_server', { remedies: [{ kind: 'enter_endpoints' }] }),
      ),
    },
  );
  render(Server, { id: 'r1' });
  await expect
    .poll(() => screen.queryByTestId('addresses')?.textContent)
    .toContain(`You entered these addresses. ${goes}`);
  await click('endpoints-change');
  expect((await screen.findByTestId('endpoints-known')).textContent).toContain(goes);
  const fields = ['endpoint-login', 'endpoint-token', 'endpoint-issuer', 'endpoint-revocation'].map(
    (field) => screen.getByTestId<HTMLInputElement>(field).value,
  );
  expect(fields, 'one of them can be changed alone').toEqual([
    'https://login.example.com/a',
    'https://token.example.com/t',
    '',
    '',
  ]);
  expect(screen.getByTestId('addresses').textContent).toContain('https://token.example.com/t');
  await fireEvent.click(screen.getByText('Cancel'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await click('endpoints-forget');
  expect(host.asked('endpoints_forget')).toEqual([]);
  await click('endpoints-forget-confirm');
  // They are forgotten, though now nobody says where to log in.
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(host.asked('endpoints_forget')).toMatchObject([{ id: 'r1' }]);
});

test('a published document is told as that, and its place can be taken', async () => {
  new FakeHost(server());
  render(Server, { id: 'r1' });
  await expect
    .poll(() => screen.queryByTestId('addresses')?.textContent)
    .toContain('The sign-in service publishes these addresses.');
  expect(screen.queryByTestId('endpoints-forget')).toBeNull();
  await click('endpoints-change');
  await screen.findByTestId('endpoint-login');
  expect(screen.queryByTestId('endpoints-known')).toBeNull();
});

test('addresses that were entered can be forgotten where nothing else is known of the server', async () => {
  const endpoints_entered = {
    authorization_endpoint: 'https://login.example.com/a',
    token_endpoint: 'https://token.example.com/t',
    issuer: null,
    revocation_endpoint: null,
  };
  const host = new FakeHost(server({ authorization_server: null, endpoints_entered }), {
    endpoints_forget: () => server(),
  });
  render(Server, { id: 'r1' });
  await expect
    .poll(() => screen.queryByTestId('addresses')?.textContent)
    .toContain('https://token.example.com/t');
  await click('endpoints-forget');
  await click('endpoints-forget-confirm');
  await waitFor(() => expect(host.asked('endpoints_forget')).toHaveLength(1));
});
