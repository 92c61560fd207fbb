// The doctor's page: what departs, what is missing, what works, the diagram, and a file.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import SequenceDiagram from '../src/components/SequenceDiagram.svelte';
import Doctor from '../src/screens/Doctor.svelte';
import { route } from '../src/state/route.svelte';
import { FakeHost } from './fake';
import { diagnosis } from './diagnosis';
import { fails, failure, steps } from './fixtures';

afterEach(() => {
  cleanup();
  // Another visit.
  route.go({ screen: 'doctor' });
});

test('a diagnosis is told in groups, with what the owner should change', async () => {
  const host = new FakeHost();
  render(Doctor, { url: 'https://mcp.example.com/mcp' });
  expect((await screen.findByTestId('diagnosis')).dataset['outcome']).toBe('works_by_concession');
  expect(screen.getAllByTestId('finding-departs').map((one) => one.textContent)).toEqual([
    expect.stringContaining('List S256'),
  ]);
  expect(screen.getAllByTestId('finding-missing')).toHaveLength(2);
  expect(screen.getAllByTestId('finding-works')).toHaveLength(4);
  expect(screen.getByText(steps[0]?.title ?? '')).toBeTruthy();
  await fireEvent.click(screen.getByTestId('doctor-save'));
  expect((await screen.findByTestId('doctor-saved')).textContent).toContain(
    'gatelodge-doctor-mcp.example.com.json',
  );
  expect(host.asked('doctor_save')).toEqual([{ trace_id: host.asked('doctor')[0]?.trace_id }]);
});

test('an address that is none is a failure, and nothing is diagnosed', async () => {
  new FakeHost(undefined, {
    doctor: fails(failure('not_a_url')),
  });
  render(Doctor, { url: 'nonsense' });
  expect((await screen.findByTestId('complaint')).dataset['code']).toBe('not_a_url');
  expect(screen.queryByTestId('error'), 'told once').toBeNull();
  expect(screen.queryByTestId('diagnosis')).toBeNull();
});

test('what a server wrote stays text', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  new FakeHost(undefined, {
    doctor: () => ({
      ...diagnosis,
      summary: hostile,
      steps: steps.map((step) => ({ ...step, answer: hostile })),
      diagram: {
        actors: ['Gatelodge', hostile],
        messages: [{ from: 1, to: 0, text: hostile, ok: false }],
      },
    }),
  });
  const { container } = render(Doctor, { url: 'https://h.example/' });
  await screen.findByTestId('diagnosis');
  expect(container.textContent).toContain(hostile);
  expect(container.querySelector('img')).toBeNull();
});

test('the diagram has a line for each party and an arrow for each message, and is told in words', () => {
  const { container } = render(SequenceDiagram, { diagram: diagnosis.diagram });
  expect(container.querySelectorAll('.life')).toHaveLength(3);
  expect(container.querySelectorAll('path')).toHaveLength(diagnosis.diagram.messages.length);
  expect(container.querySelectorAll('.bad')).toHaveLength(1);
  expect(screen.getByRole('img').getAttribute('aria-label')).toContain(
    'Gatelodge to mcp.example.com: POST /mcp',
  );
});
