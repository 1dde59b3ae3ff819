import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LABELS } from '../../healer/src/names.ts';
import { runInProgress } from '../../lab/cluster/run-in-progress.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import { PreflightError } from '../../src/errors.ts';
import { LAB_LEASE } from '../../src/experiment/cluster-records/lab-lease.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { RunLease } from '../../src/runner/lease/run-lease.ts';
import { pause } from '../../src/runner/waiting/pause.ts';
import { waitUntil } from '../../src/runner/waiting/wait-until.ts';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { Janitor } from './janitor.ts';
import { VitalSigns } from './vital-signs.ts';

const RUN = 'run-1';
const { namespace } = DEAD_MAN;

/** What the Lease says, given the time of its last renewal on a machine whose clock is right. */
type Spec = (renewedAtMs: number) => Readonly<Record<string, unknown>>;

const by =
  (holderIdentity: string): Spec =>
  (atMs) => ({ holderIdentity, leaseDurationSeconds: 10, renewTime: new Date(atMs).toISOString() });
const mangled =
  (...fields: readonly (readonly [string, unknown])[]): Spec =>
  (atMs) => ({ ...by(RUN)(atMs), ...Object.fromEntries(fields) });

const FREE = { run: 'begins', janitor: 'looks on', lab: 'may change' } as const;
const IN_USE = { run: 'is refused', janitor: 'looks on', lab: 'stays' } as const;
/** No run may come before everything is taken back; the cluster itself may go, and all with it. */
const LEFT = { run: 'is refused', janitor: 'takes back', lab: 'may change' } as const;

interface State {
  readonly spec: Spec | null;
  /** How long ago the last renewal was; the janitor has been looking since. */
  readonly agoMs: number;
  /** Whether the holder goes on renewing. */
  readonly alive: boolean;
}

const STATES: readonly (readonly [string, State, object])[] = [
  ['that was never made', { spec: null, agoMs: 0, alive: false }, FREE],
  ['that was given back', { spec: by(''), agoMs: 60_000, alive: false }, FREE],
  ['that is fresh', { spec: by(RUN), agoMs: 1_000, alive: true }, IN_USE],
  ['that is half expired, of a run that lives', { spec: by(RUN), agoMs: 5_000, alive: true }, IN_USE],
  ['that is half expired, of a run that is dead', { spec: by(RUN), agoMs: 5_000, alive: false }, IN_USE],
  ['that has just not expired', { spec: by(RUN), agoMs: 10_000, alive: false }, IN_USE],
  ['that has just expired', { spec: by(RUN), agoMs: 10_001, alive: false }, LEFT],
  ['that expired long ago', { spec: by(RUN), agoMs: 3_600_000, alive: false }, LEFT],
  ['that the janitor holds', { spec: by('janitor'), agoMs: 1_000, alive: true }, LEFT],
  ['that a janitor held which is gone', { spec: by('janitor'), agoMs: 600_000, alive: false }, LEFT],
  ['without a time, renewed', { spec: mangled(['renewTime', undefined]), agoMs: 1_000, alive: true }, IN_USE],
  ['with no time that can be read', { spec: mangled(['renewTime', 'soon']), agoMs: 1_000, alive: true }, IN_USE],
  ['by a clock that is slow', { spec: (atMs) => by(RUN)(atMs - 3_600_000), agoMs: 1_000, alive: true }, IN_USE],
  ['by a clock that is fast', { spec: (atMs) => by(RUN)(atMs + 3_600_000), agoMs: 1_000, alive: true }, IN_USE],
  ['by a fast clock, expired', { spec: (atMs) => by(RUN)(atMs + 3_600_000), agoMs: 11_000, alive: false }, LEFT],
  ['that lasts no time', { spec: mangled(['leaseDurationSeconds', 0]), agoMs: 1_900, alive: true }, IN_USE],
  [
    'that lasts nobody knows how long',
    { spec: mangled(['leaseDurationSeconds', 'x']), agoMs: 11_000, alive: false },
    LEFT,
  ],
  ['without a time, expired', { spec: mangled(['renewTime', undefined]), agoMs: 11_000, alive: false }, LEFT],
];

describe('runner, janitor and lab agree about a lease', () => {
  it.each(STATES)('%s', async (_title, state, expected) => {
    expect({ run: await runIn(state), janitor: await janitorIn(state), lab: await labIn(state) }).toEqual(expected);
  });
});

async function runIn(state: State): Promise<string> {
  const { kube, clock } = await worldAfter(state);
  const lease = new RunLease(kube, clock, 'run-2');
  try {
    await lease.take({ signal: new AbortController().signal, note: () => undefined });
  } catch (error: unknown) {
    expect(error).toBeInstanceOf(PreflightError);
    return 'is refused';
  }
  await lease.release({ isClean: true });
  return 'begins';
}

async function janitorIn(state: State): Promise<string> {
  const { kube, clock } = worldIn(state);
  const signs = new VitalSigns(new Registry(), clock);
  const { signal } = new AbortController();
  const janitor = new Janitor({ kube, clock, signal, log: () => undefined }, signs);
  for (let passedMs = 0; passedMs < state.agoMs; passedMs += 1_000) {
    await janitor.look();
    await clock.sleep(Math.min(1_000, state.agoMs - passedMs));
  }
  await janitor.look();
  return kube.objects.has('Namespace/shop') ? 'looks on' : 'takes back';
}

async function labIn(state: State): Promise<string> {
  const { kube, clock } = await worldAfter(state);
  const wait: Wait = (what, look, options) => waitUntil(look, { clock, what, ...options });
  const run = await runInProgress(kube, { clock, wait, signal: new AbortController().signal });
  return run === null ? 'may change' : 'stays';
}

async function worldAfter(state: State): Promise<{ kube: FakeKube; clock: FakeClock }> {
  const { kube, clock } = worldIn(state);
  await clock.sleep(state.agoMs);
  return { kube, clock };
}

/** At the last renewal before the look, with a namespace that the run has made. */
function worldIn({ spec, agoMs, alive }: State): { kube: FakeKube; clock: FakeClock } {
  const [kube, clock, stop] = [new FakeKube(), new FakeClock(), new AbortController()];
  onTestFinished(() => stop.abort());
  kube.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { [LABELS.run]: RUN } } });
  if (spec === null) return { kube, clock };
  kube.seed(leaseOf(spec(clock.now())));
  if (spec(0).holderIdentity !== '') kube.seed(undoRecords());
  if (alive) void goOnRenewing(kube, clock, spec, agoMs, stop.signal);
  return { kube, clock };
}

async function goOnRenewing(kube: FakeKube, clock: FakeClock, spec: Spec, agoMs: number, signal: AbortSignal) {
  for (let beat = 0; !signal.aborted; beat += 1) {
    await pause(clock, beat === 0 ? agoMs + 500 : 2_000, signal);
    kube.seed(leaseOf({ ...spec(clock.now()), leaseTransitions: beat }));
  }
}

function leaseOf(spec: Readonly<Record<string, unknown>>): KubeObject {
  const { apiVersion, kind, name } = LAB_LEASE;
  return { apiVersion, kind, metadata: { namespace, name, annotations: { [LABELS.run]: RUN } }, spec };
}

function undoRecords(): KubeObject {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
  const record = { op: 'delete', sequence: 1, ref, waitGone: true, isFault: false, targets: [] };
  const data = { '000001.json': Buffer.from(JSON.stringify(record)).toString('base64') };
  const metadata = { namespace, name: DEAD_MAN.undoSecret(RUN), labels: { [LABELS.run]: RUN } };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data };
}
