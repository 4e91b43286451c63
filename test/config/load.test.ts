import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, LIMITS } from "../../src/common/limits.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { errorsOf, FILE, load, withBase } from "./in-memory.ts";

const FULL = `
[node]
name = "san1"
base_iqn = "iqn.2026-11.com.Example.san1"
uuid = "7D0AD5A5-57A3-4CF4-9F4B-6C2ECB0A5D0E"
state_dir = "/state"
control_socket = "run/control.sock"
log_level = "debug"
[metrics]
listen = "[::1]:9999"
[limits]
connections = 10
buffer_bytes = "128 MiB"
[[portal_group]]
tag = 1
name = "front"
portals = ["0.0.0.0:3260", "[::]", "192.0.2.1:3261"]
advertise = ["san1.example.com:3260"]
discovery_auth_group = "esx"
[[auth_group]]
name = "esx"
algorithms = ["sha256"]
[[auth_group.chap]]
user = "esx-a"
secret_file = "secrets/esx-a"
mutual_user = "san1"
mutual_secret = "mutual-secret-1"
[[igroup]]
name = "esx-a"
os_type = "vmware"
initiators = ["iqn.1998-01.com.VMware:ESX-a"]
networks = ["192.0.2.0/24", "2001:db8::/32"]
[[igroup]]
name = "cluster"
igroups = ["esx-a"]
[[volume]]
name = "vm01"
path = "luns/vm01.img"
size = "10 GiB"
create = "thick"
block_size = 4096
physical_block_size = 16384
io = "direct"
write_cache = false
read_only = false
serial = "S-1"
product = "DISK 9"
[[target]]
name = "vm01"
alias = "vm store"
[[target.access]]
igroup = "cluster"
auth = "mutual"
auth_group = "esx"
[[target.lun]]
lun = 7
volume = "vm01"
igroups = ["esx-a"]
read_only = true
`;

const at = (line: number, column = 1): object => ({ file: FILE, line, column });

describe("a valid configuration", () => {
  test("comes out complete, with names in lower case, paths absolute and every place", () => {
    const { configuration, warnings, files } = load(FULL, { "/etc/lunette/secrets/esx-a": "initiator-secret\n" });
    expect(warnings).toEqual([]);
    expect(files).toEqual([FILE]);
    expect(configuration).toEqual({
      node: {
        name: "san1",
        baseIqn: "iqn.2026-11.com.example.san1",
        uuid: "7d0ad5a5-57a3-4cf4-9f4b-6c2ecb0a5d0e",
        stateDir: "/state",
        controlSocket: "/etc/lunette/run/control.sock",
        reactors: 1,
        logLevel: "debug",
      },
      metricsListen: { host: "::1", port: 9999 },
      api: {
        listen: { host: "127.0.0.1", port: 9870 },
        plainHttp: false,
        tlsCert: undefined,
        tlsKey: undefined,
        clientCa: undefined,
        volumeFolders: [],
        requestsPerSecond: 50,
      },
      limits: { ...DEFAULT_LIMITS, connections: 10, buffer_bytes: 128 * 2 ** 20 },
      portalGroups: [
        {
          tag: 1,
          name: "front",
          portals: [
            { host: "0.0.0.0", port: 3260 },
            { host: "::", port: 3260 },
            { host: "192.0.2.1", port: 3261 },
          ],
          advertise: [{ host: "san1.example.com", port: 3260 }],
          discovery: "group",
          discoveryAuthGroup: "esx",
          accessState: "active/optimized",
          preferred: false,
          place: at(14),
        },
      ],
      authGroups: [
        {
          name: "esx",
          algorithms: ["sha256"],
          chap: [
            { user: "esx-a", secret: "initiator-secret", mutual: { user: "san1", secret: "mutual-secret-1" }, place: at(23) },
          ],
          place: at(20),
        },
      ],
      igroups: [
        {
          name: "esx-a",
          osType: "vmware",
          initiators: ["iqn.1998-01.com.vmware:esx-a"],
          networks: ["192.0.2.0/24", "2001:db8::/32"],
          igroups: [],
          place: at(28),
        },
        { name: "cluster", osType: undefined, initiators: [], networks: [], igroups: ["esx-a"], place: at(33) },
      ],
      volumes: [
        {
          name: "vm01",
          path: "/etc/lunette/luns/vm01.img",
          sizeBytes: 10 * 2 ** 30,
          create: "thick",
          blockSize: 4096,
          physicalBlockSize: 16384,
          io: "direct",
          writeCache: false,
          readOnly: false,
          removable: false,
          spaceWarningPercent: 5,
          online: true,
          serial: "S-1",
          product: "DISK 9",
          place: at(36),
        },
      ],
      targets: [
        {
          name: "vm01",
          iqn: "iqn.2026-11.com.example.san1:vm01",
          alias: "vm store",
          online: true,
          portalGroups: [1],
          access: [{ igroup: "cluster", auth: "mutual", authGroup: "esx", place: at(51) }],
          luns: [{ lun: 7, volume: "vm01", igroups: ["esx-a"], readOnly: true, place: at(55) }],
          place: at(48),
        },
      ],
    });
  });

  test("fills in every default", () => {
    const { configuration } = load(withBase('[[volume]]\nname = "v"\npath = "/v"\n[[target]]\niqn = "naa.0123456789ABCDEF"\n'));
    expect(configuration.node).toEqual({
      name: "host1",
      baseIqn: "iqn.2026-11.com.example",
      uuid: undefined,
      stateDir: "/var/lib/lunette",
      controlSocket: "/run/lunette/control.sock",
      reactors: 1,
      logLevel: "info",
    });
    expect(configuration.metricsListen).toEqual({ host: "127.0.0.1", port: 9860 });
    expect(configuration.limits).toEqual(DEFAULT_LIMITS);
    expect(configuration.portalGroups[0]).toMatchObject({ name: "group-1", advertise: [], discoveryAuthGroup: undefined });
    expect(configuration.volumes[0]).toMatchObject({
      blockSize: 512,
      physicalBlockSize: 4096,
      io: "buffered",
      writeCache: true,
      product: "VIRTUAL-DISK",
    });
    expect(configuration.targets[0]).toMatchObject({
      name: "naa.0123456789ABCDEF",
      iqn: "naa.0123456789abcdef",
      portalGroups: [1],
    });
  });

  test("metrics can be switched off", () => {
    expect(load(withBase('[metrics]\nlisten = "off"\n')).configuration.metricsListen).toBeUndefined();
  });

  test("can't be changed by whoever reads it", () => {
    const { configuration } = load(withBase(""));
    expect(() => Object.assign(configuration.portalGroups[0]!, { tag: 2 })).toThrow(TypeError);
  });

  test("joins the managed file of the state folder", () => {
    const loaded = load(withBase('[[volume]]\nname = "v"\npath = "/v"\n'), {
      "/var/lib/lunette/managed.toml": '[[volume]]\nname = "w"\npath = "w.img"\n',
    });
    expect(loaded.files).toEqual([FILE, "/var/lib/lunette/managed.toml"]);
    expect(loaded.configuration.volumes.map(({ name, path: file, place }) => [name, file, place.file])).toEqual([
      ["v", "/v", FILE],
      ["w", "/var/lib/lunette/w.img", "/var/lib/lunette/managed.toml"],
    ]);
  });

  test("accepts every limit at both ends of its range", () => {
    for (const end of ["min", "max"] as const) {
      const lines = Object.entries(LIMITS)
        .filter(
          ([name, row]) => !("fixed" in row) && !["buffer_bytes", "connection_buffer_bytes", "transfer_bytes"].includes(name),
        )
        .map(([name, row]) => `${name} = ${row[end]}`);
      expect(errorsOf(withBase(`[limits]\n${lines.join("\n")}\n`))).toEqual([]);
    }
  });

  test("with a thousand targets and LUNs loads within five seconds", () => {
    const many = Array.from({ length: 1000 }, (_, i) => {
      const igroup = `[[igroup]]\nname = "g${i}"\ninitiators = ["iqn.2026-11.com.example:h${i}"]\n`;
      const volume = `[[volume]]\nname = "v${i}"\npath = "/v${i}"\n`;
      return `${igroup}${volume}[[target]]\nname = "t${i}"\n[[target.access]]\nigroup = "g${i}"\nauth = "none"\n[[target.lun]]\nlun = 0\nvolume = "v${i}"\n`;
    });
    const start = performance.now();
    expect(load(withBase(many.join(""))).configuration.targets).toHaveLength(1000);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("with real files", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "lunette-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string, mode = 0o600): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };

  test("two paths to one file through a link are one path", () => {
    mkdirSync(path.join(folder, "real"));
    symlinkSync("real", path.join(folder, "link"));
    const file = write(
      "links.toml",
      withBase('[[volume]]\nname = "v"\npath = "real/x"\n[[volume]]\nname = "w"\npath = "link/x"\n'),
    );
    expect(() => loadConfiguration(file)).toThrow('path = "link/x": already used by volume "v"');
  });

  test("the mode of a secret file is the file's own", () => {
    write("secret", "0123456789ab\n", 0o604);
    const file = write(
      "mode.toml",
      withBase('[[auth_group]]\nname = "a"\n[[auth_group.chap]]\nuser = "u"\nsecret_file = "secret"\n'),
    );
    expect(() => loadConfiguration(file)).toThrow("is open to everybody (mode 0604)");
    write("secret", "0123456789ab\n", 0o600);
    expect(loadConfiguration(file).configuration.authGroups[0]?.chap[0]?.secret).toBe("0123456789ab");
  });

  const secretFile = (name: string): string =>
    write(`${name}.toml`, withBase(`[[auth_group]]\nname = "a"\n[[auth_group.chap]]\nuser = "u"\nsecret_file = "${name}"\n`));

  // Only root can give a file away.
  test.runIf(process.geteuid?.() === 0)("a secret file that belongs to another user is refused (this test needs root)", () => {
    const secret = write("given-away", "0123456789ab\n");
    chownSync(secret, 12345, 12345);
    expect(() => loadConfiguration(secretFile("given-away"))).toThrow(
      `belongs to user 12345, and this is user 0: run "chown 0 ${secret}"`,
    );
    chownSync(secret, 0, 0);
    expect(loadConfiguration(secretFile("given-away")).files).toHaveLength(1);
  });

  test("a named pipe is refused as a secret file and does not hold up the start", () => {
    const pipe = path.join(folder, "pipe");
    execFileSync("/usr/bin/env", ["mkfifo", "-m", "600", pipe]);
    expect(() => loadConfiguration(secretFile("pipe"))).toThrow(`${pipe} is no regular file`);
  });

  test("a folder is refused as a secret file", () => {
    mkdirSync(path.join(folder, "folder"), { mode: 0o700 });
    expect(() => loadConfiguration(secretFile("folder"))).toThrow("folder is a folder: name a file");
  });

  test("a secret file behind a link is judged by the file, not by the link", () => {
    write("behind", "0123456789ab\n", 0o640);
    symlinkSync("behind", path.join(folder, "before"));
    expect(() => loadConfiguration(secretFile("before"))).toThrow("is open to its group (mode 0640)");
  });

  test("a folder is no configuration", () => {
    expect(() => loadConfiguration(folder)).toThrow(ConfigError);
    expect(() => loadConfiguration(folder)).toThrow("it is a folder");
  });
});
