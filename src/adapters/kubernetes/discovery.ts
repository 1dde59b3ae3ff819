import { KubernetesError } from '../../errors.ts';
import { apiPath, groupSegments } from './api-path.ts';
import type { Connection } from './connection.ts';

export interface ResourceType {
  readonly plural: string;
  readonly namespaced: boolean;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Maps kinds to paths by asking the API server; what was found is kept, what was not is asked again. */
export class Discovery {
  readonly #connection: Connection;
  readonly #known = new Map<string, readonly ApiResource[]>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Null where the server does not know the kind. */
  async find(apiVersion: string, kind: string): Promise<ResourceType | null> {
    const known = this.#pick(apiVersion, kind);
    if (known !== null) return known;
    const answer = await this.#connection.send({ method: 'GET', path: apiPath(...groupSegments(apiVersion)) });
    if (answer.status === 404) return null;
    if (answer.status >= 300) throw new KubernetesError(`cannot read the kinds of ${apiVersion}`, answer.status);
    this.#known.set(apiVersion, (JSON.parse(answer.text) as { resources: ApiResource[] }).resources);
    return this.#pick(apiVersion, kind);
  }

  #pick(apiVersion: string, kind: string): ResourceType | null {
    const found = this.#known.get(apiVersion)?.find((each) => each.kind === kind && !each.name.includes('/'));
    return found === undefined ? null : { plural: found.name, namespaced: found.namespaced };
  }
}
