# Persistent reservations with two initiators (SPC-4 5.13). The host gives: PORTAL, TARGET (LUN 0), and SECOND, the name of the
# other initiator.
start_iscsid

login_both() {
  interface second "$SECOND"
  node "$TARGET"
  login "$TARGET"
  INTERFACE=second node "$TARGET"
  INTERFACE=second login "$TARGET"
  disk "$TARGET" 0
  INTERFACE=second disk "$TARGET" 0
}
check two-initiators-log-in login_both
a=$(disk "$TARGET" 0)
b=$(INTERFACE=second disk "$TARGET" 0)
key_a=0xaaaaaaaaaaaaaaa1
key_b=0xbbbbbbbbbbbbbbb2

# out DEVICE OPTION…: a PERSISTENT RESERVE OUT.
out() {
  out_device=$1
  shift
  sg_persist --no-inquiry --out "$@" "$out_device"
}
# in_keys DEVICE and in_reservation DEVICE: what PERSISTENT RESERVE IN says, on one line: the keys, sorted; key and type of the
# reservation; "none" where there is nothing. generation DEVICE: the number of successful changes.
in_keys() {
  sg_persist --no-inquiry --read-keys "$1" >/tmp/in
  sed -n -e 's/.*there are NO registered.*/none/p' -e 's/^ *\(0x[0-9a-f]*\)$/\1/p' /tmp/in | sort | one_line
}
in_reservation() {
  sg_persist --no-inquiry --read-reservation "$1" >/tmp/in
  sed -n -e 's/.*there is NO reservation.*/none/p' -e 's/.*Key=\(0x[0-9a-f]*\).*/\1/p' -e 's/.*type: \(.*\)/\1/p' /tmp/in |
    one_line
}
generation() {
  sg_persist --no-inquiry --read-keys "$1" >/tmp/in
  printf '%d' "$(sed -n 's/.*PR generation=\(0x[0-9a-f]*\).*/\1/p' /tmp/in)"
}
register() { out "$1" --register --param-sark="$2"; }
unregister() { out "$1" --register --param-rk="$2" --param-sark=0; }
# Whatever is registered or reserved goes, and with it the unit attentions that say so.
start_clean() {
  out "$a" --register-ignore --param-sark=1
  out "$a" --clear --param-rk=1
  settle "$a" "$b"
  test "$(in_keys "$a")" = none
  test "$(in_reservation "$a")" = none
}

# The medium through Linux's block layer. What is refused must be refused with RESERVATION CONFLICT, which Linux tells programs
# as EBADE ("Invalid exchange"), and no other failure is told like that.
may_read() { dd if="$1" of=/dev/null bs=4096 count=1 iflag=direct; }
may_write() { dd if=/tmp/block of="$1" bs=4096 count=1 oflag=direct conv=notrunc; }
conflicts() {
  if "$@" 2>/tmp/conflict; then
    echo "succeeded, but had to conflict: $*"
    return 1
  fi
  cat /tmp/conflict
  grep -q 'Invalid exchange' /tmp/conflict
}
noise 8 >/tmp/block

registrations() {
  start_clean
  first=$(generation "$a")
  register "$a" $key_a
  test "$(in_keys "$b")" = $key_a
  test "$(generation "$b")" -eq $((first + 1))
  # REGISTER with another key than the registered one, by the registered and by the other.
  ends_with $sg_reservation_conflict out "$a" --register --param-rk=0x1 --param-sark=0x2
  ends_with $sg_reservation_conflict out "$b" --register --param-rk=$key_a --param-sark=0x2
  test "$(in_keys "$b")" = $key_a
  test "$(generation "$b")" -eq $((first + 1))
  register "$b" $key_b
  test "$(in_keys "$a")" = "$key_a $key_b"
  # The key is replaced, by its owner with and without it.
  out "$a" --register --param-rk=$key_a --param-sark=0x3
  test "$(in_keys "$a")" = "0x3 $key_b"
  out "$a" --register-ignore --param-sark=$key_a
  test "$(in_keys "$a")" = "$key_a $key_b"
  sg_persist --no-inquiry --read-full-status "$a" >/tmp/text
  cat /tmp/text
  grep -q 'iqn.2026-11.com.example.guest:linux,i,0x' /tmp/text
  grep -q "$SECOND,i,0x" /tmp/text
  test "$(grep -c 'not reservation holder' /tmp/text)" -eq 2
  # Only a registered one may reserve, and only with its own key.
  ends_with $sg_reservation_conflict out "$a" --reserve --param-rk=$key_b --prout-type=1
  unregister "$b" $key_b
  ends_with $sg_reservation_conflict out "$b" --reserve --param-rk=$key_b --prout-type=1
  test "$(in_reservation "$a")" = none
  test "$(generation "$a")" -eq $((first + 5))
}
check register-and-read-keys registrations

capabilities() {
  sg_persist --no-inquiry --report-capabilities "$a" >/tmp/text
  cat /tmp/text
  for capability in 'Compatible Reservation Handling(CRH): 1' 'Specify Initiator Ports Capable(SIP_C): 1' \
    'All Target Ports Capable(ATP_C): 1' 'Persist Through Power Loss Capable(PTPL_C): 1' 'Type Mask Valid(TMV): 1'; do
    grep -q -F "$capability" /tmp/text
  done
  test "$(sed '1,/Type mask/d' /tmp/text | grep -c ': 1$')" -eq 6
}
check report-capabilities capabilities

# held TYPE NAME HOLDER ITS-KEY OTHER ITS-KEY: one direction of one type. Who may do what is SPC-4 table 63 (SBC-3 table 13 for
# READ and WRITE): the other initiator, registered and not.
held() {
  type=$1 name=$2 holder=$3 holder_key=$4 other=$5 other_key=$6
  start_clean
  register "$holder" "$holder_key"
  register "$other" "$other_key"
  out "$holder" --reserve --param-rk="$holder_key" --prout-type="$type"
  case $type in
    # All registrants hold it, and the key is reported as zero.
    7 | 8) test "$(in_reservation "$other")" = "0x0 $name" ;;
    *) test "$(in_reservation "$other")" = "$holder_key $name" ;;
  esac
  may_read "$holder"
  may_write "$holder"
  # Again with the same type does no harm, with another type it conflicts, whoever asks.
  out "$holder" --reserve --param-rk="$holder_key" --prout-type="$type"
  ends_with $sg_reservation_conflict out "$holder" --reserve --param-rk="$holder_key" --prout-type=$((type % 3 + 5))
  case $type in
    7 | 8) out "$other" --reserve --param-rk="$other_key" --prout-type="$type" ;;
    *) ends_with $sg_reservation_conflict out "$other" --reserve --param-rk="$other_key" --prout-type="$type" ;;
  esac
  case $type in
    1) may_read "$other"; conflicts may_write "$other" ;;
    3) conflicts may_read "$other"; conflicts may_write "$other" ;;
    5 | 6 | 7 | 8) may_read "$other"; may_write "$other" ;;
  esac
  unregister "$other" "$other_key"
  case $type in
    1 | 5 | 7) may_read "$other"; conflicts may_write "$other" ;;
    3 | 6 | 8) conflicts may_read "$other"; conflicts may_write "$other" ;;
  esac
  # TEST UNIT READY, INQUIRY and READ KEYS pass in every case; RELEASE by the holder opens the medium again.
  test "$(state_of "$other")" = good
  sg_inq "$other" >/dev/null
  out "$holder" --release --param-rk="$holder_key" --prout-type="$type"
  test "$(in_reservation "$other")" = none
  may_read "$other"
  may_write "$other"
}
# held_by_each TYPE NAME
held_by_each() {
  held "$1" "$2" "$a" $key_a "$b" $key_b
  held "$1" "$2" "$b" $key_b "$a" $key_a
}
check write-exclusive held_by_each 1 'Write Exclusive'
check exclusive-access held_by_each 3 'Exclusive Access'
check write-exclusive-registrants-only held_by_each 5 'Write Exclusive, registrants only'
check exclusive-access-registrants-only held_by_each 6 'Exclusive Access, registrants only'
check write-exclusive-all-registrants held_by_each 7 'Write Exclusive, all registrants'
check exclusive-access-all-registrants held_by_each 8 'Exclusive Access, all registrants'

released() {
  start_clean
  register "$a" $key_a
  register "$b" $key_b
  out "$a" --reserve --param-rk=$key_a --prout-type=5
  # Who does not hold it releases nothing and is told nothing; with the wrong type or key the holder does not either.
  out "$b" --release --param-rk=$key_b --prout-type=5
  test "$(in_reservation "$a")" = "$key_a Write Exclusive, registrants only"
  test "$(sense_of "$a" -s 24 -i /dev/zero 5f 02 06 00 00 00 00 00 18 00)" = conflict
  must_fail out "$a" --release --param-rk=$key_a --prout-type=6
  test "$(in_reservation "$a")" = "$key_a Write Exclusive, registrants only"
  settle "$a" "$b"
  # RESERVATIONS RELEASED for the other registrant, and not for the one that released.
  out "$a" --release --param-rk=$key_a --prout-type=5
  test "$(state_of "$b")" = 6/2a/04
  test "$(state_of "$a")" = good
  # The same when the holder of a registrants-only reservation unregisters.
  out "$a" --reserve --param-rk=$key_a --prout-type=6
  unregister "$a" $key_a
  test "$(state_of "$b")" = 6/2a/04
  test "$(in_reservation "$b")" = none
}
check release released

preempted() {
  start_clean
  register "$a" $key_a
  register "$b" $key_b
  out "$b" --reserve --param-rk=$key_b --prout-type=1
  conflicts may_write "$a"
  out "$a" --preempt --param-rk=$key_a --param-sark=$key_b --prout-type=3
  test "$(in_keys "$a")" = $key_a
  test "$(in_reservation "$a")" = "$key_a Exclusive Access"
  # REGISTRATIONS PREEMPTED for the one that has lost its registration.
  test "$(state_of "$b")" = 6/2a/05
  conflicts may_read "$b"
  conflicts may_write "$b"
  may_write "$a"
  ends_with $sg_reservation_conflict out "$b" --preempt --param-rk=$key_b --param-sark=$key_a --prout-type=1
  # A key that nobody has.
  register "$b" $key_b
  ends_with $sg_reservation_conflict out "$a" --preempt --param-rk=$key_a --param-sark=0x77 --prout-type=3
  # And back.
  out "$b" --preempt --param-rk=$key_b --param-sark=$key_a --prout-type=5
  test "$(state_of "$a")" = 6/2a/05
  test "$(in_keys "$a")" = $key_b
  test "$(in_reservation "$a")" = "$key_b Write Exclusive, registrants only"
}
check preempt preempted

# The one that writes without a break is preempted and aborted: once that is answered nothing of its writes may arrive.
write_on() { while dd if=/tmp/noise of="$b" bs=64k oflag=direct conv=notrunc 2>/dev/null; do :; done; }
preempted_and_aborted() {
  start_clean
  register "$a" $key_a
  register "$b" $key_b
  out "$b" --reserve --param-rk=$key_b --prout-type=1
  noise 4096 >/tmp/noise
  write_on &
  writing=$!
  sleep 0.5
  kill -0 $writing
  out "$a" --preempt-abort --param-rk=$key_a --param-sark=$key_b --prout-type=3
  read_blocks "$a" 0 4096 >/tmp/at-once
  # It ends by itself, because its next write conflicts.
  wait $writing || true
  conflicts may_write "$b"
  sleep 0.5
  read_blocks "$a" 0 4096 | cmp - /tmp/at-once
  test "$(in_keys "$a")" = $key_a
  test "$(in_reservation "$a")" = "$key_a Exclusive Access"
  for session in "$(session_of "$TARGET")" "$(INTERFACE=second session_of "$TARGET")"; do
    test "$(cat "$session/state")" = LOGGED_IN
  done
}
check preempt-and-abort preempted_and_aborted

cleared() {
  start_clean
  register "$a" $key_a
  register "$b" $key_b
  out "$a" --reserve --param-rk=$key_a --prout-type=3
  ends_with $sg_reservation_conflict out "$b" --clear --param-rk=$key_a
  out "$b" --clear --param-rk=$key_b
  # RESERVATIONS PREEMPTED, for the other one only.
  test "$(state_of "$b")" = good
  test "$(state_of "$a")" = 6/2a/03
  test "$(in_keys "$a")" = none
  test "$(in_reservation "$a")" = none
  may_write "$a"
  may_write "$b"
}
check clear cleared

# name_of_second: the name of the second initiator's port, from its registration.
name_of_second() {
  sg_persist --no-inquiry --read-full-status "$a" >/tmp/in
  sed -n "s/.*unique port id: \($SECOND,i,0x[0-9a-f]*\).*/\1/p" /tmp/in
}
moved() {
  start_clean
  register "$a" $key_a
  register "$b" $key_b
  out "$a" --reserve --param-rk=$key_a --prout-type=3
  name=$(name_of_second)
  out "$a" --register-move --param-rk=$key_a --param-sark=0xc3 --relative-target-port=1 --transport-id="$name"
  test "$(in_keys "$a")" = "$key_a 0xc3"
  test "$(in_reservation "$a")" = '0xc3 Exclusive Access'
  settle "$b"
  may_write "$b"
  conflicts may_write "$a"
}
check register-and-move moved

# SPEC_I_PT: one initiator registers the other, which then does what registrants may.
registered_for() {
  start_clean
  register "$b" $key_b
  name=$(name_of_second)
  unregister "$b" $key_b
  out "$a" --register --param-sark=$key_a --transport-id="$name"
  test "$(in_keys "$b")" = "$key_a $key_a"
  out "$a" --reserve --param-rk=$key_a --prout-type=6
  may_write "$b"
  unregister "$b" $key_a
  conflicts may_write "$b"
}
check register-for-the-other registered_for

# With APTPL, what is registered and reserved outlives SIGKILL; without it, it does not.
outlives() {
  start_clean
  out "$a" --register --param-sark=$key_a --param-aptpl
  out "$b" --register --param-sark=$key_b --param-aptpl
  out "$a" --reserve --param-rk=$key_a --prout-type=1
  sg_persist --no-inquiry --report-capabilities "$a" | grep -q -F 'Persist Through Power Loss Active(PTPL_A): 1'
  ask kill-and-restart
  until_true 30 is_good "$a"
  until_true 30 is_good "$b"
  test "$(in_keys "$a")" = "$key_a $key_b"
  test "$(in_reservation "$a")" = "$key_a Write Exclusive"
  # It still counts, for the same initiators.
  may_write "$a"
  may_read "$b"
  conflicts may_write "$b"
  sg_persist --no-inquiry --report-capabilities "$a" | grep -q -F 'Persist Through Power Loss Active(PTPL_A): 1'
  # Preempting keeps it, and the next kill too.
  out "$b" --preempt --param-rk=$key_b --param-sark=$key_a --prout-type=5
  ask kill-and-restart
  until_true 30 is_good "$a"
  until_true 30 is_good "$b"
  test "$(in_keys "$a")" = $key_b
  test "$(in_reservation "$a")" = "$key_b Write Exclusive, registrants only"
  conflicts may_write "$a"
}
check aptpl-outlives-sigkill outlives
forgotten() {
  start_clean
  register "$a" $key_a
  register "$b" $key_b
  out "$a" --reserve --param-rk=$key_a --prout-type=3
  sg_persist --no-inquiry --report-capabilities "$a" | grep -q -F 'Persist Through Power Loss Active(PTPL_A): 0'
  ask kill-and-restart
  until_true 30 is_good "$a"
  until_true 30 is_good "$b"
  test "$(in_keys "$a")" = none
  test "$(in_reservation "$a")" = none
  may_write "$b"
}
check without-aptpl-a-kill-forgets forgotten

logout_both() {
  INTERFACE=second logout "$TARGET"
  logout "$TARGET"
}
check both-log-out logout_both
