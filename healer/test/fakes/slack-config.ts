import type { SlackConfig } from '../../src/config/config.ts';

/** Everything but refusals is told, and nothing is held back. */
export const SLACK: SlackConfig = {
  webhookFile: '/unused',
  transitions: ['opened', 'acted', 'escalated', 'resolved', 'gave-up'],
  rate: { actions: 50, perMs: 60_000 },
  timeoutMs: 1_000,
  link: undefined,
};
