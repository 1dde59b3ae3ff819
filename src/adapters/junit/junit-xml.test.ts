import { describe, expect, it } from 'vitest';
import { cannedFail, cannedInconclusive, cannedPass, cannedSkip } from '../../../test/fixtures/canned-run.ts';
import { junitXml } from './junit-xml.ts';

describe('JUnit', () => {
  it('tells a refuted claim (failure) from what could not be found out (error)', () => {
    const xml = junitXml([cannedPass, cannedFail, cannedInconclusive, cannedSkip], []);
    expect(xml).toContain('<testsuite name="healproof" tests="4" failures="1" errors="1" skipped="1" time="280.000">');
    expect(xml).toContain('<failure type="RECOVERY_EXCEEDED" message="The claim is refuted: RECOVERY_EXCEEDED.');
    expect(xml).toContain('<error type="FAULT_NOT_PROVEN" message="Could not find out: FAULT_NOT_PROVEN.">');
    expect(xml).toContain('<skipped message="needs 5 nodes, this cluster has 3">');
  });

  it('calls a leak an error whatever the verdict', () => {
    const xml = junitXml([{ ...cannedPass, leaks: [{ what: 'NetworkChaos', detail: 'shop/x' }] }], []);
    expect(xml).toContain('<error type="LEAK"');
    expect(xml).toContain('NetworkChaos: shop/x');
  });

  it('is well-formed whatever a message holds', () => {
    const xml = junitXml([], ['<b> & "quoted" \u001b[31mred\nsecond line']);
    expect(xml).toContain('message="&lt;b&gt; &amp; &quot;quoted&quot; [31mred">');
    expect(xml).toContain('errors="1"');
  });
});
