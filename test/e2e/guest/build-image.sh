#!/usr/bin/env bash
# Builds the Linux guest of the end-to-end tests and prints the folder it is in.
#
# The folder holds `vmlinuz` (Debian's kernel for real machines: the one for clouds has no device handlers, so it would not
# follow ALUA states) and `initramfs.cpio` (a root filesystem in memory: busybox, open-iscsi, sg3-utils, fio, mkfs, udev,
# multipathd and their libraries). Programs are copied from the packages installed on this machine. The kernel and
# multipath-tools are only downloaded and unpacked: installed, multipathd would start and lay hands on this machine's own
# disks. The image lies in .cache/guest/<hash>, where the hash covers this script, `init`, and the version of every package a
# file is taken from, so that a change of any of them builds a new image and nothing else does.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/.cache/guest

# Commands that the test cases use beside busybox's own. Absent ones end the build: a case must not find out later.
commands=(
  iscsid iscsiadm
  modprobe lsscsi
  sg_compare_and_write sg_copy_results sg_dd sg_get_lba_status sg_ident sg_inq sg_logs sg_luns sg_map sg_modes sg_opcodes
  sg_persist sg_raw sg_readcap sg_requests sg_reset sg_rtpg sg_sanitize sg_stpg sg_timestamp sg_turs sg_unmap sg_vpd
  sg_write_same sg_xcopy
  fio
  mkfs.ext4 e2fsck mkfs.xfs xfs_repair
  mount umount fstrim blkdiscard lsblk
  udevadm dmsetup
)
packages=(busybox-static open-iscsi kmod lsscsi sg3-utils fio e2fsprogs xfsprogs mount util-linux udev dmsetup)
# Of the machine's udev, what gives a disk its names and lets device-mapper wait for them.
udev_rules=(50-udev-default 55-dm 60-persistent-storage-dm 60-persistent-storage 95-dm-notify)
# Of multipath-tools, one plug-in each for: is a path alive, and how good is it.
multipath_plugins=(libchecktur libprioalua libprioconst)
# Everything these depend on is found by modprobe's own tables (depmod), so only the ends of the chains stand here.
modules=(
  virtio_pci virtio_net virtio_console iscsi_tcp sd_mod sg xfs ext4 crc32c_intel crc32c_generic af_packet
  dm_multipath dm_service_time scsi_dh_alua
)

PATH=$PATH:/sbin:/usr/sbin
say() { echo "guest image: $*" >&2; }

kernel_package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }')
if [ -z "$kernel_package" ]; then
  say "apt knows no linux-image-amd64: run apt-get update"
  exit 1
fi
candidate() { apt-cache policy "$1" | awk '/Candidate:/ { print $2; exit }'; }
kernel_version=$(candidate "$kernel_package")
multipath_version=$(candidate multipath-tools)

key=$({
  echo "$kernel_package $kernel_version multipath-tools $multipath_version"
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

# deb PACKAGE VERSION: the path of the package's file. Downloads are kept by version: a change of the scripts does not fetch
# 70 MB again.
deb() {
  local file=$cache/$1_${2//:/%3a}_amd64.deb
  if [ ! -f "$file" ]; then
    say "downloading $1 $2"
    mkdir "$work/deb"
    (cd "$work/deb" && apt-get -q download "$1=$2" >&2)
    mv "$work"/deb/*.deb "$file.part"
    mv "$file.part" "$file"
    rmdir "$work/deb"
  fi
  echo "$file"
}
kernel_deb=$(deb "$kernel_package" "$kernel_version")
multipath_deb=$(deb multipath-tools "$multipath_version")

say "unpacking the kernel and multipath-tools"
dpkg-deb -x "$multipath_deb" "$work/multipath"
# Only what is needed of the 400 MB: not the documentation, and modules of few kinds.
dpkg-deb --fsys-tarfile "$kernel_deb" | tar -x -C "$work" --one-top-level=kernel --wildcards \
  './boot/vmlinuz-*' './lib/modules/*/modules.*' './lib/modules/*/kernel/arch/*' './lib/modules/*/kernel/crypto/*' \
  './lib/modules/*/kernel/lib/*' './lib/modules/*/kernel/fs/*' './lib/modules/*/kernel/net/*' \
  './lib/modules/*/kernel/block/*' './lib/modules/*/kernel/drivers/'{block,char,md,net,scsi,target,virtio}'/*'
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

# Libraries of the machine; those of unpacked packages stand in this script's own folder and are copied as a whole.
libraries_of() {
  ldd "$1" 2>/dev/null | awk -v own="$work/" '$2 == "=>" { $1 = $3 } $1 ~ /^\// && index($1, own) != 1 { print $1 }'
}
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
  libraries_of "$file"
done >"$work/libraries"

# multipathd stands in /sbin, and its own libraries and plug-ins in /lib, as the package has them.
export LD_LIBRARY_PATH=$work/multipath/lib
for file in "$work"/multipath/sbin/{multipath,multipathd}; do
  cp "$file" "$tree/bin/"
  libraries_of "$file"
done >>"$work/libraries"
unset LD_LIBRARY_PATH
mkdir -p "$tree/lib/multipath"
for name in "${multipath_plugins[@]}"; do cp "$work/multipath/lib/multipath/$name.so" "$tree/lib/multipath/"; done
cp -L "$work"/multipath/lib/*.so.0 "$tree/lib/"

mkdir -p "$tree/lib/udev/rules.d"
for name in "${udev_rules[@]}"; do cp "/lib/udev/rules.d/$name.rules" "$tree/lib/udev/rules.d/"; done
cp "$work"/multipath/lib/udev/rules.d/*.rules "$tree/lib/udev/rules.d/"
cp /lib/udev/scsi_id "$tree/lib/udev/scsi_id"
# One program with two names, as in the package.
ln -s udevadm "$tree/bin/systemd-udevd"
sort -u "$work/libraries" | while read -r file; do copy_library "$file"; done
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
find "$cache" -mindepth 1 -maxdepth 1 -name '*.deb' ! -path "$kernel_deb" ! -path "$multipath_deb" -delete
echo "$image"
