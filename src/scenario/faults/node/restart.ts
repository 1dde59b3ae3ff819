import type { NodeActionKind } from './node-action.ts';
import { nodeTemplate } from './template.ts';

export const restart: NodeActionKind = {
  does: 'restart it',
  isOneShot: true,
  evictsPods: false,
  mustEndBecause: null,
  templates: {
    'node-restart': nodeTemplate(
      'restart',
      ({ app }) => `After a restart of its node a replica of ${app} serves again`,
    ),
  },
};
