// Times, states and names in plain words. Pure, so that the tests need no window.
import type { AuthorizationServer } from '../bindings/AuthorizationServer';
import type { ConcessionOffer } from '../bindings/ConcessionOffer';
import type { Failure } from '../bindings/Failure';
import type { Grant } from '../bindings/Grant';
import type { LoginMethod } from '../bindings/LoginMethod';
import type { Outcome } from '../bindings/Outcome';
import type { PendingLogin } from '../bindings/PendingLogin';
import type { RegistrationKind } from '../bindings/RegistrationKind';
import type { Receipt } from '../bindings/Receipt';
import type { Resource } from '../bindings/Resource';
import type { ResourceDetail } from '../bindings/ResourceDetail';
import type { ResourceState } from '../bindings/ResourceState';
import type { Route } from '../state/route.svelte';

export type Tone = 'good' | 'waiting' | 'attention' | 'quiet';

/** What a screen is called, for the title and for who does not see it. */
export const screenNames: Record<Route['screen'], string> = {
  servers: 'MCP servers',
  add: 'Add an MCP server',
  server: 'Server',
  agents: 'Agents',
  activity: 'Activity',
  doctor: 'Doctor',
  settings: 'Settings',
};

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

/** The name that an account has for want of any, maybe with a number. */
export const isUnnamed = (account: string): boolean => /^unnamed account( \d+)?$/.test(account);

/** What an account is called above its card. */
export const accountTitle = (account: string): string =>
  isUnnamed(account) ? account.replace('unnamed', 'Unnamed') : account;

/** Where a client id comes from. */
export const registrationWords: Record<RegistrationKind, string> = {
  pre_registered: 'entered by you',
  metadata_document: 'our metadata document',
  dynamic: 'registered by this program',
};

/** How a server is logged in to, for a list of facts. */
export function methodWords(method: LoginMethod): string {
  switch (method.kind) {
    case 'browser':
      return 'the browser';
    case 'device':
      return 'a code, in another browser';
    case 'client_credentials':
      return 'this program itself, nobody logs in';
    case 'enterprise':
      return `your company, ${method.provider}`;
    case 'workload':
      return `the platform’s token in ${method.token_file}`;
  }
}

/** What the button says that begins a login. */
export function loginWords(method: LoginMethod): string {
  if (method.kind === 'browser') return 'Log in with the browser';
  if (method.kind === 'device') return 'Log in with a code';
  return method.kind === 'enterprise' ? 'Log in through my company' : 'Get access';
}

/** "4 minutes", "2 hours", "3 days". */
export function span(seconds: number): string {
  const amount = (value: number, unit: string) => `${value} ${unit}${value === 1 ? '' : 's'}`;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return amount(whole, 'second');
  if (whole < 5400) return amount(Math.round(whole / 60), 'minute');
  if (whole < 129_600) return amount(Math.round(whole / 3600), 'hour');
  return amount(Math.round(whole / 86_400), 'day');
}

/** Most answers are here by then. */
const SILENCE = 15;

/** Nothing has come of a login for so long that the person may be looking at a blank tab. */
export const isSilent = (pending: PendingLogin, now: number): boolean =>
  now - pending.started_at >= SILENCE;

/** "4 minutes ago" or "in 4 minutes". */
export function relative(at: number, now: number): string {
  if (Math.abs(at - now) < 5) return 'just now';
  return at > now ? `in ${span(at - now)}` : `${span(now - at)} ago`;
}

/** How long the token of a login that renews itself is good for. */
export function tokenLife(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return 'The server does not say when the token ends';
  return expiresAt <= now ? 'Renews at the next use' : `Token good for ${span(expiresAt - now)}`;
}

/** The same, and what happens when it ends. */
export function expiry(expiresAt: number | null, now: number): string {
  const renews = expiresAt !== null && expiresAt > now;
  return tokenLife(expiresAt, now) + (renews ? ', renews by itself' : '');
}

export interface ScopeRow {
  scope: string;
  asked: boolean;
  granted: boolean;
  offered: boolean;
  unasked: boolean;
}

/** Asked for, granted, offered: one row a scope, what was granted first. */
export function scopeRows(
  asked: string[],
  granted: string[],
  offered: string[],
  unasked: string[],
): ScopeRow[] {
  const all = [...new Set([...granted, ...asked, ...offered])];
  const rows = all.map((scope) => ({
    scope,
    asked: asked.includes(scope),
    granted: granted.includes(scope),
    offered: offered.includes(scope),
    unasked: unasked.includes(scope),
  }));
  return rows.sort(
    (a, b) => Number(b.granted) - Number(a.granted) || a.scope.localeCompare(b.scope),
  );
}

/** "Today", "Yesterday", or the date. */
export function day(at: number, now: number): string {
  const date = new Date(at * 1000);
  const daysBetween = Math.round((midnight(new Date(now * 1000)) - midnight(date)) / 86_400_000);
  if (daysBetween === 0) return 'Today';
  if (daysBetween === 1) return 'Yesterday';
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** "23 November 2026". */
export function date(at: number): string {
  return new Date(at * 1000).toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

/** A sentence that begins with a capital, of words that may not. */
export const sentence = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1).replace(/\.?$/, '.');

export function clock(at: number): string {
  return new Date(at * 1000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** Host of a URL, for a list; the whole text where it is none. */
export function host(uri: string): string {
  try {
    return new URL(uri).host;
  } catch {
    return uri;
  }
}

/** At most that many letters of an address: its end tells more than its middle. */
export function shortened(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const end = Math.max(1, Math.floor((most - 1) / 2));
  return `${letters.slice(0, Math.max(1, Math.floor(most) - 1 - end)).join('')}…${letters.slice(-end).join('')}`;
}

/** At most that many letters of a sentence: it begins with what matters. */
export function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, Math.max(1, Math.floor(most) - 1))
        .join('')
        .trimEnd()}…`;
}

/** What a person means by an address without its beginning: https, but plain http for this machine. The host decides. */
export function asUrl(text: string): string {
  const typed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) return typed;
  if (/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?([/?#]|$)/i.test(typed)) return `http://${typed}`;
  return /^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)+(:\d+)?([/?#]|$)/u.test(typed)
    ? `https://${typed}`
    : typed;
}

/** Plain http to another machine: nobody can say who answers there. */
export function isPlainHttp(text: string): boolean {
  return /^http:\/\/(?!127\.|localhost([:/?#]|$)|\[::1\])/i.test(text.trim());
}

/** Every departure that would have to be allowed, as far as the failure knows. */
export function offersOf(failure: Failure | null): ConcessionOffer[] {
  if (failure?.concessions?.length) return failure.concessions;
  return failure?.concession ? [failure.concession] : [];
}

/** Nothing that can be read says where to log in: whoever was told the addresses can enter them. */
export function lacksAddresses(failure: Failure): boolean {
  return [
    'no_authorization_server',
    'no_resource_metadata',
    'metadata_hidden',
    'metadata_unreadable',
  ].includes(failure.code);
}

/** How it is known where a login goes, in one sentence; null while nothing is known. */
export function addressWords(server: AuthorizationServer | null): string | null {
  if (!server) return null;
  const goes = server.login_goes ?? `You log in at ${server.authorization_host}.`;
  if (server.basis === 'entered') return `You entered them. ${goes}`;
  return server.basis === 'assumed'
    ? `Assumed, as no document names them. ${goes}`
    : 'As the authorization server publishes them.';
}

/** There is no client id, and no address to register at: what else there is has to be asked for. */
export function mayLackClient({
  authorization_server,
  client,
  login_method,
}: Pick<ResourceDetail, 'authorization_server' | 'client' | 'login_method'>): boolean {
  const usesOne = ['browser', 'device', 'client_credentials'].includes(login_method.kind);
  return (
    usesOne &&
    client === null &&
    authorization_server !== null &&
    authorization_server.registration_host === null
  );
}

/** How long the last access token can still be used, where it was not seen to be refused. */
export function lastTokenWords(
  { last_token, lives_until }: Pick<Receipt, 'last_token' | 'lives_until'>,
  now: number,
): string | null {
  if (last_token === 'untold')
    return 'Whoever holds the last access token can use it; its issuer did not say until when.';
  if (last_token !== 'until' || lives_until === null) return null;
  if (lives_until <= now) return `The last access token ended ${relative(lives_until, now)}.`;
  return `Whoever holds the last access token can use it until it ends, ${relative(lives_until, now)}.`;
}

/** Logins that were renewed, and whose new tokens the disk did not take. */
export const unsavedWords = (count: number): string =>
  count === 1
    ? 'A renewed login could not be written yet.'
    : `${count} renewed logins could not be written yet.`;

/** What a login means that nothing renews: when it ends. Null where it is renewed, or where there is nothing to tell. */
export function endingWords(
  grant: Pick<Grant, 'kind' | 'has_refresh_token' | 'not_renewed' | 'expires_at' | 'state'>,
  now: number,
): string | null {
  if (grant.state !== 'active' || !grant.not_renewed) return null;
  if (grant.has_refresh_token) return grant.not_renewed;
  const why = 'This login came without a refresh token, so nothing can renew it.';
  if (grant.expires_at === null)
    return `${why} When its access ends, which the server does not tell, you have to log in again.`;
  if (grant.expires_at <= now) return `${why} Its access has ended: you have to log in again.`;
  return `${why} In ${span(grant.expires_at - now)} you have to log in again.`;
}

/** What was typed is wrong, and nothing that a server or its owner could do would help. */
export function isTypingError(failure: Failure): boolean {
  return failure.code === 'not_a_url' || failure.code === 'not_https';
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
