/** `lunette auth …`: credentials for CHAP. Secrets come from standard input or stand in files, never on the command line. */
import type { Argv } from "yargs";
import { CHAP } from "../config/schema.ts";
import { changeOptions, makeChange } from "./change.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { fieldOptions, fieldsGiven, keysUnset } from "./field-options.ts";
import { AUTH_GROUPS, type Entity, pathOf } from "./object-noun.ts";
import { argumentOf, createVerb, deleteVerb, idPositional, listVerb, setVerb, showVerb, unsetOption } from "./object-verbs.ts";
import type { Column } from "./table.ts";
import { verbGroup } from "./verb.ts";

const ID_KEYS = ["name"];
const USER_KEYS = ["user"];

const COLUMNS: readonly Column<Entity>[] = [
  { title: "AUTH GROUP", cell: ({ id }) => id },
  { title: "ALGORITHMS", cell: ({ algorithms }) => (Array.isArray(algorithms) ? algorithms.join(", ") : "-") },
  {
    title: "USERS",
    cell: ({ chap }) => (Array.isArray(chap) ? chap.map(({ user }: { user: string }) => user).join(", ") || "none" : "none"),
  },
];

const PARAMETERS = `${argumentOf(AUTH_GROUPS)} <user>`;
const userPath = (group: string, ...more: readonly string[]): string => pathOf(AUTH_GROUPS, group, "chap", ...more);
const userTitle = (user: string, group: string): string => `CHAP user "${user}" of auth group "${group}"`;

const userPositionals = (parser: Argv): Argv =>
  idPositional(parser, AUTH_GROUPS).positional("user", {
    type: "string",
    demandOption: true,
    describe: "CHAP_N of the initiator",
  });

const addUser = controlVerb({
  name: "auth user add",
  parameters: PARAMETERS,
  describe: "Add a CHAP user to an auth group",
  builder: (parser) =>
    changeOptions(fieldOptions(userPositionals(parser), CHAP, USER_KEYS, true))
      .example("$0 auth user add esx host-a --secret -", "asks for the secret, without showing it")
      .example("$0 auth user add esx host-a --secret - < secret.txt", "its first line")
      .example("$0 auth user add esx host-a --secret-file /etc/lunette/secrets/host-a", "the daemon reads that file"),
  ask: async (client, argv, terminal) => {
    const [group, user] = [String(argv["auth-group"]), String(argv["user"])];
    const body = { user, ...(await fieldsGiven(CHAP, USER_KEYS, argv, terminal)) };
    const done = (): string => `added ${userTitle(user, group)}`;
    return makeChange(client, { method: "POST", path: userPath(group), body, done }, argv, terminal);
  },
});

const setUser = controlVerb({
  name: "auth user set",
  parameters: PARAMETERS,
  describe: "Change what is given of a CHAP user; it counts from the next login",
  builder: (parser) =>
    changeOptions(unsetOption(fieldOptions(userPositionals(parser), CHAP, USER_KEYS, false), CHAP.fields, USER_KEYS)).example(
      "$0 auth user set esx host-a --secret -",
      "another secret; sessions stay",
    ),
  ask: async (client, argv, terminal) => {
    const [group, user] = [String(argv["auth-group"]), String(argv["user"])];
    const body = { ...(await fieldsGiven(CHAP, USER_KEYS, argv, terminal)), ...keysUnset(CHAP.fields, argv) };
    if (Object.keys(body).length === 0) throw new UsageFault("give at least one option that says what to change");
    const path = userPath(group, encodeURIComponent(user));
    const done = (): string => `changed ${userTitle(user, group)}`;
    return makeChange(client, { method: "PATCH", path, body, done }, argv, terminal);
  },
});

const removeUser = controlVerb({
  name: "auth user remove",
  parameters: PARAMETERS,
  describe: "Remove a CHAP user; sessions stay until their next login",
  builder: (parser) =>
    changeOptions(userPositionals(parser)).example("$0 auth user remove esx host-a", "it can't log in with that name any more"),
  ask: (client, argv, terminal) => {
    const [group, user] = [String(argv["auth-group"]), String(argv["user"])];
    const path = userPath(group, encodeURIComponent(user));
    const done = (): string => `removed ${userTitle(user, group)}`;
    return makeChange(client, { method: "DELETE", path, done }, argv, terminal);
  },
});

export const authCommand = verbGroup("auth", "List, create and change auth groups: credentials for CHAP", [
  listVerb(AUTH_GROUPS, COLUMNS),
  showVerb(AUTH_GROUPS, "esx"),
  createVerb(AUTH_GROUPS, {
    idDoc: "its name",
    idKeys: ID_KEYS,
    idFields: (name) => ({ name }),
    examples: [["esx --algorithms sha256,sha1", "then auth user add says who"]],
  }),
  setVerb(AUTH_GROUPS, ID_KEYS, [
    ["esx --algorithms sha3-256,sha256", "MD5 and SHA-1 no longer; it counts from the next login"],
  ]),
  deleteVerb(AUTH_GROUPS, { example: "esx", what: "refused while a target or a portal group names it" }),
  verbGroup("user", "Add, change and remove CHAP users", [addUser, setUser, removeUser]),
]);
