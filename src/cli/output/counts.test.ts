import { expect, it } from 'vitest';
import { cannedPass } from '../../../test/fixtures/canned-run.ts';
import { scenarioOf } from '../../../test/fixtures/evidence-builder.ts';
import { suiteLines } from '../../adapters/console/suite-lines.ts';
import { probeWords } from '../../adapters/pictures/probe-words.ts';
import { blastRadiusRefusals } from '../../experiment/fault/blast-radius.ts';
import { judgeRepetition } from '../../experiment/repetition/repetition.ts';
import { claimWords } from '../../experiment/repetition/repetition-words.ts';
import { summaryOf } from '../../experiment/run-record/run-summary.ts';
import { repeatWords } from './repeat-words.ts';
import { validateText } from './validate-report.ts';

const ISSUE = { file: 'a.yaml', line: 1, column: 1, path: '', message: 'wrong' };
const SCENARIO = scenarioOf({});
const SUMMARY = summaryOf(cannedPass);
const HELD = { runId: 'a', trial: 'held', outcome: 'pass', reason: null, recoveryUpperMs: 1_000 } as const;
const CLAIM = { kind: 'percentile', percentile: 95, confidence: 95 } as const;

const probesWith = (samples: number): string => {
  const [series] = cannedPass.evidence.probes;
  const probes = series === undefined ? [] : [{ ...series, samples: series.samples.slice(0, samples) }];
  return probeWords({ ...cannedPass, evidence: { ...cannedPass.evidence, probes } });
};
const valid = (scenarios: number): string =>
  validateText({ scenarios: Array.from({ length: scenarios }, () => SCENARIO), issues: [] });
const wrong = (problems: number): string =>
  validateText({ scenarios: [], issues: Array.from({ length: problems }, () => ISSUE) });
const suite = (runs: number): string =>
  suiteLines(Array.from({ length: runs }, () => SUMMARY))
    .flat()
    .map(({ text }) => text)
    .join('\n');
const after = (repeat: Parameters<typeof judgeRepetition>[0], runs: number): string => {
  const trials = Array.from({ length: runs }, () => HELD);
  const { reasons, remarks } = judgeRepetition(repeat, trials);
  return [...reasons.map(({ message }) => message), ...remarks].join('\n');
};
const hit = (nodes: readonly string[]): string =>
  blastRadiusRefusals({ pods: [], nodes }, { namespaces: [], maxPods: 0, maxNodes: 0 }, []).join();

it.each([
  ['valid scenarios', [valid(0), valid(1), valid(2)], [/^0 scenarios are/, /^1 scenario is valid/, /^2 scenarios are/]],
  ['problems', [wrong(1), wrong(2)], [/^1 problem$/m, /^2 problems$/m]],
  ['runs of a suite', [suite(1), suite(2)], [/^1 run: 1 pass/m, /^2 runs: 2 pass/m]],
  ['samples', [probesWith(1), probesWith(2)], [/: 1 sample, /, /: 2 samples, /]],
  ['nodes', [hit(['a']), hit(['a', 'b'])], [/^1 node would/, /^2 nodes would/]],
  [
    'runs that are made',
    [after({ kind: 'every-run', runs: 2 }, 1), after({ kind: 'every-run', runs: 3 }, 2)],
    [/^1 of 2 runs was made/, /^2 of 3 runs were made/],
  ],
  [
    'runs of a claim',
    [after(CLAIM, 1), after(CLAIM, 2)],
    [
      /held in 1 of 1 run,.*taken by itself this run says/s,
      /held in 2 of 2 runs,.*taken by themselves these runs say/s,
    ],
  ],
  [
    'runs that are wanted',
    [claimWords({ kind: 'every-run', runs: 1 }), repeatWords({ kind: 'every-run', runs: 1 })],
    [/^each of 1 run$/, /^1 run, every one/],
  ],
])('counts agree with their nouns: %s', (_what, texts, expected) => {
  for (const [index, pattern] of expected.entries()) expect(texts[index]).toMatch(pattern);
});
