import { z } from 'zod';
import { Duration } from './duration.ts';
import { HelmRules } from './helm-conditions.ts';
import { MinHealthyText } from './min-healthy.ts';
import { ThresholdText } from './threshold.ts';

/** Namespaces no policy may name, whatever the allow-list says. */
export const FORBIDDEN_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'] as const;

const DnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a DNS label such as shop-back');

const SloSick = z
  .strictObject({
    type: z.literal('SloSick'),
    query: z.string().trim().min(1).describe('PromQL; a vector with one sample per replica, sick or well'),
    threshold: ThresholdText.describe('A replica whose sample is on this side is sick'),
    replicaLabel: z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected a label name')
      .describe('Label that names the replica'),
    replicaIs: z.enum(['podIP', 'podName']).describe('What the value of that label is'),
    for: Duration.describe('How long a replica must be sick without a break'),
    grace: Duration.default(10_000).describe('Time after a pod became Ready in which its samples do not count'),
  })
  .transform(({ for: forMs, grace: graceMs, ...rest }) => ({ ...rest, forMs, graceMs }));

const NotReady = z
  .strictObject({
    type: z.literal('NotReady'),
    for: Duration.describe('How long a pod that was Ready before may be not Ready'),
    startup: Duration.default(300_000).describe('How long a pod may take to become Ready for the first time'),
  })
  .transform(({ type, for: forMs, startup: startupMs }) => ({ type, forMs, startupMs }));

const CrashLoop = z.strictObject({
  type: z.literal('CrashLoop'),
  restarts: z.number().int().min(1).describe('Restarts of one container from which on a crash loop counts'),
});

const Limits = z
  .strictObject({
    minHealthy: MinHealthyText.prefault('51%').describe(
      'Pods of the policy that must be healthy for the healer to act',
    ),
    cooldown: Duration.default(60_000).describe('Least time between two actions on pods of one workload'),
    budget: z
      .strictObject({ actions: z.number().int().min(1), per: Duration })
      .default({ actions: 3, per: 600_000 })
      .describe('Most actions of this policy in that time'),
    giveUpAfter: z.number().int().min(1).default(3).describe('Actions in a row that did not help a workload'),
    verifyWithin: Duration.default(120_000).describe('Time in which a replacement must be Ready and well'),
  })
  .transform(({ cooldown: cooldownMs, budget, verifyWithin: verifyWithinMs, ...rest }) => ({
    ...rest,
    cooldownMs,
    budget: { actions: budget.actions, perMs: budget.per },
    verifyWithinMs,
  }));

const PolicySchema = z.strictObject({
  name: DnsLabel,
  namespace: DnsLabel.refine((name) => !FORBIDDEN_NAMESPACES.some((forbidden) => forbidden === name), {
    error: ({ input }) => `the healer never acts in ${String(input)}`,
  }),
  selector: z
    .record(z.string(), z.string())
    .refine((labels) => Object.keys(labels).length > 0, 'an empty selector would select every pod of the namespace'),
  mode: z.enum(['auto', 'observe']).default('auto').describe('observe: say what would be done, do nothing'),
  conditions: z
    .array(z.discriminatedUnion('type', [SloSick, NotReady, CrashLoop]))
    .min(1)
    .refine(
      (list) => new Set(list.map(({ type }) => type)).size === list.length,
      'each type of condition may be named once',
    ),
  limits: Limits.prefault({}),
  helm: HelmRules.optional(),
});

export const PolicyFile = z.strictObject({ policies: z.array(PolicySchema) }).superRefine(({ policies }, context) => {
  for (const [index, { name }] of policies.entries()) {
    if (policies.findIndex((other) => other.name === name) === index) continue;
    context.addIssue({
      code: 'custom',
      path: ['policies', index, 'name'],
      message: `there are two policies named ${name}`,
    });
  }
});

export type Policy = Readonly<z.output<typeof PolicySchema>>;
export type Condition = Policy['conditions'][number];
export type SloSickCondition = Extract<Condition, { type: 'SloSick' }>;
export type NotReadyCondition = Extract<Condition, { type: 'NotReady' }>;
export type CrashLoopCondition = Extract<Condition, { type: 'CrashLoop' }>;
