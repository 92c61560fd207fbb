// Taking a permit back, with a way to give it again: the agent loses it at once.
import { call } from '../backend';
import type { Permit } from '../bindings/Permit';
import { t } from '../words/messages';
import type { Attempt } from './attempt.svelte';
import { toasts } from './toasts.svelte';

export async function removePermit(attempt: Attempt, permit: Permit) {
  const { agent_id, agent_name, grant_id, resource_name, scopes, until } = permit;
  const gone = await attempt.run(() => call('permit_remove', { agent_id, grant_id }));
  if (!gone) return;
  const again = () =>
    void attempt.run(() => call('permit_give', { agent_id, grant_id, scopes, until }));
  toasts.say(t('access-removed', { agent: agent_name, server: resource_name }), again);
}
