#!/bin/sh
# Makes the datastore of lunette.toml through the REST API. Every request is a PUT or PATCH that can be repeated: what is there already stays.
#
#   LUNETTE_KEY=lnt_…                        an API key with the role admin: lunette api-key create setup --role admin
#   LUNETTE_API=http://127.0.0.1:9870        where `lunette api` listens
#   LUNS=/srv/luns SECRETS=/etc/lunette/secrets PORT=3260 METRICS=127.0.0.1:9860
set -eu
: "${LUNETTE_KEY:?an API key with the role admin}" "${LUNETTE_API:=http://127.0.0.1:9870}"
: "${LUNS:=/srv/luns}" "${SECRETS:=/etc/lunette/secrets}" "${PORT:=3260}" "${METRICS:=127.0.0.1:9860}"

# The key stands in a file: the arguments of a command are there for everybody on this machine to read.
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
printf 'Authorization: Bearer %s\nContent-Type: application/json\n' "$LUNETTE_KEY" > "$headers"

ask() { # METHOD PATH BODY
  printf '%s %s\n' "$1" "$2"
  answer=$(curl --silent --show-error --fail-with-body --max-time 30 --request "$1" --header "@$headers" --data "$3" \
    "$LUNETTE_API/v1/$2") || {
    printf '%s\n' "$answer" >&2
    exit 1
  }
}

ask PATCH limits '{"connections": 512, "sessions_per_target": 64}'
ask PATCH metrics "{\"listen\": \"$METRICS\"}"

ask PUT auth-groups/discovery "{\"name\": \"discovery\",
  \"chap\": [{\"user\": \"esx\", \"secret_file\": \"$SECRETS/discovery\"}]}"
ask PUT auth-groups/esx "{\"name\": \"esx\", \"algorithms\": [\"sha3-256\", \"sha256\", \"sha1\", \"md5\"],
  \"chap\": [{\"user\": \"esx-a\", \"secret_file\": \"$SECRETS/esx-a\",
    \"mutual_user\": \"san1\", \"mutual_secret_file\": \"$SECRETS/san1\"}]}"

ask PUT portal-groups/1 "{\"tag\": 1, \"name\": \"front\", \"portals\": [\"0.0.0.0:$PORT\", \"[::]:$PORT\"],
  \"advertise\": [\"192.0.2.10:3260\"], \"discovery_auth_group\": \"discovery\"}"

ask PUT igroups/esx-a '{"name": "esx-a", "os_type": "vmware", "initiators": ["iqn.1998-01.com.vmware:esx-a"],
  "networks": ["192.0.2.0/24"]}'
ask PUT igroups/esx-b '{"name": "esx-b", "os_type": "vmware", "initiators": ["iqn.1998-01.com.vmware:esx-b"]}'
ask PUT igroups/esx-cluster '{"name": "esx-cluster", "igroups": ["esx-a", "esx-b"]}'

ask PUT volumes/vm01 "{\"name\": \"vm01\", \"path\": \"$LUNS/vm01.img\", \"size\": \"10 GiB\", \"create\": \"thin\",
  \"block_size\": 512, \"physical_block_size\": 4096, \"io\": \"buffered\", \"write_cache\": true, \"product\": \"VIRTUAL-DISK\"}"

ask PUT targets/vm01 '{"name": "vm01", "alias": "vm store", "portal_groups": [1],
  "access": [{"igroup": "esx-cluster", "auth": "mutual", "auth_group": "esx"}],
  "lun": [{"lun": 0, "volume": "vm01", "igroups": ["esx-cluster"]}]}'
