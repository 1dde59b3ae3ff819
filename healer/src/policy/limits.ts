import { z } from 'zod';
import { Duration } from './duration.ts';
import { MinHealthyText } from './min-healthy.ts';

const Times = (what: string) => z.number().int().min(1).max(1_000).describe(what);

/** What bounds the healer under one policy. Defaults are written out, so that the API server shows them. */
export const Limits = z
  .strictObject({
    minHealthy: MinHealthyText.prefault('51%').describe(
      'Pods of the policy that must be healthy for the healer to act',
    ),
    cooldown: Duration.prefault('60s').describe(
      'Least time between two actions on one workload; doubled for each one in a row that did not help',
    ),
    maxCooldown: Duration.prefault('1h').describe('What the growing cooldown does not exceed'),
    budget: z
      .strictObject({ actions: Times('Actions'), per: Duration.describe('Stretch of time') })
      .prefault({ actions: 3, per: '10m' })
      .describe('Most actions of this policy in that time'),
    giveUpAfter: Times('Actions in a row that did not help a workload').prefault(3),
    flap: z
      .strictObject({ actions: Times('Actions'), per: Duration.describe('Stretch of time') })
      .prefault({ actions: 4, per: '30m' })
      .describe('A workload that was helped so often in that time is only patched up: it is left to people'),
    verifyWithin: Duration.prefault('2m').describe('Time in which an action must have helped'),
  })
  .transform(({ cooldown, maxCooldown, budget, flap, verifyWithin, ...rest }) => ({
    ...rest,
    cooldownMs: cooldown,
    maxCooldownMs: maxCooldown,
    budget: { actions: budget.actions, perMs: budget.per },
    flap: { actions: flap.actions, perMs: flap.per },
    verifyWithinMs: verifyWithin,
  }));
