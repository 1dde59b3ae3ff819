import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import type { AlertRules } from '../../src/ports/alert-rules.ts';

export interface OpenAlertRules extends AsyncDisposable {
  readonly rules: AlertRules;
  /** One where nobody answers. */
  readonly gone: AlertRules;
  /** An alert that it evaluates at least every ten seconds. */
  readonly known: string;
  /** Its clock, epoch ms. */
  readonly nowMs: () => number;
}

/** What every `AlertRules` must do: above all, tell a rule that is evaluated from one that is merely there. */
export function alertRulesContract(name: string, open: () => Promise<OpenAlertRules>): void {
  describe(`${name}, as a source of alerting rules,`, () => {
    let opened: OpenAlertRules;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    it('says of each rule how often, when and with what success it was evaluated', async () => {
      const { rules, known, nowMs } = opened;
      const rule = (await rules.list()).find((each) => each.name === known);
      expect(rule).toMatchObject({ health: 'ok' });
      expect(rule?.group).toMatch(/.+;.+/);
      expect(rule?.query).not.toBe('');
      expect(rule?.intervalMs).toBeGreaterThan(0);
      expect(rule?.intervalMs).toBeLessThanOrEqual(10_000);
      expect(nowMs() - (rule?.evaluatedAtMs ?? 0)).toBeLessThan(30_000);
    });

    it('that does not answer is an error, never a list without rules', async () => {
      await expect(opened.gone.list()).rejects.toThrow(MetricsError);
    });
  });
}
