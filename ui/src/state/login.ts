// How a login is to differ from an ordinary one.
import type { Redirect } from '../bindings/Redirect';
import type { RegistrationKind } from '../bindings/RegistrationKind';

export interface LoginOptions {
  /** One more account beside those that are here. */
  another?: boolean;
  /** The account's name, as the issuer knows it. */
  hint?: string | null;
  /** The login that goes on. */
  again?: string | null;
  /** What an operation lacked. */
  scopes?: string[] | null;
  /** How to get a client id. */
  registration?: RegistrationKind | null;
  /** How the answer comes back. */
  redirect?: Redirect | null;
  /** The issuer asks for consent anew. */
  consent?: boolean;
}

/** The same, as the host takes it. */
export const loginBegin = (
  id: string,
  {
    another = false,
    again = null,
    hint = null,
    scopes = null,
    registration = null,
    redirect = null,
    consent = false,
  }: LoginOptions,
) => ({
  resource_id: id,
  redirect,
  select_account: another,
  another_account: another,
  grant_id: again,
  login_hint: hint,
  consent,
  scopes,
  registration,
});
