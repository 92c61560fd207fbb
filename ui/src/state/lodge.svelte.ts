// What the window knows of the host: fetched, and fetched again when the host says that something changed.
import { asFailure, call, listen } from '../backend';
import type { Agent } from '../bindings/Agent';
import type { Failure } from '../bindings/Failure';
import type { Resource } from '../bindings/Resource';
import type { Status } from '../bindings/Status';
import type { TraceStep } from '../bindings/TraceStep';
import { route } from './route.svelte';
import { toasts } from './toasts.svelte';

let status = $state<Status | null>(null);
let servers = $state<Resource[]>([]);
let agents = $state<Agent[]>([]);
let version = $state(0);
let unreachable = $state<Failure | null>(null);
const traces = $state<Record<string, TraceStep[]>>({});
const loginFailures = $state<Record<string, Failure>>({});

export const lodge = {
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
  /** How the last login to a server ended, if badly; until the next one begins. */
  loginFailure(id: string): Failure | null {
    return loginFailures[id] ?? null;
  },
  forgetLoginFailure(id: string) {
    delete loginFailures[id];
  },
  set(next: Status) {
    status = next;
    void refetch();
  },
};

/** Begins to follow the host. */
export async function follow(): Promise<() => void> {
  const stop = await listen((notice) => {
    switch (notice.kind) {
      case 'changed':
        void refetch();
        break;
      case 'trace':
        traces[notice.trace_id] = [...(traces[notice.trace_id] ?? []), notice.step];
        break;
      case 'logged_in':
        delete loginFailures[notice.resource_id];
        if (!route.follow({ screen: 'server', id: notice.resource_id })) toasts.say('Logged in.');
        void refetch();
        break;
      case 'login_failed':
        fail(notice.resource_id, notice.failure);
        void refetch();
        break;
    }
  });
  await refetch();
  return stop;
}

/** At the server's page if one can go there; else in the corner. */
function fail(id: string | null, failure: Failure) {
  if (id !== null && route.follow({ screen: 'server', id })) loginFailures[id] = failure;
  else toasts.fail(failure);
}

let fetching = false;
let again = false;

/** One fetch at a time; a change that comes meanwhile is fetched after it. */
export async function refetch(): Promise<void> {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      status = await call('status');
      if (status.vault.state === 'open') {
        [servers, agents] = await Promise.all([call('resources_list'), call('agents_list')]);
      } else {
        servers = [];
        agents = [];
      }
      version += 1;
      unreachable = null;
    } while (again);
  } catch (thrown) {
    unreachable = asFailure(thrown);
  } finally {
    fetching = false;
  }
}
