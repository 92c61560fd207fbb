// What the window knows of the host: fetched, and fetched again when the host says that something changed.
import { asFailure, call, listen } from '../backend';
import type { Agent } from '../bindings/Agent';
import type { Failure } from '../bindings/Failure';
import type { Resource } from '../bindings/Resource';
import type { ResourceDetail } from '../bindings/ResourceDetail';
import type { Status } from '../bindings/Status';
import type { TraceStep } from '../bindings/TraceStep';
import { speakAs } from '../words/language';
import { t } from '../words/messages';
import { route } from './route.svelte';
import { toasts } from './toasts.svelte';

let status = $state<Status | null>(null);
let servers = $state<Resource[]>([]);
let agents = $state<Agent[]>([]);
let version = $state(0);
let unreachable = $state<Failure | null>(null);
const traces = $state<Record<string, TraceStep[]>>({});
/** Whom a login was begun for, by its server: a name to propose where the issuer names nobody. */
const hints: Record<string, string> = {};
/** What was last known of each server's page, so that it is there at once. */
const details: Record<string, ResourceDetail> = {};

export const hostState = {
  get status() {
    return status;
  },
  get servers() {
    return servers;
  },
  get agents() {
    return agents;
  },
  /** Grows with every change; screens that fetch for themselves depend on it. */
  get version() {
    return version;
  },
  get unreachable() {
    return unreachable;
  },
  trace(id: string): TraceStep[] {
    return traces[id] ?? [];
  },
  hint(id: string): string {
    return hints[id] ?? '';
  },
  expect(id: string, account: string | null) {
    if (account === null) delete hints[id];
    else hints[id] = account;
  },
  known(id: string): ResourceDetail | null {
    return details[id] ?? null;
  },
  async look(id: string): Promise<ResourceDetail> {
    const found = await call('resource_show', { id });
    details[id] = found;
    return found;
  },
};

/** Begins to follow the host. */
export async function follow(): Promise<() => void> {
  const stop = await listen((notice) => {
    switch (notice.kind) {
      case 'changed':
        if (fetching) again = true;
        else void refetch();
        break;
      case 'trace':
        traces[notice.trace_id] = [...(traces[notice.trace_id] ?? []), notice.step];
        break;
      case 'logged_in':
        if (!route.go({ screen: 'server', id: notice.resource_id })) toasts.say(t('signed-in'));
        void refetch();
        break;
      case 'show':
        route.go({ screen: 'server', id: notice.resource_id });
        break;
      case 'login_failed':
        // The server's page shows it, for as long as it is so; where one cannot go there now, the corner does, too.
        if (notice.resource_id === null || !route.go({ screen: 'server', id: notice.resource_id }))
          toasts.fail(notice.failure);
        void refetch();
        break;
    }
  });
  // A window that was made for one server begins with its page.
  const [, wanted] = /^#\/server\/(.+)$/.exec(location.hash) ?? [];
  if (wanted) route.go({ screen: 'server', id: wanted });
  await refetch();
  return stop;
}

let fetching = false;
let again = false;
/** The person waits for it. */
let urgent = false;
/** Ends the rest between two fetches. */
let wake = () => {};

/** Of each stretch of time a quarter at most is fetching: agents that ask all the time are changes all the time. */
const REST = 3;
const LONGEST_REST = 5_000;

/**
 * One fetch at a time. A change that the host tells of meanwhile is fetched after it and after a rest; for whoever asks here,
 * since the person did something, there is no rest.
 */
export async function refetch(): Promise<void> {
  if (fetching) {
    [again, urgent] = [true, true];
    wake();
    return;
  }
  fetching = true;
  do {
    [again, urgent] = [false, false];
    const begun = performance.now();
    try {
      await fetchAll();
      unreachable = null;
    } catch (thrown) {
      unreachable = asFailure(thrown);
    }
    if (again && !urgent) await rest((performance.now() - begun) * REST);
  } while (again);
  fetching = false;
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, Math.min(milliseconds, LONGEST_REST));
  });
}

async function fetchAll() {
  const now = await call('status');
  const open = now.vault.state === 'open';
  // All at once: a list that is not there yet must not look like an empty one.
  const [found, known, languages] = open
    ? await Promise.all([call('resources_list'), call('agents_list'), call('language_list')])
    : [[], [], null];
  if (languages) speakAs(languages.spoken);
  [status, servers, agents] = [now, found, known];
  version += 1;
}
