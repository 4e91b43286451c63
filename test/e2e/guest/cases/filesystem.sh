# Filesystems, trim, and a scan of 64 LUNs. The host gives: PORTAL, TARGET (LUN 0 for ext4, 1 for xfs, 2 for blkdiscard), and
# MANY (a target of 64 LUNs).
start_iscsid
node "$TARGET" >/dev/null
node "$MANY" >/dev/null

login_first() {
  login "$TARGET"
  disk "$TARGET" 0
  disk "$TARGET" 1
  disk "$TARGET" 2
}
check login-for-filesystems login_first

# make_files FOLDER: 24 MiB in 33 files of odd sizes, from a pattern that is not all one byte.
make_files() {
  for number in 1 2 3 4 5 6 7 8; do
    dd if=/dev/urandom of="$1/big$number" bs=1000 count=3000
    for small in 1 2 3; do
      head -c $((number * small * 777 + small)) /dev/urandom >"$1/small$number-$small"
    done
  done
  cp /bin/busybox "$1/busybox"
}

# filesystem KIND LUN MKFS CHECK…
filesystem() {
  kind=$1 lun=$2
  device=$(disk "$TARGET" "$lun")
  mkdir -p /mnt/"$kind"
  if [ "$kind" = ext4 ]; then mkfs.ext4 -q -F "$device"; else mkfs.xfs -q -f "$device"; fi
  mount -t "$kind" "$device" /mnt/"$kind"
  mkdir /mnt/"$kind"/first
  make_files /mnt/"$kind"/first
  cp -a /mnt/"$kind"/first /mnt/"$kind"/copy
  (cd /mnt/"$kind"/first && find . -type f | sort | xargs sha256sum) >/tmp/"$kind".sums
  (cd /mnt/"$kind"/copy && sha256sum -c -s /tmp/"$kind".sums)
  umount /mnt/"$kind"
  check_filesystem "$kind" "$device"
}
check_filesystem() {
  if [ "$1" = ext4 ]; then e2fsck -f -n "$2"; else xfs_repair -n "$2"; fi
}
check ext4-made-filled-and-clean filesystem ext4 0
check xfs-made-filled-and-clean filesystem xfs 1

again() {
  logout "$TARGET"
  echo 3 >/proc/sys/vm/drop_caches
  login "$TARGET"
  disk "$TARGET" 1
}
check another-login again

checksums() {
  kind=$1
  device=$(disk "$TARGET" "$2")
  mount -t "$kind" "$device" /mnt/"$kind"
  test "$(wc -l </tmp/"$kind".sums)" -eq 33
  (cd /mnt/"$kind"/first && sha256sum -c -s /tmp/"$kind".sums)
  (cd /mnt/"$kind"/copy && sha256sum -c -s /tmp/"$kind".sums)
  umount /mnt/"$kind"
  check_filesystem "$kind" "$device"
}
check ext4-checksums-equal-after-another-login checksums ext4 0
check xfs-checksums-equal-after-another-login checksums xfs 1

# blocks NAME: 512-byte sectors that the host's file system holds for the volume's file.
blocks() { ask blocks "$1"; }

# Deleting 24 MiB and trimming has to give back at least 20 MiB of the backing file.
trimmed() {
  kind=$1
  device=$(disk "$TARGET" "$2")
  mount -t "$kind" "$device" /mnt/"$kind"
  before=$(blocks "$3")
  rm -rf /mnt/"$kind"/first
  sync
  fstrim -v /mnt/"$kind"
  after=$(blocks "$3")
  note "$before sectors before, $after after"
  test $((before - after)) -ge 40960
  # What was not deleted is still there.
  (cd /mnt/"$kind"/copy && sha256sum -c -s /tmp/"$kind".sums)
  umount /mnt/"$kind"
}
check fstrim-on-ext4-shrinks-the-file trimmed ext4 0 ext4
check fstrim-on-xfs-shrinks-the-file trimmed xfs 1 xfs

discarded() {
  device=$(disk "$TARGET" 2)
  dd if=/dev/urandom of="$device" bs=1M count=16 oflag=direct conv=fsync
  before=$(blocks scratch)
  test "$before" -ge 32768
  # The second half goes, the first stays.
  head -c 8388608 "$device" | sha256sum >/tmp/half
  blkdiscard -o 8388608 -l 8388608 "$device"
  after=$(blocks scratch)
  note "$before sectors before, $after after"
  test $((before - after)) -ge 16384
  echo 3 >/proc/sys/vm/drop_caches
  head -c 8388608 "$device" | sha256sum | cmp - /tmp/half
  dd if="$device" bs=1M skip=8 count=8 iflag=direct | tr -d '\000' | wc -c >/tmp/nonzero
  test "$(cat /tmp/nonzero)" -eq 0
  blkdiscard "$device"
  test "$(blocks scratch)" -le 128
}
check blkdiscard-shrinks-the-file discarded

logout_first() {
  logout "$TARGET"
  must_fail session_of "$TARGET"
}
check logout-after-filesystems logout_first

count_disks() { test "$(ls -d "$(session_of "$MANY")"/device/target*/*:*:*:*/block/* | wc -l)" -eq 64; }
many() {
  login "$MANY"
  until_true 20 count_disks
  for wwid in "$(session_of "$MANY")"/device/target*/*:*:*:*/wwid; do cat "$wwid"; done >/tmp/wwids
  test "$(wc -l </tmp/wwids)" -eq 64
  # All NAA names, none empty, none twice.
  test "$(grep -c '^naa\.[0-9a-f]\{32\}$' /tmp/wwids)" -eq 64
  test "$(sort -u /tmp/wwids | wc -l)" -eq 64
  # The kernel and sg3_utils read the same name out of VPD page 83h.
  device=$(disk "$MANY" 63)
  naa=$(sg_vpd --page=di --quiet "$device" | grep -i -m 1 -o '0x[0-9a-f]\{32\}\|[0-9a-f]\{32\}' | sed 's/^0x//')
  grep -q "naa.$naa" /tmp/wwids
  logout "$MANY"
}
check luns-64-scan-with-own-wwids many
