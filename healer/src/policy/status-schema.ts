import { z } from 'zod';

const POLICY_CONDITIONS = ['Accepted', 'Selecting', 'Evaluating'] as const;

/** What the healer says about a policy, on the policy itself. */
export const PolicyStatus = z.strictObject({
  observedGeneration: z.number().int().optional().describe('Generation of the spec that this is about'),
  selectedPods: z.number().int().optional().describe('Pods that it selects now'),
  conditions: z
    .array(
      z.strictObject({
        type: z.enum(POLICY_CONDITIONS),
        status: z.enum(['True', 'False', 'Unknown']),
        reason: z.string().max(100),
        message: z.string().max(2_000),
        lastTransitionTime: z.iso.datetime().max(40).meta({ format: 'date-time' }),
        observedGeneration: z.number().int().optional(),
      }),
    )
    .max(10)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
});

export type PolicyStatus = z.infer<typeof PolicyStatus>;
export type PolicyCondition = NonNullable<PolicyStatus['conditions']>[number];
