import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildEvidence, T0 } from '../../../test/fixtures/evidence-builder.ts';
import { eventsOf, judgedRun } from '../../../test/fixtures/judged-run.ts';
import { buildSignals } from '../../../test/fixtures/signal-builder.ts';
import type { Evidence, ProbeSeries } from '../../experiment/evidence/evidence.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { chainDigests, headOf } from './digests.ts';
import { recoverRun } from './recover-run.ts';
import { RunFolder, type StoredRun } from './run-folder.ts';
import { verifyRun } from './verify-run.ts';

let runs: string;
let dir: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'healproof-verify-'));
});
afterEach(() => rm(runs, { recursive: true }));

/** @param stored What is put away in place of what happened. */
async function put(record: RunRecord, stored = record): Promise<string> {
  const { runId, seed, evidence, repetition, control } = record;
  const { scenario, healer } = evidence;
  const turn = { ...(repetition === undefined ? {} : { repetition }), ...(control === undefined ? {} : { control }) };
  const folder = new RunFolder(runs, { runId, seed, healer, scenario, ...turn, atMs: T0 - 7_100 });
  dir = folder.dir;
  for (const event of eventsOf(record)) folder.journal.onEvent(event);
  return (await folder.close(stored, () => new Map())).head;
}

/** An HTTP probe that saw what the PromQL probe of the main story did. */
const liveSeries: ProbeSeries = (() => {
  const [{ samples = [], resolutionMs = 0, stepMs = 0 } = {}] = buildEvidence().probes;
  const http = { address: { url: 'http://front/' }, status: 200, body: null, withinMs: 500 };
  const tolerance = { kind: 'compare', operator: '<', value: 0.5 } as const;
  return { probe: { name: 'front', http, tolerance, forMs: 5_000, everyMs: 1_000 }, resolutionMs, stepMs, samples };
})();

function liveStory(series: ProbeSeries): Evidence {
  const told = buildEvidence({ evidence: { probes: [series] } });
  return { ...told, scenario: { ...told.scenario, steadyState: [series.probe] } };
}

/** The partition of the main story, and another one a second later. */
function sequenceStory(): Evidence {
  const evidence = buildEvidence({ observedToMs: 45_000 });
  const { injection, scenario } = evidence;
  if (injection === null || scenario.fault.type !== 'chaosMesh') throw new Error('the story has no fault');
  const { fault } = scenario;
  const first = { ...injection, events: [] };
  const parts = [first, { ...first, acceptedAtMs: T0 + 1_050 }];
  const whole = {
    ...first,
    baseline: parts.flatMap((part) => part.baseline),
    readings: parts.flatMap((part) => part.readings),
    sightings: parts.flatMap((part) => part.sightings),
    parts,
  };
  const steps = [
    { afterMs: 0, fault },
    { afterMs: 1_000, fault },
  ];
  return { ...evidence, scenario: { ...scenario, fault: { type: 'sequence', steps } }, injection: whole };
}

type Edit = (lines: string[]) => string[];

async function edit(file: string, change: Edit): Promise<void> {
  const lines = (await readFile(join(dir, file), 'utf8')).trimEnd().split('\n');
  await writeFile(join(dir, file), `${change(lines).join('\n')}\n`);
}

async function editRun(change: (record: StoredRun) => object): Promise<void> {
  const record = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')) as StoredRun;
  await writeFile(join(dir, 'run.json'), `${JSON.stringify({ ...record, ...change(record) }, null, 2)}\n`);
}

/** What somebody would do who knows how the hashes are made. */
async function reseal(): Promise<void> {
  const record = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')) as StoredRun;
  const contents = new Map<string, Uint8Array>();
  for (const { path } of record.files) contents.set(path, await readFile(join(dir, path)));
  const files = chainDigests(contents);
  const text = `${JSON.stringify({ ...record, files }, null, 2)}\n`;
  await writeFile(join(dir, 'run.json'), text);
  await writeFile(join(dir, 'head.sha256'), `${headOf(files, text)}\n`);
}

const swap: Edit = ([first = '', second = '', ...rest]) => [second, first, ...rest];
const dropThird: Edit = (lines) => lines.toSpliced(2, 1);
/** The one sample that is seen out first becomes one that is in tolerance. */
const brighten: Edit = (lines) => {
  const place = lines.findIndex((line) => line.includes('"value":1'));
  return lines.with(place, (lines[place] ?? '').replace('"value":1', '"value":0'));
};
const shift = (key: string): Edit => {
  return (lines) =>
    lines.map((line, index) =>
      index === 2 ? line.replace(new RegExp(`"${key}":(\\d+)`), (_all, ms) => `"${key}":${Number(ms) + 400}`) : line,
    );
};

const TAMPERINGS: readonly (readonly [string, () => Promise<void>])[] = [
  ['a changed sample', () => edit('samples.jsonl', brighten)],
  ['a changed time of a sample', () => edit('samples.jsonl', shift('atMs'))],
  ['a lost sample', () => edit('samples.jsonl', dropThird)],
  ['samples in another order', () => edit('samples.jsonl', swap)],
  ['a changed time of an event', () => edit('events.jsonl', shift('atMs'))],
  ['a lost event', () => edit('events.jsonl', dropThird)],
  ['events in another order', () => edit('events.jsonl', swap)],
  ['a lost line of the journal', () => edit('journal.jsonl', dropThird)],
  ['lines of the journal in another order', () => edit('journal.jsonl', swap)],
  ['a journal without its end', () => edit('journal.jsonl', (lines) => lines.slice(0, -1))],
  ['a changed time in the journal', () => edit('journal.jsonl', shift('atMs'))],
  [
    'a wider objective',
    () => edit('frame.json', (lines) => lines.map((line) => line.replace('"withinMs": 30000', '"withinMs": 31000'))),
  ],
  [
    'a changed verdict',
    () => editRun(({ judgement }) => ({ judgement: { ...judgement, verdict: 'inconclusive' }, exitCode: 3 })),
  ],
  ['a changed exit code', () => editRun(() => ({ exitCode: 1 }))],
  ['a changed seed', () => editRun(() => ({ seed: 99 }))],
  ['a leak that was left out', () => editRun(() => ({ leaks: [{ what: 'NetworkChaos', detail: 'shop/x' }] }))],
  ['a step that took less', () => editRun(({ steps }) => ({ steps: steps.slice(1) }))],
];

const ofSource = (source: string, change: (line: string) => string | null): Edit => {
  return (lines) => {
    const place = lines.findLastIndex((line) => line.includes(`"source":"${source}"`));
    const changed = change(lines[place] ?? '');
    return changed === null ? lines.toSpliced(place, 1) : lines.with(place, changed);
  };
};
const SIGNAL_TAMPERINGS: readonly (readonly [string, Edit])[] = [
  ['a lost message', ofSource('message', () => null)],
  [
    'a changed message',
    ofSource('message', (line) => line.replace('"transition":"resolved"', '"transition":"opened"')),
  ],
  ['a message told of somebody else', ofSource('message', (line) => line.replace('"shop-back"', '"shop-front"'))],
  ['a lost sample of an alert', ofSource('alert', () => null)],
  ['a changed time of a sample of an alert', ofSource('alert', (line) => line.replace(/"atMs":\d+/, '"atMs":1'))],
  ['a lost look at a rule', ofSource('alert-rule', () => null)],
  ['a rule that was ill', ofSource('alert-rule', (line) => line.replace('"health":"ok"', '"health":"err"'))],
  ['a lost look at the receiver', ofSource('receiver', () => null)],
  ['a receiver that was another', ofSource('receiver', (line) => line.replace(/"startedAtMs":\d+/, '"startedAtMs":1'))],
];

describe('verifying a run with alerts and messages', () => {
  it('computes its verdict again', async () => {
    await put(judgedRun(buildSignals()));
    expect(await verifyRun(dir)).toMatchObject({ state: 'verified', verdict: 'pass', problems: [] });
  });

  it.each(SIGNAL_TAMPERINGS)('finds %s, also when all hashes were made anew', async (_name, change) => {
    await put(judgedRun(buildSignals()));
    await edit('events.jsonl', change);
    await reseal();
    expect((await verifyRun(dir)).state).toBe('different');
  });

  it('finds a message that the whole record was made without', async () => {
    const whole = judgedRun(buildSignals());
    const { messages } = whole.evidence;
    if (messages === undefined) throw new Error('the story has no messages');
    const fewer = { ...messages, messages: messages.messages.slice(0, 1) };
    await put(whole, judgedRun({ ...whole.evidence, messages: fewer }));
    expect((await verifyRun(dir)).problems.join()).toMatch(/message: the journal knows of/);
  });
});

describe('verifying a run', () => {
  it.each([
    ['a pass', buildEvidence(), 'pass'],
    ['a fail', buildEvidence({ backAtMs: null, actedAtMs: null, observedToMs: 60_000 }), 'fail'],
    ['an inconclusive run', buildEvidence({ bittenAtMs: null }), 'inconclusive'],
  ] as const)('computes the verdict of %s again from its raw lines', async (_name, evidence, verdict) => {
    const head = await put(judgedRun(evidence));
    expect(await verifyRun(dir, head)).toMatchObject({ state: 'verified', verdict, head, problems: [] });
  });

  it.each(TAMPERINGS)('finds %s', async (_name, tamper) => {
    await put(judgedRun(buildEvidence()));
    await tamper();
    expect((await verifyRun(dir)).state).toBe('different');
  });

  it.each(TAMPERINGS)('finds %s, also when all hashes were made anew', async (_name, tamper) => {
    await put(judgedRun(buildEvidence()));
    await tamper();
    await reseal();
    const { state, problems } = await verifyRun(dir);
    expect(state).toBe('different');
    expect(problems.join()).not.toMatch(/was changed|the files give/);
  });

  it('finds a verdict that its evidence does not carry, however well it is sealed', async () => {
    const slow = judgedRun(buildEvidence({ backAtMs: null, actedAtMs: null, observedToMs: 60_000 }));
    const good = judgedRun(buildEvidence());
    await put({ ...slow, judgement: good.judgement, exitCode: 0 });
    expect(await verifyRun(dir)).toMatchObject({ state: 'different', verdict: 'fail' });
    expect((await verifyRun(dir)).problems).toContain(
      'run.json: judgement.verdict: stored is "pass", computed is "fail"',
    );
  });

  it('knows a run with parameters as one of several, and which of them it was', async () => {
    const told = buildEvidence();
    const scenario: Scenario = {
      ...told.scenario,
      params: { app: 'shop-back' },
      repeat: { kind: 'every-run', runs: 5 },
    };
    const record = judgedRun({ ...told, scenario }, { repetition: { index: 2, planned: 5 } });
    await put(record);
    expect(await verifyRun(dir)).toMatchObject({ state: 'verified', verdict: 'pass' });
    await editRun(() => ({ repetition: { index: 1, planned: 5 } }));
    await reseal();
    expect((await verifyRun(dir)).problems.join()).toMatch(/repetition/);
  });

  it("takes nobody's word for it that a run was a control, nor for what it had to come to", async () => {
    const never = { backAtMs: null, actedAtMs: null, observedToMs: 60_000, healer: 'off' } as const;
    const held = judgedRun(buildEvidence(never), { control: 'fail' });
    expect(held.exitCode).toBe(0);
    await put(held);
    expect(await verifyRun(dir)).toMatchObject({ state: 'verified', verdict: 'fail' });
    await rm(dir, { recursive: true });
    await put(judgedRun(buildEvidence(never)), held);
    expect((await verifyRun(dir)).problems.join()).toMatch(/control/);
    await rm(dir, { recursive: true });
    await put(judgedRun(buildEvidence({ ...never, by: 'kubernetes' }), { control: 'fail' }));
    expect((await verifyRun(dir)).problems.join()).toMatch(/control is fail, by its scenario and healer it is pass/);
    await rm(dir, { recursive: true });
    await put(judgedRun(buildEvidence({ ...never, healer: 'on' }), { control: 'fail' }));
    expect((await verifyRun(dir)).problems.join()).toMatch(/control is fail, by its scenario and healer it is null/);
  });

  it('finds a live sample that the journal never heard of', async () => {
    await put(judgedRun(liveStory(liveSeries)));
    expect(await verifyRun(dir)).toMatchObject({ state: 'verified', verdict: 'pass' });
    const forged = { ...liveSeries, samples: liveSeries.samples.map((each) => ({ ...each, detail: '200 in 5 ms' })) };
    await rm(dir, { recursive: true });
    await put(judgedRun(liveStory(liveSeries)), judgedRun(liveStory(forged)));
    expect((await verifyRun(dir)).problems.join()).toMatch(/the journal does not know .*200 in 5 ms/);
  });

  it('gives each fault of a sequence its own lines back', async () => {
    await put(judgedRun(sequenceStory()));
    expect(await verifyRun(dir)).toMatchObject({ state: 'verified', verdict: 'pass' });
    await edit('frame.json', (lines) => lines.map((line) => line.replace('"readings": 2', '"readings": 1')));
    await reseal();
    expect((await verifyRun(dir)).problems.join()).toMatch(/its faults have 2 lines of witness, there are 4/);
  });

  it('finds a sample that rests on points which were too old', async () => {
    await put(judgedRun(buildEvidence()));
    await edit('journal.jsonl', (lines) =>
      lines.map((line) => {
        const event = JSON.parse(line) as { what?: string; data: { raw: { series: { points: unknown[] }[] }[] }[] };
        if (event.what !== 'raw') return line;
        const points = event.data[0]?.raw[0]?.series[0]?.points;
        points?.splice(10);
        return JSON.stringify(event);
      }),
    );
    await reseal();
    expect((await verifyRun(dir)).problems.join()).toMatch(/availability at \d+: the newest point of/);
  });

  it('needs the hash that was printed to find a run that was exchanged as a whole', async () => {
    const printed = await put(judgedRun(buildEvidence({ backAtMs: null, actedAtMs: null, observedToMs: 60_000 })));
    await rm(dir, { recursive: true });
    await put(judgedRun(buildEvidence()));
    expect((await verifyRun(dir)).state).toBe('verified');
    expect((await verifyRun(dir, printed)).problems).toEqual([
      expect.stringContaining(`the expected head is ${printed}`),
    ]);
  });

  it('does not take files for evidence that no hash covers', async () => {
    await put(judgedRun(buildEvidence()));
    await writeFile(join(dir, 'extra.txt'), 'trust me');
    expect((await verifyRun(dir)).problems).toEqual(['extra.txt is not part of the evidence']);
    await rm(join(dir, 'extra.txt'));
    await editRun(({ files }) => ({ files: files.filter(({ path }) => path !== 'samples.jsonl') }));
    await reseal();
    expect((await verifyRun(dir)).problems).toContain('samples.jsonl has no hash in run.json');
  });

  it('misses raw lines that are gone', async () => {
    await put(judgedRun(buildEvidence()));
    await rm(join(dir, 'samples.jsonl'));
    expect(await verifyRun(dir)).toMatchObject({ state: 'different', problems: ['samples.jsonl is missing'] });
  });

  it.each<[string, () => Promise<void>]>([
    ['no record', () => rm(join(dir, 'run.json'))],
    ['half a record', () => writeFile(join(dir, 'run.json'), '{"schemaVersion": 1, "evi')],
    ['a record of another kind', () => writeFile(join(dir, 'run.json'), '{"schemaVersion": 1}')],
    ['a later schema', () => editRun(() => ({ schemaVersion: 2 }))],
    ['a raw line that is no JSON', () => appendFile(join(dir, 'samples.jsonl'), 'x\n')],
  ])('says that it cannot tell from %s', async (_name, damage) => {
    await put(judgedRun(buildEvidence()));
    await damage();
    expect(await verifyRun(dir)).toMatchObject({ state: 'unreadable', verdict: null });
  });

  it('agrees with a run that was killed and told from its journal', async () => {
    const { runId, seed, evidence } = judgedRun(buildEvidence());
    const folder = new RunFolder(runs, { runId, seed, healer: 'on', scenario: evidence.scenario, atMs: T0 });
    folder.journal.onEvent({ type: 'step-started', atMs: T0 + 5, step: 'inject' });
    folder.journal.close();
    await appendFile(join(folder.dir, 'journal.jsonl'), '{"n":2,"type":"fa');
    await recoverRun(folder.dir, () => new Map());
    expect(await verifyRun(folder.dir)).toMatchObject({ state: 'verified', verdict: 'inconclusive' });
  });

  it('agrees with a run that was skipped, but not with one that only says so', async () => {
    const end = { skippedBecause: 'no netem', judgement: null, exitCode: 3 };
    await put(judgedRun(buildEvidence({ evidence: { status: 'skipped' } }), end));
    expect(await verifyRun(dir)).toMatchObject({ state: 'verified', verdict: null });
    await rm(dir, { recursive: true });
    await put(judgedRun(buildEvidence(), end));
    expect((await verifyRun(dir)).problems).toEqual([expect.stringContaining('skippedBecause is "no netem"')]);
  });
});
