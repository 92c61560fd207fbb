// What would help after a failure, as its code says.
import type { ConcessionOffer } from '../bindings/ConcessionOffer';
import type { Failure } from '../bindings/Failure';

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

/** What was typed is wrong, and nothing that a server or its owner could do would help. */
export function isTypingError(failure: Failure): boolean {
  return failure.code === 'not_a_url' || failure.code === 'not_https';
}
