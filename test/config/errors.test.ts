import { describe, expect, test } from "vitest";
import type { FileFacts } from "../../src/config/file-facts.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { BASE, type Extra, errorsOf, FILE, inMemory, warningsOf, withBase } from "./in-memory.ts";

/** `line:column: message` of every error. */
const errors = (text: string, extra?: Extra): string[] => errorsOf(text, extra).map((line) => line.replace(`${FILE}:`, ""));
const warnings = (text: string, extra?: Extra): string[] => warningsOf(text, extra).map((line) => line.replace(`${FILE}:`, ""));

interface Case {
  readonly name: string;
  /** What follows BASE, so that its first line is line 6. */
  readonly toml: string;
  readonly expected: readonly string[];
  readonly extra?: Extra;
}

const VOLUME = (name: string, more = `path = "/srv/${name}"`): string => `[[volume]]\nname = "${name}"\n${more}\n`;
const AUTH = `[[auth_group]]\nname = "a"\n[[auth_group.chap]]\nuser = "u"\nsecret = "0123456789ab"\n`;
const TARGET = `[[target]]\nname = "t"\n`;
const ANY = `[[target.access]]\nigroup = "any"\nauth = "none"\n`;

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "keys and values": [
    {
      name: "an unknown key names the nearest",
      toml: `${VOLUME("v")}blocksize = 512\n`,
      expected: ['9:1: unknown key "blocksize" in [[volume]] "v" (did you mean "block_size"?)'],
    },
    {
      name: "an unknown key that resembles none lists them",
      toml: "[metrics]\nquux = 1\n",
      expected: ['7:1: unknown key "quux" in [metrics]; known keys are listen'],
    },
    {
      name: "an unknown table names the nearest",
      toml: "[[igruop]]\n",
      expected: ['6:1: unknown table "igruop" (did you mean "igroup"?)'],
    },
    {
      name: "a wrong type is named",
      toml: `${VOLUME("v")}read_only = "yes"\n`,
      expected: ['9:13: read_only = "yes": must be true or false'],
    },
    {
      name: "a table where text belongs is named",
      toml: "[metrics]\nlisten = { a = 1 }\n",
      expected: ["7:10: listen = a table: must be a string in quotes"],
    },
    {
      name: "a choice names the nearest",
      toml: `${VOLUME("v")}io = "buferred"\n`,
      expected: ['9:6: io = "buferred": must be one of "buffered", "direct" (did you mean "buffered"?)'],
    },
    {
      name: "a size needs a known unit",
      toml: `${VOLUME("v")}size = "10 gib"\n`,
      expected: [
        '9:8: size = "10 gib": must be a whole number of bytes or a size such as "10 GiB", "512 MiB" or "2 TB"; did you mean "GiB"?',
      ],
    },
    {
      name: "one table where many belong is explained",
      toml: '[volume]\nname = "v"\n',
      expected: ["6:1: volume is a table: write one [[volume]], with two brackets, for each"],
    },
    {
      name: "many tables where one belongs are explained",
      toml: '[[metrics]]\nlisten = "off"\n',
      expected: ["6:1: metrics is an array: write it as one table, [metrics]"],
    },
    {
      name: "a missing key comes with an example",
      toml: '[[volume]]\nname = "v"\n',
      expected: ['6:1: [[volume]] "v" has no path: add it, such as path = "/srv/luns/vm01.img"'],
    },
    {
      name: "an element that stands twice is named by its own place",
      toml: `[[igroup]]\nname = "g"\ninitiators = ["eui.0123456789abcdef", "eui.0123456789abcdef"]\n`,
      expected: ['8:39: initiators = "eui.0123456789abcdef": stands in this array twice; remove one'],
    },
    {
      name: "a date is no text",
      toml: `${VOLUME("v")}serial = 2026-11-21\n`,
      expected: ["9:10: serial = a date: must be a string in quotes"],
    },
    {
      name: "a name with blanks is refused",
      toml: VOLUME("a b", 'path = "/x"'),
      expected: [
        '7:8: name = "a b": must be a name of 1 to 64 letters, digits, ".", "_", ":" and "-" that begins with a letter or digit',
      ],
    },
  ],
  "node, metrics and limits": [
    {
      name: "a limit outside its range is refused in its unit",
      toml: '[limits]\nbuffer_bytes = "16 MiB"\n',
      expected: ['7:16: buffer_bytes = "16 MiB": must be from 32 MiB to 1 GiB'],
    },
    {
      name: "a limit that the protocol fixes is no key",
      toml: "[limits]\nahs_bytes = 2000\n",
      expected: ['7:1: unknown key "ahs_bytes" in [limits]'],
    },
    {
      name: "a part may not exceed the whole",
      toml: '[limits]\nbuffer_bytes = "32 MiB"\n',
      expected: ["7:16: connection_buffer_bytes is 64 MiB and buffer_bytes is 32 MiB: the first must not be larger"],
    },
    {
      name: "a metrics address may be off or an address",
      toml: '[metrics]\nlisten = "on"\n',
      expected: ['7:10: listen = "on": must be "off", or an address such as "127.0.0.1:9860"'],
    },
    {
      name: "metrics may not take a portal's port",
      toml: '[metrics]\nlisten = "127.0.0.1:3260"\n',
      expected: [
        `7:10: 127.0.0.1:3260 overlaps 0.0.0.0:3260 of [[portal_group]] at ${FILE}:5:12: list the wildcard or the single addresses, or use another port`,
      ],
    },
  ],
  portals: [
    {
      name: "a portal listed in two groups is refused",
      toml: '[[portal_group]]\ntag = 2\nportals = ["192.0.2.1:3261"]\n[[portal_group]]\ntag = 3\nportals = ["[::ffff:192.0.2.1]:3261"]\n',
      expected: [
        `11:12: [::ffff:192.0.2.1]:3261 is already listed in [[portal_group]] at ${FILE}:8:12: an address belongs to one portal group`,
      ],
    },
    {
      name: "a wildcard overlaps single addresses on its port",
      toml: '[[portal_group]]\ntag = 2\nportals = ["192.0.2.1"]\n',
      expected: [
        `8:12: 192.0.2.1:3260 overlaps 0.0.0.0:3260 of [[portal_group]] at ${FILE}:5:12: list the wildcard or the single addresses, or use another port`,
      ],
    },
    {
      name: "the wildcards of both families live together",
      toml: '[[portal_group]]\ntag = 2\nportals = ["[::]:3260", "192.0.2.1:3261"]\n',
      expected: [],
    },
    {
      name: "a group without portals is refused",
      toml: "[[portal_group]]\ntag = 2\nportals = []\n",
      expected: [
        '8:11: portals = an empty array: must have at least one element, such as portals = ["0.0.0.0:3260", "[::]:3260"]',
      ],
    },
    {
      name: "a host name is no address to listen on",
      toml: '[[portal_group]]\ntag = 2\nportals = ["san1:3260"]\n',
      expected: [
        '8:12: portals = "san1:3260": must be a literal IP address to listen on, such as "192.0.2.10:3260" or "[2001:db8::1]:3260"',
      ],
    },
    {
      name: "a wildcard can't be advertised",
      toml: '[[portal_group]]\ntag = 2\nportals = ["[::1]:9"]\nadvertise = ["[::]:9"]\n',
      expected: ['9:14: advertise = "[::]:9": must be an address that initiators can connect to; a wildcard is none'],
    },
    {
      name: "a tag outside 1 to 65535 is refused",
      toml: '[[portal_group]]\ntag = 0\nportals = ["[::1]:9"]\n',
      expected: ["7:7: tag = 0: must be from 1 to 65535"],
    },
    {
      name: "a tag taken twice names both places",
      toml: '[[portal_group]]\ntag = 1\nportals = ["[::1]:9"]\n',
      expected: [`7:7: tag 1 is already taken by [[portal_group]] at ${FILE}:4:7: choose another`],
    },
    {
      name: "a discovery auth group must exist",
      toml: `${AUTH}[[portal_group]]\ntag = 2\nportals = ["[::1]:9"]\ndiscovery_auth_group = "b"\n`,
      expected: ['14:24: discovery_auth_group = "b": no such auth group (did you mean "a"?)'],
    },
    {
      name: "a discovery auth group must have a user",
      toml: '[[auth_group]]\nname = "e"\n[[portal_group]]\ntag = 2\nportals = ["[::1]:9"]\ndiscovery_auth_group = "e"\n',
      expected: [`11:24: discovery_auth_group = "e": that auth group has no user: add [[auth_group.chap]] at ${FILE}:6:1`],
    },
  ],
  "auth groups": [
    {
      name: "an unknown algorithm names the nearest",
      toml: '[[auth_group]]\nname = "a"\nalgorithms = ["md5", "sha-256"]\n',
      expected: ['8:22: algorithms = "sha-256": must be one of "md5", "sha1", "sha256", "sha3-256" (did you mean "sha256"?)'],
    },
    {
      name: "an empty list of algorithms is refused",
      toml: '[[auth_group]]\nname = "a"\nalgorithms = []\n',
      expected: ["8:14: algorithms = an empty array: must have at least one element"],
    },
    {
      name: "a user needs a secret",
      toml: '[[auth_group]]\nname = "a"\n[[auth_group.chap]]\nuser = "u"\n',
      expected: ['8:1: [[auth_group.chap]] "u" has no secret: add secret_file = "/path", a file with mode 0600'],
    },
    {
      name: "a secret and a secret file exclude each other",
      toml: `${AUTH}secret_file = "s"\n`,
      expected: ['11:15: [[auth_group.chap]] "u" has both secret and secret_file: keep one of them'],
    },
    {
      name: "a user may stand once in a group",
      toml: `${AUTH}[[auth_group.chap]]\nuser = "u"\nsecret = "other-secret-1"\n`,
      expected: [`12:8: user "u" is already taken by [[auth_group.chap]] "u" at ${FILE}:9:8: choose another`],
    },
    {
      name: "a mutual user needs its secret",
      toml: `${AUTH}mutual_user = "m"\n`,
      expected: ['11:15: [[auth_group.chap]] "u" has mutual_user and no mutual_secret_file: give both or none'],
    },
    {
      name: "a mutual secret needs its user",
      toml: `${AUTH}mutual_secret = "ba9876543210"\n`,
      expected: ['11:17: [[auth_group.chap]] "u" has mutual_secret and no mutual_user: give both or none'],
    },
    {
      name: "equal secrets in both directions are refused",
      toml: `${AUTH}mutual_user = "m"\nmutual_secret = "0123456789ab"\n`,
      expected: [
        `12:17: mutual_secret equals the secret of user "u" at ${FILE}:10:10: the two directions need different secrets`,
      ],
    },
    {
      name: "equal secrets in both directions are refused across groups",
      toml: `${AUTH}[[auth_group]]\nname = "b"\n[[auth_group.chap]]\nuser = "w"\nsecret = "another-secret"\nmutual_user = "m"\nmutual_secret = "0123456789ab"\n`,
      expected: [
        `17:17: mutual_secret equals the secret of user "u" at ${FILE}:10:10: the two directions need different secrets`,
      ],
    },
  ],
  igroups: [
    {
      name: "members and children exclude each other",
      toml: '[[igroup]]\nname = "g"\ninitiators = ["eui.0123456789abcdef"]\nigroups = ["h"]\n[[igroup]]\nname = "h"\ninitiators = ["eui.0123456789abcdef"]\n',
      expected: [
        '9:11: [[igroup]] "g" has both initiators and igroups: move the initiators to an igroup of their own and name it here',
      ],
    },
    {
      name: "a child must exist",
      toml: '[[igroup]]\nname = "g"\nigroups = ["esx-b"]\n[[igroup]]\nname = "esx-a"\ninitiators = ["eui.0123456789abcdef"]\n',
      expected: ['8:12: igroups: no such igroup "esx-b" (did you mean "esx-a"?)'],
    },
    {
      name: "a cycle is shown once, as a chain",
      toml: '[[igroup]]\nname = "a"\nigroups = ["b"]\n[[igroup]]\nname = "b"\nigroups = ["a"]\n',
      expected: ["8:11: igroups form a cycle: a -> b -> a: take one of them out"],
    },
    {
      name: "an igroup can't hold itself",
      toml: '[[igroup]]\nname = "a"\nigroups = ["a"]\n',
      expected: ["8:11: igroups form a cycle: a -> a: take one of them out"],
    },
    {
      name: "four levels are one too many",
      toml: '[[igroup]]\nname = "a"\nigroups = ["b"]\n[[igroup]]\nname = "b"\nigroups = ["c"]\n[[igroup]]\nname = "c"\nigroups = ["d"]\n[[igroup]]\nname = "d"\ninitiators = ["eui.0123456789abcdef"]\n',
      expected: ["8:11: igroups are nested 4 deep (a -> b -> c -> d): at most 3 levels"],
    },
    {
      name: "os_type must agree within a nest",
      toml: '[[igroup]]\nname = "a"\nos_type = "linux"\nigroups = ["b"]\n[[igroup]]\nname = "b"\nos_type = "windows"\ninitiators = ["eui.0123456789abcdef"]\n',
      expected: [`9:12: igroups: "b" has os_type "windows" (${FILE}:12:11) and [[igroup]] "a" has "linux": they must agree`],
    },
    {
      name: "the name any is reserved",
      toml: '[[igroup]]\nname = "any"\ninitiators = ["eui.0123456789abcdef"]\n',
      expected: ['7:8: name = "any": must be another name: "any" stands for every initiator'],
    },
    {
      name: "any can't be a child",
      toml: '[[igroup]]\nname = "a"\nigroups = ["any"]\n',
      expected: ['8:12: igroups: "any" can\'t be a child: it holds everybody; use it in [[target.access]]'],
    },
    {
      name: "initiators equal in lower case are refused",
      toml: '[[igroup]]\nname = "a"\ninitiators = ["iqn.2026-11.com.x:H", "iqn.2026-11.com.x:h"]\n',
      expected: [
        '8:38: "iqn.2026-11.com.x:h" is the same initiator as "iqn.2026-11.com.x:H": names are compared in lower case; remove one',
      ],
    },
    {
      name: "an initiator's name has one of three formats",
      toml: '[[igroup]]\nname = "a"\ninitiators = ["host-a"]\n',
      expected: [
        '8:15: initiators = "host-a": must be an iSCSI name: "iqn.yyyy-mm.reversed.domain:name", "eui." with 16 hex digits, or "naa." with 16 or 32 hex digits',
      ],
    },
    {
      name: "a network is written by its own address",
      toml: '[[igroup]]\nname = "a"\ninitiators = ["eui.0123456789abcdef"]\nnetworks = ["192.0.2.7/24"]\n',
      expected: [
        '9:13: networks = "192.0.2.7/24": must be the network\'s own address "192.0.2.0/24": bits behind the prefix must be zero',
      ],
    },
    {
      name: "a network needs a prefix length",
      toml: '[[igroup]]\nname = "a"\ninitiators = ["eui.0123456789abcdef"]\nnetworks = ["2001:db8::1"]\n',
      expected: [
        '9:13: networks = "2001:db8::1": must be a prefix length from 0 to 128 after the address, such as "2001:db8::1/128"',
      ],
    },
  ],
  volumes: [
    {
      name: "a path backs one volume",
      toml: VOLUME("v", 'path = "/srv/x"') + VOLUME("w", 'path = "/srv/./x"'),
      expected: [`11:8: path = "/srv/./x": already used by volume "v" at ${FILE}:8:8: two writers would corrupt it`],
    },
    {
      name: "a serial is one volume's",
      toml: VOLUME("v", 'path = "/a"\nserial = "S1"') + VOLUME("w", 'path = "/b"\nserial = "S1"'),
      expected: [`13:10: serial = "S1": already used by volume "v" at ${FILE}:9:10: hosts would take the two for one disk`],
    },
    {
      name: "a size is a multiple of the block size",
      toml: `${VOLUME("v")}size = 1000\n`,
      expected: ["9:8: size is 1000 bytes: must be a multiple of block_size, 512"],
    },
    {
      name: "a block size is 512 or 4096",
      toml: `${VOLUME("v")}block_size = 1024\n`,
      expected: ["9:14: block_size = 1024: must be one of 512, 4096"],
    },
    {
      name: "a physical block size is a power of two",
      toml: `${VOLUME("v")}physical_block_size = 5120\n`,
      expected: ["9:23: physical_block_size = 5120: must be a power of two, such as 4096"],
    },
    {
      name: "a physical block is not smaller than a logical one",
      toml: `${VOLUME("v")}block_size = 4096\nphysical_block_size = 512\n`,
      expected: ["10:23: physical_block_size = 512: must be at least block_size, 4096"],
    },
    {
      name: "creation needs a size",
      toml: `${VOLUME("v")}create = "thin"\n`,
      expected: ['9:10: create = "thin" needs a size: add size = "10 GiB"'],
    },
    {
      name: "a block device can't be created",
      toml: VOLUME("v", 'path = "/dev/sdx"\ncreate = "thin"'),
      expected: ['9:10: create = "thin": a block device can\'t be created; remove create, or give a path outside /dev'],
    },
    {
      name: "a block device has its own size",
      toml: VOLUME("v", 'path = "/dev/sdx"\nsize = "1 GiB"'),
      expected: ["9:8: size is for files: a block device has its own; remove size"],
    },
    {
      name: "a product has at most 16 characters",
      toml: `${VOLUME("v")}product = "ABCDEFGHIJKLMNOPQ"\n`,
      expected: ['9:11: product = "ABCDEFGHIJKLMNOPQ": must be 1 to 16 printable ASCII characters without blanks at the ends'],
    },
    {
      name: "a name taken twice names both places",
      toml: VOLUME("v") + VOLUME("v", 'path = "/b"'),
      expected: [`10:8: name "v" is already taken by [[volume]] "v" at ${FILE}:7:8: choose another`],
    },
  ],
  targets: [
    {
      name: "a target needs a name",
      toml: '[[target]]\nalias = "x"\n',
      expected: ['6:1: [[target]] has neither name nor iqn: add name = "vm01"'],
    },
    {
      name: "two names that are one after normalisation are refused",
      toml: '[[target]]\nname = "vm"\n[[target]]\nname = "VM"\n',
      expected: [
        `9:8: name gives the target the name "iqn.2026-11.com.example:vm", which [[target]] "vm" at ${FILE}:7:8 has already (names are compared in lower case): choose another`,
      ],
    },
    {
      name: "a short name and a full one may not meet",
      toml: '[[target]]\nname = "vm"\n[[target]]\niqn = "iqn.2026-11.com.example:vm"\n',
      expected: [
        `9:7: iqn gives the target the name "iqn.2026-11.com.example:vm", which [[target]] "vm" at ${FILE}:7:8 has already (names are compared in lower case): choose another`,
      ],
    },
    {
      name: "an eui name has 16 digits",
      toml: '[[target]]\niqn = "eui.0123"\n',
      expected: ['7:7: iqn = "eui.0123": must be "eui." with exactly 16 hex digits'],
    },
    {
      name: "a name is at most 223 bytes long in full",
      toml: `[[target]]\nname = "${"n".repeat(220)}"\n`,
      expected: [
        `7:8: name gives the target the name "iqn.2026-11.com.example:${"n".repeat(220)}": must be an iSCSI name of at most 223 bytes`,
      ],
    },
    {
      name: "a portal group must exist",
      toml: `${TARGET}portal_groups = [1, 7]\n`,
      expected: ["8:21: portal_groups: no portal group has tag 7: there is 1"],
    },
    {
      name: "an igroup must exist",
      toml: `${TARGET}[[target.access]]\nigroup = "hosts"\nauth = "none"\n`,
      expected: ['9:10: igroup: no such igroup "hosts": there is no [[igroup]] at all; add one'],
    },
    {
      name: "auth is always written out",
      toml: `${TARGET}[[target.access]]\nigroup = "any"\n`,
      expected: ['8:1: [[target.access]] "any" has no auth: add it, such as auth = "chap"'],
    },
    {
      name: "chap needs an auth group",
      toml: `${AUTH}${TARGET}[[target.access]]\nigroup = "any"\nauth = "chap"\n`,
      expected: ['15:8: auth = "chap" needs credentials: add auth_group = "a"'],
    },
    {
      name: "an auth group must exist",
      toml: `${AUTH}${TARGET}[[target.access]]\nigroup = "any"\nauth = "chap"\nauth_group = "b"\n`,
      expected: ['16:14: auth_group: no such auth group "b" (did you mean "a"?)'],
    },
    {
      name: "an auth group without users can't admit anyone",
      toml: `[[auth_group]]\nname = "e"\n${TARGET}[[target.access]]\nigroup = "any"\nauth = "chap"\nauth_group = "e"\n`,
      expected: [`13:14: auth_group = "e" has no user (${FILE}:6:1): add [[auth_group.chap]]`],
    },
    {
      name: "mutual needs a user who can",
      toml: `${AUTH}${TARGET}[[target.access]]\nigroup = "any"\nauth = "mutual"\nauth_group = "a"\n`,
      expected: [`15:8: auth = "mutual" needs a user with mutual_user and mutual_secret_file in auth group "a" (${FILE}:6:1)`],
    },
    {
      name: "none and an auth group contradict each other",
      toml: `${AUTH}${TARGET}${ANY}auth_group = "a"\n`,
      expected: [
        '16:14: auth_group stands beside auth = "none", which asks for no proof: write auth = "chap" or "mutual", or remove auth_group',
      ],
    },
    {
      name: "an igroup has one access entry",
      toml: `${TARGET}${ANY}${ANY}`,
      expected: [`12:10: igroup = "any": this target already has an access entry for it at ${FILE}:9:10: keep one`],
    },
  ],
  "LUN maps": [
    {
      name: "a volume must exist",
      toml: `${VOLUME("vm01")}${TARGET}${ANY}[[target.lun]]\nlun = 0\nvolume = "vm10"\n`,
      expected: ['16:10: volume: no such volume "vm10" (did you mean "vm01"?)'],
    },
    {
      name: "a LUN is at most 16383",
      toml: `${VOLUME("v")}${TARGET}${ANY}[[target.lun]]\nlun = 16384\nvolume = "v"\n`,
      expected: ["15:7: lun = 16384: must be from 0 to 16383"],
    },
    {
      name: "one number means one volume",
      toml: `${VOLUME("v")}${VOLUME("w")}${TARGET}${ANY}[[target.lun]]\nlun = 0\nvolume = "v"\n[[target.lun]]\nlun = 0\nvolume = "w"\n`,
      expected: [`21:7: lun = 0 means volume "w" here and "v" for any initiator, at ${FILE}:18:7`],
    },
    {
      name: "a volume has one number",
      toml: `${VOLUME("v")}${TARGET}${ANY}[[target.lun]]\nlun = 0\nvolume = "v"\n[[target.lun]]\nlun = 1\nvolume = "v"\n`,
      expected: [`19:10: volume "v" is LUN 1 here and LUN 0 for any initiator, at ${FILE}:16:10`],
    },
    {
      name: "a map is writable or not for one initiator",
      toml: `${VOLUME("v")}${TARGET}${ANY}[[target.lun]]\nlun = 0\nvolume = "v"\n[[target.lun]]\nlun = 0\nvolume = "v"\nread_only = true\nigroups = ["any"]\n`,
      expected: [`18:7: lun = 0 is read_only = true here and false for any initiator, at ${FILE}:15:7`],
    },
    {
      name: "an overlap through nested igroups is found",
      toml: `${VOLUME("v")}${VOLUME("w")}[[igroup]]\nname = "one"\ninitiators = ["eui.0123456789abcdef", "eui.00000000000000aa"]\n[[igroup]]\nname = "both"\nigroups = ["one"]\n[[igroup]]\nname = "two"\ninitiators = ["eui.00000000000000AA"]\n${TARGET}${ANY}[[target.lun]]\nlun = 3\nvolume = "v"\nigroups = ["both"]\n[[target.lun]]\nlun = 3\nvolume = "w"\nigroups = ["two"]\n`,
      expected: [`31:7: lun = 3 means volume "w" here and "v" for eui.00000000000000aa, at ${FILE}:27:7`],
    },
    {
      name: "two disjoint igroups may use one number for two volumes",
      toml: `${VOLUME("v")}${VOLUME("w")}[[igroup]]\nname = "one"\ninitiators = ["eui.0123456789abcdef"]\n[[igroup]]\nname = "two"\ninitiators = ["eui.00000000000000aa"]\n${TARGET}${ANY}[[target.lun]]\nlun = 3\nvolume = "v"\nigroups = ["one"]\n[[target.lun]]\nlun = 3\nvolume = "w"\nigroups = ["two"]\n`,
      expected: [],
    },
    {
      name: "an igroup of a map must exist",
      toml: `${VOLUME("v")}${TARGET}${ANY}[[target.lun]]\nlun = 0\nvolume = "v"\nigroups = ["any", "amy"]\n`,
      expected: ['17:19: igroups: no such igroup "amy" (did you mean "any"?)'],
    },
  ],
};

for (const [group, cases] of Object.entries(CASES)) {
  describe(`errors in ${group}`, () => {
    test.each(cases)("$name", ({ toml, expected, extra }) => {
      expect(errors(withBase(toml), extra)).toEqual(expected);
    });
  });
}

describe("errors about what is absent or unreadable", () => {
  test("an empty file lacks a base_iqn", () => {
    expect(errors("")).toEqual(['1:1: [node] has no base_iqn: add it, such as base_iqn = "iqn.2026-11.com.example.san1"']);
  });

  test("a key above every header is told where it belongs", () => {
    expect(errors(`base_iqn = "x"\n${BASE}`)).toEqual(['1:1: unknown key "base_iqn": it belongs under [node]']);
  });

  test("more than one reactor is refused with the reason", () => {
    expect(errors(BASE.replace("[node]", "[node]\nreactors = 2"))).toEqual([
      "2:12: reactors = 2: more reactors are not available in this version; write reactors = 1 or remove the line",
    ]);
  });

  test.each([
    ["eui.0123456789abcdef", 'an iqn that begins with its year and month: "iqn.2026-11.com.example:name"'],
    ["iqn.2026-13.com.example", "a month from 01 to 12 after the year, not 13"],
    ["iqn.2026-11.com..example", 'a reversed domain name after the date, such as "iqn.2026-11.com.example:name"'],
    ["iqn.2026-11.com.example:a b", 'only letters, digits, ".", "-", ":" and "_" after the colon, not " "'],
  ])("the base_iqn %j is refused", (written, wanted) => {
    expect(errors(BASE.replace("iqn.2026-11.com.example", written))).toEqual([
      `2:12: base_iqn = "${written}": must be ${wanted}`,
    ]);
  });

  test("a syntax error shows its line with a caret under the column", () => {
    expect(errors("[node]\nname = = 1\n")).toEqual(["2:8: not valid TOML: invalid value\n  2 | name = = 1\n    |        ^"]);
  });

  test("a key given twice is a syntax error with its place", () => {
    expect(errors("[node]\nname = 'a'\nname = 'b'\n")[0]).toMatch(/^3:1: not valid TOML: trying to redefine/);
  });

  test("a missing configuration file is one error that says what to do", () => {
    expect(errorsOf(BASE, { [FILE]: undefined as never })).toEqual([
      `${FILE}:1:1: can't read the configuration: there is no such file; give the path of an existing file`,
    ]);
  });
});

describe("secret files", () => {
  const chap = (line: string): string => withBase(`[[auth_group]]\nname = "a"\n[[auth_group.chap]]\nuser = "u"\n${line}\n`);
  const SECRET = "/etc/lunette/s";
  const given = chap('secret_file = "s"');

  test("a file that everybody can read is refused", () => {
    expect(errors(given, { [SECRET]: { text: "0123456789ab\n", mode: 0o644 } })).toEqual([
      `10:15: secret_file = "s": ${SECRET} is open to everybody (mode 0644): run "chmod 600 ${SECRET}"`,
    ]);
  });

  test("a file that a group can read is refused", () => {
    expect(errors(given, { [SECRET]: { text: "0123456789ab\n", mode: 0o640 } })).toEqual([
      `10:15: secret_file = "s": ${SECRET} is open to its group (mode 0640): run "chmod 600 ${SECRET}"`,
    ]);
  });

  test("a file of another user is refused before it is read", () => {
    const facts = inMemory({ [FILE]: given });
    const text = (): string => {
      throw new Error("it was read");
    };
    const withOpen: FileFacts["withOpen"] = (_file, use) =>
      use({ kind: "file", owner: 1001, mode: 0o600, sizeBytes: 12, text });
    expect(() => loadConfiguration(FILE, { ...facts, withOpen })).toThrow(
      `10:15: secret_file = "s": ${SECRET} belongs to user 1001, and this is user 990: run "chown 990 ${SECRET}", or, if user 1001 runs Lunette, ask as that user`,
    );
  });

  test("a file of root is accepted", () => {
    expect(errors(given, { [SECRET]: { text: "0123456789ab", owner: 0 } })).toEqual([]);
  });

  test.each([
    ["folder", "a folder"],
    ["other", "no regular file"],
  ] as const)("a secret file of the kind %s is refused", (kind, words) => {
    expect(errors(given, { [SECRET]: { text: "0123456789ab", kind } })).toEqual([
      `10:15: secret_file = "s": ${SECRET} is ${words}: name a file that holds only the secret`,
    ]);
  });

  test("a file that does not exist is refused", () => {
    expect(errors(given)).toEqual([`10:15: secret_file = "s": can't read ${SECRET}: there is no such file`]);
  });

  test.each([
    [
      "eleven bytes",
      "0123456789a\n",
      "secret_file is 11 bytes long: a CHAP secret needs at least 12; shorter ones are guessed from one recorded login, and initiators refuse them",
    ],
    ["256 bytes", "x".repeat(256), "secret_file is 256 bytes long: a CHAP secret has at most 255"],
    ["258 bytes", "x".repeat(258), "secret_file is 258 bytes long: a CHAP secret has at most 255"],
    ["two lines", "0123456789ab\nmore\n", "secret_file has more than one line: the secret must be the only one"],
  ])("a secret of %s is refused", (_name, text, message) => {
    expect(errors(given, { [SECRET]: text })).toEqual([`10:15: ${message}`]);
  });

  test("a secret that is no text is refused without showing it", () => {
    expect(errors(chap("secret = 123456789012345"))).toEqual(["10:10: secret = (not shown): must be a string in quotes"]);
  });
});

describe("two files", () => {
  const MANAGED = "/var/lib/lunette/managed.toml";
  const CLASH = `this one was made while Lunette ran, so change ${FILE}; or take the other out of that, start Lunette, and delete this one`;
  const WRITTEN = `Lunette has written this file: put back into ${FILE} what it refers to; or, if it was edited or damaged, or is a newer version's, correct or restore it`;

  test("a name defined in both is an error that names both places", () => {
    expect(errorsOf(withBase(VOLUME("v")), { [MANAGED]: VOLUME("v", 'path = "/other"') })).toEqual([
      `${MANAGED}:2:8: name "v" is already taken by [[volume]] "v" at ${FILE}:7:8: choose another. ${CLASH}`,
    ]);
  });

  test("a table that stands once may not stand in both", () => {
    expect(errorsOf(withBase('[metrics]\nlisten = "off"\n'), { [MANAGED]: '[metrics]\nlisten = "off"\n' })).toEqual([
      `${MANAGED}:1:1: [metrics] is defined here and in ${FILE}:6:1: keep one of them. ${CLASH}`,
    ]);
  });

  test("the managed file can't define the node", () => {
    expect(errorsOf(BASE.replace(/^\[node\]\n.*\n/, ""), { [MANAGED]: '[node]\nbase_iqn = "iqn.2026-11.com.x"\n' })).toEqual([
      `${MANAGED}:1:1: [node] stands in the managed file: it belongs to the hand-written file, which says where the managed one is. ${WRITTEN}`,
    ]);
  });

  test("a managed file that can't be read is an error, not an absent one", () => {
    const facts = inMemory({ [FILE]: BASE });
    const readText = (file: string): string => {
      if (file === MANAGED) throw Object.assign(new Error("no"), { code: "EACCES" });
      return facts.readText(file);
    };
    expect(() => loadConfiguration(FILE, { ...facts, readText })).toThrow(
      `${MANAGED}:1:1: can't read the configuration: permission denied; ask as the user that runs Lunette, or as root`,
    );
  });

  test("a syntax error of the managed file names that file, and what to do", () => {
    expect(errorsOf(BASE, { [MANAGED]: "[[volume\n" })[0]).toMatch(/^\/var\/lib\/lunette\/managed\.toml:1:\d+: not valid TOML/);
    expect(errorsOf(BASE, { [MANAGED]: "[[volume\n" })[0]).toContain(WRITTEN);
  });

  test("the managed file of a newer version, or one that refers to what is gone, says what to do, once", () => {
    const newer = errorsOf(BASE, { [MANAGED]: '[managed]\ngeneration = 1\nformat = 2\n[[pool]]\nname = "p"\n' });
    expect(newer).toEqual([
      expect.stringMatching(/managed\.toml:3:1: unknown key "format"/),
      expect.stringMatching(/managed\.toml:4:1: unknown table "pool"/),
    ]);
    expect(newer.filter((message) => message.endsWith(WRITTEN))).toHaveLength(1);
    const target = '[[target]]\nname = "t"\n[[target.access]]\nigroup = "gone"\nauth = "none"\n';
    expect(errorsOf(BASE, { [MANAGED]: target })[0]).toMatch(
      /no such igroup "gone".*put back into \/etc\/lunette\/lunette\.toml/,
    );
  });
});

describe("warnings", () => {
  test("a file without a portal group is one to begin with: it says that nothing listens", () => {
    expect(warnings('[node]\nbase_iqn = "iqn.2026-11.com.example.san1"\n')).toEqual([
      '1:1: warning: there is no portal group, so nothing listens for hosts: add\n  [[portal_group]]\n  tag = 1\n  portals = ["0.0.0.0:3260"]',
    ]);
  });

  test.each([
    ["a target without access", TARGET, '6:1: warning: [[target]] "t" has no [[target.access]]: nobody can log in to it'],
    [
      "an igroup without members",
      '[[igroup]]\nname = "g"\nnetworks = ["192.0.2.0/24"]\n',
      '6:1: warning: [[igroup]] "g" holds nobody: networks only narrow the initiators that are listed; add initiators = ["iqn.…"]',
    ],
    [
      "an auth group without users",
      '[[auth_group]]\nname = "a"\n',
      '6:1: warning: [[auth_group]] "a" has no user: nobody can prove anything with it; add [[auth_group.chap]]',
    ],
    [
      "a map that nobody can reach",
      `${VOLUME("v")}[[igroup]]\nname = "g"\ninitiators = ["eui.0123456789abcdef"]\n[[igroup]]\nname = "h"\ninitiators = ["eui.00000000000000aa"]\n${TARGET}[[target.access]]\nigroup = "g"\nauth = "none"\n[[target.lun]]\nlun = 0\nvolume = "v"\nigroups = ["h"]\n`,
      '23:11: warning: LUN 0 is mapped for igroups of which no initiator may log in to [[target]] "t": add an access entry for them',
    ],
    [
      "an initiator with two ways to prove itself",
      `${AUTH}[[igroup]]\nname = "g"\ninitiators = ["eui.0123456789abcdef"]\n[[igroup]]\nname = "h"\nigroups = ["g"]\n${TARGET}[[target.access]]\nigroup = "h"\nauth = "chap"\nauth_group = "a"\n[[target.access]]\nigroup = "g"\nauth = "none"\n`,
      `25:8: warning: eui.0123456789abcdef is also in igroup "h", whose entry at ${FILE}:19:1 asks for another proof: the first entry that fits decides`,
    ],
  ])("%s is told and does not keep Lunette from serving", (_name, toml, expected) => {
    expect(warnings(withBase(toml))).toEqual([expected]);
  });

  test("inline secrets in a file that everybody can read are told", () => {
    expect(warnings("", { [FILE]: { text: withBase(AUTH), mode: 0o644 } })).toEqual([
      `10:10: warning: secret stands in a file that everybody can read (mode 0644): run "chmod 600 ${FILE}", or use secret_file`,
    ]);
  });
});
