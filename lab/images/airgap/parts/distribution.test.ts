import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun } from '../../../../test/fakes/fake-run.ts';
import { findMirror, pickMirror, readDistribution } from './distribution.ts';

const targets = [
  'nodistro|nodistro|main|http://elsewhere.test/node_20.x/',
  'Debian|bookworm-security|main|http://mirror.test/debian-security/',
  'Debian|bookworm|main|http://mirror.test/debian/',
].join('\n');

describe('pickMirror', () => {
  it("takes the release's own main component, not updates or strangers", () => {
    expect(pickMirror(targets, 'debian', 'bookworm')).toBe('http://mirror.test/debian/');
    expect(pickMirror(targets, 'debian', 'trixie')).toBeUndefined();
  });
});

describe('readDistribution', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'healproof-os-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    await writeFile(join(folder, 'os-release'), text);
    return readDistribution(join(folder, 'os-release'));
  };

  it.each([
    ['ID=debian\nVERSION_CODENAME=bookworm\n', { id: 'debian', codename: 'bookworm', components: 'main' }],
    ['ID="ubuntu"\nVERSION_CODENAME="noble"', { id: 'ubuntu', codename: 'noble', components: 'main,universe' }],
  ])('knows %j', async (text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it.each(['ID=fedora\nVERSION_CODENAME=""', 'ID=debian', ''])('refuses %j with a remedy', async (text) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      hint: expect.stringContaining('Debian'),
    });
  });
});

describe('findMirror', () => {
  it('says what to do where apt knows no source for the release', async () => {
    const distribution = { id: 'debian', codename: 'trixie', components: 'main' } as const;
    await expect(findMirror(new FakeRun().on('apt-get', targets).run, distribution)).rejects.toThrow('trixie');
  });
});
