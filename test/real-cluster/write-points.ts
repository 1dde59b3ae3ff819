import { ANNOTATIONS } from '../../healer/src/names.ts';
import type { PastAction } from '../../healer/src/remediations/action-history.ts';
import { isWrite, type PassedRequest } from './faulty-proxy.ts';

/** A write of the healer at which it can be hurt: the kind of write, and which of its kind within one episode. */
export type WritePoint = string;

/** Numbers the writes of one episode as they come. A write that says what one before it said is no new point. */
export class PointCounter {
  /** Of the episode. Ledgers tell of actions in others too. */
  readonly #namespace: string;
  readonly #said = new Set<string>();
  readonly #counts = new Map<string, number>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** The point of a request; undefined for reads and repetitions. */
  take(request: Pick<PassedRequest, 'method' | 'path' | 'body'>): WritePoint | undefined {
    if (!isWrite(request)) return undefined;
    const kind = kindOf(request, this.#namespace);
    const saying = `${kind} ${withoutMoments(request.body)}`;
    if (this.#said.has(saying)) return undefined;
    this.#said.add(saying);
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${kind} #${count}`;
  }
}

/** Method, resource without the names of one episode, and what tells its writes of one resource apart. */
function kindOf({ method, path, body }: Pick<PassedRequest, 'method' | 'path' | 'body'>, episode: string): string {
  const [, resource = path, name = '', subresource = ''] =
    /\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  const said = body.startsWith('{') ? Object(JSON.parse(body)) : {};
  const about = resource === 'leases' ? leaseKind(name || String(Object(said.metadata).name), said, episode) : '';
  const detail = said.kind === 'Event' ? said.reason : Object(said.status).phase;
  return [method, resource, about, subresource, detail].filter((part) => part !== undefined && part !== '').join(' ');
}

/** Whose Lease it is, and what of the action it tells: which renewals there are is chance, what each of them says is not. */
function leaseKind(name: string, lease: { spec?: unknown; metadata?: unknown }, episode: string): string {
  const whose = /-(shard|member)-/.exec(name)?.[1] ?? '';
  if (Object(lease.spec).holderIdentity === '') return `${whose} freed`;
  const { [ANNOTATIONS.actions]: deeds = '[]' } = Object(Object(lease.metadata).annotations);
  const newest = (JSON.parse(deeds) as PastAction[]).findLast(({ namespace }) => namespace === episode);
  if (newest === undefined) return whose;
  return `${whose} ${newest.outcome ?? (newest.generationAfter === undefined ? 'intended' : 'acted')}`;
}

/** The same text for the same meaning, whenever and on whatever object. */
function withoutMoments(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b\d{13}(\.\d+)?\b/g, 'TIME')
    .replaceAll(/"resourceVersion":"\d+"/g, 'VERSION');
}
