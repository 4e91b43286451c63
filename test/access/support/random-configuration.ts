/**
 * Random configurations that validation accepts, from few names, so that two of them share much and differ in
 * some; and the same as TOML, to hold the generator to what the loader takes.
 */
import fc from "fast-check";
import { DEFAULT_LIMITS } from "../../../src/common/limits.ts";
import type {
  AccessConfig,
  AuthGroupConfig,
  Configuration,
  IgroupConfig,
  LunMapConfig,
  PortalAddress,
  PortalGroupConfig,
  RedirectConfig,
  TargetConfig,
  VolumeConfig,
} from "../../../src/config/model.ts";

export const INITIATORS = ["a", "b", "c", "d", "e"].map((letter) => `iqn.2026-11.com.example:${letter}`);
export const ADDRESSES = [
  "192.0.2.5",
  "192.0.2.77",
  "198.51.100.9",
  "203.0.113.1",
  "2001:db8::1",
  "2001:db8:0:1::9",
  "fe80::1%eth0",
  "::ffff:192.0.2.5",
  "no address",
];
const NETWORKS = ["192.0.2.0/24", "192.0.2.0/28", "198.51.100.0/24", "0.0.0.0/0", "2001:db8::/32", "2001:db8:0:1::/64", "::/0"];
const TAGS = [1, 2, 3];
const place = { file: "/etc/lunette/lunette.toml", line: 1, column: 1 };

const some = <T>(values: readonly T[], max = values.length): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...values], { maxLength: Math.min(max, values.length) });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 3 });

/** In service, but for a few. */
const mostly = fc.constantFrom(true, true, true, false);

const redirect: fc.Arbitrary<RedirectConfig | undefined> = fc.option(
  fc.record({ to: fc.constant({ host: "192.0.2.200", port: 3260 }), permanent: fc.boolean(), place: fc.constant(place) }),
  { nil: undefined, freq: 1 },
);

const authGroup = (name: string): fc.Arbitrary<AuthGroupConfig> =>
  fc.record({
    name: fc.constant(name),
    algorithms: fc.shuffledSubarray<"md5" | "sha1" | "sha256">(["md5", "sha1", "sha256"], { minLength: 1 }),
    chap: fc.record({ extra: fc.boolean(), first: fc.nat(2), mutual: fc.nat(1) }).map(({ extra, first, mutual }) =>
      ["u", ...(extra ? ["w"] : [])].map((user) => ({
        user,
        secret: `initiator-secret-${first}`,
        mutual: { user: "target", secret: `the-target's-secret-${mutual}` },
        place,
      })),
    ),
    place: fc.constant(place),
  });

/** Members or children, three levels at most: the level of an igroup is the first letter of its name. */
const igroup = (name: string, children: readonly string[]): fc.Arbitrary<IgroupConfig> =>
  fc
    .record({
      nested: fc.boolean(),
      osType: fc.constantFrom(undefined, "linux"),
      initiators: fc.shuffledSubarray(INITIATORS, { minLength: name === "x1" ? 0 : 1, maxLength: 3 }),
      networks: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some(NETWORKS, 3) }),
      igroups: some(children, 3),
    })
    .map(({ nested, osType, initiators, networks, igroups }) => ({
      name,
      osType,
      initiators: nested && igroups.length > 0 ? [] : initiators,
      networks,
      igroups: nested ? igroups : [],
      place,
    }));

const igroups: fc.Arbitrary<IgroupConfig[]> = fc
  .shuffledSubarray(["x1", "x2", "x3"], { minLength: 2 })
  .chain((low) =>
    fc
      .shuffledSubarray(["y1", "y2"], { minLength: 1 })
      .chain((middle) =>
        some(["z1", "z2"]).chain((high) =>
          fc.tuple(
            ...low.map((name) => igroup(name, [])),
            ...middle.map((name) => igroup(name, low)),
            ...high.map((name) => igroup(name, [...low, ...middle])),
          ),
        ),
      ),
  );

const PATHS = ["/p1", "/p2", "/p3", "/p4", "/p5"];
const volumes: fc.Arbitrary<VolumeConfig[]> = fc
  .tuple(fc.shuffledSubarray(["v1", "v2", "v3", "v4"], { minLength: 1 }), fc.shuffledSubarray(PATHS, { minLength: 5 }))
  .chain(([names, paths]) =>
    fc.tuple(
      ...names.map((name, index) =>
        fc.record({
          name: fc.constant(name),
          // Mostly its own, so that not every volume of two configurations has changed places.
          path: fc.constant(`${paths[0] === "/p1" ? paths[index]! : `/own-${name}`}`),
          sizeBytes: fc.constantFrom(undefined, 1 << 20, 2 << 20),
          create: fc.constant(undefined),
          blockSize: fc.constantFrom<(512 | 4096)[]>(512, 512, 4096),
          physicalBlockSize: fc.constant(4096),
          io: fc.constantFrom<("buffered" | "direct")[]>("buffered", "direct"),
          writeCache: fc.boolean(),
          readOnly: fc.boolean(),
          removable: fc.constant(false),
          spaceWarningPercent: fc.constant(5),
          online: mostly,
          serial: fc.constant(undefined),
          product: fc.constant("VIRTUAL-DISK"),
          place: fc.constant(place),
        }),
      ),
    ),
  );

const portalGroups: fc.Arbitrary<PortalGroupConfig[]> = fc
  .tuple(
    // Which group each portal belongs to; 0: there is no such portal.
    fc.tuple(...[1, 2, 3, 4].map(() => fc.constantFrom(0, ...TAGS))),
    fc.tuple(...TAGS.map(() => redirect)),
    fc.tuple(...TAGS.map(() => fc.constantFrom("active/optimized" as const, "standby" as const))),
  )
  .map(([owners, redirects, states]) => {
    const owned = owners.every((tag) => tag === 0) ? [1, ...owners.slice(1)] : owners;
    return TAGS.flatMap((tag, index) => {
      const portals = owned.flatMap((owner, port) => (owner === tag ? [{ host: "127.0.0.1", port: 3260 + port }] : []));
      if (portals.length === 0) return [];
      const group: PortalGroupConfig = {
        tag,
        name: `group-${tag}`,
        portals,
        advertise: [],
        discovery: "group",
        discoveryAuthGroup: undefined,
        redirect: redirects[index],
        accessState: states[index]!,
        preferred: false,
        place,
      };
      return [group];
    });
  });

/** Names that an igroup lists, whatever their address; undefined: everybody. */
function listed(name: string, all: readonly IgroupConfig[]): Set<string> | undefined {
  if (name === "any") return undefined;
  const found = all.find((one) => one.name === name);
  if (found === undefined) return new Set();
  return new Set([...found.initiators, ...found.igroups.flatMap((child) => [...(listed(child, all) ?? [])])]);
}

function audience(igroupNames: readonly string[], all: readonly IgroupConfig[]): Set<string> | undefined {
  const sets = igroupNames.map((name) => listed(name, all));
  return sets.includes(undefined) ? undefined : new Set(sets.flatMap((set) => [...(set ?? [])]));
}

function meet(a: Set<string> | undefined, b: Set<string> | undefined): boolean {
  if (a === undefined) return b === undefined || b.size > 0;
  return b === undefined ? a.size > 0 : [...a].some((name) => b.has(name));
}

/** Leaves out maps that would give an initiator two meanings of a number, or two numbers of a volume. */
function agreeing(
  maps: readonly LunMapConfig[],
  access: readonly AccessConfig[],
  all: readonly IgroupConfig[],
): LunMapConfig[] {
  const whom = (map: LunMapConfig): Set<string> | undefined =>
    audience(map.igroups.length > 0 ? map.igroups : access.map((entry) => entry.igroup), all);
  const kept: LunMapConfig[] = [];
  for (const map of maps) {
    const clash = kept.some(
      (other) =>
        meet(whom(map), whom(other)) &&
        (other.lun === map.lun ? other.volume !== map.volume || other.readOnly !== map.readOnly : other.volume === map.volume),
    );
    if (!clash) kept.push(map);
  }
  return kept;
}

interface Parts {
  readonly igroups: readonly IgroupConfig[];
  readonly volumes: readonly VolumeConfig[];
  readonly portalGroups: readonly PortalGroupConfig[];
  readonly authGroups: readonly AuthGroupConfig[];
}

function target(name: string, parts: Parts): fc.Arbitrary<TargetConfig> {
  const names = parts.igroups.map((one) => one.name);
  const proof = fc
    .tuple(
      fc.constantFrom("none" as const, "chap" as const, "mutual" as const),
      fc.constantFrom(undefined, ...parts.authGroups),
    )
    .map(([auth, group]) =>
      group === undefined || auth === "none"
        ? { auth: "none" as const, authGroup: undefined }
        : { auth, authGroup: group.name },
    );
  const entries = some([...names, "any"], 4).chain((chosen) =>
    fc.tuple(...chosen.map((one) => proof.map((how): AccessConfig => ({ igroup: one, ...how, place })))),
  );
  const map: fc.Arbitrary<LunMapConfig> = fc.record({
    lun: fc.nat(3),
    volume: fc.constantFrom(...parts.volumes.map((volume) => volume.name)),
    igroups: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: some([...names, "any"], 2) }),
    readOnly: fc.boolean(),
    place: fc.constant(place),
  });
  return fc
    .record({
      portalGroups: fc.shuffledSubarray(
        parts.portalGroups.map((group) => group.tag),
        { minLength: 1 },
      ),
      alias: fc.constantFrom(undefined, "disk"),
      access: entries,
      luns: fc.array(map, { maxLength: 6 }),
      redirect,
      online: mostly,
    })
    .map((drawn) => ({
      name,
      iqn: `iqn.2026-11.com.example.san1:${name}`,
      ...drawn,
      luns: agreeing(drawn.luns, drawn.access, parts.igroups),
      place,
    }));
}

export const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    igroups,
    volumes,
    portalGroups,
    authGroups: some(["auth1", "auth2"]).chain((names) => fc.tuple(...names.map(authGroup))),
    names: fc.shuffledSubarray(["t1", "t2", "t3", "t4"], { minLength: 1 }),
    logLevel: fc.constantFrom("info" as const, "debug" as const),
    reactors: fc.constantFrom(1, 1, 2),
    connections: fc.constantFrom(1024, 2048),
    bufferBytes: fc.constantFrom(64 << 20, 128 << 20),
    metrics: maybe(fc.constantFrom(9860, 9861)),
  })
  .chain(({ names, logLevel, reactors, connections, bufferBytes, metrics, ...parts }) =>
    fc.tuple(...names.map((name) => target(name, parts))).map(
      (targets): Configuration => ({
        node: {
          name: "san1",
          baseIqn: "iqn.2026-11.com.example.san1",
          uuid: undefined,
          stateDir: "/var/lib/lunette",
          controlSocket: "/run/lunette/control.sock",
          reactors,
          logLevel,
        },
        metricsListen: metrics === undefined ? undefined : { host: "127.0.0.1", port: metrics },
        api: {
          listen: { host: "127.0.0.1", port: 9870 },
          plainHttp: false,
          tlsCert: undefined,
          tlsKey: undefined,
          clientCa: undefined,
          volumeFolders: [],
          requestsPerSecond: 50,
        },
        limits: { ...DEFAULT_LIMITS, connections, buffer_bytes: bufferBytes },
        ...parts,
        targets,
      }),
    ),
  );

/** The same configuration with a change or two such as people make; what refers to others still finds them. */
export function touchedUp(configuration: Configuration): fc.Arbitrary<Configuration> {
  const { igroups: all, volumes: disks, targets, portalGroups: groups } = configuration;
  const edit = fc.record({
    which: fc.constantFrom(
      "nothing",
      "initiators",
      "volume",
      "access state",
      "map",
      "access",
      "portal groups",
      "target",
      "disk",
    ),
    index: fc.nat(7),
    initiators: some(INITIATORS, 3),
    sizeBytes: fc.constantFrom(undefined, 1 << 20, 4 << 20),
  });
  const at = <T>(list: readonly T[], index: number, change: (item: T) => T): T[] =>
    list.map((item, position) => (position === index % list.length ? change(item) : item));
  return edit.map(({ which, index, initiators, sizeBytes }): Configuration => {
    if (which === "initiators")
      return { ...configuration, igroups: at(all, index, (one) => (one.igroups.length > 0 ? one : { ...one, initiators })) };
    if (which === "volume")
      return { ...configuration, volumes: at(disks, index, (one) => ({ ...one, sizeBytes, writeCache: !one.writeCache })) };
    if (which === "access state")
      return { ...configuration, portalGroups: at(groups, index, (one) => ({ ...one, accessState: "unavailable" })) };
    if (which === "map")
      return { ...configuration, targets: at(targets, index, (one) => ({ ...one, luns: one.luns.slice(1) })) };
    if (which === "access")
      return { ...configuration, targets: at(targets, index, (one) => ({ ...one, access: one.access.slice(1) })) };
    if (which === "target")
      return { ...configuration, targets: at(targets, index, (one) => ({ ...one, online: !one.online })) };
    if (which === "disk") return { ...configuration, volumes: at(disks, index, (one) => ({ ...one, online: !one.online })) };
    if (which === "portal groups")
      return {
        ...configuration,
        targets: at(targets, index, (one) => ({ ...one, portalGroups: one.portalGroups.slice(0, 1) })),
      };
    return configuration;
  });
}

/** One table of a file. */
export interface Table {
  readonly header: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const address = ({ host, port }: PortalAddress): string => `${host}:${port}`;

/** The configuration as tables of a file, in the order in which a person would write them. */
export function toTables(configuration: Configuration): Table[] {
  const tables: Table[] = [];
  const put = (header: string, values: Readonly<Record<string, unknown>>): void => {
    tables.push({ header, values });
  };
  const { node, metricsListen, limits } = configuration;
  put("node", { name: node.name, base_iqn: node.baseIqn, reactors: node.reactors, log_level: node.logLevel });
  put("metrics", { listen: metricsListen === undefined ? "off" : address(metricsListen) });
  put("limits", { connections: limits.connections, buffer_bytes: limits.buffer_bytes });
  for (const group of configuration.portalGroups) {
    const { tag, name, accessState, redirect: sent } = group;
    put("portal_group", { tag, name, portals: group.portals.map(address), access_state: accessState });
    if (sent !== undefined) put("portal_group.redirect", { to: address(sent.to), permanent: sent.permanent });
  }
  for (const { name, algorithms, chap } of configuration.authGroups) {
    put("auth_group", { name, algorithms });
    for (const { user, secret, mutual } of chap)
      put("auth_group.chap", { user, secret, mutual_user: mutual?.user, mutual_secret: mutual?.secret });
  }
  for (const { name, osType, initiators, networks, igroups: children } of configuration.igroups)
    put("igroup", { name, os_type: osType, initiators, networks, igroups: children });
  for (const volume of configuration.volumes) {
    put("volume", {
      name: volume.name,
      path: volume.path,
      size: volume.sizeBytes,
      block_size: volume.blockSize,
      io: volume.io,
      write_cache: volume.writeCache,
      read_only: volume.readOnly,
      online: volume.online,
    });
  }
  for (const { name, alias, online, portalGroups: tags, redirect: sent, access, luns } of configuration.targets) {
    put("target", { name, alias, online, portal_groups: tags });
    if (sent !== undefined) put("target.redirect", { to: address(sent.to), permanent: sent.permanent });
    for (const { igroup: who, auth, authGroup: group } of access)
      put("target.access", { igroup: who, auth, auth_group: group });
    for (const { lun, volume, igroups: whom, readOnly } of luns)
      put("target.lun", { lun, volume, igroups: whom, read_only: readOnly });
  }
  return tables;
}

const SINGLE = ["node", "metrics", "limits", "portal_group.redirect", "target.redirect"];

export function toToml(configuration: Configuration): string {
  const lines: string[] = [];
  for (const { header, values } of toTables(configuration)) {
    lines.push(SINGLE.includes(header) ? `[${header}]` : `[[${header}]]`);
    for (const [key, value] of Object.entries(values)) if (value !== undefined) lines.push(`${key} = ${JSON.stringify(value)}`);
  }
  return `${lines.join("\n")}\n`;
}
