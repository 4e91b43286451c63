# dm-multipath over two portal groups. The host gives: PORTAL (group 1, active/optimized) and PORTAL2 (group 2,
# active/non-optimized), each behind a switch that `ask cut N HOW` opens and `ask mend N` closes again, and TARGET (LUN 0).
#
# multipathd looks at each path every second, gives a session up that is lost for a second, and takes priorities from REPORT
# TARGET PORT GROUPS. I/O without any path waits.
cat >/etc/multipath.conf <<'EOF'
defaults {
  find_multipaths off
  user_friendly_names no
  polling_interval 1
  fast_io_fail_tmo 1
  max_polling_interval 1
  path_checker tur
  prio alua
  path_grouping_policy group_by_prio
  failback immediate
  no_path_retry queue
}
EOF
for module in dm_multipath dm_service_time scsi_dh_alua; do modprobe $module; done
start_udevd
start_iscsid

# path_through PORTAL GROUP: Linux gives a lost session up after one second instead of two minutes, and pings to find one out.
path_through() {
  PORTAL=$1
  iscsiadm -m discovery -t sendtargets -p "$PORTAL" >/tmp/found
  cat /tmp/found
  grep -q -x "$PORTAL,$2 $TARGET" /tmp/found
  node "$TARGET" node.session.timeo.replacement_timeout 1 \
    'node.conn[0].timeo.noop_out_interval' 1 'node.conn[0].timeo.noop_out_timeout' 1
  login "$TARGET"
  disk "$TARGET" 0
}
check path-through-the-first-group path_through "$PORTAL" 1
check path-through-the-second-group path_through "$PORTAL2" 2
first=$(disk "$TARGET" 0)
second=$(PORTAL=$PORTAL2 disk "$TARGET" 0)
wwid=3$(sed 's/^naa\.//' "/sys/block/${first#/dev/}/device/wwid")
map=/dev/mapper/$wwid

# The paths of the map, each as DISK PRIORITY STATE-IN-DM STATE-OF-CHECKER.
paths() { multipathd show paths raw format '%m %d %p %t %T' | awk -v map="$wwid" '$1 == map { print $2, $3, $4, $5 }' | sort; }
path() { paths | sed -n "s/^${1#/dev/} //p"; }
path_is() {
  path_now=$(path "$1")
  [ "$path_now" = "$2" ] || { echo "$1: $path_now" >/tmp/path; return 1; }
}
path_becomes() { until_true 30 path_is "$@" || { cat /tmp/path; return 1; }; }
# The paths that carry the I/O, by their numbers: those that are alive in the active group. Each path's own letter follows it,
# any other letter is a group's.
dm_active() {
  dmsetup status "$wwid" | tr ' ' '\n' | awk '
    /^[0-9]+:[0-9]+$/ { path = $0; next }
    /^[AEDF]$/ && path == "" { group = $0 }
    $0 == "A" && path != "" && group == "A" { print path }
    { path = "" }'
}
carries() { [ "$(dm_active)" = "$(cat "/sys/block/${1#/dev/}/dev")" ]; }
access_state_is() { [ "$(cat "/sys/block/${1#/dev/}/device/access_state")" = "$2" ]; }
# writes DISK: how many have ended on it so far.
writes() { awk '{ print $5 }' "/sys/block/${1#/dev/}/stat"; }
writes_go_on() { [ "$(writes "$1")" -gt "$2" ]; }

joined() {
  multipathd -d -s >/tmp/multipathd.log 2>&1 &
  until_true 30 test -b "$map"
  path_becomes "$first" '50 active ready'
  path_becomes "$second" '10 active ready'
  multipathd show topology
  # One map, of these two paths, by the name that the target gave the logical unit; udev calls it the same.
  test "$(multipathd show maps raw format '%w' | tr -d ' ')" = "$wwid"
  test "$(paths | wc -l)" -eq 2
  test "$(udevadm info --query=property --name="$first" | sed -n 's/^ID_SERIAL=//p')" = "$wwid"
  test "$(sg_vpd --page=di "$map" | grep -c "0x${wwid#3}")" -ge 1
  # The kernel's own ALUA handler has both, too.
  for disk in "$first" "$second"; do test "$(cat "/sys/block/${disk#/dev/}/device/dh_state")" = alua; done
  access_state_is "$first" active/optimized
  access_state_is "$second" active/non-optimized
  carries "$first"
}
check paths-join-by-wwid-with-alua-priorities joined

optimized_only() {
  before_first=$(writes "$first") before_second=$(writes "$second")
  noise 2048 >/tmp/noise
  dd if=/tmp/noise of="$map" bs=16k oflag=direct conv=notrunc,fsync
  test $(($(writes "$first") - before_first)) -ge 64
  test "$(writes "$second")" -eq "$before_second"
  read_blocks "$map" 0 2048 | cmp - /tmp/noise
}
check optimized-path-carries-everything optimized_only

# load SECONDS: writes of 4 to 64 KiB, each read back and compared within 32 writes; it ends well only if every one did.
load() {
  fio --name=load --filename="$map" --direct=1 --ioengine=libaio --iodepth=8 --rw=randwrite --bsrange=4k-64k --blockalign=4k \
    --serialize_overlap=1 --size=48M --randseed="$1" --verify=crc32c --verify_backlog=32 --verify_fatal=1 --rate_iops=200 \
    --time_based --runtime="$2" --output=/tmp/fio.log || { cat /tmp/fio.log; return 1; }
}
# moves FROM TO COMMAND…: with a load on the map, the command makes the I/O go from one path to the other, without an error.
moves() {
  from=$1 to=$2
  shift 2
  carries "$from"
  load $# 4 &
  loading=$!
  until_true 30 writes_go_on "$from" "$(writes "$from")"
  before=$(writes "$to")
  moves_start=$(milliseconds)
  "$@"
  until_true 30 writes_go_on "$to" $((before + 20))
  note "I/O moved after $(($(milliseconds) - moves_start)) ms"
  kill -0 $loading
  until_true 30 carries "$to" || { dmsetup status "$wwid"; multipathd show topology; return 1; }
  wait $loading
  # Nothing but the attempts of the kernel at a path that was gone.
  must_fail sh -c "dmesg | grep -i 'I/O error.*dev dm-'"
}
# restored PRIORITY-1 PRIORITY-2 DISK: both paths are alive, and the I/O is on this one.
restored() {
  path_becomes "$first" "$1 active ready"
  path_becomes "$second" "$2 active ready"
  until_true 30 carries "$3"
}
# states_are STATE-1 STATE-2, as the target reports them through the second path, which is never cut when this is asked.
states_are() {
  [ "$(sg_rtpg --decode "$second" | sed -n 's/.*asymmetric access state : 0x\(..\) .*/\1/p' | tr '\n' ' ')" = "$1 $2 " ]
}

# The connection of the optimized path is reset, and nobody answers there until it is mended. As it moves, Linux asks the target
# to make the other group an optimized one (explicit ALUA); when that is taken back, I/O returns.
first_lost() {
  moves "$first" "$second" ask cut 1 reset
  path_becomes "$first" '50 failed faulty'
  states_are 00 00
  ask mend 1
  path_becomes "$first" '50 active ready'
  path_becomes "$second" '50 active ready'
  sg_stpg --state=ao,an --tp=1,2 "$second"
  restored 50 10 "$first"
}
check io-survives-the-loss-of-the-first-path first_lost

# A state change by command: the other group becomes the optimized one.
swapped() {
  moves "$first" "$second" sg_stpg --state=an,ao --tp=1,2 "$first"
  restored 10 50 "$second"
  until_true 30 access_state_is "$first" active/non-optimized
  until_true 30 access_state_is "$second" active/optimized
  # All of it moved, not a share.
  before=$(writes "$first")
  dd if=/tmp/noise of="$map" bs=16k oflag=direct conv=notrunc,fsync
  test "$(writes "$first")" -eq "$before"
}
check io-follows-a-state-change swapped

# Now the second one carries the I/O, and falls silent: no reset tells anybody.
second_lost() {
  moves "$second" "$first" ask cut 2 silent
  path_becomes "$second" '50 failed faulty'
  ask mend 2
  path_becomes "$second" '50 active ready'
  states_are 00 00
  sg_stpg --state=an,ao --tp=1,2 "$second"
  restored 10 50 "$second"
}
check io-survives-the-silence-of-the-second-path second_lost

# The group that carries the I/O becomes unavailable under it: what was refused goes to the other path.
#
# Standby would do as well for the I/O, but while multipathd still believes in the old priority it would have the kernel ask
# for the optimized state again.
unavailable() {
  moves "$second" "$first" sg_stpg --state=ao,u --tp=1,2 "$first"
  # While I/O moves, a path checker that still believes in the path may reinstate it for a moment; the kernel then asks for the
  # optimized state again, and gets it. Without I/O nobody asks.
  sg_stpg --state=ao,u --tp=1,2 "$first"
  path_becomes "$second" '50 failed faulty'
  until_true 30 access_state_is "$second" unavailable
  sg_stpg --state=ao,an --tp=1,2 "$first"
  restored 50 10 "$first"
}
check io-leaves-a-group-that-becomes-unavailable unavailable

# A group in standby is alive, but the last to be chosen.
standby() {
  sg_stpg --standby --tp=2 "$first"
  path_becomes "$second" '1 active ghost'
  until_true 30 access_state_is "$second" standby
  before=$(writes "$second")
  dd if=/tmp/noise of="$map" bs=16k oflag=direct conv=notrunc,fsync
  test "$(writes "$second")" -eq "$before"
  sg_stpg --active --tp=2 "$first"
  restored 50 10 "$first"
}
check group-in-standby-is-kept-as-the-last standby

# Without any path it waits, and goes on when there is one.
both_lost() {
  load 9 4 &
  loading=$!
  until_true 30 writes_go_on "$first" "$(writes "$first")"
  ask cut 2 reset
  ask cut 1 reset
  path_becomes "$first" '50 failed faulty'
  path_becomes "$second" '10 failed faulty'
  kill -0 $loading
  ask mend 2
  wait $loading
  must_fail sh -c "dmesg | grep -i 'I/O error.*dev dm-'"
  ask mend 1
  path_becomes "$first" '50 active ready'
}
check io-waits-while-both-paths-are-lost both_lost

no_multipathd() { ! pidof multipathd; }
ended() {
  multipathd shutdown || true
  until_true 30 no_multipathd
  # udev may be looking at the map still.
  udevadm settle --timeout=20
  until_true 10 multipath -F
  test ! -b "$map"
  logout "$TARGET"
  PORTAL=$PORTAL2 logout "$TARGET"
}
check map-and-sessions-end ended
