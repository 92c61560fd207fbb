// One login in words: whose it is, until when, and what was granted.
import type { Grant } from '../bindings/Grant';
import type { Receipt } from '../bindings/Receipt';
import { t } from './messages';
import { relative } from './time';

/** What an account is called above its card: what stands in for a name begins like a sentence. */
export const accountTitle = ({ account, unnamed }: Pick<Grant, 'account' | 'unnamed'>): string =>
  unnamed ? account.charAt(0).toUpperCase() + account.slice(1) : account;

/** How long the token of a login that renews itself is good for. */
export function tokenLife(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return t('token-untold');
  return expiresAt <= now
    ? t('token-renews-next')
    : t('token-expires', { left: { seconds: expiresAt - now } });
}

/** How such a login stands, and what happens when its token ends. */
export function expiry(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return t('connected-untold');
  return t(expiresAt <= now ? 'connected-renews-next' : 'connected-renews');
}

/** What a login means that nothing renews: when it ends. Null where it is renewed, or where there is nothing to tell. */
export function endingWords(
  grant: Pick<Grant, 'kind' | 'has_refresh_token' | 'not_renewed' | 'expires_at' | 'state'>,
  now: number,
): string | null {
  if (grant.state !== 'active' || !grant.not_renewed) return null;
  if (grant.has_refresh_token) return grant.not_renewed;

  if (grant.expires_at === null) return t('grant-ends-untold');
  if (grant.expires_at <= now) return t('grant-ended');
  return t('grant-ends', { left: { seconds: grant.expires_at - now } });
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

/** How long the last access token can still be used, where it was not seen to be refused. */
export function lastTokenWords(
  { last_token, lives_until }: Pick<Receipt, 'last_token' | 'lives_until'>,
  now: number,
): string | null {
  if (last_token === 'untold') return t('receipt-token-untold');
  if (last_token !== 'until' || lives_until === null) return null;
  const when = relative(lives_until, now);
  return t(lives_until <= now ? 'receipt-token-ended' : 'receipt-token-lives', { when });
}
