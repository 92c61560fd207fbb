// What the window knows of the host: how it stands, and the pages of servers that were looked at.
import { SvelteMap } from 'svelte/reactivity';
import { asFailure, call, listen } from '../backend';
import type { Failure } from '../bindings/Failure';
import type { Resource } from '../bindings/Resource';
import type { ResourceDetail } from '../bindings/ResourceDetail';
import type { Status } from '../bindings/Status';
import type { TraceStep } from '../bindings/TraceStep';
import { speakAs } from '../words/language';
import { t } from '../words/messages';
import { agents, servers } from './pages.svelte';
import { route } from './route.svelte';
import { askShown } from './shown';
import { toasts } from './toasts.svelte';
import { Turns } from './turns';

let status = $state<Status | null>(null);
let unreachable = $state<Failure | null>(null);
const traces = $state<Record<string, TraceStep[]>>({});
/** Whom a login was begun for, by its server: a name to propose where the issuer names nobody. */
const hints: Record<string, string> = {};
/** What was last known of each server's page, so that it is there at once. */
const details = new SvelteMap<string, ResourceDetail>();

export const hostState = {
  get status() {
    return status;
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
    return details.get(id) ?? null;
  },
  /** As far as it is known: of a server that was not looked at yet, by the list. */
  server(id: string): Resource | null {
    return details.get(id)?.resource ?? servers.find(id) ?? null;
  },
  learn(detail: ResourceDetail): ResourceDetail {
    details.set(detail.resource.id, detail);
    return detail;
  },
  look: async (id: string) => hostState.learn(await call('resource_show', { id })),
};

/** Begins to follow the host. */
export async function follow(): Promise<() => void> {
  const stop = await listen((notice) => {
    switch (notice.kind) {
      case 'changed':
        turns.soon('all');
        break;
      case 'logged':
        turns.soon('log');
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

/** Fetches what is shown, since the person did something. */
export const refetch = (): Promise<void> => turns.now();

const turns = new Turns(async (extent) => {
  if (extent === 'log') return askShown('log');
  try {
    const show = await askAll();
    return () => {
      show();
      unreachable = null;
    };
  } catch (thrown) {
    return () => (unreachable = asFailure(thrown));
  }
});

async function askAll(): Promise<() => void> {
  const now = await call('status');
  if (now.vault.state !== 'open') {
    return () => {
      status = now;
      servers.forget();
      agents.forget();
    };
  }
  const [languages, show] = await Promise.all([call('language_list'), askShown('all')]);
  return () => {
    speakAs(languages.spoken);
    show();
    status = now;
  };
}
