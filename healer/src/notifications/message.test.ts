import { describe, expect, it } from 'vitest';
import { notice, record } from '../../test/fakes/notices.ts';
import { NOW_MS } from '../../test/fakes/samples.ts';
import type { HealerRecord, Transition } from '../names.ts';
import { messageOf } from './message.ts';
import type { Notice } from './notice.ts';
import { summaryOf } from './summary.ts';

function told(transition: Transition, changes: Partial<HealerRecord> = {}): Notice {
  return notice({ transition, record: record(changes) });
}

const ACTED = { action: 'EvictPod', actedAtMs: NOW_MS + 40 } as const;

describe('a message', () => {
  it.each<[Transition, Partial<HealerRecord>, string]>([
    ['opened', {}, 'Sick: pod shop/back-1 (NotReady)'],
    ['acted', ACTED, 'Acted on pod shop/back-1 (NotReady): evicted it'],
    ['acted', { action: 'Notify' }, 'A person has to look at pod shop/back-1 (NotReady)'],
    ['escalated', ACTED, 'EvictPod did not help pod shop/back-1 (NotReady): the next step is tried'],
    ['resolved', ACTED, 'Resolved by EvictPod: pod shop/back-1 (NotReady)'],
    ['resolved', {}, 'Over without an action: pod shop/back-1 (NotReady)'],
    ['gave-up', { refusal: 'GaveUp' }, 'Gave up on pod shop/back-1 (NotReady): a person has to look'],
    ['refused', { refusal: 'MinHealthy' }, 'Nothing is done about pod shop/back-1 (NotReady): MinHealthy'],
    [
      'acted',
      {
        action: 'RollbackRelease',
        target: { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid: 'u' },
        condition: 'ReleaseFailed',
      },
      'Acted on Helm release shop/web (ReleaseFailed): rolled its Helm release back',
    ],
  ])('says first what happened (%s)', (transition, changes, line) => {
    const { text, blocks } = messageOf(told(transition, changes), undefined);
    expect(text.split('\n')[0]).toBe(line);
    expect(JSON.stringify(blocks[0])).toContain(line);
  });

  it('says since when, what was seen, what was done and which incident it is, to people and to machines', () => {
    const reason = 'not Ready for 5.0 s; revision 3';
    const { text, blocks, facts } = messageOf(told('acted', { ...ACTED, reason }), undefined);
    expect(text).toBe(
      [
        'Acted on pod shop/back-1 (NotReady): evicted it',
        'Seen: not Ready for 5.0 s',
        'How: revision 3',
        'Done: EvictPod at 2023-11-14T22:13:20.040Z',
        'Since: 2023-11-14T22:13:15.000Z',
        'Node: worker',
        'Policy: shop/shop-back',
        'Incident: abc123',
      ].join('\n'),
    );
    expect(blocks.at(-1)).toEqual({
      type: 'context',
      elements: [{ type: 'mrkdwn', text: 'incident `abc123` · acted · `kubectl -n shop get rem r-abc123 -o yaml`' }],
    });
    expect(facts).toEqual({
      incident: 'abc123',
      transition: 'acted',
      namespace: 'shop',
      name: 'back-1',
      kind: 'Pod',
      policy: 'shop/shop-back',
      condition: 'NotReady',
      action: 'EvictPod',
      at: '2023-11-14T22:13:20.000Z',
    });
  });

  it('links to where the incident is shown', () => {
    const { blocks } = messageOf(told('opened'), 'https://show.example/d?i={incident}&p={namespace}/{name}');
    expect(JSON.stringify(blocks)).toContain('<https://show.example/d?i=abc123&amp;p=shop/back-1|details>');
  });

  it('calls on nobody and links nowhere because of what a pod is called or says of itself', () => {
    const evil = notice({
      evidence: '<!channel> <https://evil.example|here> & more',
      record: record({ reason: '<!here>' }),
    });
    const { text, blocks } = messageOf(evil, undefined);
    expect(text).not.toContain('<');
    expect(JSON.stringify(blocks)).not.toContain('<');
    expect(text).toContain('&lt;!channel&gt;');
  });

  it('stays within what Slack takes, however much there is to say', () => {
    const endless = notice({ evidence: 'e'.repeat(9_000), record: record({ reason: 'r'.repeat(9_000) }) });
    for (const block of messageOf(endless, undefined).blocks) {
      expect(JSON.stringify(block).length).toBeLessThan(3_000);
    }
  });
});

describe('a summary', () => {
  const many = (count: number): Notice[] =>
    Array.from({ length: count }, (_, index) =>
      told(index % 2 === 0 ? 'opened' : 'acted', { incident: `i${index}`, action: 'EvictPod' }),
    );

  it('counts what it stands for and names it', () => {
    const { text, facts } = summaryOf(many(3));
    expect(text).toBe(
      [
        '3 further messages held back: 2 opened, 1 acted',
        '• Sick: pod shop/back-1 (NotReady) – incident i0',
        '• Acted on pod shop/back-1 (NotReady): evicted it – incident i1',
        '• Sick: pod shop/back-1 (NotReady) – incident i2',
      ].join('\n'),
    );
    expect(facts).toEqual({ transition: 'summary', held: 3, messages: 'i0/opened i1/acted i2/opened' });
  });

  it('stays within what Slack takes, however much it stands for', () => {
    const { text, blocks } = summaryOf(many(400));
    expect(text).toContain('… and 380 more');
    for (const block of blocks) expect(JSON.stringify(block).length).toBeLessThan(3_100);
  });
});
