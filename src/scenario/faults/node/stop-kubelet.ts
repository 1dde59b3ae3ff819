import { ABSORBED } from '../shared/template.ts';
import type { NodeActionKind } from './node-action.ts';
import { nodeTemplate } from './template.ts';

export const stopKubelet: NodeActionKind = {
  does: 'stop its kubelet while its containers run on',
  isOneShot: false,
  evictsPods: false,
  mustEndBecause: 'a node must get its kubelet back even when everything else is gone',
  templates: {
    'node-stop-kubelet': nodeTemplate(
      'stopKubelet',
      ({ app }) => `A replica of ${app} on a node whose kubelet is stopped goes on serving`,
      { recovery: ABSORBED, more: ', duration: 180s' },
    ),
  },
};
