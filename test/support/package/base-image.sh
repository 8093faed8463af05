# Makes, in the folder $1, what the Dockerfile of the docs uses of Alpine's image for Node: busybox, tini, a user named
# `node`, npm, and the Node at $2, with the libraries of this machine. `apk` adds nothing, since tini is there.
set -eu
root=$1 node=$2
mkdir -p "$root/bin" "$root/sbin" "$root/usr/bin" "$root/usr/etc" "$root/usr/lib/node_modules" "$root/etc/ssl/certs" \
  "$root/var/lib" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/root" "$root/home/node"
chmod 1777 "$root/tmp"
printf 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\nnode:x:1000:\n' > "$root/etc/group"

for applet in $(busybox --list | grep -vx busybox); do ln -s busybox "$root/bin/$applet"; done
cp "$(command -v busybox)" "$root/bin/busybox"
ln -s ../../bin/env "$root/usr/bin/env"
printf '#!/bin/sh\n' > "$root/bin/apk"
chmod +x "$root/bin/apk"
cp "$(command -v tini-static)" "$root/sbin/tini"
cp "$node" "$root/usr/bin/node"
for library in $(ldd "$node" | grep -o '/[^ ]*'); do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp -r "$(npm root --global)/npm" "$root/usr/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
cafile=$(npm config get cafile)
if [ -f "$cafile" ]; then
  cp -L "$cafile" "$root/etc/ssl/certs/of-the-machine.crt"
  echo 'cafile=/etc/ssl/certs/of-the-machine.crt' > "$root/usr/etc/npmrc"
fi
