// Logins in words: by which way, where they go, and what may be lacking.
import type { AuthorizationServer } from '../bindings/AuthorizationServer';
import type { ClientInfo } from '../bindings/ClientInfo';
import type { LoginMethod } from '../bindings/LoginMethod';
import type { PendingLogin } from '../bindings/PendingLogin';
import type { RegistrationKind } from '../bindings/RegistrationKind';
import type { ResourceDetail } from '../bindings/ResourceDetail';
import { t, type PlainId } from './messages';
import { date } from './time';

/** Where a client id comes from. */
export const registrationWords: Record<RegistrationKind, PlainId> = {
  pre_registered: 'client-entered',
  metadata_document: 'client-document',
  dynamic: 'client-registered',
};

/** The same, with the day. */
export function registeredOn({
  kind,
  registered_at,
}: Pick<ClientInfo, 'kind' | 'registered_at'>): string {
  const ids = {
    pre_registered: 'client-entered-on',
    metadata_document: 'client-document-on',
    dynamic: 'client-registered-on',
  } as const;
  return t(ids[kind], { date: date(registered_at) });
}

/** How a server is logged in to, for a list of facts. */
export function methodWords(method: LoginMethod): string {
  switch (method.kind) {
    case 'browser':
      return t('method-is-browser');
    case 'device':
      return t('method-is-device');
    case 'client_credentials':
      return t('method-is-client-credentials');
    case 'enterprise':
      return t('method-is-enterprise', { provider: method.provider });
    case 'workload':
      return t('method-is-workload', { file: method.token_file });
  }
}

/** What the button says that begins a login. */
export function loginWords(method: LoginMethod): PlainId {
  if (method.kind === 'browser') return 'sign-in';
  if (method.kind === 'device') return 'sign-in-with-code';
  return method.kind === 'enterprise' ? 'sign-in-through-company' : 'get-access';
}

/** Most answers are here by then. */
const SILENCE = 15;

/** Nothing has come of a login for so long that the person may be looking at a blank tab. */
export const isSilent = (pending: PendingLogin, now: number): boolean =>
  now - pending.started_at >= SILENCE;

/** How it is known where a login goes, in one sentence; null while nothing is known. */
export function addressWords(server: AuthorizationServer | null): string | null {
  if (!server) return null;
  const goes = server.login_goes ?? t('addresses-goes', { host: server.authorization_host });
  if (server.basis === 'entered') return t('addresses-are-entered', { goes });
  return server.basis === 'assumed'
    ? t('addresses-are-assumed', { goes })
    : t('addresses-are-published');
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
