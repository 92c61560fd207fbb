// How a server stands, and what the doctor found, in a few words and a tone.
import type { Outcome } from '../bindings/Outcome';
import type { Resource } from '../bindings/Resource';
import type { ResourceState } from '../bindings/ResourceState';

export type Tone = 'good' | 'waiting' | 'attention' | 'quiet';

export const stateWords: Record<ResourceState, { text: string; tone: Tone }> = {
  not_protected: { text: 'No login needed', tone: 'quiet' },
  login_needed: { text: 'Needs a login', tone: 'attention' },
  logging_in: { text: 'Waiting for your browser', tone: 'waiting' },
  active: { text: 'Logged in', tone: 'good' },
  revoked: { text: 'Revoked', tone: 'quiet' },
  removed_here: { text: 'Removed here', tone: 'attention' },
};

/** How a server stands: a login under way does not hide one that lives. */
export function standingWords(
  server: Pick<Resource, 'state' | 'logged_in' | 'waiting'>,
): { text: string; tone: Tone }[] {
  if (server.waiting === null) return [stateWords[server.state]];
  const waiting = {
    text: server.waiting === 'code' ? 'Waiting for the code' : 'Waiting for your browser',
    tone: 'waiting' as const,
  };
  return server.logged_in ? [stateWords.active, waiting] : [waiting];
}

export const outcomeWords: Record<Outcome, { text: string; tone: Tone }> = {
  works: { text: 'Works', tone: 'good' },
  works_by_concession: { text: 'Works if you allow it', tone: 'attention' },
  needs_client_id: { text: 'Needs a client id', tone: 'attention' },
  programs_only: { text: 'For programs only', tone: 'attention' },
  not_protected: { text: 'No login needed', tone: 'quiet' },
  broken: { text: 'Does not work', tone: 'attention' },
};
