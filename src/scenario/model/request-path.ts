/** However often it is escaped: a dot, a slash, a backslash or a control character. */
const ESCAPED = /%(?:25)*(?:2e|2f|5c|[01][0-9a-f]|7f)/i;
const HALF_ESCAPED = /%(?![0-9a-f]{2})/i;

/**
 * A path, with its query, that everybody who handles it takes for the same one: nothing in it is resolved, cut off or
 * unescaped into something else. Through the API server any other could lead to objects instead of to the service.
 */
export function isRequestPath(text: string): boolean {
  const path = text.replace(/\?.*$/s, '');
  const [first, ...segments] = path.split('/');
  const isSound = segments.every((segment, index) =>
    segment === '' ? index === segments.length - 1 : segment !== '.' && segment !== '..',
  );
  const isClean = !/[#\\\s\p{C}]/u.test(text) && !ESCAPED.test(path) && !HALF_ESCAPED.test(path);
  return first === '' && segments.length > 0 && isSound && isClean;
}

/** A URL of http or https whose path is one that everybody takes for the same. */
export function isRequestUrl(text: string): boolean {
  const rest = /^https?:\/\/[^\s/?#\\]+(.*)$/s.exec(text)?.[1];
  return rest !== undefined && isRequestPath(rest.startsWith('/') ? rest : `/${rest}`) && URL.canParse(text);
}
