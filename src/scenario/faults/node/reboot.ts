import type { NodeActionKind } from './node-action.ts';
import { nodeTemplate } from './template.ts';

export const reboot: NodeActionKind = {
  does: 'reboot its system',
  isOneShot: true,
  evictsPods: false,
  mustEndBecause: null,
  templates: {
    'node-reboot': nodeTemplate('reboot', ({ app }) => `After a reboot of its node a replica of ${app} serves again`),
  },
};
