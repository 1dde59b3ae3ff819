import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../errors.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from '../model/sample.test-data.ts';
import { parseFile } from './parse.ts';

const issuesOf = (text: string): string[] => parseFile({ path: 'f.yaml', text }).issues.map(formatIssue);

describe('parseFile', () => {
  it('reads several documents of a file', () => {
    const { documents, issues } = parseFile({ path: 'f.yaml', text: `${SAMPLE}---\n${SAMPLE_STEADY_STATE}` });
    expect(issues).toEqual([]);
    expect(documents.map(({ kind }) => kind)).toEqual(['Scenario', 'SteadyState']);
  });

  it.each([
    ['a byte order mark', `\uFEFF${SAMPLE}`],
    ['Windows line ends', SAMPLE.replaceAll('\n', '\r\n')],
    ['comments and an end marker', `# hello\n---\n${SAMPLE}...\n`],
    ['an alias', SAMPLE.replace('within: 30s', 'within: &t 30s').replace('stableFor: 10s', 'stableFor: *t')],
  ])('accepts %s', (_what, text) => {
    expect(issuesOf(text)).toEqual([]);
  });

  it('keeps places right behind a byte order mark and Windows line ends', () => {
    const text = `\uFEFF${SAMPLE.replace('by: healer', 'by: wizard').replaceAll('\n', '\r\n')}`;
    expect(issuesOf(text)).toEqual([
      'f.yaml:38:9 spec.recovery.by: expected one of healer, kubernetes, none, got "wizard"',
    ]);
  });

  it.each([
    ['an empty file', '', '1:1 expected a document, got an empty file'],
    ['comments alone', '# nothing\n', '1:1 expected a document, got an empty file'],
    ['an empty document', '---\n---\n', 'expected a document, got an empty one'],
    ['a list', '- a\n', '1:1 expected a mapping with apiVersion, kind, metadata and spec, got a list of 1'],
    ['a text', 'hello\n', '1:1 expected a mapping with apiVersion, kind, metadata and spec, got "hello"'],
    ['another kind', 'kind: Pod\n', '1:7 kind: expected Scenario or SteadyState, got "Pod"'],
    ['no kind', 'a: 1\n', '1:1 kind: expected Scenario or SteadyState, but it is missing'],
    ['a tab as indentation', 'a:\n\tb: 1\n', '2:1 invalid YAML: Tabs are not allowed as indentation'],
    ['a key twice', 'kind: Scenario\nkind: Scenario\n', '2:1 the key kind stands here for the second time'],
    ['an alias without an anchor', 'a: *b\n', '1:4 alias *b has no anchor before it'],
    ['an alias to its own inside', 'a: &b [1, *b]\n', '1:11 alias *b refers to a part that contains it'],
    ['a tag', 'a: !!str 1\n', '1:10 tags are not allowed, got tag:yaml.org,2002:str'],
    ['an unquoted !=', 'a: != 3\n', '1:7 tags are not allowed, got !=; quote a tolerance that begins with !'],
    ['an unquoted >', 'tolerance: > 0.99\n', 'quote a tolerance that begins with >'],
    [
      'an unquoted >=',
      'tolerance: >= .5\n',
      '1:15 invalid YAML: Not a YAML token: .5; quote a tolerance that begins with >',
    ],
    ['another YAML version', '%YAML 1.1\n---\na: yes\n', 'expected YAML 1.2, got a directive for 1.1'],
    ['a number as key', '1: a\n', '1:1 expected a text as key'],
    ['a mapping as key', '? {a: b}\n: c\n', '1:3 expected a text as key'],
    ['a key that would change the prototype', '__proto__: {a: 1}\n', '1:1 unknown key'],
    ['a control character', 'a: 1\nb: \u0007\n', '2:4 not a UTF-8 text'],
    ['bytes that were no UTF-8', 'a: \ufffd\n', '1:4 not a UTF-8 text'],
    ['absurd nesting', `a: ${'['.repeat(100)}${']'.repeat(100)}\n`, 'nested more than 64 levels deep'],
    ['nesting that no parser survives', '['.repeat(200_000), '1:1001 more than 1000 brackets open at once'],
    ['a file that is too large', ' '.repeat(1024 * 1024 + 1), '1:1 larger than 1 MB'],
  ])('refuses %s', (_what, text, message) => {
    expect(issuesOf(text).join('\n')).toContain(message);
  });

  it('refuses a bomb of aliases', () => {
    const layers = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`,
    );
    expect(issuesOf(`l0: &l0 [lol]\n${layers.join('\n')}\n`).join('\n')).toContain('more than 100 aliases');
    const few = layers.slice(0, 3);
    expect(issuesOf(`l0: &l0 [lol]\n${few.join('\n')}\n`).join('\n')).toContain('too many aliases');
  });

  it('reports the whole list at once, each where it stands', () => {
    const text = SAMPLE.replace('  title: A sample', '  titel: A sample\n  tags: smoke')
      .replace('tolerance: "< 0.5"', 'tolerance: about 3')
      .replace('for: 5s', 'for: 5')
      .replace('maxPods: 3', 'maxPods: -1')
      .replace('within: 30s', 'within: 30 seconds')
      .replace('type: RebootNode', 'type: RebotNode');
    expect(issuesOf(text)).toEqual([
      'f.yaml:3:1 metadata.title: expected a title, but it is missing',
      'f.yaml:6:9 metadata.tags: expected a list of tags, got "smoke"',
      'f.yaml:5:3 metadata.titel: unknown key (did you mean title?): expected one of name, title, tags, severity, owner',
      'f.yaml:13:18 spec.steadyState[1].tolerance: expected a tolerance such as "< 0.5", ">= 3" or [0.95, 1], got "about 3"',
      'f.yaml:14:12 spec.steadyState[1].for: expected a duration such as 30s or 1m30s, got 5',
      'f.yaml:30:14 spec.blastRadius.maxPods: expected a whole number, 0 or more, got -1',
      'f.yaml:36:13 spec.recovery.within: expected a duration such as 30s or 1m30s, got "30 seconds"',
      'f.yaml:42:24 spec.recovery.actions.forbid[0].type: expected one of EvictPod, RestartRollout, RollbackWorkload, RollbackRelease, CordonNode, DrainNode, RebootNode, Notify, DeletePod, UninstallRelease, got "RebotNode" (did you mean RebootNode?)',
    ]);
  });

  it.each([
    ['use: normal', 'use: normal\n      for: 5s', '10:7 spec.steadyState[0].for: unknown key: expected one of use'],
    ['use: normal', 'nme: normal', '9:7 spec.steadyState[0].nme: unknown key'],
    ['query: histogram', 'qury: histogram', '11:7 spec.steadyState[1].qury: unknown key (did you mean query?)'],
    [
      'query: histogram',
      'promql: histogram',
      '10:7 spec.steadyState[1]: expected a probe with query, kubernetes or http, or a mapping with use, got a mapping with name, promql, tolerance, for',
    ],
    [
      'fault:\n    chaosMesh:',
      'fault: nothing\n  fualt:',
      '14:10 spec.fault: expected `none` or a mapping with one of chaosMesh, kubernetes, helm, node, sequence, got "nothing"',
    ],
    [
      'tolerance: "< 0.5"',
      'tolerance: [2, 1]',
      '12:18 spec.steadyState[1].tolerance: expected a tolerance whose lower bound',
    ],
    ['tolerance: "< 0.5"', 'tolerance: [a, 1]', '12:19 spec.steadyState[1].tolerance[0]: expected a number, got "a"'],
    ['  title: A sample', '  title: ""', '5:10 metadata.title: expected a title, got ""'],
    [
      'target: { app: shop-back }',
      'target: {}',
      '40:42 spec.recovery.actions.expect[0].target: expected at least one label',
    ],
    [
      'app: shop-back',
      'app: 3',
      '40:49 spec.recovery.actions.expect[0].target.app: expected a text; quote numbers and booleans, got 3',
    ],
    ['kind: NetworkChaos', 'kind: AWSChaos', '16:13 spec.fault.chaosMesh.kind: expected one of PodChaos'],
    [
      'apiVersion: healproof.dev/v1alpha1',
      'apiVersion: v1',
      '1:13 apiVersion: expected healproof.dev/v1alpha1, got "v1"',
    ],
  ])('says of %s written as %s: %s', (before, after, message) => {
    const text = SAMPLE.replace(before, after);
    expect(text).not.toBe(SAMPLE);
    expect(issuesOf(text).join('\n')).toContain(message);
  });

  it('bears two hundred problems in one file', () => {
    const lines = Array.from({ length: 200 }, (_, n) => `  wrong${n}: 1`).join('\n');
    expect(issuesOf(SAMPLE.replace('  name: sample', `  name: sample\n${lines}`))).toHaveLength(200);
  });
});
