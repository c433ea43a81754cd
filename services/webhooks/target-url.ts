import { BlockList, isIP } from 'node:net';
import type { FieldIssue } from '../../domain/errors/app-error.ts';

/** Whether addresses of our own networks may be called: embedded demos and tests only. */
export type TargetPolicy = { readonly allowPrivate: boolean };

const URL_LENGTH_MAX = 2_000;

/** @source IANA special-purpose address registries for IPv4 and IPv6: everything that is not globally reachable, and multicast */
const PRIVATE_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Addresses that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo) are refused whole. */
const PRIVATE_IPV6 = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

/** What is wrong with the URL of an endpoint as it is written; where its name leads is checked at each call. */
export function targetUrlIssues(text: string, policy: TargetPolicy): readonly FieldIssue[] {
  const url = URL.canParse(text) && text.length <= URL_LENGTH_MAX ? new URL(text) : undefined;
  if (url === undefined) return [issue('webhook.url', 'This is not a URL of up to 2000 characters.', 'Give an https URL.')];
  if (url.protocol !== 'https:' && !(policy.allowPrivate && url.protocol === 'http:')) {
    return [issue('webhook.https', 'Webhooks go to https URLs only.', 'Begin the URL with https://.')];
  }
  if (url.username !== '' || url.password !== '') {
    return [issue('webhook.credentials', 'The URL has a user name or a password in it.', 'Leave it out; every webhook is signed.')];
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPrivate = host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && !isPublicAddress(host));
  if (isPrivate && !policy.allowPrivate) {
    return [issue('webhook.privateAddress', 'The URL leads to a loopback, private or link-local address.', 'Give a public host.')];
  }
  return [];
}

/** True for an address that is reachable on the public internet. Anything that is not an address is not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const list = new BlockList();
  if (version === 4) for (const [net, prefix] of PRIVATE_IPV4) list.addSubnet(net, prefix, 'ipv4');
  else for (const [net, prefix] of PRIVATE_IPV6) list.addSubnet(net, prefix, 'ipv6');
  return !list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function issue(code: string, message: string, fix: string): FieldIssue {
  return { field: '/url', code, message, fix };
}
