# Verifying fio on one LUN while the host reloads everything else, and disks that grow, come and go under a session. The host gives:
# PORTAL, STEADY (a target whose LUN 0 no reload concerns), ROUNDS and QUIET_SECONDS, WAYS, the ways in which it can change a
# target ("file" and others), and CHANGING, with which the names of their targets begin: LUN 0 grows, LUN 1 comes and goes.
start_iscsid
node "$STEADY" >/dev/null
for way in $WAYS; do node "$CHANGING-$way" >/dev/null; done

login_first() {
  login "$STEADY"
  disk "$STEADY" 0
  for way in $WAYS; do
    login "$CHANGING-$way"
    disk "$CHANGING-$way" 0
  done
}
check login-for-reloads login_first

# next_second: waits for the clock's next second and prints it. The clock of fio's log is the same, and busybox tells no parts
# of a second, so the stretches of time that are compared begin and end with one.
next_second() (
  set +x
  second_now=$(date +%s)
  while [ "$(date +%s)" = "$second_now" ]; do sleep 0.02; done
  date +%s
)
# stretch KIND COMMAND…: notes from when to when the command runs, in whole seconds.
stretch() {
  stretch_kind=$1 stretch_start=$(next_second)
  shift
  "$@"
  echo "$stretch_kind $stretch_start $(date +%s)" >>/tmp/stretches
}
# latency KIND: prints how many commands ended within the stretches of this kind, and the microseconds within which 99 in 100 of
# them did. A line of fio's log is: milliseconds, nanoseconds, direction, bytes, offset, priority.
latency() {
  awk -v kind="$1" -F '[ ,]+' 'NR == FNR { if ($1 == kind) for (at = $2; at < $3; at++) counts[at] = 1; next }
    int($1 / 1000) in counts { print int($2 / 1000) }' /tmp/stretches /tmp/fio_clat.1.log | sort -n >/tmp/latencies
  latency_count=$(wc -l </tmp/latencies)
  test "$latency_count" -ge 1000
  echo "$latency_count $(sed -n "$((latency_count * 99 / 100))p" /tmp/latencies)"
}

# One run of fio over stretches without reloads and with them, in turn: a machine that gets slower or faster does so for both.
reloads_under_load() {
  device=$(disk "$STEADY" 0)
  session=$(session_of "$STEADY")
  lines=$(dmesg | wc -l)
  fio --name=verify --filename="$device" --direct=1 --ioengine=libaio --iodepth=8 --rw=randrw --rwmixread=50 \
    --bsrange=4k-64k --blockalign=4k --serialize_overlap=1 --size=64M --randseed=1900 --verify=crc32c --verify_backlog=64 \
    --verify_fatal=1 --time_based --runtime=120 --write_lat_log=/tmp/fio --log_unix_epoch=1 --output-format=json \
    --output=/tmp/fio.json &
  load=$!
  sleep 2
  ask begin
  for round in $(seq "$ROUNDS"); do
    stretch quiet sleep "$QUIET_SECONDS"
    ask quiet-ends "$round"
    stretch reloads ask reload "$round"
    # The load has not come to its end, which it would with the first error.
    kill -0 $load
  done
  kill -INT $load
  wait $load || echo "fio's exit code: $?"
  # The session and everything below it are the same ones, and neither it nor the disk has had anything to say.
  test "$(session_of "$STEADY")" = "$session"
  test "$(cat "$session/state")" = LOGGED_IN
  dmesg | tail -n +$((lines + 1)) >/tmp/kernel
  cat /tmp/kernel
  must_fail grep -i -E 'conn error|detected conn|session recovery|timed out|blocked|offline|I/O error|reset|abort' /tmp/kernel
  must_fail grep "\[$(basename "$device")\]\|$(basename "$(readlink "/sys/block/$(basename "$device")/device")")" /tmp/kernel
}
check reloads-under-verifying-fio reloads_under_load

verified() {
  reads=$(sed -n 's/.*"total_ios" : \([0-9]*\).*/\1/p' /tmp/fio.json | sed -n 1p)
  writes=$(sed -n 's/.*"total_ios" : \([0-9]*\).*/\1/p' /tmp/fio.json | sed -n 2p)
  note "$reads reads, $writes writes"
  grep -q '"error" : 0,' /tmp/fio.json
  must_fail grep -q '"error" : [1-9]' /tmp/fio.json
  # Reads for verification count as reads: with them they clearly outnumber writes, though the load is half and half.
  test "$writes" -ge 1000
  test $((reads * 100)) -ge $((writes * 125))
}
check fio-verified-during-reloads verified

latencies_compared() {
  quiet=$(latency quiet)
  reloads=$(latency reloads)
  note "99 in 100 of ${quiet% *} commands within ${quiet#* } us without reloads, of ${reloads% *} within ${reloads#* } us with them"
  test "${reloads#* }" -le $((2 * ${quiet#* }))
}
check latency-within-twice latencies_compared
logout "$STEADY" >/dev/null

# sectors DEVICE: its size as the kernel has it.
sectors() { cat "/sys/block/${1#/dev/}/size"; }
has_sectors() { test "$(sectors "$1")" -eq "$2"; }
# said LINES WORDS: the kernel has said so since its log had that many lines.
said() { dmesg | tail -n +$(($1 + 1)) | grep -q "$2"; }
# touch_disk DEVICE: one read, past the cache: a unit attention comes with the answer to a command, which the kernel then repeats.
touch_disk() { read_blocks "$1" 0 8 >/dev/null; }

# grows WAY MEBIBYTES: the host grows LUN 0 in this way. By itself the kernel only takes note of the attention; told to look, it finds
# the new capacity without another login.
grows() {
  device=$(disk "$CHANGING-$1" 0)
  session=$(session_of "$CHANGING-$1")
  before=$(sectors "$device")
  after=$(($2 * 2048))
  test "$after" -gt "$before"
  lines=$(dmesg | wc -l)
  ask grow "$1" "$2"
  touch_disk "$device"
  until_true 5 said "$lines" 'Capacity data has changed'
  has_sectors "$device" "$before"
  echo 1 >"/sys/block/${device#/dev/}/device/rescan"
  has_sectors "$device" "$after"
  said "$lines" 'detected capacity change'
  writes_at_the_end "$1" "$device" "$after"
  test "$(session_of "$CHANGING-$1")" = "$session"
  must_fail said "$lines" 'conn error'
}
# writes_at_the_end WAY DEVICE SECTORS: the last MiB, which the host finds in the file.
writes_at_the_end() {
  noise 2048 >/tmp/noise
  write_blocks "$2" $(($3 - 2048)) /tmp/noise
  read_blocks "$2" $(($3 - 2048)) 2048 | cmp - /tmp/noise
  ask compare "$1" "$(sha256sum </tmp/noise | cut -c 1-64)" $((($3 - 2048) * 512))
}

# gains_and_loses WAY: the host maps LUN 1 and takes it away. After the attention the kernel says that LUNs have changed; a scan finds
# the disk. What is gone stays in the list until somebody takes it out, and answers no command.
gains_and_loses() {
  iqn=$CHANGING-$1
  first=$(disk "$iqn" 0)
  session=$(session_of "$iqn")
  must_fail disk_now "$iqn" 1
  lines=$(dmesg | wc -l)
  ask map "$1"
  touch_disk "$first"
  until_true 5 said "$lines" 'LUN assignments on this target have changed'
  must_fail disk_now "$iqn" 1
  iscsiadm -m node -T "$iqn" -p "$PORTAL" --rescan
  second=$(disk "$iqn" 1)
  noise 16 >/tmp/noise
  write_blocks "$second" 100 /tmp/noise
  read_blocks "$second" 100 16 | cmp - /tmp/noise
  lines=$(dmesg | wc -l)
  ask unmap "$1"
  touch_disk "$first"
  until_true 5 said "$lines" 'LUN assignments on this target have changed'
  # ILLEGAL REQUEST, LOGICAL UNIT NOT SUPPORTED.
  test "$(state_of "$(generic "$second")")" = 5/25/00
  must_fail touch_disk "$second"
  echo 1 >"/sys/block/${second#/dev/}/device/delete"
  iscsiadm -m node -T "$iqn" -p "$PORTAL" --rescan
  must_fail disk_now "$iqn" 1
  touch_disk "$first"
  test "$(session_of "$iqn")" = "$session"
}
for way in $WAYS; do
  check "grows-by-$way" grows "$way" 32
  check "map-and-unmap-by-$way" gains_and_loses "$way"
done

# With rules like those that distributions have for it, udev does what the kernel does not do by itself.
cat >/lib/udev/rules.d/90-scsi-attention.rules <<'RULES'
ACTION=="change", SUBSYSTEM=="scsi", ENV{SDEV_UA}=="CAPACITY_DATA_HAS_CHANGED", ATTR{rescan}="1"
ACTION=="change", SUBSYSTEM=="scsi", ENV{SDEV_UA}=="REPORTED_LUNS_DATA_HAS_CHANGED", RUN+="/bin/sh -c 'for host in /sys$devpath/../../../scsi_host/host*; do echo - - - >$$host/scan; done'"
RULES
start_udevd >/dev/null 2>&1
by_udev() {
  device=$(disk "$CHANGING-file" 0)
  ask grow file 48
  touch_disk "$device"
  until_true 10 has_sectors "$device" $((48 * 2048))
  writes_at_the_end file "$device" $((48 * 2048))
  ask map file
  touch_disk "$device"
  until_true 10 disk_now "$CHANGING-file" 1
}
check found-by-udev-rules by_udev

logout_last() {
  for way in $WAYS; do logout "$CHANGING-$way"; done
}
check logout-after-reloads logout_last
