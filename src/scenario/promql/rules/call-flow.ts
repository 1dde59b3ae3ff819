import type { Call } from '../expression.ts';
import { counted, summed } from './aggregation-flow.ts';
import { callInterval, keepsOrder } from './call-interval.ts';
import { unsided } from './drop.ts';
import { amongOthers, type Flow, type FlowOf, merged } from './flow.ts';
import { exactly } from './interval.ts';

const ABSENT = 'turns missing data into a value; ask for what must be there, silence must stay silence';

export function callFlow(call: Call, look: FlowOf): Flow {
  const flows = call.arguments.map(look);
  const flow = merged(...flows);
  const series = call.arguments.findIndex(({ type }) => type === 'matrix');
  if (series >= 0) return overTime(call, { ...flow, interval: flows[series]?.interval ?? flow.interval }, flows);
  if (call.function === 'absent') return absent(call, flow);
  if (call.function === 'scalar') return { ...intervalled(call, flow, flows), nan: true, single: true };
  // It makes one answer of several buckets.
  return intervalled(call, call.function === 'histogram_quantile' ? amongOthers(flow) : flow, flows);
}

/** From the samples of a stretch one is made, much as an aggregation makes one of several series. */
function overTime(call: Call, flow: Flow, flows: readonly Flow[]): Flow {
  switch (call.function) {
    case 'absent_over_time':
      return absent(call, flow);
    case 'sum_over_time':
      return summed(amongOthers(flow));
    case 'count_over_time':
      return counted(amongOthers(flow), { ...flow, single: false }, call);
    case 'present_over_time':
      return { ...counted(amongOthers(flow), flow, call), interval: exactly(1) };
    case 'min_over_time':
    case 'max_over_time':
      return smoothed(call, intervalled(call, amongOthers(flow), flows));
    default:
      return intervalled(call, amongOthers(flow), flows);
  }
}

/** What lasts for less than the window does not show on one side. */
function smoothed(at: Call, flow: Flow): Flow {
  const high = at.function === 'min_over_time';
  return { ...flow, drops: [...flow.drops, { at, high, low: !high, always: false }] };
}

function absent(at: Call, flow: Flow): Flow {
  const substitute = { at, message: `\`${at.function}\` ${ABSENT}`, certain: true };
  return { ...flow, interval: exactly(1), single: true, substitutes: [...flow.substitutes, substitute], drops: [] };
}

function intervalled(call: Call, flow: Flow, flows: readonly Flow[]): Flow {
  const interval = callInterval(
    call.function,
    flows.map((argument) => argument.interval),
  );
  return { ...flow, interval, drops: keepsOrder(call.function) ? flow.drops : flow.drops.map(unsided) };
}
