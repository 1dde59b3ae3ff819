const HIDDEN = '[webhook]';

/** Cuts the address of a webhook, and what in it lets one in, out of a text. Pure. */
export function withoutAddress(text: string, address: string): string {
  const secrets = [address, ...partsOf(address)].filter((part) => part.length > 3);
  return secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);
}

function partsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { href, pathname, search, username, password } = new URL(address);
  const segments = pathname.split('/').filter((segment) => segment.length >= 8);
  return [href, `${pathname}${search}`, pathname, search, username, password, ...segments];
}
