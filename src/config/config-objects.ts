/**
 * A configuration as a flat list of objects with an identity each, and fields named as in the file: what two
 * configurations are compared by. Fields whose order means nothing are sorted, so that two spellings of one
 * thing are equal.
 */
import { LIMITS, type LimitName, type LimitRow } from "../common/limits.ts";
import { canonicalHost, formatAddress } from "./address.ts";
import type { ChangeKey } from "./change-rules.ts";
import type { Configuration, Place, PortalAddress, RedirectConfig, TargetConfig } from "./model.ts";

export const OBJECT_KINDS = [
  "node",
  "metrics",
  "api",
  "limits",
  "portal_group",
  "portal_group.redirect",
  "portal",
  "auth_group",
  "auth_group.chap",
  "igroup",
  "volume",
  "target",
  "target.redirect",
  "target.access",
  "target.lun",
] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** null: not set. */
export type FieldValue = string | number | boolean | null | readonly string[] | readonly number[];

export interface ConfigObject {
  readonly kind: ObjectKind;
  /** Unique within the kind. */
  readonly id: string;
  /** The identity for people. */
  readonly name: string;
  /** By the key of the schema. Keys that are the identity are left out, unless the name does not say them. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** The name of the object that it is a part of: a target, an auth group or a portal group. */
  readonly of?: string;
  /** LUN maps. */
  readonly lun?: number;
  /** Access entries: their place among those of the target, from 1, because the first that fits decides. */
  readonly position?: number;
  /** undefined for [node], [metrics], [api] and [limits], which may be written nowhere. */
  readonly place: Place | undefined;
}

/** Never shown: a change of them is told without their values. */
export const SENSITIVE_FIELDS: ReadonlySet<string> = new Set(["secret", "mutual_secret"]);

/** The row of CHANGE_RULES that a field of an object falls under. */
export function changeKeyOf(kind: ObjectKind, field: string): ChangeKey {
  // A portal is an element of its group's list, and has no table of its own.
  return kind === "portal" ? "portal_group.portals" : (`${kind}.${field}` as ChangeKey);
}

const idOf = (...parts: (string | number)[]): string => (parts.length === 1 ? String(parts[0]) : JSON.stringify(parts));
const asSet = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

const listed = new WeakMap<Configuration, readonly ConfigObject[]>();

/** Every object of the configuration, in the order of the configuration within each kind. Configurations are immutable: listed once for each. */
export function objectsOf(configuration: Configuration): readonly ConfigObject[] {
  let objects = listed.get(configuration);
  if (objects === undefined) {
    objects = listObjects(configuration);
    listed.set(configuration, objects);
  }
  return objects;
}

function listObjects(configuration: Configuration): ConfigObject[] {
  const { node, metricsListen, api, limits, portalGroups, authGroups, igroups, volumes, targets } = configuration;
  const objects: ConfigObject[] = [
    {
      kind: "node",
      id: "node",
      name: "node",
      fields: {
        name: node.name,
        base_iqn: node.baseIqn,
        uuid: node.uuid ?? null,
        state_dir: node.stateDir,
        control_socket: node.controlSocket,
        reactors: node.reactors,
        log_level: node.logLevel,
      },
      place: undefined,
    },
    {
      kind: "metrics",
      id: "metrics",
      name: "metrics",
      fields: { listen: metricsListen === undefined ? "off" : formatAddress(metricsListen) },
      place: undefined,
    },
    {
      kind: "api",
      id: "api",
      name: "api",
      fields: {
        listen: api.listen === undefined ? "off" : formatAddress(api.listen),
        plain_http: api.plainHttp,
        tls_cert: api.tlsCert ?? null,
        tls_key: api.tlsKey ?? null,
        client_ca: api.clientCa ?? null,
        volume_folders: api.volumeFolders,
        requests_per_second: api.requestsPerSecond,
      },
      place: undefined,
    },
  ];
  for (const [name, row] of Object.entries<LimitRow>(LIMITS)) {
    if (row.fixed !== true)
      objects.push({ kind: "limits", id: name, name, fields: { [name]: limits[name as LimitName] }, place: undefined });
  }
  for (const group of portalGroups) {
    const { tag, place } = group;
    objects.push({
      kind: "portal_group",
      id: idOf(tag),
      name: String(tag),
      fields: {
        name: group.name,
        advertise: group.advertise.map(formatAddress),
        access_state: group.accessState,
        preferred: group.preferred,
        discovery: group.discovery,
        discovery_auth_group: group.discoveryAuthGroup ?? null,
      },
      place,
    });
    if (group.redirect !== undefined) objects.push(redirectObject("portal_group.redirect", String(tag), group.redirect));
    for (const portal of group.portals)
      objects.push({
        kind: "portal",
        id: portalId(portal),
        name: formatAddress(portal),
        of: String(tag),
        fields: { portal_group: tag },
        place,
      });
  }
  for (const { name, algorithms, chap, place } of authGroups) {
    objects.push({ kind: "auth_group", id: name, name, fields: { algorithms }, place });
    for (const { user, secret, mutual, place: chapPlace } of chap)
      objects.push({
        kind: "auth_group.chap",
        id: idOf(name, user),
        name: `${name}/${user}`,
        of: name,
        fields: { secret, mutual_user: mutual?.user ?? null, mutual_secret: mutual?.secret ?? null },
        place: chapPlace,
      });
  }
  for (const { name, osType, initiators, networks, igroups: children, place } of igroups)
    objects.push({
      kind: "igroup",
      id: name,
      name,
      fields: {
        os_type: osType ?? null,
        initiators: asSet(initiators),
        networks: asSet(networks),
        igroups: asSet(children),
      },
      place,
    });
  for (const volume of volumes)
    objects.push({
      kind: "volume",
      id: volume.name,
      name: volume.name,
      fields: {
        path: volume.path,
        size: volume.sizeBytes ?? null,
        create: volume.create ?? null,
        block_size: volume.blockSize,
        physical_block_size: volume.physicalBlockSize,
        io: volume.io,
        write_cache: volume.writeCache,
        read_only: volume.readOnly,
        removable: volume.removable,
        space_warning_percent: volume.spaceWarningPercent,
        online: volume.online,
        serial: volume.serial ?? null,
        product: volume.product,
      },
      place: volume.place,
    });
  for (const target of targets) objects.push(...targetObjects(target));
  return objects;
}

/** One spelling per address, so that "[::1]" and "[0:0:0:0:0:0:0:1]" are one portal. */
const portalId = ({ host, port }: PortalAddress): string => formatAddress({ host: canonicalHost(host), port });

function redirectObject(
  kind: "portal_group.redirect" | "target.redirect",
  owner: string,
  { to, permanent, place }: RedirectConfig,
): ConfigObject {
  return { kind, id: owner, name: owner, of: owner, fields: { to: formatAddress(to), permanent }, place };
}

function targetObjects(target: TargetConfig): ConfigObject[] {
  const { iqn } = target;
  const objects: ConfigObject[] = [
    {
      kind: "target",
      id: iqn,
      name: iqn,
      fields: {
        name: target.name,
        alias: target.alias ?? null,
        online: target.online,
        portal_groups: asSet(target.portalGroups),
        access_order: target.access.map(({ igroup }) => igroup),
      },
      place: target.place,
    },
  ];
  if (target.redirect !== undefined) objects.push(redirectObject("target.redirect", iqn, target.redirect));
  target.access.forEach(({ igroup, auth, authGroup, place }, index) => {
    objects.push({
      kind: "target.access",
      id: idOf(iqn, igroup),
      name: `${iqn}/${igroup}`,
      of: iqn,
      fields: { auth, auth_group: authGroup ?? null },
      position: index + 1,
      place,
    });
  });
  const seen = new Map<string, number>();
  for (const { lun, volume, igroups, readOnly, place } of target.luns) {
    const audience = asSet(igroups);
    // Validation lets a map stand twice where the two agree, or nobody sees them: the second is an object of its own.
    const twin = seen.get(idOf(lun, ...audience)) ?? 0;
    seen.set(idOf(lun, ...audience), twin + 1);
    const forWhom = audience.length === 0 ? "every igroup" : audience.join(", ");
    objects.push({
      kind: "target.lun",
      id: idOf(iqn, lun, twin, ...audience),
      name: `${iqn}/LUN ${lun} for ${forWhom}${twin === 0 ? "" : ` (${twin + 1})`}`,
      of: iqn,
      lun,
      fields: { lun, igroups: audience, volume, read_only: readOnly },
      place,
    });
  }
  return objects;
}
