import { describe, expect, it } from 'vitest';
import { withoutAddress } from './redact.ts';

const ADDRESS = 'https://hooks.example.com/services/T0000PLANTED/B0000PLANTED/planted-secret-token?key=planted-key';

describe('the address of a webhook', () => {
  it.each([
    ['whole', `Failed to parse URL from ${ADDRESS}`],
    ['without its host', 'POST /services/T0000PLANTED/B0000PLANTED/planted-secret-token?key=planted-key 404'],
    ['in pieces', 'no such token planted-secret-token of T0000PLANTED'],
  ])('is cut out of a text that holds it %s', (_title, text) => {
    expect(withoutAddress(text, ADDRESS)).not.toMatch(/planted/i);
  });

  it('is cut out also where it is none', () => {
    expect(withoutAddress('cannot parse planted-nonsense', 'planted-nonsense')).toBe('cannot parse [webhook]');
  });

  it('leaves everything else alone', () => {
    expect(withoutAddress('connect ECONNREFUSED 10.0.0.1:443', ADDRESS)).toBe('connect ECONNREFUSED 10.0.0.1:443');
  });
});
