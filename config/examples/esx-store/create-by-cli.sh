#!/bin/sh
# Makes the datastore of lunette.toml with the command line, while Lunette runs.
#
#   SOCKET=/run/lunette/control.sock         where the daemon listens, if elsewhere
#   LUNS=/srv/luns SECRETS=/etc/lunette/secrets PORT=3260 METRICS=127.0.0.1:9860
set -eu
: "${LUNS:=/srv/luns}" "${SECRETS:=/etc/lunette/secrets}" "${PORT:=3260}" "${METRICS:=127.0.0.1:9860}"

run() {
  lunette "$@" ${SOCKET:+--socket "$SOCKET"}
}

run settings set limits --connections 512 --sessions-per-target 64
run settings set metrics --listen "$METRICS"

run auth create discovery
run auth user add discovery esx --secret-file "$SECRETS/discovery"
run auth create esx --algorithms sha3-256,sha256,sha1,md5
run auth user add esx esx-a --secret-file "$SECRETS/esx-a" --mutual-user san1 --mutual-secret-file "$SECRETS/san1"

run portal group create 1 --name front --portals "0.0.0.0:$PORT,[::]:$PORT" --advertise 192.0.2.10:3260 \
  --discovery-auth-group discovery

run igroup create esx-a --os-type vmware --initiators iqn.1998-01.com.vmware:esx-a --networks 192.0.2.0/24
run igroup create esx-b --os-type vmware --initiators iqn.1998-01.com.vmware:esx-b
run igroup create esx-cluster --igroups esx-a,esx-b

run volume create vm01 --path "$LUNS/vm01.img" --size "10 GiB" --create thin --block-size 512 --physical-block-size 4096 \
  --io buffered --write-cache --product VIRTUAL-DISK

run target create vm01 --alias "vm store" --portal-groups 1
run target allow vm01 esx-cluster --auth mutual --auth-group esx
run map vm01 vm01 --lun 0 --igroups esx-cluster
