// What the SDK's server does not do: tokens that are bound to a key (RFC 9449 §7), with nonces of the resource's own.
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { createHash, randomUUID } from 'node:crypto';

export const boundKey = (introspected) => introspected.cnf?.jkt;

const nonces = new Set();
const seen = new Set();

export function guardBound({ verifyAccessToken, resource, resourceMetadataUrl, scope }) {
  async function check(request) {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme.toLowerCase() !== 'dpop' || !token) throw 'invalid_token';
    const auth = await verifyAccessToken(token).catch(() => {
      throw 'invalid_token';
    });
    const options = { typ: 'dpop+jwt', algorithms: ['ES256'], maxTokenAge: 60, clockTolerance: 5 };
    const proof = await jwtVerify(request.headers.dpop ?? '', EmbeddedJWK, options).catch(() => {
      throw 'invalid_dpop_proof';
    });
    const { payload, protectedHeader } = proof;
    const hash = createHash('sha256').update(token).digest('base64url');
    const fits =
      payload.htm === request.method &&
      payload.htu === resource &&
      payload.ath === hash &&
      !('d' in protectedHeader.jwk);
    if (!fits || (await calculateJwkThumbprint(protectedHeader.jwk)) !== boundKey(auth.extra))
      throw 'invalid_dpop_proof';
    if (!nonces.has(payload.nonce)) throw 'use_dpop_nonce';
    if (seen.has(payload.jti)) throw 'invalid_dpop_proof';
    seen.add(payload.jti);
    if (!auth.scopes.includes(scope)) throw 'insufficient_scope';
  }

  return async (request, response, next) => {
    try {
      await check(request);
      next();
    } catch (error) {
      if (typeof error !== 'string') throw error;
      const nonce = randomUUID();
      nonces.add(nonce);
      response.set('DPoP-Nonce', nonce);
      response.set(
        'WWW-Authenticate',
        `DPoP error="${error}", scope="${scope}", algs="ES256", resource_metadata="${resourceMetadataUrl}"`,
      );
      response.status(error === 'insufficient_scope' ? 403 : 401).json({ error });
    }
  };
}
