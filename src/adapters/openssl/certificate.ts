import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PreflightError } from '../../errors.ts';
import type { Run } from '../process/command.ts';
import { findProgram } from '../process/find-program.ts';

/** A server's identity and the authority that vouches for it, PEM. */
export interface ServerIdentity {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const DAYS = '3650';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * Makes an authority for this one certificate; its key is gone when this returns.
 * @throws PreflightError where there is no openssl in the folders of `path`.
 */
export async function issueCertificate(
  run: Run,
  host: string,
  path: string = process.env.PATH ?? '',
): Promise<ServerIdentity> {
  if ((await findProgram('openssl', path)) === undefined) {
    throw new PreflightError(
      'openssl is not on PATH; the lab’s Alertmanager and healer trust a certificate made by it',
      {
        hint: 'Install OpenSSL.',
      },
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'healproof-tls-'));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', args);
  try {
    const own = ['-days', DAYS, '-subj', '/CN=healproof lab', '-keyout', at('ca.key'), '-out', at('ca.crt')];
    await openssl('req', '-x509', ...NEW_KEY, ...own);
    await openssl('req', ...NEW_KEY, '-subj', '/CN=healer', '-keyout', at('tls.key'), '-out', at('tls.csr'));
    await writeFile(at('names'), `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\n`);
    const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', DAYS];
    await openssl('x509', '-req', '-in', at('tls.csr'), ...signed, '-extfile', at('names'), '-out', at('tls.crt'));
    const [authority, certificate, key] = await Promise.all(
      ['ca.crt', 'tls.crt', 'tls.key'].map((name) => readFile(at(name), 'utf8')),
    );
    return { authority: authority ?? '', certificate: certificate ?? '', key: key ?? '' };
  } finally {
    await rm(folder, { recursive: true });
  }
}
