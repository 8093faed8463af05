import os, { type NetworkInterfaceInfo } from 'node:os';
import { isMainThread, threadId } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.ts';
import { identityOf } from '../../src/session/identity.ts';
import { hostName, localAddress } from '../../src/session/machine.ts';
import { refused, replaced } from '../support/built-ins.ts';

/** A machine with these addresses, the internal ones in brackets. */
function machineWith(...addresses: string[]): void {
  const all = addresses.map((each) => {
    const internal = each.startsWith('(');
    const address = internal ? each.slice(1, -1) : each;
    return { address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' } as NetworkInterfaceInfo;
  });
  const [first, ...others] = all;
  replaced(os, 'networkInterfaces', () => ({
    none: undefined,
    one: first === undefined ? [] : [first],
    others,
  }));
}

test.each([
  [[], undefined],
  [['(127.0.0.1)', '(::1)'], undefined],
  [['(127.0.0.1)', '10.0.0.7'], '10.0.0.7'],
  [['2001:db8::7', '10.0.0.7'], '10.0.0.7'],
  [['10.0.0.7', '10.0.0.8'], '10.0.0.7'],
  [['169.254.1.2', '10.0.0.7'], '10.0.0.7'],
  [['169.254.1.2', '2001:db8::7'], '2001:db8::7'],
  [['fe80::1', '169.254.1.2'], '169.254.1.2'],
  [['fe80::1', '2001:db8::7'], '2001:db8::7'],
  [['FEBF::1', '2001:db8::7'], '2001:db8::7'],
  [['fec0::1', '2001:db8::7'], 'fec0::1'],
  [['2001:fe80::1', '2001:db8::7'], '2001:fe80::1'],
  [['10.169.254.7', '2001:db8::7'], '10.169.254.7'],
  [['fe80::1'], 'fe80::1'],
])('a machine with the addresses %j is reached under %s', (addresses, address) => {
  machineWith(...addresses);
  expect(localAddress()).toBe(address);
});

test('a host that tells neither name nor addresses has none', () => {
  replaced(os, 'hostname', refused);
  replaced(os, 'networkInterfaces', refused);
  expect([hostName(), localAddress()]).toEqual([undefined, undefined]);
});

test.each([
  ['pod', 'pod'],
  ['', undefined],
])('the name %j of a machine is %j', (name, told) => {
  replaced(os, 'hostname', () => name);
  expect(hostName()).toBe(told);
});

test.each([
  [7, '10.0.0.7', 'pod', '10.0.0.7@7'],
  [1, '10.0.0.7', 'pod', '10.0.0.7@pod'],
  [1, '10.0.0.7', '', '10.0.0.7@1'],
  [7, undefined, 'pod', 'pod@7'],
  [1, undefined, 'pod', 'pod@1'],
  [7, undefined, '', '7'],
  [1, undefined, '', '1'],
])('the process %i at %s of the machine %j is the instance %s', (pid, address, host, instance) => {
  replaced(process, 'pid', pid);
  replaced(os, 'hostname', () => host);
  machineWith(...(address === undefined ? [] : [address]));
  const who = identityOf(resolveSettings({ appId: 'app' }, {}).settings, {}, undefined);
  expect(who?.clientId).toBe(isMainThread ? instance : `${instance}-${threadId}`);
});
