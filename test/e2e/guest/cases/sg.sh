# Commands by sg3_utils. The host gives: PORTAL and PORTAL2 (portal groups 1 and 2) and TARGET: LUN 0, main; LUN 1, copy; LUN 2,
# erase; LUN 3, hidden, which only the second initiator sees.
start_iscsid

# This initiator through both portal groups, and another one through the first.
login_first() {
  interface second "$SECOND"
  node "$TARGET"
  login "$TARGET"
  PORTAL=$PORTAL2 node "$TARGET"
  PORTAL=$PORTAL2 login "$TARGET"
  INTERFACE=second node "$TARGET"
  INTERFACE=second login "$TARGET"
  disk "$TARGET" 0
  disk "$TARGET" 2
  PORTAL=$PORTAL2 disk "$TARGET" 0
  INTERFACE=second disk "$TARGET" 3
}
check login-twice-and-as-another login_first
main=$(disk "$TARGET" 0)
copy=$(disk "$TARGET" 1)
erase=$(disk "$TARGET" 2)
main_by_group_2=$(PORTAL=$PORTAL2 disk "$TARGET" 0)
main_of_second=$(INTERFACE=second disk "$TARGET" 0)
hidden=$(INTERFACE=second disk "$TARGET" 3)

# decodes COMMAND…: it succeeds and finds nothing to complain about in the answer. Leaves the text in /tmp/text.
decodes() {
  decodes_code=0
  "$@" >/tmp/text 2>/tmp/complaints || decodes_code=$?
  cat /tmp/text /tmp/complaints
  test $decodes_code -eq 0
  test ! -s /tmp/complaints
  must_fail grep -i -E 'malformed|truncated|unexpected|too short|too long|unable|invalid' /tmp/text
}

# lists FILE WORD…: each word is a line of the file.
lists() {
  lists_file=$1
  shift
  printf '%s\n' "$@" | grep -v -x -F -f "$lists_file" >/tmp/absent || return 0
  echo "not listed: $(tr '\n' ' ' </tmp/absent)"
  return 1
}

opcodes() {
  decodes sg_opcodes "$main"
  # Code, service action if any, size of the CDB, two flags, name.
  awk '/^ [0-9a-f][0-9a-f] / { print $1 ($4 ~ /^[0-9],[0-9]$/ ? "," $2 : "") }' /tmp/text >/tmp/opcodes
  lists /tmp/opcodes $OPCODES
  # One command at a time, with its timeouts; WRITE(16) has a 16-byte CDB whose usage map starts with the operation code.
  decodes sg_opcodes --rctd --opcode=0x8a "$main"
  grep -q 'Write(16)' /tmp/text
  grep -q 'Command is supported \[conforming to SCSI standard\]' /tmp/text
  grep -q 'Usage data: 8a ' /tmp/text
  sg_opcodes --opcode=0xff "$main" >/tmp/text
  grep -q 'Command is NOT supported' /tmp/text
  decodes sg_opcodes --tmf "$main"
  grep -q 'Abort task' /tmp/text
  grep -q 'Logical unit reset' /tmp/text
}
check sg-opcodes opcodes

vpd() {
  decodes sg_vpd -a "$main"
  sg_vpd --page=0 --raw "$main" | tail -c +5 | od -An -v -tx1 -w1 | tr -d ' ' >/tmp/pages
  sort -c -u /tmp/pages
  lists /tmp/pages $VPD_PAGES
  # Each listed page is there, and says that it is this page.
  for page in $(cat /tmp/pages); do
    test "$(sg_vpd --page="0x$page" --raw "$main" | head -c 2 | tail -c 1 | od -An -tx1 | tr -d ' ')" = "$page"
  done
  test "$(sense_of "$main" -r 252 12 01 c7 00 fc 00)" = 5/24/00
  # What the kernel took from page 83h, and both portal groups under one name of the logical unit.
  name=$(sed 's/^naa\.//' "/sys/block/${main#/dev/}/device/wwid")
  sg_vpd --page=di "$main" | grep -q "0x$name"
  sg_vpd --page=di "$main_by_group_2" | grep -q "0x$name"
  sg_vpd --page=di "$main" | grep -q 'Target port group: 0x1'
  sg_vpd --page=di "$main_by_group_2" | grep -q 'Target port group: 0x2'
}
check sg-vpd vpd

modes() {
  for control in 0 1 2; do
    decodes sg_modes -a -c $control "$main"
    for page in $MODE_PAGES; do
      grep -q "^>> $(echo "$page" | tr _ ' '), page_control" /tmp/text || { echo "page $page is missing"; return 1; }
    done
    decodes sg_modes -a -a -c $control "$main"
    decodes sg_modes -6 -a -c $control "$main"
  done
}
check sg-modes modes

logs() {
  decodes sg_logs -a "$main"
  decodes sg_logs -a -a "$main"
  sg_logs --page=0 --raw "$main" | tail -c +5 | od -An -v -tx1 -w1 | tr -d ' ' >/tmp/pages
  lists /tmp/pages $LOG_PAGES
  for page in $(cat /tmp/pages); do
    # PS or SPF may be set beside the page code.
    test $((0x$(sg_logs --page="0x$page" --raw "$main" | head -c 1 | od -An -tx1 | tr -d ' ') & 0x3f)) -eq $((0x$page))
  done
}
check sg-logs logs

# counted PAGE: what that error counter page has as its total of bytes processed.
counted() { sg_logs --page="$1" "$main" | sed -n 's/.*Total bytes processed = //p'; }
counters() {
  written=$(counted 2) read=$(counted 3)
  noise 128 >/tmp/noise
  write_blocks "$main" 0 /tmp/noise
  read_blocks "$main" 0 64 >/dev/null
  test $(($(counted 2) - written)) -eq 65536
  test $(($(counted 3) - read)) -eq 32768
}
check sg-logs-count-bytes counters

luns() {
  sg_luns --quiet "$main" | tr -d ' ' >/tmp/text
  cat /tmp/text
  printf '%s\n' 0000000000000000 0001000000000000 0002000000000000 | cmp - /tmp/text
  sg_luns --quiet "$main_of_second" | tr -d ' ' >/tmp/text
  cat /tmp/text
  printf '%s\n' 0000000000000000 0003000000000000 | cmp - /tmp/text
  # The well-known logical units: none is answered to.
  sg_luns --select=1 "$main" | grep -q '0 lun entries\|Lun list length = 0'
}
check sg-luns luns

# 300 blocks of noise from LBA 1000, and 100 times one block over those from LBA 1050: what surrounds them stays.
same_block() {
  noise 1 >/tmp/block
  for variant in 10 16 32; do
    noise 300 >/tmp/noise
    write_blocks "$main" 1000 /tmp/noise
    sg_write_same --$variant --in=/tmp/block --lba=1050 --num=100 "$main"
    {
      head -c $((50 * 512)) /tmp/noise
      cat $(yes /tmp/block | head -n 100)
      tail -c $((150 * 512)) /tmp/noise
    } >/tmp/wanted
    read_blocks "$main" 1000 300 | cmp - /tmp/wanted
  done
}
no_block() {
  noise 300 >/tmp/noise
  write_blocks "$main" 1000 /tmp/noise
  sg_write_same --16 --ndob --lba=1050 --num=100 "$main"
  { head -c $((50 * 512)) /tmp/noise; head -c $((100 * 512)) /dev/zero; tail -c $((150 * 512)) /tmp/noise; } >/tmp/wanted
  read_blocks "$main" 1000 300 | cmp - /tmp/wanted
}
# provisioning_at DEVICE LBA: the first extent from there, as BLOCKS mapped|deallocated.
provisioning_at() {
  sg_get_lba_status --lba="$2" "$1" | sed -n 's/^\[1\] LBA: 0x0*\([0-9a-f]*\)  blocks: *\([0-9]*\)  \([a-z]*\).*/\2 \3/p'
}
same_unmapped() {
  noise 512 >/tmp/noise
  write_blocks "$main" 2048 /tmp/noise
  test "$(provisioning_at "$main" 2304)" = '256 mapped'
  sg_write_same --16 --unmap --lba=2176 --num=128 "$main"
  test "$(provisioning_at "$main" 2048)" = '128 mapped'
  test "$(provisioning_at "$main" 2176)" = '128 deallocated'
  test "$(provisioning_at "$main" 2304)" = '256 mapped'
  { head -c 65536 /tmp/noise; head -c 65536 /dev/zero; tail -c 131072 /tmp/noise; } >/tmp/wanted
  read_blocks "$main" 2048 512 | cmp - /tmp/wanted
}
same_refused() {
  # Zero blocks (WSNZ of the Block Limits page), more than it allows, and beyond the end.
  ends_with $sg_illegal_request sg_write_same --16 --in=/tmp/block --lba=0 --num=0 "$main"
  most=$(sg_vpd --page=bl "$main" | sed -n 's/.*Maximum write same length: \(0x[0-9a-f]*\) .*/\1/p')
  ends_with $sg_illegal_request sg_write_same --16 --in=/tmp/block --lba=0 --num=$((most + 1)) "$main"
  ends_with $sg_lba_out_of_range sg_write_same --16 --in=/tmp/block --lba=131071 --num=2 "$main"
}
check sg-write-same-repeats-its-block same_block
check sg-write-same-without-a-block-writes-zeros no_block
check sg-write-same-unmaps same_unmapped
check sg-write-same-refusals same_refused

# 2 MiB of which two ranges go: they are deallocated, read as zeros, and the host gets their space back.
unmapped() {
  noise 4096 >/tmp/noise
  write_blocks "$main" 32768 /tmp/noise
  test "$(provisioning_at "$main" 32768)" = '4096 mapped'
  before=$(ask blocks main)
  sg_unmap --force --lba=32768,34816 --num=1024,512 "$main"
  after=$(ask blocks main)
  note "$before sectors before, $after after"
  test $((before - after)) -eq 1536
  {
    head -c $((1024 * 512)) /dev/zero
    tail -c +$((1024 * 512 + 1)) /tmp/noise | head -c $((1024 * 512))
    head -c $((512 * 512)) /dev/zero
    tail -c $((1536 * 512)) /tmp/noise
  } >/tmp/wanted
  read_blocks "$main" 32768 4096 | cmp - /tmp/wanted
  ends_with $sg_lba_out_of_range sg_unmap --force --lba=131071 --num=2 "$main"
  ends_with $sg_illegal_request sg_unmap --force --anchor --lba=33792 --num=8 "$main"
}
check sg-unmap-deallocates unmapped

lba_status() {
  # One answer for what the case before has left, extent by extent: first block, blocks, 0 mapped or 1 deallocated.
  sg_get_lba_status --lba=32768 --maxlen=4096 --brief "$main" >/tmp/text
  cat /tmp/text
  grep '^0x' /tmp/text | head -n 4 >/tmp/found
  cat >/tmp/wanted <<'EOF'
0x0000000000008000  0x400  1  0
0x0000000000008400  0x400  0  0
0x0000000000008800  0x200  1  0
0x0000000000008a00  0x600  0  0
EOF
  cmp /tmp/found /tmp/wanted
  test "$(provisioning_at "$main" 34000)" = '816 mapped'
  ends_with $sg_lba_out_of_range sg_get_lba_status --lba=131072 "$main"
}
check sg-get-lba-status lba_status

compared() {
  noise 8 >/tmp/noise
  noise 8 >/tmp/other
  write_blocks "$main" 5000 /tmp/noise
  # Equal: the second half is written.
  cat /tmp/noise /tmp/other >/tmp/both
  sg_compare_and_write --in=/tmp/both --lba=5000 --num=8 --xferlen=8192 "$main"
  read_blocks "$main" 5000 8 | cmp - /tmp/other
  # Byte 777 differs: MISCOMPARE with its offset in INFORMATION, and nothing is written.
  {
    head -c 777 /tmp/other
    tail -c +778 /tmp/other | head -c 1 | tr '\000-\377' '\001-\377\000'
    tail -c +779 /tmp/other
    cat /tmp/noise
  } >/tmp/both
  ends_with $sg_miscompare sg_compare_and_write -v --in=/tmp/both --lba=5000 --num=8 --xferlen=8192 "$main" >/tmp/text 2>&1
  cat /tmp/text
  grep -q 'Sense key: Miscompare' /tmp/text
  grep -q 'Additional sense: Miscompare during verify operation' /tmp/text
  grep -q 'Miscompare at byte offset: 777 ' /tmp/text
  read_blocks "$main" 5000 8 | cmp - /tmp/other
}
check sg-compare-and-write compared

# sum DEVICE LBA COUNT
sum() { read_blocks "$1" "$2" "$3" | sha256sum | cut -d ' ' -f 1; }

# 2 MiB from LBA 65536 of one to LBA 1024 of the other, which the target does alone.
copied() {
  noise 4096 >/tmp/noise
  write_blocks "$main" 65536 /tmp/noise
  noise 6144 >/tmp/around
  write_blocks "$copy" 0 /tmp/around
  sg_xcopy if="$(generic "$main")" of="$(generic "$copy")" bs=512 skip=65536 seek=1024 count=4096 --"$1"
  wanted=$(sha256sum </tmp/noise | cut -d ' ' -f 1)
  test "$(sum "$main" 65536 4096)" = "$wanted"
  test "$(sum "$copy" 1024 4096)" = "$wanted"
  test "$(ask sum copy $((1024 * 512)) $((4096 * 512)))" = "$wanted"
  head -c $((1024 * 512)) /tmp/around >/tmp/wanted
  read_blocks "$copy" 0 1024 | cmp - /tmp/wanted
  tail -c $((1024 * 512)) /tmp/around >/tmp/wanted
  read_blocks "$copy" 5120 1024 | cmp - /tmp/wanted
}
check sg-xcopy-sent-to-the-source copied on_src
check sg-xcopy-sent-to-the-destination copied on_dst

copy_parameters() {
  decodes sg_copy_results --params "$main"
  grep -q 'Receive copy results (report operating parameters)' /tmp/text
  # Block to block, and identification descriptors: what sg_xcopy uses.
  grep -q 'Copy from block device to block device' /tmp/text
  grep -q 'Identification descriptor' /tmp/text
}
check sg-copy-results copy_parameters

# The initiator's own copy reads and writes; one that the target is asked for has to stay within the asking session's view.
copy_out_of_view() {
  read_blocks "$hidden" 0 2048 >/tmp/before
  code=0
  sg_xcopy if="$(generic "$main")" of="$(generic "$hidden")" bs=512 skip=65536 count=2048 --on_src || code=$?
  test $code -ne 0
  read_blocks "$hidden" 0 2048 | cmp - /tmp/before
  # The second initiator sees both.
  sg_xcopy if="$(generic "$main_of_second")" of="$(generic "$hidden")" bs=512 skip=65536 count=2048 --on_src
  test "$(sum "$hidden" 0 2048)" = "$(sum "$main" 65536 2048)"
}
check sg-xcopy-stays-in-view copy_out_of_view

dd_copied() {
  noise 2048 >/tmp/noise
  write_blocks "$main" 90112 /tmp/noise
  sg_dd if="$(generic "$main")" of="$(generic "$copy")" bs=512 skip=90112 seek=65536 count=2048
  wanted=$(sha256sum </tmp/noise | cut -d ' ' -f 1)
  test "$(sum "$copy" 65536 2048)" = "$wanted"
  test "$(ask sum copy $((65536 * 512)) $((2048 * 512)))" = "$wanted"
  # VERIFY with BYTCHK finds them equal, and unequal after a change of one block. (From a file: sg_dd would set that bit in
  # its READs of a device, too.)
  sg_dd --verify if=/tmp/noise of="$(generic "$copy")" bs=512 seek=65536 count=2048
  noise 1 >/tmp/block
  write_blocks "$copy" 66000 /tmp/block
  must_fail sg_dd --verify if=/tmp/noise of="$(generic "$copy")" bs=512 seek=65536 count=2048
}
check sg-dd-and-verify dd_copied

identified() {
  settle "$main" "$main_by_group_2" "$main_of_second"
  printf 'rack 7, shelf 3' | sg_ident --set "$main"
  test "$(state_of "$main_of_second")" = 6/3f/05
  test "$(sg_ident --raw "$main_of_second")" = 'rack 7, shelf 3'
  ask kill-and-restart
  until_true 30 is_good "$main"
  test "$(sg_ident --raw "$main")" = 'rack 7, shelf 3'
  settle "$main_of_second" "$main_by_group_2"
  sg_ident --clear "$main"
  sg_ident --raw "$main" >/tmp/text
  test ! -s /tmp/text
  test "$(state_of "$main_of_second")" = 6/3f/05
  settle "$main_by_group_2"
}
check sg-ident-outlives-a-kill identified

timestamp() {
  settle "$main" "$main_by_group_2" "$main_of_second"
  # Until it is set it comes from the host's clock or starts at zero; either way it runs on.
  first=$(sg_timestamp "$main")
  sg_timestamp -m 1700000000000 "$main"
  test "$(state_of "$main_of_second")" = 6/2a/10
  sleep 1
  now=$(sg_timestamp "$main")
  note "$first before, $now 1 s after it was set"
  test "$now" -ge 1700000001000
  test "$now" -lt 1700000010000
  sg_timestamp -N -o -o "$main" | grep -q -x 2
  settle "$main_by_group_2"
}
check sg-timestamp timestamp

# states_in: what sg_rtpg has printed into /tmp/text, as "GROUP:STATE GROUP:STATE ".
states_in() {
  sed -n -e 's/.*target port group id : 0x\([0-9a-f]*\) .*/\1:/p' -e 's/.*asymmetric access state : 0x\(..\) .*/\1 /p' /tmp/text |
    tr -d '\n'
}
# reported STATE-1 STATE-2: REPORT TARGET PORT GROUPS says the same through both groups, whatever their states.
reported() {
  decodes sg_rtpg --decode "$main"
  test "$(states_in)" = "1:$1 2:$2 "
  decodes sg_rtpg --decode --extended "$main_by_group_2"
  test "$(states_in)" = "1:$1 2:$2 "
}
READ_10='28 00 00 00 00 00 00 00 01 00'
groups() {
  settle "$main" "$main_by_group_2" "$main_of_second"
  reported 00 01
  # Standby: the group's own ports refuse the medium and go on answering questions; the others see a unit attention.
  sg_stpg --standby --tp=2 "$main"
  test "$(state_of "$main_of_second")" = 6/2a/06
  test "$(state_of "$main_by_group_2")" = 6/2a/06
  settle "$main"
  reported 00 02
  test "$(sense_of "$main_by_group_2" -r 512 $READ_10)" = 2/04/0b
  test "$(sense_of "$main" -r 512 $READ_10)" = good
  # Unavailable, set through the group itself, which also brings itself back.
  sg_stpg --unavailable --tp=2 "$main_by_group_2"
  settle "$main" "$main_of_second"
  reported 00 03
  test "$(sense_of "$main_by_group_2" -r 512 $READ_10)" = 2/04/0c
  sg_inq "$main_by_group_2"
  sg_stpg --active --tp=2 "$main_by_group_2"
  settle "$main" "$main_by_group_2" "$main_of_second"
  reported 00 01
  test "$(sense_of "$main_by_group_2" -r 512 $READ_10)" = good
  # Both in one command, and back.
  sg_stpg --state=an,ao --tp=1,2 "$main"
  settle "$main" "$main_by_group_2" "$main_of_second"
  reported 01 00
  sg_stpg --state=ao,an --tp=1,2 "$main"
  settle "$main" "$main_by_group_2" "$main_of_second"
  reported 00 01
  # No such group: nothing changes, not even of the group that there is. (sg_stpg ends with 0 whatever the answer.)
  sg_stpg --state=s,s --tp=1,7 "$main" 2>&1 | grep -q 'Illegal request'
  reported 00 01
}
check sg-rtpg-and-stpg groups

# The three sessions of the first case, and no other.
all_logged_in() {
  test "$(cat /sys/class/iscsi_session/session*/state | one_line)" = 'LOGGED_IN LOGGED_IN LOGGED_IN'
}

# Resets while blocks are written without a break: none of the writes fails, and every session stays.
write_on() { until [ -e /tmp/enough ]; do write_blocks "$main" 98304 /tmp/noise; done; }
resets() {
  settle "$main" "$main_by_group_2" "$main_of_second"
  noise 512 >/tmp/noise
  rm -f /tmp/enough
  write_on &
  writing=$!
  for level in device target; do
    sg_reset --no-esc --$level "$main"
    case $level in
      # BUS DEVICE RESET FUNCTION OCCURRED for one logical unit, and for a hard reset also SCSI BUS RESET OCCURRED.
      device) told='6/29/03' ;;
      target) told='6/29/02 6/29/03' ;;
    esac
    # The kernel may take the writing session's own on behalf of the writes that it repeats.
    for device in "$main_by_group_2" "$main_of_second"; do
      state=$(state_of "$device")
      case " $told " in *" $state "*) ;; *) echo "$device: $state"; return 1 ;; esac
      test "$(state_of "$device")" = good
    done
  done
  # Linux's iSCSI initiator has nothing to do at these two levels, and says so; the target never hears of them.
  for level in bus host; do must_fail sg_reset --no-esc --$level "$main"; done
  test "$(state_of "$main_of_second")" = good
  kill -0 $writing
  touch /tmp/enough
  wait $writing
  settle "$main" "$main_by_group_2" "$main_of_second"
  read_blocks "$main" 98304 512 | cmp - /tmp/noise
  all_logged_in
}
check sg-reset-at-every-level resets

# progress: hundredths of a percent, or nothing when nothing is going on.
progress() { sg_requests --progress "$erase" 2>&1 | sed -n 's/.*[Pp]rogress indication: \([0-9]*\)\.\([0-9][0-9]\)% .*/\1\2/p'; }
is_over() { [ "$(state_of "$erase")" != 2/04/1b ]; }

sanitized() {
  settle "$erase"
  noise 2048 >/tmp/noise
  write_blocks "$erase" 0 /tmp/noise
  write_blocks "$erase" 100000 /tmp/noise
  printf '\245\132\303\074' >/tmp/pattern
  sg_sanitize --overwrite --quick --early --count=2 --pattern=/tmp/pattern --ipl=4 "$erase"
  test "$(state_of "$erase")" = 2/04/1b
  test "$(sense_of "$erase" -r 512 $READ_10)" = 2/04/1b
  test "$(sense_of "$erase" 35 00 00 00 00 00 00 00 00 00)" = 2/04/1b
  sg_inq "$erase"
  sg_luns "$erase"
  first=$(progress)
  rounds=0
  seen=$first
  : >/tmp/progress
  until is_over; do
    now=$(progress)
    [ -n "$now" ] || continue
    test "$now" -ge "${seen:-0}"
    seen=$now rounds=$((rounds + 1))
    echo "$now" >>/tmp/progress
  done
  note "$rounds looks, from $first to $seen hundredths of a percent"
  # It was seen at several places on its way.
  test "$(sort -u /tmp/progress | wc -l)" -ge 3
  settle "$erase"
  test "$(ask only-pattern erase a55ac33c)" = yes
  read_blocks "$erase" 100000 8 >/tmp/found
  cat $(yes /tmp/pattern | head -n 1024) | cmp - /tmp/found
}
check sg-sanitize-overwrites-with-progress sanitized

# Without IMMED, as sg_sanitize --wait asks for it; and what must be refused.
sanitized_at_once() {
  sg_sanitize --overwrite --quick --wait --zero "$erase"
  test "$(state_of "$erase")" = good
  test "$(ask only-pattern erase 00000000)" = yes
  ends_with $sg_illegal_request sg_sanitize --crypto --quick --wait "$erase"
  sg_sanitize --fail --quick --wait "$erase"
}
check sg-sanitize-that-waits sanitized_at_once

logout_all() {
  all_logged_in
  iscsiadm -m node -U all
}
check logout-from-all logout_all
