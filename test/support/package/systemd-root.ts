import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NEEDED = ['/lib/systemd/systemd', '/usr/bin/node', '/usr/bin/journalctl'];

/** What is missing to have systemd start a Node program in a container here. */
export function missingForSystemd(): string | undefined {
  return NEEDED.find((program) => !existsSync(program));
}

/** A folder that is the root of a container where systemd is process 1, once `/usr` of this machine is mounted there. */
export function systemdRoot(within: string, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(within, 'root-'));
  // The users of services come in, too.
  chmodSync(root, 0o755);
  for (const name of ['usr', 'proc', 'sys', 'dev', 'run', 'tmp', 'opt/shop', 'var/log/journal', 'var/lib']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) symlinkSync(`usr/${name}`, join(root, name));
  const all = {
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\nshop:x:990:990::/opt/shop:/bin/false\n',
    'etc/group': 'root:x:0:\nshop:x:990:\n',
    'etc/machine-id': `${'a'.repeat(32)}\n`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode: name.includes('secret') ? 0o600 : 0o644 });
  }
  return root;
}
