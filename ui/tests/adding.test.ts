// The first step to a server: its address as people type it, and the demo.
import { screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { fails, failure, server } from './fixtures';
import { click, press, type } from './person';

afterEach(clear);

test('the demo is known by a badge, and gone with one click', async () => {
  const demo = server({ resource: { ...server().resource, is_demo: true } });
  const host = await desk(demo, { resource_remove: () => [] });
  await screen.findByText('Demo');
  await click('server-row');
  await click('remove-demo');
  expect(host.asked('resource_remove')).toEqual([{ id: 'r1' }]);
  await screen.findByTestId('server-row');
});

test('an address without its beginning is meant as https, and plain http is offered it', async () => {
  const host = await desk();
  await press('n', { ctrlKey: true });
  await type('url-input', 'mcp.notion.com/mcp');
  expect(screen.queryByTestId('complaint')).toBeNull();
  await click('discover');
  await screen.findByTestId('log-in');
  await type('url-input', 'http://mcp.linear.app/mcp');
  expect(screen.getAllByTestId('complaint')).toHaveLength(1);
  await click('use-https');
  expect(host.asked('resource_add').map((args) => args.url)).toEqual([
    'https://mcp.notion.com/mcp',
    'https://mcp.linear.app/mcp',
  ]);
});

test('a slip of the pen is told once, at the field, with no button that would not help', async () => {
  await desk(server(), {
    resource_add: fails(failure('not_a_url')),
  });
  await press('n', { ctrlKey: true });
  await type('url-input', 'hello');
  await click('discover');
  expect((await screen.findByTestId('complaint')).dataset['code']).toBe('not_a_url');
  expect(screen.queryByTestId('error')).toBeNull();
  expect(screen.queryByTestId('ask-doctor')).toBeNull();
  await type('url-input', 'hello.example');
  expect(screen.queryByTestId('complaint'), 'it was about what was there').toBeNull();
});
