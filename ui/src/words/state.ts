// How a server stands, and what the doctor found, in a few words and a tone.
import type { Outcome } from '../bindings/Outcome';
import type { Resource } from '../bindings/Resource';
import type { ResourceState } from '../bindings/ResourceState';
import type { PlainId } from './messages';

export type Tone = 'good' | 'waiting' | 'attention' | 'quiet';

export interface Standing {
  text: PlainId;
  tone: Tone;
}

export const stateWords: Record<ResourceState, Standing> = {
  not_protected: { text: 'state-not-protected', tone: 'quiet' },
  login_needed: { text: 'state-sign-in-needed', tone: 'attention' },
  logging_in: { text: 'state-waiting-browser', tone: 'waiting' },
  active: { text: 'state-connected', tone: 'good' },
  revoked: { text: 'state-revoked', tone: 'quiet' },
  removed_here: { text: 'state-removed-here', tone: 'attention' },
};

/** How a server stands: a login under way does not hide one that lives. */
export function standingWords(
  server: Pick<Resource, 'state' | 'logged_in' | 'waiting'>,
): Standing[] {
  if (server.waiting === null) return [stateWords[server.state]];
  const text = server.waiting === 'code' ? 'state-waiting-code' : 'state-waiting-browser';
  const waiting: Standing = { text, tone: 'waiting' };
  return server.logged_in ? [stateWords.active, waiting] : [waiting];
}

export const outcomeWords: Record<Outcome, Standing> = {
  works: { text: 'outcome-works', tone: 'good' },
  works_by_concession: { text: 'outcome-by-exception', tone: 'attention' },
  needs_client_id: { text: 'outcome-client-needed', tone: 'attention' },
  programs_only: { text: 'outcome-programs-only', tone: 'attention' },
  not_protected: { text: 'outcome-open', tone: 'quiet' },
  broken: { text: 'outcome-broken', tone: 'attention' },
};
