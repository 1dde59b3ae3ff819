import { z } from 'zod';
import { API_VERSION_OF_KIND, DNS_SUBDOMAIN, isObjectName, KIND, RELEASE_NAME } from '../model/kubernetes-names.ts';
import { expected, quote, text } from './schema-fields.ts';

export const OBJECT_NAME = 'the name of an object: at most 253 lower-case letters, digits, dashes and dots';
export const objectName = z.string(expected(OBJECT_NAME)).regex(DNS_SUBDOMAIN, expected(OBJECT_NAME));

const NODE_NAME = 'the name of a node: at most 253 lower-case letters, digits, dashes and dots';
export const nodeName = z.string(expected(NODE_NAME)).regex(DNS_SUBDOMAIN, expected(NODE_NAME));

const RELEASE = 'the name of a release: at most 53 lower-case letters, digits and dashes';
export const releaseName = z.string(expected(RELEASE)).regex(RELEASE_NAME, expected(RELEASE));

const API_VERSION = 'an apiVersion such as apps/v1';
export const apiVersionOfKind = text(API_VERSION).regex(API_VERSION_OF_KIND, expected(API_VERSION));
const KIND_WORDS = 'a kind such as Deployment';
export const kind = text(KIND_WORDS).regex(KIND, expected(KIND_WORDS));

/** What an object may be called depends on what it is. */
export function checkObjectName(
  { apiVersion, name }: { readonly apiVersion: string; readonly name: string },
  context: z.RefinementCtx,
): void {
  if (isObjectName(apiVersion, name)) return;
  context.addIssue({ code: 'custom', path: ['name'], message: `expected ${OBJECT_NAME}, got ${quote(name)}` });
}
