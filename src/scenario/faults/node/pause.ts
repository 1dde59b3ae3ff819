import { HEALED } from '../shared/template.ts';
import type { NodeActionKind } from './node-action.ts';
import { nodeTemplate } from './template.ts';

export const pause: NodeActionKind = {
  does: 'freeze the node',
  isOneShot: false,
  evictsPods: false,
  mustEndBecause: 'a node must wake up even when everything else is gone',
  templates: {
    'node-pause': nodeTemplate('pause', ({ app }) => `A replica of ${app} on a node that stands still is replaced`, {
      recovery: HEALED,
      more: ', duration: 180s',
    }),
  },
};
