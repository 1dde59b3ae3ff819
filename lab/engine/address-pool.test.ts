import { describe, expect, it } from 'vitest';
import { pickAddressPool } from './address-pool.ts';

const header = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT';
const route = (destination: string, mask: string): string => `eth0\t${destination}\t0\t1\t0\t0\t0\t${mask}\t0\t0\t0`;

describe('pickAddressPool', () => {
  it('takes the first range where only the default route and others lead', () => {
    const routes = [header, route('00000000', '00000000'), route('000011AC', '0000FFFF')].join('\n');
    expect(pickAddressPool(routes)).toBe('172.29.0.0/16');
  });

  it('passes over a range that is taken, in part or as part of a larger one', () => {
    expect(pickAddressPool([header, route('00051DAC', '00FFFFFF')].join('\n'))).toBe('172.30.0.0/16');
    expect(pickAddressPool([header, route('000010AC', '0000F0FF')].join('\n'))).toBe('10.213.0.0/16');
  });

  it('finds none where everything private is taken', () => {
    const all = [route('000010AC', '0000F0FF'), route('0000000A', '000000FF'), route('0000A8C0', '0000FFFF')];
    expect(pickAddressPool([header, ...all].join('\n'))).toBeUndefined();
  });
});
