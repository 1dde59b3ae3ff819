import type { Issue } from '../../errors.ts';
import { INJECTION_RESOLUTION_MS } from '../../experiment/probes/resolution.ts';
import { formatDuration } from '../model/duration.ts';
import type { Draft } from '../read/resolve.ts';

const FIRES = ['spec', 'recovery', 'alerts', 'fires'] as const;
const SILENT = ['spec', 'recovery', 'alerts', 'silent'] as const;
const EXPECT = ['spec', 'recovery', 'notifications', 'expect'] as const;

/** Expectations about alerts and messages that contradict one another, or that no run could find out. */
export function signalIssues(draft: Draft): Issue[] {
  return [...causeIssues(draft), ...alertIssues(draft), ...timeIssues(draft), ...countIssues(draft)];
}

function causeIssues({ source, scenario }: Draft): Issue[] {
  const { fireAlerts = [], expectMessages = [] } = scenario.recovery;
  if (scenario.fault.type !== 'none') return [];
  const why = 'without a fault there is nothing to tell anybody about';
  return [
    ...(fireAlerts.length === 0 ? [] : [source.issueAtKey(FIRES, why)]),
    ...(expectMessages.length === 0 ? [] : [source.issueAtKey(EXPECT, why)]),
  ];
}

function alertIssues({ source, scenario }: Draft): Issue[] {
  const { fireAlerts = [], silentAlerts = [] } = scenario.recovery;
  const names = fireAlerts.map(({ name }) => name);
  const repeated = names.flatMap((name, index) =>
    names.indexOf(name) < index ? [source.issue([...FIRES, index, 'name'], `${name} is expected twice`)] : [],
  );
  const torn = silentAlerts.flatMap((name, index) =>
    names.includes(name) ? [source.issue([...SILENT, index], `${name} is expected to fire too`)] : [],
  );
  return [...repeated, ...torn];
}

/** The rule's own interval is known to Prometheus alone; this much is known of every rule. */
function timeIssues({ source, scenario }: Draft): Issue[] {
  const { fireAlerts = [], withinMs, stableForMs } = scenario.recovery;
  const leastMs = 2 * INJECTION_RESOLUTION_MS;
  const mostMs = withinMs + stableForMs;
  return fireAlerts.flatMap(({ withinMs: ownMs }, index) => {
    const path = [...FIRES, index, 'within'];
    const got = formatDuration(ownMs);
    if (ownMs < leastMs)
      return [
        source.issue(path, `expected at least ${formatDuration(leastMs)}, twice what can be told apart, got ${got}`),
      ];
    if (ownMs <= mostMs) return [];
    const message = `expected at most ${formatDuration(mostMs)} (within + stableFor), for which is watched, got ${got}`;
    return [source.issue(path, message)];
  });
}

function countIssues({ source, scenario }: Draft): Issue[] {
  return (scenario.recovery.expectMessages ?? []).flatMap(({ transitions, max }, index) => {
    const least = new Set(transitions).size;
    if (max >= least) return [];
    return [source.issue([...EXPECT, index, 'max'], `expected at least ${least}, one for each transition, got ${max}`)];
  });
}
