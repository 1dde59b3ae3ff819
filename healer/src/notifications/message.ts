import { remediationName } from '../remediations/view.ts';
import type { ChannelMessage, SlackBlock } from './channel.ts';
import { link, shown } from './markup.ts';
import type { Notice } from './notice.ts';
import { headline, particulars, toTime } from './wording.ts';

/** The message about one transition; `linkTo` is where incidents are shown, with places for what they are named by. Pure. */
export function messageOf(notice: Notice, linkTo: string | undefined): ChannelMessage {
  const { record, transition } = notice;
  const { incident, policy, condition, target, action, refusal, recordedAtMs } = record;
  const lines = particulars(notice).map(([name, text]) => `*${name}:* ${shown(text)}`);
  const title = shown(headline(notice));
  const blocks: SlackBlock[] = [
    { type: 'section', text: { type: 'mrkdwn', text: `*${title}*\n${lines.join('\n')}` } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: context(notice, linkTo) }] },
  ];
  const plain = particulars(notice).map(([name, text]) => `${name}: ${shown(text)}`);
  return {
    text: [title, ...plain, `Incident: ${incident}`].join('\n'),
    blocks,
    facts: {
      incident,
      transition,
      namespace: target.namespace,
      name: target.name,
      kind: target.kind,
      policy,
      condition,
      ...(action === undefined ? {} : { action }),
      ...(refusal === undefined ? {} : { refusal }),
      at: toTime(recordedAtMs),
    },
  };
}

function context({ transition, record: { incident, target } }: Notice, linkTo: string | undefined): string {
  const parts = [`incident \`${incident}\``, transition];
  if (target.kind === 'Pod')
    parts.push(`\`kubectl -n ${target.namespace} get rem ${remediationName(incident)} -o yaml\``);
  if (linkTo !== undefined) parts.push(link(fillIn(linkTo, { ...target, incident }), 'details'));
  return parts.join(' · ');
}

function fillIn(template: string, names: { incident: string; namespace: string; name: string }): string {
  return template.replaceAll(/\{(incident|namespace|name)\}/g, (_whole, key: keyof typeof names) =>
    encodeURIComponent(names[key]),
  );
}
