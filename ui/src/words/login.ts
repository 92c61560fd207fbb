// Logins in words: by which way, where they go, and what may be lacking.
import type { AuthorizationServer } from '../bindings/AuthorizationServer';
import type { LoginMethod } from '../bindings/LoginMethod';
import type { PendingLogin } from '../bindings/PendingLogin';
import type { RegistrationKind } from '../bindings/RegistrationKind';
import type { ResourceDetail } from '../bindings/ResourceDetail';

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

/** Most answers are here by then. */
const SILENCE = 15;

/** Nothing has come of a login for so long that the person may be looking at a blank tab. */
export const isSilent = (pending: PendingLogin, now: number): boolean =>
  now - pending.started_at >= SILENCE;

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
