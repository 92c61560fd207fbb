// Addresses: what was typed, and what is shown of them.

/** Host of a URL, for a list; the whole text where it is none. */
export function hostOf(uri: string): string {
  try {
    return new URL(uri).host;
  } catch {
    return uri;
  }
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
