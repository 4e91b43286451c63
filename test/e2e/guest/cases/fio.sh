# Verifying fio on a buffered and on a direct volume, and across a killed and restarted target. The host gives: PORTAL and
# TARGET (LUN 0 buffered, LUN 1 direct), and FIO_SECONDS.
start_iscsid
node "$TARGET" >/dev/null

login_first() {
  login "$TARGET"
  disk "$TARGET" 0
  disk "$TARGET" 1
}
check login-for-fio login_first

# fio_verify LUN SECONDS BACKLOG: mixed random reads and writes of 4 to 256 KiB at depth 32; every block written is read back
# and verified within BACKLOG writes.
#
# Blocks of different sizes overlap. serialize_overlap keeps two that touch from being in flight together, and fio forgets a
# block it has not verified yet when a later write covers part of it, so a mismatch is never fio's own doing. Each block's
# header carries its offset and the seed of its content: a block at another place, or an older one, is a mismatch.
fio_verify() {
  device=$(disk "$TARGET" "$1")
  fio --name=verify --filename="$device" --direct=1 --ioengine=libaio --iodepth=32 --rw=randrw --rwmixread=50 \
    --bsrange=4k-256k --blockalign=4k --serialize_overlap=1 --size=256M --randseed=$((1000 + $1 + $3)) \
    --verify=crc32c --verify_backlog="$3" --verify_fatal=1 --time_based --runtime="$2" \
    --output-format=json --output=/tmp/fio.json || {
    cat /tmp/fio.json
    return 1
  }
}
# fio_totals: sets $reads and $writes, the numbers of the last run, and checks that it said "no error". Reads for verification
# count as reads; half of the load is reads anyway, so reads clearly outnumber writes (1.6 to 2 times) if verification took
# place, and are as many if it did not.
fio_totals() {
  reads=$(sed -n 's/.*"total_ios" : \([0-9]*\).*/\1/p' /tmp/fio.json | sed -n 1p)
  writes=$(sed -n 's/.*"total_ios" : \([0-9]*\).*/\1/p' /tmp/fio.json | sed -n 2p)
  kib=$(sed -n 's/.*"io_kbytes" : \([0-9]*\).*/\1/p' /tmp/fio.json | sed -n 2p)
  note "$reads reads, $writes writes of $kib KiB in all"
  grep -q '"error" : 0,' /tmp/fio.json
  must_fail grep -q '"error" : [1-9]' /tmp/fio.json
  test "$writes" -ge 200
  test $((reads * 100)) -ge $((writes * 125))
}
verified_load() {
  fio_verify "$@"
  fio_totals
}
check fio-verify-buffered verified_load 0 "$FIO_SECONDS" 64
check fio-verify-direct verified_load 1 "$FIO_SECONDS" 64

# A load that ends by size, so that fio reads everything back once more at its end, after another login.
whole() {
  lun=$1
  set -- --name=whole --direct=1 --ioengine=libaio --iodepth=32 --rw=randwrite --bsrange=4k-256k --blockalign=4k \
    --serialize_overlap=1 --offset=256M --size=64M --randseed=77 --verify=crc32c --verify_fatal=1
  fio "$@" --filename="$(disk "$TARGET" "$lun")" --do_verify=0
  logout "$TARGET"
  login "$TARGET"
  fio "$@" --filename="$(disk "$TARGET" "$lun")" --verify_only
}
check fio-verify-after-another-login whole 0

# The proof that this harness sees a wrong byte: the host changes one behind the target's back.
wrong_byte() {
  device=$(disk "$TARGET" 0)
  set -- --name=wrong --filename="$device" --direct=1 --ioengine=libaio --iodepth=8 --rw=write --bs=64k \
    --offset=384M --size=8M --randseed=78 --verify=crc32c --verify_fatal=1
  fio "$@" --do_verify=0
  fio "$@" --verify_only
  ask flip-byte buffered $((384 * 1048576 + 1234567))
  must_fail fio "$@" --verify_only
}
check fio-notices-a-wrong-byte wrong_byte

# The target is killed 5 s into the load and starts again 4 s later; the load goes on for at least 10 s.
killed() {
  fio_verify 0 30 64 &
  load=$!
  sleep 5
  session=$(session_of "$TARGET")
  test "$(cat "$session/state")" = LOGGED_IN
  ask kill-and-restart 4000
  wait $load
  fio_totals
  test "$(cat "$session/state")" = LOGGED_IN
  must_fail sh -c 'dmesg | grep -i "I/O error"'
}
check fio-survives-killed-target killed

# And what was written before, while and after it was away: all of it is read once more when the writing has ended.
killed_while_writing() {
  device=$(disk "$TARGET" 1)
  set -- --name=killed --filename="$device" --direct=1 --ioengine=libaio --iodepth=32 --rw=randwrite --bsrange=4k-256k \
    --blockalign=4k --serialize_overlap=1 --size=96M --randseed=79 --verify=crc32c --verify_fatal=1
  # The rate makes sure that the kill comes in the middle.
  fio "$@" --do_verify=0 --rate=,8m &
  load=$!
  sleep 4
  kill -0 $load
  ask kill-and-restart 1000
  kill -0 $load
  wait $load
  fio "$@" --verify_only
}
check all-written-around-the-kill-is-there killed_while_writing

logout_last() { logout "$TARGET"; }
check logout-after-fio logout_last
