# Shared functions of the test cases in the guest.
#
# The host listens on one virtio-serial port, line by line:
#   guest: result NAME ok|fail MILLISECONDS BASE64-OF-LOG     one test case has ended
#   guest: ask WORDS…          host: ok WORDS… | error WORDS…  the guest wants something done to the target or its files
#   guest: end                                                every case of this run has been reported

exec 3<>"$(ls /dev/vport*p1)"
initiatorname=iqn.2026-11.com.example.guest:linux

milliseconds() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

# check NAME COMMAND…: runs one test case in a shell of its own that ends at the first failing command.
check() {
  check_name=$1
  shift
  check_start=$(milliseconds)
  check_kernel_lines=$(dmesg | wc -l)
  echo "=== $check_name"
  (
    set -eux
    "$@"
  ) >/tmp/case.log 2>&1
  check_code=$?
  check_state=ok
  if [ $check_code -ne 0 ]; then
    check_state=fail
    { echo "exit code $check_code"; echo "--- kernel"; dmesg | tail -n +$((check_kernel_lines + 1)) | tail -n 40; } >>/tmp/case.log
    tail -n 60 /tmp/case.log
  fi
  printf 'result %s %s %d %s\n' "$check_name" $check_state $(($(milliseconds) - check_start)) \
    "$(tail -c 24000 /tmp/case.log | base64 | tr -d '\n')" >&3
}

# ask WORDS…: prints the host's answer; fails when the host could not do it.
ask() {
  echo "ask $*" >&3
  IFS= read -r ask_reply <&3
  echo "${ask_reply#* }"
  [ "${ask_reply%% *}" = ok ]
}

finish() {
  echo end >&3
  sync
  poweroff -f
}

# note WORDS…: a figure for the reader of the run; the host prints it beside the result.
note() { echo "note: $*"; }

# must_fail COMMAND…: the opposite of running it, and safe under `set -e`, which ignores what `!` turns around.
must_fail() {
  if "$@"; then
    echo "succeeded, but had to fail: $*"
    return 1
  fi
}

# until_true SECONDS COMMAND…, in a subshell so that its rounds do not fill the trace.
until_true() (
  set +x
  until_end=$(($(milliseconds) + $1 * 1000))
  shift
  until "$@"; do
    if [ "$(milliseconds)" -ge $until_end ]; then
      echo "still not true: $*"
      exit 1
    fi
    sleep 0.1
  done
)

start_iscsid() {
  iscsid
  until_true 20 test -s /run/iscsid.pid
  sleep 0.2
}

# Names disks as an installed system does. Cases that need no such names, /dev/disk/by-id and the like, do without.
start_udevd() {
  systemd-udevd --daemon
  udevadm trigger --type=devices --action=add --subsystem-match=block
  udevadm settle --timeout=20
}

# Where the functions below log in, and as whom; a case that wants another portal or interface sets them, or calls a function
# with them before it (PORTAL=… INTERFACE=… login IQN). The interface "default" has the initiator's own name.
INTERFACE=default

# interface NAME INITIATOR: makes an interface of iscsiadm's whose sessions come from another initiator name.
interface() {
  iscsiadm -m iface -I "$1" -o new
  iscsiadm -m iface -I "$1" -o update -n iface.transport_name -v tcp
  iscsiadm -m iface -I "$1" -o update -n iface.initiatorname -v "$2"
}

on_node() { iscsiadm -m node -T "$node_iqn" -p "$PORTAL" -I "$INTERFACE" "$@"; }

# node IQN [NAME VALUE]…: makes a fresh node record, with settings.
node() {
  node_iqn=$1
  shift
  # What a case that failed has left: its failure is told already and must not become that of the next.
  on_node --logout >/dev/null 2>&1 || true
  on_node -o delete 2>/dev/null || true
  on_node -o new
  # The default of eight retries only makes a failing test slow.
  on_node -o update -n node.session.initial_login_retry_max -v 2
  while [ $# -gt 0 ]; do
    on_node -o update -n "$1" -v "$2"
    shift 2
  done
}
login() { iscsiadm -m node -T "$1" -p "$PORTAL" -I "$INTERFACE" --login; }
logout() { iscsiadm -m node -T "$1" -p "$PORTAL" -I "$INTERFACE" --logout; }

# session_of IQN: the folder in sysfs of the session to it that comes through this interface and portal.
session_of() {
  for session_folder in /sys/class/iscsi_session/session*; do
    [ -e "$session_folder" ] || continue
    [ "$(cat "$session_folder/targetname")" = "$1" ] || continue
    [ "$(cat "$session_folder/ifacename")" = "$INTERFACE" ] || continue
    session_port=$(cat "$session_folder"/device/connection*/iscsi_connection/*/persistent_port)
    if [ "$session_port" = "${PORTAL##*:}" ]; then
      echo "$session_folder"
      return 0
    fi
  done
  return 1
}

# disk_now IQN LUN: prints the device name (sda) when the kernel has it.
disk_now() {
  disk_session=$(session_of "$1") || return 1
  for disk_block in "$disk_session"/device/target*/*:*:*:"$2"/block/*; do
    [ -e "$disk_block" ] || return 1
    basename "$disk_block"
  done
}
# disk IQN LUN: waits for the device and prints its path.
disk() {
  until_true 20 disk_now "$1" "$2" >/tmp/disk || { cat /tmp/disk; return 1; }
  echo "/dev/$(tail -n 1 /tmp/disk)"
}
# generic DISK: prints the path of the same logical unit's SCSI generic device (/dev/sg0 of /dev/sda).
generic() {
  echo "/dev/$(basename "/sys/block/${1#/dev/}/device/scsi_generic/"*)"
}

# ends_with CODE COMMAND…: the command's exit code is this one. sg3_utils have one for each kind of answer; those used here:
sg_not_ready=2
sg_illegal_request=5
sg_copy_aborted=10
sg_miscompare=14
sg_lba_out_of_range=22
sg_reservation_conflict=24
ends_with() {
  ends_wanted=$1 ends_code=0
  shift
  "$@" || ends_code=$?
  if [ $ends_code -ne "$ends_wanted" ]; then
    echo "ended with $ends_code, not with $ends_wanted: $*"
    return 1
  fi
}

# sense_of DEVICE CDB-BYTE…: sends a command without data and prints "good", "conflict", or its sense as hexadecimal digits of
# KEY/ASC/ASCQ (2/04/1b), which stand in bytes 2, 12 and 13 of the fixed format.
sense_of() {
  sg_raw -v "$@" >/tmp/sense 2>&1 && { echo good; return; }
  if grep -q '^SCSI Status: Reservation Conflict' /tmp/sense; then
    echo conflict
    return
  fi
  sed '1,/^ Raw sense data/d' /tmp/sense | tr -s ' \n' '  ' | awk '{ print substr($3, 2) "/" $13 "/" $14 }'
}
# state_of DEVICE: what TEST UNIT READY says.
state_of() { sense_of "$1" 00 00 00 00 00 00; }
# settle DEVICE…: takes the unit attentions that wait for these devices' sessions.
settle() {
  for settle_device; do until_true 15 is_good "$settle_device"; done
}
is_good() { [ "$(state_of "$1")" = good ]; }

# The lines of the input as words of one line.
one_line() { tr '\n' ' ' | sed 's/ $//'; }

# read_blocks DEVICE LBA COUNT and write_blocks DEVICE LBA FILE, in blocks of 512 bytes, past the guest's page cache, up to
# 1 MiB at a time. What dd says goes to a file, or it would stand between the lines of the trace.
read_blocks() {
  dd if="$1" bs=1M skip=$(($2 * 512)) count=$(($3 * 512)) iflag=direct,skip_bytes,count_bytes 2>/tmp/dd.log || {
    cat /tmp/dd.log >&2
    return 1
  }
}
write_blocks() {
  dd if="$3" of="$1" bs=1M seek=$(($2 * 512)) iflag=fullblock oflag=direct,seek_bytes conv=notrunc,fsync 2>/tmp/dd.log || {
    cat /tmp/dd.log >&2
    return 1
  }
}
# noise BLOCKS
noise() { head -c $(($1 * 512)) /dev/urandom; }
