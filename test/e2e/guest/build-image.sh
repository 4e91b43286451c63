#!/usr/bin/env bash
# Builds the Linux guest of the end-to-end tests and prints the folder it is in.
#
# The folder holds `vmlinuz` (Debian's cloud kernel, which has the iSCSI initiator's modules) and `initramfs.cpio` (a
# root filesystem in memory: busybox, open-iscsi, sg3-utils, fio, mkfs and their libraries, copied from the packages
# installed on this machine). It lies in .cache/guest/<hash>, where the hash covers this script, `init`, and the version
# of every package a file is taken from, so that a change of any of them builds a new image and nothing else does.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/.cache/guest

# Commands that the test cases use beside busybox's own. Absent ones end the build: a case must not find out later.
commands=(
  iscsid iscsiadm
  modprobe lsscsi
  sg_inq sg_vpd sg_luns sg_map
  fio
  mkfs.ext4 e2fsck mkfs.xfs xfs_repair
  mount umount fstrim blkdiscard lsblk
)
packages=(busybox-static open-iscsi kmod lsscsi sg3-utils fio e2fsprogs xfsprogs mount util-linux)
# Everything these depend on is found by modprobe's own tables (depmod), so only the ends of the chains stand here.
modules=(virtio_pci virtio_net virtio_console iscsi_tcp sd_mod sg xfs ext4 crc32c_intel crc32c_generic af_packet)

PATH=$PATH:/sbin:/usr/sbin
say() { echo "guest image: $*" >&2; }

kernel_package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }')
if [ -z "$kernel_package" ]; then
  say "apt knows no linux-image-cloud-amd64: run apt-get update"
  exit 1
fi
kernel_version=$(apt-cache policy "$kernel_package" | awk '/Candidate:/ { print $2; exit }')

key=$({
  echo "$kernel_package $kernel_version"
  dpkg-query -W -f '${Package} ${Version}\n' "${packages[@]}" libc6
  cat "$here/build-image.sh" "$here/init"
} | sha256sum | cut -c1-16)
image=$cache/$key
if [ -f "$image/complete" ]; then
  echo "$image"
  exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/lunette-guest.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache"

# The download is kept by version: a change of the scripts does not fetch 26 MB again.
deb=$cache/${kernel_package}_${kernel_version//:/%3a}_amd64.deb
if [ ! -f "$deb" ]; then
  say "downloading $kernel_package $kernel_version"
  mkdir "$work/deb"
  (cd "$work/deb" && apt-get -q download "$kernel_package" >&2)
  mv "$work"/deb/*.deb "$deb.part"
  mv "$deb.part" "$deb"
fi

say "unpacking the kernel"
dpkg-deb -x "$deb" "$work/kernel"
release=$(ls "$work/kernel/lib/modules")
depmod -b "$work/kernel" "$release"

tree=$work/tree
mkdir -p "$tree"/{bin,dev,proc,sys,run/lock/iscsi,tmp,mnt,etc/iscsi,var/lib/iscsi,cases,usr}
ln -s bin "$tree/sbin"
ln -s ../bin "$tree/usr/bin"
ln -s ../bin "$tree/usr/sbin"
# Applets first, so that the real programs below take the place of the applet of the same name.
for applet in $(busybox --list); do ln -sf busybox "$tree/bin/$applet"; done
rm -f "$tree/bin/busybox"
install -m 755 "$(command -v busybox)" "$tree/bin/busybox"

copy_library() {
  local file=$1
  mkdir -p "$tree$(dirname "$file")"
  [ -e "$tree$file" ] || cp -L "$file" "$tree$file"
}
say "copying programs"
for name in "${commands[@]}"; do
  file=$(command -v "$name") || { say "$name is not installed"; exit 1; }
  rm -f "$tree/bin/$name"
  cp -L "$file" "$tree/bin/$name"
  ldd "$file" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'
done | sort -u >"$work/libraries"
while read -r file; do copy_library "$file"; done <"$work/libraries"
# libc loads this by name when a program asks for a user, which iscsid does; ldd can't see it.
for file in /lib/x86_64-linux-gnu/libnss_files.so.2; do [ ! -e "$file" ] || copy_library "$file"; done

say "copying modules"
for module in "${modules[@]}"; do
  modprobe -d "$work/kernel" -S "$release" --show-depends "$module" 2>/dev/null | awk '$1 == "insmod" { print $2 }' || true
done | sort -u | while read -r file; do
  relative=${file#"$work/kernel/"}
  mkdir -p "$tree/$(dirname "$relative")"
  cp "$file" "$tree/$relative"
done
cp "$work/kernel/lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$tree/lib/modules/$release/"
depmod -b "$tree" "$release"

# iscsid drops a client whose user it can't look up.
echo 'root:x:0:0:root:/:/bin/sh' >"$tree/etc/passwd"
echo 'root:x:0:' >"$tree/etc/group"
echo 'passwd: files' >"$tree/etc/nsswitch.conf"
cp /etc/iscsi/iscsid.conf "$tree/etc/iscsi/iscsid.conf"
echo 'InitiatorName=iqn.2026-11.com.example.guest:linux' >"$tree/etc/iscsi/initiatorname.iscsi"
install -m 755 "$here/init" "$tree/init"

say "packing"
mkdir -p "$work/image"
cp "$work/kernel/boot/vmlinuz-$release" "$work/image/vmlinuz"
# Not compressed: under emulation the guest would need longer to unpack than the host needs to read.
(cd "$tree" && find . -print0 | LC_ALL=C sort -z | cpio --null --create --format=newc --owner=0:0 --quiet) >"$work/image/initramfs.cpio"
touch "$work/image/complete"
rm -rf "$image"
mv "$work/image" "$image"
say "ready: $(du -h "$image/initramfs.cpio" | cut -f1)"
# Images of older packages or scripts are of no more use.
find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name "$key" -exec rm -rf {} +
find "$cache" -mindepth 1 -maxdepth 1 -name '*.deb' ! -path "$deb" -delete
echo "$image"
