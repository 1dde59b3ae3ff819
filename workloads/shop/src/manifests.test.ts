import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readSettings } from './settings.ts';

const folder = new URL('../manifests/', import.meta.url);
const objects = readdirSync(folder).flatMap((file) =>
  parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')).map((document) => document.toJS()),
);
const deployments = objects.filter((object) => object.kind === 'Deployment');
const deployment = (name: string) => deployments.find((object) => object.metadata.name === name);
const container = (name: string) => deployment(name).spec.template.spec.containers[0];

function environmentOf(name: string): Record<string, string> {
  const entries: { name: string; value: string }[] = container(name).env ?? [];
  return Object.fromEntries(entries.map((each) => [each.name, each.value]));
}

describe('the manifests of the shop', () => {
  it.each(deployments.map((object) => [object.metadata.name, object]))('keep %s off the judge', (_name, object) => {
    expect(object.spec.template.spec.tolerations).toBeUndefined();
    expect(object.spec.template.spec.nodeName).toBeUndefined();
  });

  it.each(deployments.map((object) => [object.metadata.name, object]))(
    'let %s be scraped by its name',
    (name, object) => {
      const { metadata } = object.spec.template;
      expect(metadata.labels.app).toBe(name);
      expect(metadata.annotations).toMatchObject({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' });
    },
  );

  it.each(deployments.map((object) => [object.metadata.name]))('give %s time to drain', (name) => {
    const { drainMs, backTimeoutMs, frontTimeoutMs } = readSettings(environmentOf(name));
    const graceMs = deployment(name).spec.template.spec.terminationGracePeriodSeconds * 1000;
    expect(graceMs).toBeGreaterThan(drainMs + Math.max(backTimeoutMs, frontTimeoutMs) + 1000);
  });

  it('run each role in a Deployment of its own, with replicas to spare', () => {
    const roles = deployments.map((object) => [object.metadata.name, object.spec.replicas]);
    expect(roles).toEqual([
      ['shop-back', 3],
      ['shop-front', 2],
      ['shop-load', 1],
    ]);
    for (const [name] of roles) expect(container(name).command.at(-1)).toBe(name.replace('shop-', ''));
  });

  it('show callers the pods themselves, by a name that needs no search domain', () => {
    const service = objects.find((object) => object.kind === 'Service' && object.metadata.name === 'shop-back');
    expect(service.spec.clusterIP).toBe('None');
    expect(service.spec.publishNotReadyAddresses).toBeUndefined();
    expect(environmentOf('shop-front').SHOP_BACK_HOST).toBe('shop-back.shop.svc.cluster.local');
  });

  it('bound what a load put into a back end can take from its node', () => {
    expect(container('shop-back').resources.limits).toEqual({ cpu: '300m', memory: '256Mi' });
  });
});
