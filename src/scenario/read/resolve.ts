import type { Issue } from '../../errors.ts';
import { toMs, toTolerance } from '../fields/read-fields.ts';
import { canonicalJson } from '../model/canonical.ts';
import type { PhaseBudgets, Probe, Recovery, Repeat, Scenario } from '../model/scenario.ts';
import { probeKindOf } from '../probes/probe-kinds.ts';
import type { ScenarioDocument } from '../schema/scenario-schema.ts';
import { didYouMean } from '../yaml/nearest.ts';
import { type Path, type ReadText, type Source, valueAt } from '../yaml/source.ts';
import type { ParsedDocument } from './parse.ts';
import { toFault } from './resolve-fault.ts';

export type ParsedScenario = Extract<ParsedDocument, { kind: 'Scenario' }>;
export type ParsedSteadyState = Extract<ParsedDocument, { kind: 'SteadyState' }>;

/** A probe and the place where its author wrote it. */
export interface PlacedProbe {
  readonly probe: Probe;
  readonly source: Source;
  readonly path: Path;
}

/** A scenario on its way to being accepted: everything the rules need to judge it and to point at it. */
export interface Draft {
  readonly scenario: Scenario;
  readonly document: ScenarioDocument;
  readonly source: Source;
  readonly probes: readonly PlacedProbe[];
  /** Every file that a part of it stands in. */
  readonly files: ReadonlySet<string>;
}

export interface ResolveContext {
  readonly steadyStates: ReadonlyMap<string, ParsedSteadyState>;
  /** Digest by name of each workload; null where it is not known which workloads there are. */
  readonly workloads: ReadonlyMap<string, string> | null;
  /** Hex digest of a text; sha256 in production. */
  readonly digest: (text: string) => string;
  readonly readText: ReadText | null;
}

/** References of a document that lead nowhere, whether or not the rest of it is sound. */
export function referenceIssues({ data, source }: ParsedScenario, context: ResolveContext): Issue[] {
  const entries = valueAt(data, ['spec', 'steadyState']);
  const uses = Array.isArray(entries) ? entries.map((entry: unknown) => valueAt(entry, ['use'])) : [];
  const issues = uses.flatMap((use, index) => {
    if (typeof use !== 'string' || context.steadyStates.has(use)) return [];
    return [
      source.issue(['spec', 'steadyState', index, 'use'], unknown('a SteadyState document', use, context.steadyStates)),
    ];
  });
  const workload = valueAt(data, ['spec', 'workload', 'use']);
  if (typeof workload === 'string' && context.workloads !== null && !context.workloads.has(workload)) {
    issues.push(source.issue(['spec', 'workload', 'use'], unknown('a workload', workload, context.workloads)));
  }
  return issues;
}

/** Puts in what a scenario refers to, where it exists, and turns its texts into numbers. */
export function resolveScenario(parsed: ParsedScenario, document: ScenarioDocument, context: ResolveContext): Draft {
  const { source } = parsed;
  const probes = document.spec.steadyState.flatMap((entry, index): PlacedProbe[] => {
    if (!('use' in entry))
      return [{ probe: probeKindOf(entry).read(entry), source, path: ['spec', 'steadyState', index] }];
    const used = context.steadyStates.get(entry.use);
    return used === undefined ? [] : probesOf(used);
  });
  const used = document.spec.steadyState.flatMap((entry) =>
    'use' in entry ? [context.steadyStates.get(entry.use)] : [],
  );
  const { config } = document.spec.cluster;
  const others = [...used.flatMap((state) => state?.source.file ?? []), ...(config === undefined ? [] : [config])];
  const files = new Set([source.file, ...others]);
  return { scenario: toScenario(parsed, document, probes, context), document, source, probes, files };
}

function probesOf(used: ParsedSteadyState): PlacedProbe[] {
  return (used.document?.spec.probes ?? []).map((probe, index) => ({
    probe: probeKindOf(probe).read(probe),
    source: used.source,
    path: ['spec', 'probes', index],
  }));
}

function unknown(what: string, name: string, all: ReadonlyMap<string, unknown>): string {
  const known = [...all.keys()].sort();
  const list = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`;
  return `expected the name of ${what}, got ${name}${didYouMean(name, known)}; ${list}`;
}

function toScenario(
  parsed: ParsedScenario,
  { metadata, spec }: ScenarioDocument,
  probes: readonly PlacedProbe[],
  context: ResolveContext,
): Scenario {
  return {
    name: metadata.name,
    title: metadata.title,
    tags: metadata.tags,
    severity: metadata.severity,
    owner: metadata.owner ?? null,
    file: parsed.source.file,
    digest: context.digest(canonicalJson(everythingUsed(parsed, spec, context))),
    params: parsed.params,
    requires: spec.requires,
    cluster: spec.cluster.use,
    clusterConfig: spec.cluster.config ?? null,
    workload: spec.workload?.use ?? null,
    steadyState: probes.map(({ probe }) => probe),
    fault: toFault(spec.fault),
    blastRadius: spec.blastRadius ?? { namespaces: [], maxPods: 0, maxNodes: 0 },
    abortWhen: spec.abortWhen.map((guard) => ({
      query: guard.query,
      condition: toTolerance(guard.condition),
      forMs: toMs(guard.for),
    })),
    recovery: toRecovery(spec.recovery),
    repeat: toRepeat(spec.repeat),
  };
}

function everythingUsed(parsed: ParsedScenario, spec: ScenarioDocument['spec'], context: ResolveContext): unknown {
  const used = spec.steadyState.flatMap((entry) => ('use' in entry ? [entry.use] : []));
  return {
    scenario: parsed.data,
    ...(Object.keys(parsed.params).length === 0 ? {} : { params: parsed.params }),
    steadyStates: used.map((name) => context.steadyStates.get(name)?.data ?? null),
    workload: context.workloads?.get(spec.workload?.use ?? '') ?? null,
    ...(spec.cluster.config === undefined ? {} : { cluster: context.readText?.(spec.cluster.config) ?? null }),
  };
}

function toRecovery(recovery: ScenarioDocument['spec']['recovery']): Recovery {
  return {
    withinMs: recovery.within === undefined ? 0 : toMs(recovery.within),
    stableForMs: toMs(recovery.stableFor),
    phases: toBudgets(recovery.phases),
    by: recovery.by,
    expectActions: recovery.actions.expect,
    forbidActions: recovery.actions.forbid,
    expectRefusals: recovery.actions.refuse,
    ...toSignals(recovery),
  };
}

function toSignals({
  alerts: { fires, silent },
  notifications: { expect },
}: ScenarioDocument['spec']['recovery']): Pick<Recovery, 'fireAlerts' | 'silentAlerts' | 'expectMessages'> {
  const fireAlerts = fires.map(({ name, within }) => ({ name, withinMs: toMs(within) }));
  return {
    ...(fireAlerts.length === 0 ? {} : { fireAlerts }),
    ...(silent.length === 0 ? {} : { silentAlerts: silent }),
    ...(expect.length === 0 ? {} : { expectMessages: expect }),
  };
}

function toRepeat(repeat: ScenarioDocument['spec']['repeat']): Repeat | null {
  if (repeat === undefined) return null;
  return 'runs' in repeat ? { kind: 'every-run', runs: repeat.runs } : { kind: 'percentile', ...repeat };
}

function toBudgets({ detect, decide, act, restore }: ScenarioDocument['spec']['recovery']['phases']): PhaseBudgets {
  return {
    ...(detect === undefined ? {} : { detectMs: toMs(detect) }),
    ...(decide === undefined ? {} : { decideMs: toMs(decide) }),
    ...(act === undefined ? {} : { actMs: toMs(act) }),
    ...(restore === undefined ? {} : { restoreMs: toMs(restore) }),
  };
}
