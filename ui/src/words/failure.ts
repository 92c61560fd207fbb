// What would help after a failure, as its remedies say.
import type { ConcessionOffer } from '../bindings/ConcessionOffer';
import type { Failure } from '../bindings/Failure';
import type { Redirect } from '../bindings/Redirect';
import type { RegistrationKind } from '../bindings/RegistrationKind';
import type { Remedy } from '../bindings/Remedy';
import type { PlainId } from './messages';

/** Every departure that would have to be allowed, as far as the failure knows. */
export function offersOf(failure: Failure | null): ConcessionOffer[] {
  if (failure?.concessions?.length) return failure.concessions;
  return failure?.concession ? [failure.concession] : [];
}

/** Nothing that can be read says where to log in: whoever was told the addresses can enter them. */
export const lacksAddresses = (failure: Failure): boolean => helpsWith(failure, 'enter_endpoints');

/** A client id that its owner gives would help. */
export const lacksClient = (failure: Failure): boolean => helpsWith(failure, 'enter_client');

/** What was entered at a company's identity provider is refused there. */
export const lacksProvider = (failure: Failure): boolean => helpsWith(failure, 'enter_provider');

function helpsWith(failure: Failure, kind: Remedy['kind']): boolean {
  return failure.remedies.some((remedy) => remedy.kind === kind);
}

/** How a login that would help differs from the one that failed, and what the button says that begins it. */
export interface OtherLogin {
  text: PlainId;
  options: { redirect: Redirect | null; registration: RegistrationKind | null };
}

/** Null where no other login would help. */
export function otherLogin(failure: Failure): OtherLogin | null {
  const login = failure.remedies.find((remedy) => remedy.kind === 'log_in');
  if (!login) return null;
  const { redirect, registration } = login;
  const options = { redirect, registration };
  if (registration === 'dynamic') return { text: 'sign-in-new-registration', options };
  return { text: registration ? 'sign-in-this-way' : 'sign-in-other-redirect', options };
}

/** What was typed is wrong, and nothing that a server or its owner could do would help. */
export function isTypingError(failure: Failure): boolean {
  return failure.code === 'not_a_url' || failure.code === 'not_https';
}
