import type { NodeActionKind } from './node-action.ts';
import { nodeTemplate } from './template.ts';

export const drain: NodeActionKind = {
  does: 'cordon it and evict its pods',
  isOneShot: false,
  evictsPods: true,
  mustEndBecause: null,
  templates: {
    'node-drain': nodeTemplate('drain', ({ app }) => `The replica of ${app} of a drained node serves again on another`),
  },
};
