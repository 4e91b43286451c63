/**
 * Configurations that change all the time, from a seed: each differs from the one before in a few of its portals, portal groups, auth
 * groups, credentials, igroups, volumes, targets, access entries, LUN maps, redirects and bounds. All of them are valid. What must
 * not be disturbed is written beside them, and shares nothing with them but the portal group with tag 1.
 */

/** mulberry32: 32 bits of state are enough to choose among a few names, and a seed gives the same run again. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Group {
  portals: number[];
  accessState: string;
  preferred: boolean;
  advertised: number;
  discovery: string;
  discoveryAuthGroup: string | undefined;
  redirect: number | undefined;
}
interface AuthGroup {
  algorithms: string[];
  /** Number of the secret by user. */
  users: Map<string, number>;
}
interface Igroup {
  osType: string | undefined;
  initiators: string[];
  networks: string[];
  children: string[];
}
interface Volume {
  /** Files are not removed with their volume, and none is ever smaller than it was: each life of a volume has one of its own. */
  life: number;
  mebibytes: number;
  serial: number | undefined;
  product: string;
  writeCache: boolean;
  readOnly: boolean;
  blockSize: number;
  spaceWarning: number;
}
interface Target {
  alias: number | undefined;
  tags: number[];
  redirect: number | undefined;
  access: { igroup: string; auth: string; authGroup: string | undefined }[];
  /** By volume, whose number is the LUN, so that no two maps are in each other's way. */
  luns: Map<string, { readOnly: boolean; igroups: string[] }>;
}

export const VARIED_INITIATORS = ["a", "b", "c", "d"].map((letter) => `iqn.2026-11.com.example.varied:${letter}`);
const NETWORKS = ["127.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"];
const ACCESS_STATES = ["active/optimized", "active/non-optimized", "standby"];
const OS_TYPES = [undefined, "linux", "windows", "vmware"];
const ALGORITHMS = ["sha3-256", "sha256", "sha1", "md5"];
const LIMITS = { login_time_ms: 15_000, sessions_per_target: 128, login_pdus: 64, events_kept: 10_000, shutdown_ms: 5_000 };

export interface VariedPlace {
  readonly folder: string;
  /** Free ports for the portals that come and go. */
  readonly ports: readonly number[];
}

export class VariedConfigurations {
  readonly #random: () => number;
  readonly #groups = new Map<number, Group>();
  readonly #authGroups = new Map<string, AuthGroup>();
  readonly #igroups = new Map<string, Igroup>();
  readonly #volumes = new Map<string, Volume>();
  readonly #targets = new Map<string, Target>();
  readonly #limits = new Map<string, number>();
  /** What this round has taken away is not made anew in it: a plan would see the change of one thing. */
  readonly #taken = new Set<string>();
  #lives = 0;
  #last = "";

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  /** The next configuration, which is another than the last. */
  next(place: VariedPlace): string {
    let text = this.#last;
    while (text === this.#last) {
      this.#taken.clear();
      for (let changes = 1 + this.#below(5); changes > 0; changes--) this.#change(place);
      text = this.#text(place);
    }
    this.#last = text;
    return text;
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
  #one<T>(values: readonly T[]): T {
    return values[this.#below(values.length)] as T;
  }
  #some<T>(values: readonly T[], least = 0): T[] {
    const shuffled = values.map((value) => ({ value, key: this.#random() })).sort((a, b) => a.key - b.key);
    return shuffled.slice(0, least + this.#below(values.length - least + 1)).map(({ value }) => value);
  }

  #change(place: VariedPlace): void {
    this.#one([
      () => this.#vary(this.#groups, [2, 3, 4], () => this.#group(place)),
      () => this.#vary(this.#authGroups, ["auth1", "auth2", "auth3"], () => this.#authGroup()),
      () => this.#vary(this.#igroups, ["hosts1", "hosts2", "hosts3", "nest4", "nest5"], (name) => this.#igroup(name)),
      () => this.#vary(this.#volumes, ["1", "2", "3", "4", "5", "6"], (_, old) => this.#volume(old)),
      () => this.#vary(this.#targets, ["one", "two", "three", "four", "five"], (_, old) => this.#target(old)),
      () => this.#vary(this.#targets, ["one", "two", "three", "four", "five"], (_, old) => this.#target(old)),
      () => this.#vary(this.#limits, Object.keys(LIMITS), (name) => LIMITS[name as keyof typeof LIMITS] + this.#below(50)),
    ])();
  }

  /** One of these is made, changed or, less often, taken away. */
  #vary<K extends string | number, V>(known: Map<K, V>, names: readonly K[], make: (name: K, old: V | undefined) => V): void {
    const name = this.#one(names);
    const id = `${names[0]} ${name}`;
    if (this.#taken.has(id)) return;
    if (known.has(name) && this.#random() < 0.3) {
      known.delete(name);
      this.#taken.add(id);
    } else known.set(name, make(name, known.get(name)));
  }

  #group({ ports }: VariedPlace): Group {
    return {
      // Ports are taken at most once when the text is made.
      portals: this.#some(ports, 1).slice(0, 3),
      accessState: this.#one(ACCESS_STATES),
      preferred: this.#random() < 0.3,
      advertised: this.#below(3),
      discovery: this.#one(["group", "all"]),
      discoveryAuthGroup: this.#one([undefined, "auth1", "auth2"]),
      redirect: this.#random() < 0.3 ? this.#below(9) : undefined,
    };
  }

  #authGroup(): AuthGroup {
    const users = this.#some(["anna", "bert", "carl"], 1);
    return { algorithms: this.#some(ALGORITHMS, 1), users: new Map(users.map((user) => [user, this.#below(5)])) };
  }

  #igroup(name: string): Igroup {
    const nest = name.startsWith("nest");
    return {
      osType: nest ? undefined : this.#one(OS_TYPES),
      initiators: nest ? [] : this.#some(VARIED_INITIATORS, 1),
      networks: this.#random() < 0.5 ? [] : this.#some(NETWORKS, 1),
      children: nest ? this.#some(["hosts1", "hosts2", "hosts3", ...(name === "nest5" ? ["nest4"] : [])]) : [],
    };
  }

  #volume(old: Volume | undefined): Volume {
    if (old === undefined) this.#lives++;
    // Through a file that is open for reading nothing grows, so such a volume stays what it is.
    const readOnly = old?.readOnly ?? this.#random() < 0.2;
    return {
      life: old?.life ?? this.#lives,
      mebibytes: (old?.mebibytes ?? 0) + (old === undefined || (!readOnly && this.#random() < 0.5) ? 1 + this.#below(3) : 0),
      serial: this.#random() < 0.5 ? undefined : this.#below(1_000_000),
      product: this.#one(["VIRTUAL-DISK", "SCRATCH", "ARCHIVE"]),
      writeCache: this.#random() < 0.5,
      readOnly,
      blockSize: this.#one([512, 4096]),
      spaceWarning: this.#below(20),
    };
  }

  #target(old: Target | undefined): Target {
    const { access, luns } = old ?? { access: [], luns: new Map() };
    // As administrators do it, mostly one thing at a time.
    const keep = old !== undefined;
    return {
      alias: keep && this.#random() < 0.7 ? old.alias : this.#below(100),
      tags: keep && this.#random() < 0.7 ? old.tags : this.#some([1, 2, 3, 4], 1),
      redirect: this.#random() < 0.2 ? this.#below(9) : undefined,
      access: keep && this.#random() < 0.4 ? access : this.#access(),
      luns:
        keep && this.#random() < 0.4
          ? luns
          : new Map(
              this.#some(["1", "2", "3", "4", "5", "6"]).map((volume) => [
                volume,
                {
                  readOnly: this.#random() < 0.3,
                  igroups: this.#random() < 0.3 ? this.#some(["hosts1", "hosts2", "nest4"]) : [],
                },
              ]),
            ),
    };
  }

  #access(): Target["access"] {
    return this.#some(["hosts1", "hosts2", "hosts3", "nest4", "nest5", "any"]).map((igroup) => {
      const auth = this.#one(["none", "none", "chap", "mutual"]);
      return { igroup, auth, authGroup: auth === "none" ? undefined : this.#one(["auth1", "auth2", "auth3"]) };
    });
  }

  /** References to what is not there are left out, so that every configuration is valid. */
  #text({ folder }: VariedPlace): string {
    const lines: string[] = [];
    const put = (header: string, values: Readonly<Record<string, unknown>>): void => {
      lines.push(header);
      for (const [key, value] of Object.entries(values))
        if (value !== undefined) lines.push(`${key} = ${JSON.stringify(value)}`);
    };
    const elsewhere = (number: number | undefined): Record<string, unknown> =>
      number === undefined ? {} : { to: `192.0.2.${100 + number}:3260`, permanent: number % 2 === 0 };
    if (this.#limits.size > 0) put("[limits]", Object.fromEntries(this.#limits));
    const taken = new Set<number>();
    const tags = [1];
    for (const [tag, group] of this.#groups) {
      const portals = group.portals.filter((port) => !taken.has(port));
      if (portals.length === 0) continue;
      for (const port of portals) taken.add(port);
      tags.push(tag);
      const { accessState, preferred, discovery, discoveryAuthGroup } = group;
      put("[[portal_group]]", {
        tag,
        portals: portals.map((port) => `127.0.0.1:${port}`),
        advertise: Array.from({ length: group.advertised }, (_, index) => `192.0.2.${index + 1}:3260`),
        access_state: accessState,
        preferred,
        discovery,
        discovery_auth_group: this.#authGroups.has(discoveryAuthGroup ?? "") ? discoveryAuthGroup : undefined,
      });
      if (group.redirect !== undefined) put("[portal_group.redirect]", elsewhere(group.redirect));
    }
    for (const [name, { algorithms, users }] of this.#authGroups) {
      put("[[auth_group]]", { name, algorithms });
      for (const [user, secret] of users) {
        const mutual = { mutual_user: "target", mutual_secret: `secret of the target ${secret}` };
        put("[[auth_group.chap]]", { user, secret: `secret of ${user} ${secret}`, ...mutual });
      }
    }
    for (const [name, { osType, initiators, networks, children }] of this.#igroups) {
      const igroups = children.filter((child) => this.#igroups.has(child));
      put("[[igroup]]", { name, os_type: osType, initiators, networks, igroups });
    }
    for (const [number, volume] of this.#volumes) {
      put("[[volume]]", {
        name: `varied-${number}`,
        path: `${folder}/varied-${number}-${volume.life}.img`,
        size: volume.mebibytes * 1024 * 1024,
        create: "thin",
        serial: volume.serial === undefined ? undefined : `S${number}-${volume.serial}`,
        product: volume.product,
        write_cache: volume.writeCache,
        read_only: volume.readOnly,
        block_size: volume.blockSize,
        space_warning_percent: volume.spaceWarning,
      });
    }
    for (const [name, target] of this.#targets) {
      const reachable = target.tags.filter((tag) => tags.includes(tag));
      const alias = target.alias === undefined ? undefined : `alias ${target.alias}`;
      put("[[target]]", { name, alias, portal_groups: reachable.length > 0 ? reachable : undefined });
      if (target.redirect !== undefined) put("[target.redirect]", elsewhere(target.redirect));
      for (const { igroup, auth, authGroup } of target.access) {
        if (igroup !== "any" && !this.#igroups.has(igroup)) continue;
        if (authGroup !== undefined && !this.#authGroups.has(authGroup)) continue;
        put("[[target.access]]", { igroup, auth, auth_group: authGroup });
      }
      for (const [volume, { readOnly, igroups }] of target.luns) {
        if (!this.#volumes.has(volume)) continue;
        const whom = igroups.filter((igroup) => this.#igroups.has(igroup));
        put("[[target.lun]]", { lun: Number(volume), volume: `varied-${volume}`, read_only: readOnly, igroups: whom });
      }
    }
    return `${lines.join("\n")}\n`;
  }
}
