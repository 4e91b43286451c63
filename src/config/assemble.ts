/** From a draft that has no error to the configuration that the rest of Lunette reads: names in camelCase, paths absolute. */
import path from "node:path";
import { DEFAULT_LIMITS, type Limits } from "../common/limits.ts";
import { parseAddress } from "./address.ts";
import type { ChapEntry, Draft, RedirectEntry, TargetEntry } from "./draft.ts";
import { normaliseIscsiName } from "./iscsi-name.ts";
import type { ChapCredential, Configuration, PortalAddress, RedirectConfig, TargetConfig } from "./model.ts";
import { targetIqn } from "./rules/targets.ts";
import { volumePath } from "./rules/volumes.ts";
import type { ChapSecrets } from "./secrets.ts";

function address(written: string): PortalAddress {
  const parsed = parseAddress(written);
  if (!parsed.ok) throw new Error(`validation let the address ${JSON.stringify(written)} pass`);
  return parsed.address;
}

export function assemble(draft: Draft, secrets: ReadonlyMap<ChapEntry, ChapSecrets>, hostName: string): Configuration {
  const { node, metrics, api } = draft;
  const besideFile = (written: string): string => path.resolve(path.dirname(node.file), written);
  const fileOf = (written: string | undefined): string | undefined => (written === undefined ? undefined : besideFile(written));
  return {
    node: {
      name: node.values.name ?? hostName,
      baseIqn: normaliseIscsiName(node.values.base_iqn),
      uuid: node.values.uuid?.toLowerCase(),
      stateDir: besideFile(node.values.state_dir),
      controlSocket: besideFile(node.values.control_socket),
      reactors: node.values.reactors,
      logLevel: node.values.log_level,
    },
    metricsListen: metrics.values.listen === "off" ? undefined : address(metrics.values.listen),
    api: {
      listen: api.values.listen === "off" ? undefined : address(api.values.listen),
      plainHttp: api.values.plain_http,
      tlsCert: fileOf(api.values.tls_cert),
      tlsKey: fileOf(api.values.tls_key),
      clientCa: fileOf(api.values.client_ca),
      volumeFolders: api.values.volume_folders.map(besideFile),
      requestsPerSecond: api.values.requests_per_second,
    },
    limits: { ...DEFAULT_LIMITS, ...draft.limits.values } as Limits,
    portalGroups: draft.portalGroups.map(({ values, redirect, place }) => ({
      tag: values.tag,
      name: values.name ?? `group-${values.tag}`,
      portals: values.portals.map(address),
      advertise: values.advertise.map(address),
      discovery: values.discovery,
      discoveryAuthGroup: values.discovery_auth_group,
      redirect: assembleRedirect(redirect),
      accessState: values.access_state,
      preferred: values.preferred,
      place,
    })),
    authGroups: draft.authGroups.map(({ values, chap, place }) => ({
      name: values.name,
      algorithms: values.algorithms,
      chap: chap.map((entry) => credential(entry, secrets.get(entry))),
      place,
    })),
    igroups: draft.igroups.map(({ values, place }) => ({
      name: values.name,
      osType: values.os_type,
      initiators: values.initiators.map(normaliseIscsiName),
      networks: values.networks,
      igroups: values.igroups,
      place,
    })),
    volumes: draft.volumes.map((volume) => ({
      name: volume.values.name,
      path: volumePath(volume),
      sizeBytes: volume.values.size,
      create: volume.values.create,
      blockSize: volume.values.block_size,
      physicalBlockSize: volume.values.physical_block_size,
      io: volume.values.io,
      writeCache: volume.values.write_cache,
      readOnly: volume.values.read_only,
      removable: volume.values.removable,
      spaceWarningPercent: volume.values.space_warning_percent,
      online: volume.values.online,
      serial: volume.values.serial,
      product: volume.values.product,
      place: volume.place,
    })),
    targets: draft.targets.map((target) => assembleTarget(target, draft)),
  };
}

function credential(entry: ChapEntry, found: ChapSecrets | undefined): ChapCredential {
  const { user, mutual_user: mutualUser } = entry.values;
  if (found?.secret === undefined) throw new Error("validation let a CHAP user without a secret pass");
  const mutual =
    mutualUser === undefined || found.mutualSecret === undefined ? undefined : { user: mutualUser, secret: found.mutualSecret };
  return { user, secret: found.secret, mutual, place: entry.place };
}

function assembleRedirect(redirect: RedirectEntry | undefined): RedirectConfig | undefined {
  if (redirect === undefined) return undefined;
  const { to, permanent } = redirect.values;
  return { to: address(to), permanent, place: redirect.place };
}

function assembleTarget(target: TargetEntry, draft: Draft): TargetConfig {
  const iqn = targetIqn(target, draft);
  if (iqn === undefined) throw new Error("validation let a target without a name pass");
  return {
    name: target.values.name ?? target.values.iqn ?? iqn,
    iqn,
    alias: target.values.alias,
    online: target.values.online,
    redirect: assembleRedirect(target.redirect),
    portalGroups: target.values.portal_groups ?? draft.portalGroups.map((group) => group.values.tag),
    access: target.access.map(({ values, place }) => ({
      igroup: values.igroup,
      auth: values.auth,
      authGroup: values.auth_group,
      place,
    })),
    luns: target.luns.map(({ values, place }) => ({
      lun: values.lun,
      volume: values.volume,
      igroups: values.igroups,
      readOnly: values.read_only,
      place,
    })),
    place: target.place,
  };
}
