// Moving about: where the focus is after it, what is told, the way back, and the place in a long list.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { click, press } from './person';

afterEach(clear);

const focused = () => document.activeElement;
const main = () => document.getElementById('content')!;
const heading = (text: string) =>
  waitFor(() => expect(focused()?.tagName === 'H1' && focused()?.textContent).toBe(text));

test('the focus goes to the first field, or to the heading, and the screen is named', async () => {
  await desk();
  await heading('MCP servers');
  await press('n', { ctrlKey: true });
  await waitFor(() => expect(focused()).toBe(screen.getByTestId('url-input')));
  for (const [name, text] of [
    ['2', 'Agents'],
    ['3', 'Activity'],
    [',', 'Settings'],
    ['1', 'MCP servers'],
  ] as const) {
    await press(name, { ctrlKey: true });
    await heading(text);
    expect(document.title).toBe(`${text} · Gatelodge`);
    expect(screen.getByTestId('told').textContent).toBe(text);
  }
  await press('4', { ctrlKey: true });
  await waitFor(() => expect(focused()).toBe(screen.getByTestId('url-input')));
  screen.getByTestId('nav-doctor').focus();
  await press('4', { ctrlKey: true });
  await waitFor(() =>
    expect(focused(), 'also to where one is').toBe(screen.getByTestId('url-input')),
  );
  await click('nav-servers');
  await click('server-row');
  await heading('Notes of the team');
  expect(document.title).toBe('Notes of the team · Gatelodge');
});

test('Escape leads out of what was opened from a list, and Alt+Left the way that was gone', async () => {
  await desk();
  await click('server-row');
  await heading('Notes of the team');
  await press('Escape');
  await heading('MCP servers');
  await press('Escape');
  await heading('MCP servers');
  await press('3', { ctrlKey: true });
  await click('nav-settings');
  await press('ArrowLeft', { altKey: true });
  await heading('Activity');
  await press('ArrowLeft', { altKey: true });
  await heading('MCP servers');
});

test('Escape in a field with text leads nowhere', async () => {
  await desk();
  await press('n', { ctrlKey: true });
  await fireEvent.input(await screen.findByTestId('url-input'), { target: { value: 'https://x' } });
  screen.getByTestId('url-input').focus();
  await press('Escape');
  expect(screen.getByTestId('url-input')).toBeTruthy();
  await fireEvent.input(screen.getByTestId('url-input'), { target: { value: '' } });
  await press('Escape');
  await heading('MCP servers');
});

async function scroll(to: number) {
  await fireEvent.wheel(main());
  main().scrollTop = to;
  await fireEvent.scroll(main());
}

test('each screen has a place of its own in its scroller, and keeps it', async () => {
  await desk();
  await scroll(400);
  await click('server-row');
  await heading('Notes of the team');
  expect(main().scrollTop).toBe(0);
  await scroll(1200);
  await press('Escape');
  await heading('MCP servers');
  expect(main().scrollTop).toBe(400);
  await click('server-row');
  await heading('Notes of the team');
  expect(main().scrollTop).toBe(1200);
});

test('the place is kept where a page that is short at first is left before all of it came', async () => {
  await desk();
  await scroll(400);
  await click('server-row');
  await heading('Notes of the team');
  await press('Escape');
  await heading('MCP servers');
  main().scrollTop = 120;
  await fireEvent.scroll(main());
  await click('server-row');
  await heading('Notes of the team');
  await press('Escape');
  await heading('MCP servers');
  expect(main().scrollTop).toBe(400);
});
