import { z } from 'zod';
import { cel, MOST } from './bounds.ts';
import { Conditions } from './conditions.ts';
import { HelmRules } from './helm-conditions.ts';
import { Limits } from './limits.ts';
import { WindowSchema } from './windows.ts';

export type {
  Condition,
  CrashLoopCondition,
  LastingCondition,
  NotReadyCondition,
  OOMLoopCondition,
  SLOAlertCondition,
  SLOViolationCondition,
} from './conditions.ts';

/** Namespaces no policy may name, whatever the allow-list says. */
export const FORBIDDEN_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'] as const;

const EMPTY_SELECTOR = 'an empty selector would select every pod of the namespace';
const FORBIDDEN = 'the healer never acts in kube-system, kube-public and kube-node-lease';

const Selector = z
  .strictObject({
    matchLabels: z
      .record(z.string().max(317), z.string().max(63))
      .refine((labels) => Object.keys(labels).length > 0, EMPTY_SELECTOR)
      .meta({ maxProperties: MOST.labels, ...cel({ rule: 'size(self) > 0', message: EMPTY_SELECTOR }) })
      .describe('Labels that a pod must have, all of them'),
  })
  .describe('Pods the policy is about');

const Pause = z
  .strictObject({
    until: z.iso
      .datetime({ offset: true })
      .max(40)
      .meta({ format: 'date-time' })
      .describe('No action before this time'),
    reason: z.string().min(1).max(500).describe('Why, for whoever wonders'),
  })
  .transform(({ until, reason }) => ({ untilMs: Date.parse(until), reason }));

const shared = {
  selector: Selector,
  mode: z
    .enum(['auto', 'advise', 'observe'])
    .prefault('auto')
    .describe('auto: act; advise: say what should be done; observe: only record what was seen'),
  paused: Pause.optional().describe('Stands still for a while'),
  conditions: Conditions.describe('What is looked for; each type once'),
  limits: Limits.prefault({}).describe('What bounds the healer'),
  windows: z.array(WindowSchema).max(MOST.windows).optional().describe('When it may act and when not'),
  blockingAlerts: z
    .array(z.string().min(1).max(200))
    .max(MOST.alerts)
    .optional()
    .describe('Names of Prometheus alerts during which nothing is done'),
  helm: HelmRules.optional(),
};

/** What a HealingPolicy says about pods of its own namespace. */
export const HealingPolicySpec = z.strictObject(shared);

const Namespace = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected the name of a namespace')
  .refine((name) => !FORBIDDEN_NAMESPACES.some((forbidden) => forbidden === name), FORBIDDEN)
  .meta(cel({ rule: `!(self in ['kube-system', 'kube-public', 'kube-node-lease'])`, message: FORBIDDEN }));

/** What a ClusterHealingPolicy says about pods of the namespaces that it names. */
export const ClusterHealingPolicySpec = z.strictObject({
  namespaces: z.array(Namespace).min(1).max(MOST.namespaces).describe('Namespaces, by name; all is not on offer'),
  ...shared,
});

type Spec = z.output<typeof HealingPolicySpec>;

/** A policy in force, whichever kind it came as. */
export interface Policy {
  /** `namespace/name` of a HealingPolicy, `name` of a ClusterHealingPolicy. */
  readonly name: string;
  readonly namespaces: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly mode: Spec['mode'];
  readonly paused: Spec['paused'];
  readonly conditions: Readonly<Spec['conditions']>;
  readonly limits: Readonly<Spec['limits']>;
  readonly windows: NonNullable<Spec['windows']>;
  readonly blockingAlerts: readonly string[];
  /** Without it releases are left alone. */
  readonly helm: Spec['helm'];
}
