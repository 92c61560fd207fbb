// The list of servers, and the page that stands for it while there is none.
import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { failure, fails, server, status } from './fixtures';
import { servers } from './lists';
import { click, isDisabled, press, type } from './person';

afterEach(clear);

const now = () => Math.floor(Date.now() / 1000);
const { resource } = server();

test('each server is told by name, host and account, by how it stands, and by what its token is good for', async () => {
  await desk(server(), {
    ...servers([
      { ...resource, expires_at: now() + 3000 },
      { ...resource, id: 'r2', name: 'Ended', expires_at: now() - 5 },
      { ...resource, id: 'r3', name: 'Untold', expires_at: null },
      { ...resource, id: 'r4', name: 'Out', state: 'login_needed', logged_in: false },
      { ...resource, id: 'r5', name: 'Odd', message: 'The issuer has changed.' },
    ]),
  });
  const rows = Object.fromEntries(
    (await screen.findAllByTestId('server-row')).map((row) => [
      row.dataset['name'],
      row.textContent.replace(/\s+/g, ' '),
    ]),
  );
  expect(rows['Notes of the team']).toContain('mcp.example.com · ada@example.com');
  expect(rows['Notes of the team']).toMatch(/Token expires in 50 minutes (?!·)/);
  expect(rows['Notes of the team']).toContain('Connected');
  expect(rows['Ended']).toContain('Renews at the next use');
  expect(rows['Untold']).toContain('Token expiry unknown');
  expect(rows['Out']).toContain('Sign-in needed');
  expect(rows['Out'], 'nobody is logged in').not.toMatch(/ada@|Token/);
  expect(rows['Odd'], 'what is wrong comes first').toContain('The issuer has changed.');
  expect(rows['Odd']).not.toContain('Token expires');
});

test('a server leads to its page, and adding one to the field for its address', async () => {
  await desk();
  await click('server-row');
  await screen.findByRole('heading', { level: 1, name: 'Notes of the team' });
  await press('Escape');
  await click('add-server');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('url-input')));
});

test('with no server yet the address can be typed at once, and is looked at when it is sent', async () => {
  const host = await desk(server({ grants: [] }), { ...servers([]) });
  await screen.findByText('Your MCP sign-ins, in one safe place');
  expect(isDisabled('discover')).toBe(true);
  await type('url-input', 'mcp.example.com/mcp');
  await click('discover');
  await screen.findByTestId('log-in');
  expect(host.asked('resource_add')).toMatchObject([
    { url: 'https://mcp.example.com/mcp', name: null, concessions: [] },
  ]);
});

test('the demo is started and looked at, or says why it does not start', async () => {
  const demo = { available: true, running: true, resource: 'http://127.0.0.1:9/mcp', users: [] };
  const host = await desk(server({ grants: [] }), {
    ...servers([]),
    demo_start: fails(failure('port_taken')),
  });
  await click('demo-start');
  expect((await screen.findByTestId('error')).dataset['code']).toBe('port_taken');
  const running = () => status({}, { demo });
  host.answer({ demo_start: running, status: running });
  await click('demo-start');
  await waitFor(() => expect(host.asked('resource_add')).toHaveLength(1));
  expect(host.asked('resource_add')).toMatchObject([{ url: demo.resource, name: 'Demo notes' }]);
});

test('a program without the demo does not offer it', async () => {
  const demo = { available: false, running: false, resource: null, users: [] };
  await desk(server(), { ...servers([]), status: () => status({}, { demo, servers: 0 }) });
  await screen.findByText('Your MCP sign-ins, in one safe place');
  expect(screen.queryByTestId('demo-start')).toBeNull();
});
