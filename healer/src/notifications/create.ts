import type { Logger } from 'pino';
import type { SlackConfig } from '../config/config.ts';
import { NotificationEngine, type NotificationOptions } from './engine.ts';
import { NO_NOTIFICATIONS, type Notifier } from './notifier.ts';

export interface NotificationParts extends Omit<NotificationOptions, keyof SlackConfig | 'channel' | 'log'> {
  readonly channel: NotificationOptions['channel'] | undefined;
  readonly slack: SlackConfig | undefined;
  readonly log: Logger;
}

/** The engine as the settings want it; says once when nobody is told. */
export function createNotifier({ channel, slack, log, ...parts }: NotificationParts): Notifier {
  if (slack === undefined || channel === undefined) {
    log.info('nobody is told of incidents: HEALER_SLACK_WEBHOOK_FILE is not set');
    return NO_NOTIFICATIONS;
  }
  const { transitions, rate, link } = slack;
  return new NotificationEngine({ ...parts, channel, transitions, rate, link, log });
}
