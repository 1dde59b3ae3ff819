import { z } from 'zod';
import { count, duration, expected, listOf, mapping, oneOf } from '../fields/schema-fields.ts';
import { DNS_LABEL, DNS_SUBDOMAIN } from '../model/kubernetes-names.ts';
import { MESSAGE_CHANNELS, MESSAGE_TRANSITIONS } from '../model/scenario.ts';

const ALERT = 'the name of an alert, such as ShopUnavailable';
const alert = z.string(expected(ALERT)).regex(/^[A-Za-z_][\w:.-]{0,127}$/, expected(ALERT));

const SUBJECT = 'a namespace, or namespace/name';
const subject = z.string(expected(SUBJECT)).refine(isSubject, expected(SUBJECT));

function isSubject(text: string): boolean {
  const [namespace = '', name = 'x', ...more] = text.split('/');
  return DNS_LABEL.test(namespace) && DNS_SUBDOMAIN.test(name) && more.length === 0;
}

const expectedAlert = mapping(
  {
    name: alert.meta({ description: 'Name of an alerting rule of the Prometheus that judges.' }),
    within: duration.meta({ description: 'Injection → firing, at most.' }),
  },
  'an alert with name and within',
);

const expectedMessages = mapping(
  {
    channel: oneOf(MESSAGE_CHANNELS).meta({ description: 'How it must reach the receiver.' }),
    about: subject.meta({
      description: 'Namespace, or `namespace/name`, of what it must be about.',
      examples: ['shop', 'shop/shop-back'],
    }),
    transitions: listOf(oneOf(MESSAGE_TRANSITIONS), 'a list of transitions')
      .min(1, expected('at least one transition'))
      .meta({ description: 'Each must be told at least once.', examples: [['opened', 'resolved']] }),
    max: count(1).meta({ description: 'At most so many messages of the channel about it, of whatever transition.' }),
  },
  'messages with channel, about, transitions and max',
);

export const alerts = mapping({
  fires: listOf(expectedAlert, 'a list of alerts')
    .default([])
    .meta({ description: 'Each must fire in time, and not have been firing before.' }),
  silent: listOf(alert, 'a list of names of alerts')
    .default([])
    .meta({ description: 'None of these may fire. Holds only with proof that its rule was evaluated throughout.' }),
});

export const notifications = mapping({
  expect: listOf(expectedMessages, 'a list of messages').default([]).meta({
    description: 'Holds only with proof that the receiver was there throughout. Not asked with `--healer off`.',
  }),
});
