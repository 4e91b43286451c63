# Discovery, every way to authenticate, and digests. The host gives: PORTAL, CHAP_PORTAL (its discovery wants CHAP), BASE (the
# prefix of the target names), the secrets, and ALGORITHMS (words as open-iscsi writes them).
start_iscsid

read_disk() {
  device=$(disk "$1" 0)
  dd if="$device" of=/dev/null bs=64k count=16 iflag=direct
}

lower() { echo "$1" | tr 'A-Z' 'a-z'; }

discovery_lists_allowed_targets() {
  iscsiadm -m discovery -t sendtargets -p "$PORTAL" >/tmp/found
  cat /tmp/found
  grep -q "^$PORTAL,1 $BASE:open\$" /tmp/found
  for algorithm in $ALGORITHMS; do
    grep -q "^$PORTAL,1 $BASE:chap-$(lower "$algorithm")\$" /tmp/found
    grep -q "^$PORTAL,1 $BASE:mutual-$(lower "$algorithm")\$" /tmp/found
  done
  must_fail grep -q "$BASE:foreign" /tmp/found
}
check discovery-lists-allowed-targets discovery_lists_allowed_targets

open_login() {
  node "$BASE:open"
  login "$BASE:open"
  read_disk "$BASE:open"
  logout "$BASE:open"
}
check login-without-chap open_login

foreign_target_refused() {
  node "$BASE:foreign"
  must_fail login "$BASE:foreign"
}
check login-to-foreign-target-refused foreign_target_refused

chap_login() {
  target=$BASE:chap-$(lower "$1")
  node "$target" \
    node.session.auth.authmethod CHAP node.session.auth.chap_algs "$1" \
    node.session.auth.username "$CHAP_USER" node.session.auth.password "$CHAP_SECRET"
  login "$target"
  read_disk "$target"
  logout "$target"
}
mutual_login() {
  target=$BASE:mutual-$(lower "$1")
  node "$target" \
    node.session.auth.authmethod CHAP node.session.auth.chap_algs "$1" \
    node.session.auth.username "$CHAP_USER" node.session.auth.password "$CHAP_SECRET" \
    node.session.auth.username_in "$MUTUAL_USER" node.session.auth.password_in "$MUTUAL_SECRET"
  login "$target"
  read_disk "$target"
  logout "$target"
}
for algorithm in $ALGORITHMS; do
  check "chap-one-way-$(lower "$algorithm")" chap_login "$algorithm"
  check "chap-mutual-$(lower "$algorithm")" mutual_login "$algorithm"
done

other_algorithm_refused() {
  target=$BASE:chap-sha3-256
  node "$target" \
    node.session.auth.authmethod CHAP node.session.auth.chap_algs MD5 \
    node.session.auth.username "$CHAP_USER" node.session.auth.password "$CHAP_SECRET"
  must_fail login "$target"
}
check chap-algorithm-not-allowed-refused other_algorithm_refused

wrong_secret_refused() {
  target=$BASE:chap-sha256
  node "$target" \
    node.session.auth.authmethod CHAP node.session.auth.chap_algs SHA256 \
    node.session.auth.username "$CHAP_USER" node.session.auth.password "$CHAP_SECRET-not"
  code=0
  login "$target" || code=$?
  # 24 is iscsiadm's code for "login failed due to authorization failure".
  test $code -eq 24
  must_fail session_of "$target"
}
check chap-wrong-secret-refused wrong_secret_refused

no_chap_refused() {
  node "$BASE:chap-sha256"
  must_fail login "$BASE:chap-sha256"
}
check chap-needed-but-none-offered-refused no_chap_refused

wrong_mutual_secret() {
  target=$BASE:mutual-sha256
  node "$target" \
    node.session.auth.authmethod CHAP node.session.auth.chap_algs SHA256 \
    node.session.auth.username "$CHAP_USER" node.session.auth.password "$CHAP_SECRET" \
    node.session.auth.username_in "$MUTUAL_USER" node.session.auth.password_in "$MUTUAL_SECRET-not"
  must_fail login "$target"
}
check initiator-refuses-target-with-other-mutual-secret wrong_mutual_secret

discovery_with_chap() {
  iscsiadm -m discoverydb -t sendtargets -p "$CHAP_PORTAL" -o new
  for pair in authmethod=CHAP "username=$CHAP_USER" "password=$1"; do
    iscsiadm -m discoverydb -t sendtargets -p "$CHAP_PORTAL" -o update -n "discovery.sendtargets.auth.${pair%%=*}" -v "${pair#*=}"
  done
  iscsiadm -m discoverydb -t sendtargets -p "$CHAP_PORTAL" --discover >/tmp/found
}
discovery_chap_accepted() {
  discovery_with_chap "$CHAP_SECRET"
  cat /tmp/found
  grep -q "^$CHAP_PORTAL,2 $BASE:open\$" /tmp/found
}
discovery_chap_wrong() {
  must_fail discovery_with_chap "$CHAP_SECRET-not"
  must_fail grep -q "$BASE" /tmp/found
}
discovery_without_chap() {
  rm -f /tmp/found
  code=0
  iscsiadm -m discovery -t sendtargets -p "$CHAP_PORTAL" >/tmp/found || code=$?
  test $code -ne 0
  must_fail grep -q "$BASE" /tmp/found
}
check discovery-without-chap-refused discovery_without_chap
check discovery-chap-wrong-secret-refused discovery_chap_wrong
check discovery-chap-accepted discovery_chap_accepted

digests() {
  node "$BASE:open" "node.conn[0].iscsi.HeaderDigest" CRC32C "node.conn[0].iscsi.DataDigest" CRC32C
  login "$BASE:open"
  session=$(session_of "$BASE:open")
  connection=$(echo "$session"/device/connection*/iscsi_connection/*)
  test "$(cat "$connection/header_digest")" = 1
  test "$(cat "$connection/data_digest")" = 1
  device=$(disk "$BASE:open" 0)
  # 3 MiB and 512 bytes: bursts, several PDUs, and an end that is not a multiple of a page.
  dd if=/dev/urandom of=/tmp/pattern bs=512 count=6145
  dd if=/tmp/pattern of="$device" bs=512 seek=7 oflag=direct conv=fsync
  echo 3 >/proc/sys/vm/drop_caches
  dd if="$device" of=/tmp/again bs=512 skip=7 count=6145 iflag=direct
  cmp /tmp/pattern /tmp/again
  logout "$BASE:open"
}
check digests-crc32c digests
