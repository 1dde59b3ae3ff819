import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ScenarioError } from '../../src/errors.ts';
import { renderKindConfig } from './kind-config.ts';

const paths = { mark: '/cache/mark', mounts: '/cache/mounts' };
const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n';
const JUDGE = 'labels: {healproof.dev/role: judge}';

function render(text: string) {
  return renderKindConfig({ path: '/project/kind-config.yaml', text }, paths);
}

function problems(text: string): string[] {
  try {
    render(text);
  } catch (error: unknown) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('kind configuration', () => {
  it('marks every node and keeps what it does not know', () => {
    const { text, nodeCount } = render(
      `${head}featureGates: {X: true}\nnodes: [{role: control-plane}, {role: worker, labels: {healproof.dev/role: judge}}]\n`,
    );
    const mark = { hostPath: '/cache/mark', containerPath: '/etc/healproof-lab', readOnly: true };
    expect(parse(text)).toMatchObject({
      featureGates: { X: true },
      nodes: [
        { role: 'control-plane', extraMounts: [mark] },
        { role: 'worker', extraMounts: [mark] },
      ],
    });
    expect(nodeCount).toBe(2);
  });

  it('copies relative mounts, so that the lab outlives the folder it was made from', () => {
    const mounts =
      '[{hostPath: a/b.yaml, containerPath: /b}, {hostPath: ../c, containerPath: /c}, {hostPath: /d, containerPath: /d}]';
    const { text, copies } = render(`${head}nodes: [{role: control-plane, ${JUDGE}, extraMounts: ${mounts}}]\n`);
    expect(copies).toEqual([
      { from: '/project/a/b.yaml', to: '/cache/mounts/a/b.yaml' },
      { from: '/c', to: '/cache/mounts/_/c' },
    ]);
    const [node] = (parse(text) as { nodes: { extraMounts: { hostPath: string }[] }[] }).nodes;
    expect(node?.extraMounts.map(({ hostPath }) => hostPath)).toEqual([
      '/cache/mounts/a/b.yaml',
      '/cache/mounts/_/c',
      '/d',
      '/cache/mark',
    ]);
  });

  it('names the ports that must be free, not those that kind picks', () => {
    const ports = '[{containerPort: 1, hostPort: 0}, {containerPort: 2, hostPort: 8080, listenAddress: 127.0.0.1}]';
    const text = `${head}networking: {apiServerPort: 6443}\nnodes: [{role: control-plane, ${JUDGE}, extraPortMappings: ${ports}}]\n`;
    expect(render(text).fixedPorts).toEqual([
      { address: '127.0.0.1', port: 6443 },
      { address: '127.0.0.1', port: 8080 },
    ]);
  });

  it.each([
    ['kind: Cluster\n', /:1:1 apiVersion: /],
    [`${head}name: mine\nnodes: [{role: worker}]\n`, /:3:7 name: the name is set by healproof/],
    [`${head}nodes: [{role: worker, image: x}]\n`, /:3:31 nodes\[0\]\.image: the node image is chosen by healproof/],
    [`${head}nodes: [{role: boss}]\n`, /:3:16 nodes\[0\]\.role: /],
    [`${head}nodes: []\n`, /:3:8 nodes: expected at least one node/],
    [`${head}nodes: [{role: worker, ${JUDGE}}]\n`, /:3:8 nodes: expected a node with role: control-plane/],
    [`${head}nodes: [{}]\n`, /:3:8 nodes: expected a node labelled healproof\.dev\/role: judge/],
    [`${head}nodes: [{${JUDGE}, rol: worker}]\n`, /:3:47 nodes\[0\]\.rol: unknown key \(did you mean role\?\)/],
    [`${head}node: []\nnodes: [{${JUDGE}}]\n`, /:3:1 node: unknown key \(did you mean nodes\?\)/],
    [`${head}networking: {podSubnets: x}\nnodes: [{${JUDGE}}]\n`, /:3:14 networking\.podSubnets: .*podSubnet\?/],
    [`${head}nodes: &n [*n]\n`, /:3:12 alias \*n refers to a part that contains it/],
    ['kind: [\n', /kind-config\.yaml:\d+:\d+ /],
  ])('refuses %j at its place', (text, words) => {
    expect(problems(text)[0]).toMatch(words);
  });

  it('can use the one in the repository', () => {
    const text = readFileSync(join(import.meta.dirname, '../../kind-config.yaml'), 'utf8');
    expect(render(text)).toMatchObject({ nodeCount: 4, fixedPorts: [] });
  });
});
