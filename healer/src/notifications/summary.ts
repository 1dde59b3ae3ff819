import { MESSAGE, TRANSITIONS } from '../names.ts';
import type { ChannelMessage } from './channel.ts';
import { shown } from './markup.ts';
import type { Notice } from './notice.ts';
import { headline } from './wording.ts';

const LINES = 20;
const FACTS = 100;

/** One message in the place of many. Pure. */
export function summaryOf(notices: readonly Notice[]): ChannelMessage {
  const counts = TRANSITIONS.map((transition) => ({
    transition,
    count: notices.filter((notice) => notice.transition === transition).length,
  }));
  const numbers = counts.flatMap(({ transition, count }) => (count === 0 ? [] : [`${count} ${transition}`]));
  const title = `${notices.length} further messages held back: ${numbers.join(', ')}`;
  const lines = notices
    .slice(0, LINES)
    .map((notice) => `• ${shown(headline(notice))} – incident ${notice.record.incident}`);
  const more = notices.length > LINES ? [`… and ${notices.length - LINES} more; the Remediations tell them all`] : [];
  return {
    text: [title, ...lines, ...more].join('\n'),
    blocks: [title, ...chunks([...lines, ...more])].map((text, index) => ({
      type: 'section',
      text: { type: 'mrkdwn', text: index === 0 ? `*${text}*` : text },
    })),
    facts: { transition: MESSAGE.summary, held: notices.length, messages: namesOf(notices) },
  };
}

/** Incident and transition of each: metadata of messages are flat. */
function namesOf(notices: readonly Notice[]): string {
  return notices
    .slice(0, FACTS)
    .map(({ transition, record }) => `${record.incident}/${transition}`)
    .join(' ');
}

/** A section of Slack's holds 3,000 characters. */
function chunks(lines: readonly string[], most = 2_900): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + line.length >= most) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts;
}
