/** The rules by which Kubernetes itself accepts names, so that what is no name is told before it becomes part of a URL or a selector. */

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const PART = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** RFC 1123 label: namespaces, Services, containers. */
export const DNS_LABEL = new RegExp(`^${LABEL}$`);
/** RFC 1123 subdomain: most objects, nodes among them. */
export const DNS_SUBDOMAIN = new RegExp(`^(?=.{1,253}$)${PART}(?:\\.${PART})*$`);
/** What Helm takes as the name of a release. */
export const RELEASE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?$/;
/** `v1` or `apps/v1`. */
export const API_VERSION_OF_KIND = new RegExp(`^(?:(?=[^/]{1,253}/)${PART}(?:\\.${PART})*/)?${LABEL}$`);
export const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;
/** `namespace/name:port`, with `https:` before it where the service itself speaks TLS. */
export const SERVICE_ADDRESS = new RegExp(`^(?:(https?):)?(${LABEL})/(${LABEL}):(${LABEL})$`);

const LABEL_TEXT = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export function isLabelKey(text: string): boolean {
  const [prefix = '', name, ...more] = text.includes('/') ? text.split('/') : ['x', text];
  return more.length === 0 && DNS_SUBDOMAIN.test(prefix) && LABEL_TEXT.test(name ?? '');
}

export function isLabelValue(text: string): boolean {
  return text === '' || LABEL_TEXT.test(text);
}

/**
 * May stand between two slashes of an API URL. `.` and `..` survive encoding and are then resolved away, and with them
 * the name of whatever stands before.
 */
export function isPathSegment(text: string): boolean {
  return /^(?!\.{1,2}$)[^/%\\\p{C}]{1,253}$/u.test(text);
}

/** Objects of RBAC may be called almost anything, such as `system:node`. */
export function isObjectName(apiVersion: string, name: string): boolean {
  return apiVersion.startsWith('rbac.authorization.k8s.io/') ? isPathSegment(name) : DNS_SUBDOMAIN.test(name);
}
