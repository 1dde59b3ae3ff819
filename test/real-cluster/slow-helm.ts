import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The real helm, which however lets `delaySeconds` pass before it begins and writes down when it is called and ends. */
export class SlowHelm {
  readonly program: string;
  readonly #log: string;

  constructor(path: string, helm: string, delaySeconds: number) {
    this.program = path;
    this.#log = `${path}.log`;
    const lines = [
      '#!/bin/sh',
      `echo called >> '${this.#log}'`,
      `sleep ${delaySeconds}`,
      `'${helm}' "$@"`,
      'code=$?',
      `echo "ended $code" >> '${this.#log}'`,
      'exit $code',
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    chmodSync(path, 0o755);
  }

  /** `called` and `ended <exit code>`, in their order. */
  get course(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trim().split('\n') : [];
  }
}
