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
  until_true 10 test -s /run/iscsid.pid
  sleep 0.2
}

# node IQN [NAME VALUE]…: makes a fresh node record, with settings.
node() {
  node_iqn=$1
  shift
  # What a case that failed has left: its failure is told already and must not become that of the next.
  iscsiadm -m node -T "$node_iqn" -p "$PORTAL" --logout >/dev/null 2>&1 || true
  iscsiadm -m node -T "$node_iqn" -p "$PORTAL" -o delete 2>/dev/null || true
  iscsiadm -m node -T "$node_iqn" -p "$PORTAL" -o new
  # The default of eight retries only makes a failing test slow.
  iscsiadm -m node -T "$node_iqn" -p "$PORTAL" -o update -n node.session.initial_login_retry_max -v 2
  while [ $# -gt 0 ]; do
    iscsiadm -m node -T "$node_iqn" -p "$PORTAL" -o update -n "$1" -v "$2"
    shift 2
  done
}
login() { iscsiadm -m node -T "$1" -p "$PORTAL" --login; }
logout() { iscsiadm -m node -T "$1" -p "$PORTAL" --logout; }

session_of() {
  for session_folder in /sys/class/iscsi_session/session*; do
    [ -e "$session_folder" ] || continue
    if [ "$(cat "$session_folder/targetname")" = "$1" ]; then
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
  until_true 10 disk_now "$1" "$2" >/tmp/disk || { cat /tmp/disk; return 1; }
  echo "/dev/$(tail -n 1 /tmp/disk)"
}
