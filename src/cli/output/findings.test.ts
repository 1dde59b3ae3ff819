import { describe, expect, it } from 'vitest';
import type { LabStatus } from '../../ports/lab.ts';
import { type Finding, labFindings, type MachineFacts, machineFindings, nodeFindings } from './findings.ts';

const GIB = 1024 ** 3;
const fit: MachineFacts = {
  nodeVersion: '24.21.0',
  engine: { dockerHost: undefined, isPrivate: false, version: '28.1' },
  needs: { isReady: true, seconds: 0, diskBytes: 0, memoryBytes: 0 },
  hasLab: false,
  nodeCount: 4,
  memoryBytes: 16 * GIB,
  diskBytes: 50 * GIB,
  cacheDir: '/cache',
  inotify: { limit: 512, used: 20 },
  buildPrograms: { go: '/go', gcc: '/gcc', debootstrap: '/debootstrap', openssl: '/openssl' },
};

function badOnes(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state === 'bad').map(({ text }) => text);
}

describe('the doctor', () => {
  it('finds nothing wrong with a machine that is fit', () => {
    expect(machineFindings(fit).every(({ state }) => state === 'ok')).toBe(true);
  });

  it.each<[string, Partial<MachineFacts>, RegExp]>([
    ['Node', { nodeVersion: '20.20.2' }, /^Node 20\.20\.2 is too old: use npx healproof/],
    ['memory', { memoryBytes: GIB }, /^memory: 1\.0 GiB available, 2\.5 GiB needed: close/],
    ['disk', { diskBytes: GIB }, /^disk: 1\.0 GiB available, 4\.0 GiB needed: free some, or point HEALPROOF_CACHE_DIR/],
    [
      'inotify',
      { inotify: { limit: 128, used: 100 } },
      /^inotify instances: 28 of 128 left, 76 needed: raise the limit: sysctl/,
    ],
  ])('says how to mend what is wrong: %s', (_what, facts, words) => {
    const [finding, ...others] = badOnes(machineFindings({ ...fit, ...facts }));
    expect(finding).toMatch(words);
    expect(others).toEqual([]);
  });

  it('asks for the room of the images too while they are missing', () => {
    const needs = { isReady: false, seconds: 930, diskBytes: 20 * GIB, memoryBytes: 3 * GIB };
    const findings = machineFindings({ ...fit, needs, buildPrograms: { ...fit.buildPrograms, go: null } });
    expect(findings.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'images and tools are got first: about 16 min, once',
        expect.stringMatching(/^go not found: a build from source installs/),
        'memory: 16.0 GiB available, 3.0 GiB needed',
        'disk: 50.0 GiB available, 24.0 GiB needed',
      ]),
    );
    expect(badOnes(findings)).toEqual([]);
  });

  it('asks for no room where the lab is there already', () => {
    expect(badOnes(machineFindings({ ...fit, hasLab: true, memoryBytes: 1, diskBytes: 1, inotify: null }))).toEqual([]);
  });

  it.each<[LabStatus['state'], Finding['state'], RegExp]>([
    ['ready', 'ok', /^lab: ready/],
    ['absent', 'note', /healproof up makes one/],
    ['stopped', 'note', /healproof up starts it/],
    ['unfinished', 'note', /healproof up finishes it/],
    ['broken', 'bad', /\(x not Ready\): healproof up repairs it/],
    ['foreign', 'bad', /not ours; use --cluster NAME/],
  ])('tells a lab that is %s', (state, weight, words) => {
    const status: LabStatus = {
      clusterName: 'healproof',
      state,
      details: ['x not Ready'],
      info: null,
      runInProgress: null,
    };
    const [finding] = labFindings(status);
    expect(finding?.state).toBe(weight);
    expect(finding?.text).toMatch(words);
  });

  it('says what a kernel cannot do, and what cannot be looked at', () => {
    expect(nodeFindings({ name: 'w', features: new Set(['tbf', 'no-netem', 'cgroup-v1']) })).toEqual([
      { state: 'ok', text: 'node w: cgroup v1; network faults: partition, bandwidth' },
      { state: 'note', text: 'node w: no netem in its kernel, so no delay, loss, corruption' },
    ]);
    expect(nodeFindings({ name: 'w', features: new Set(['netem', 'tbf', 'cgroup-v2']) })).toHaveLength(1);
    expect(badOnes(nodeFindings({ name: 'w', features: { problem: 'no such container' } }))).toHaveLength(1);
  });
});
