// Components: what a server says is text, states have words, failures have their code.
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import FailureBox from '../src/components/FailureBox.svelte';
import ScopeTable from '../src/components/ScopeTable.svelte';
import TraceSteps from '../src/components/TraceSteps.svelte';
import { scopeRows } from '../src/words/grant';
import { failure } from './fixtures';

afterEach(cleanup);

test('a failure is an alert with its code, and its text is text', () => {
  render(FailureBox, {
    failure: failure('not_mcp', { message: '<img src=x onerror=alert(1)>' }),
  });
  const alert = screen.getByRole('alert');
  expect(alert.dataset['code']).toBe('not_mcp');
  expect(alert.textContent).toContain('<img src=x');
  expect(alert.querySelector('img')).toBeNull();
});

test('what a server said is there whole, as text, where the message holds only its beginning', () => {
  const said = `<b>${'long '.repeat(200)}`;
  const { unmount } = render(FailureBox, {
    failure: failure('login_refused', { message: 'It says: "<b>long…".', said }),
  });
  expect(screen.getByTestId('said').textContent).toBe(said);
  unmount();
  render(FailureBox, {
    failure: failure('login_refused', { message: 'It says: "no".', said: 'no' }),
  });
  expect(screen.queryByTestId('said'), 'it is there already').toBeNull();
});

test('scopes that nobody asked for are told in words', () => {
  render(ScopeTable, { rows: scopeRows(['read'], ['read', 'admin'], [], ['admin']) });
  expect(screen.getByText('granted without being requested')).toBeTruthy();
  expect(screen.getAllByLabelText('Granted')).toHaveLength(2);
});

test('a verdict has words beside its colour', () => {
  render(TraceSteps, {
    steps: [
      {
        title: 'T',
        request: 'GET https://h',
        status: 404,
        answer: null,
        verdict: 'next',
        detail: 'Not here.',
        rule: 'R',
      },
    ],
  });
  expect(screen.getByText('Next step')).toBeTruthy();
});
