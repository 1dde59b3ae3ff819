import { z } from 'zod';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import type { ChaosSpec } from '../spec/chaos-kind.ts';
import { eachMustBe, type Rule } from '../spec/spec-values.ts';

const HOST =
  /^(?=.{1,253}\.?$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

const NUMBERED = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

const ADDRESS: Rule = {
  what: 'an address, a network or a host, with a port or without, such as 203.0.113.7, 198.51.100.0/24 or db.example.com:5432',
  isMet: (value) => typeof value === 'string' && (isPlace(value) || isPlaceWithPort(value)),
};

/** Chaos Mesh resolves hosts when it injects; what it cannot resolve keeps the fault from coming. */
export function externalProblems(spec: ChaosSpec): FaultProblem[] {
  return eachMustBe(spec, ['externalTargets'], ADDRESS);
}

function isPlaceWithPort(text: string): boolean {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const place = bracketed ?? plain;
  return place !== undefined && Number(port) <= 65_535 && isPlace(place);
}

function isPlace(text: string): boolean {
  return NUMBERED.safeParse(text).success || (HOST.test(text) && !/^[\d.]+$/.test(text));
}
