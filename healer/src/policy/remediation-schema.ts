import { z } from 'zod';
import { ACTION_TYPES, CONDITION_TYPES, REFUSAL_REASONS } from '../names.ts';

const Time = z.iso.datetime().max(40).meta({ format: 'date-time' });
const Sentence = z.string().max(2_000);
const Name = z.string().max(317);

/** What was seen, and stays as it is. */
export const RemediationSpec = z.strictObject({
  incident: z.string().min(1).max(64).describe('Id in logs, metrics, Events and traces'),
  policy: Name.describe('Policy whose rule matched'),
  condition: z.enum(CONDITION_TYPES).describe('The rule that matched'),
  target: z
    .strictObject({
      kind: z.enum(['Pod', 'HelmRelease']),
      namespace: Name,
      name: Name,
      uid: z.string().min(1).max(64).describe('Of the pod, or of the Secret that keeps the revision of the release'),
      revision: z.number().int().min(1).optional().describe('Of a Helm release: the revision that was found sick'),
      app: Name.optional(),
      node: Name.optional(),
    })
    .describe('What was found sick'),
  workload: z
    .strictObject({ kind: Name, name: Name, uid: z.string().max(64), generation: z.number().int() })
    .optional()
    .describe('What would replace it'),
  episode: z.number().int().min(1).describe('How many times this was seen on this target, this one included'),
  evidence: Sentence.describe('What was seen'),
  firstSeenAt: Time,
  detectedAt: Time,
});

const PHASES = ['Detected', 'Refused', 'Acting', 'Acted', 'Resolved', 'Failed', 'GaveUp', 'Obsolete'] as const;
export type Phase = (typeof PHASES)[number];

/** What has become of it; advances only by writes that name the version they are based on. */
export const RemediationStatus = z.strictObject({
  phase: z.enum(PHASES),
  holder: Name.describe('Replica that wrote last'),
  cause: z.enum(['Replica', 'Revision', 'Resources', 'Outside', 'Unknown']).optional().describe('Class of the cause'),
  action: z.enum(ACTION_TYPES).optional(),
  attempts: z.number().int().min(0).optional().describe('Actions that were sent'),
  refusal: z.enum(REFUSAL_REASONS).optional().describe('Newest reason not to act'),
  reason: Sentence.describe('Newest sentence about it'),
  decidedAt: Time.optional(),
  actedAt: Time.optional(),
  /** Generation of the workload once acted on. */
  generation: z.number().int().optional(),
  outcome: z.enum(['helped', 'failed', 'none']).optional().describe('Whether the action helped'),
  endedAt: Time.optional(),
  notified: z.array(z.string().max(64)).max(64).optional().describe('What people were told of it'),
});

export type RemediationSpec = z.infer<typeof RemediationSpec>;
export type RemediationStatus = z.infer<typeof RemediationStatus>;

/** Phases after which nothing more is written. */
export const ENDED: ReadonlySet<Phase> = new Set(['Resolved', 'Failed', 'GaveUp', 'Obsolete']);
