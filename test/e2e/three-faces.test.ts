/**
 * The example of config/examples/esx-store, made by its file, by its script with curl and by its script of commands: one
 * configuration, equal in every field, which outlives SIGKILL.
 */
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiProcess } from "../support/api-process.ts";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { describeWithTools } from "../support/tools.ts";

const EXAMPLE = fileURLToPath(new URL("../../config/examples/esx-store/", import.meta.url));
const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const NOTHING = "the script has nothing to do for a second time";

/** Of CHAP users, by the name of their file. */
const SECRETS: Readonly<Record<string, string>> = {
  discovery: "secret of discovery",
  "esx-a": "secret of host a",
  san1: "secret of the target",
};

describeWithTools(["curl"], "the example, made by file, REST and command line", () => {
  let lunette: LunetteProcess;
  /** The example's text, with folders and ports that this test may use. */
  let whole: string;
  /** `configured` of `lunette status --json`, by face. */
  const configured: Record<string, unknown> = {};
  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PATH: `${join(lunette.folder, "bin")}${delimiter}${process.env["PATH"]}`,
    SOCKET: socket(),
    LUNS: join(lunette.folder, "luns"),
    SECRETS: join(lunette.folder, "secrets"),
    PORT: String(lunette.ports[0]),
    METRICS: `127.0.0.1:${lunette.ports[1]}`,
    LUNETTE_API: `http://127.0.0.1:${lunette.ports[2]}`,
  });
  const socket = (): string => join(lunette.folder, "control.sock");
  /** What stands before any object: a daemon that knows its name, its folders and nothing else. */
  const beginning = (): string =>
    whole.slice(0, whole.indexOf("[[portal_group]]")).replace(/\[(metrics|limits)\]\n(.+\n)+/g, "");

  const cli = async (...words: string[]): Promise<string> => {
    const { code, output } = await runCommand(process.execPath, [COMMAND, ...words, "--socket", socket()]);
    if (code !== 0) throw new Error(`lunette ${words.join(" ")}: ${output}`);
    return output;
  };
  const status = async (): Promise<unknown> =>
    (JSON.parse(await cli("status", "--json")) as { configured: unknown }).configured;

  /** Begins anew: no state, no volumes, this file. */
  async function serve(text: string): Promise<void> {
    await lunette.kill();
    for (const folder of ["state", "luns"]) await rm(join(lunette.folder, folder), { recursive: true, force: true });
    await mkdir(join(lunette.folder, "luns"));
    await writeFile(join(lunette.folder, "lunette.toml"), text, { mode: 0o600 });
    await lunette.run();
  }

  /** Killed and started again, it is configured as before. */
  async function expectToSurvive(): Promise<unknown> {
    const before = await status();
    await lunette.kill();
    await lunette.run();
    expect(await status()).toEqual(before);
    return before;
  }

  async function script(name: string, more: NodeJS.ProcessEnv = {}): Promise<void> {
    const { code, output } = await runCommand("sh", [join(EXAMPLE, name)], { env: { ...environment(), ...more } });
    expect([code, output]).toEqual([0, expect.any(String)]);
  }

  beforeAll(async () => {
    lunette = await LunetteProcess.start(() => "", { ports: 3 });
    for (const folder of ["bin", "secrets"]) await mkdir(join(lunette.folder, folder));
    await symlink(COMMAND, join(lunette.folder, "bin", "lunette"));
    for (const [name, secret] of Object.entries(SECRETS))
      await writeFile(join(lunette.folder, "secrets", name), `${secret}\n`, { mode: 0o600 });
    const { LUNS, SECRETS: secrets, PORT, METRICS } = environment();
    whole = (await readFile(join(EXAMPLE, "lunette.toml"), "utf8"))
      .replaceAll("/srv/luns", LUNS!)
      .replaceAll("/etc/lunette/secrets", secrets!)
      .replaceAll(':3260"', `:${PORT}"`)
      .replace("192.0.2.10:" + PORT, "192.0.2.10:3260")
      .replace("127.0.0.1:9860", METRICS!)
      .replace(
        "[node]\n",
        `[node]\nuuid = "5a1f6a3e-7f0c-4a9e-9d59-3a6d8a2f5c11"\nstate_dir = "${lunette.folder}/state"\ncontrol_socket = "${socket()}"\n`,
      );
  });
  afterAll(() => lunette?.dispose());

  it("the file alone", async () => {
    await serve(whole);
    configured["file"] = await expectToSurvive();
    expect(configured["file"]).toMatchObject({ node: "san1", targets: 1, volumes: 1, igroups: 3 });
  });

  it("REST alone, from nothing; a second run changes nothing", async () => {
    await serve(beginning());
    const key = /^lnt_\S+$/m.exec(await cli("api-key", "create", "setup", "--role", "admin"))?.[0];
    const api = await ApiProcess.start(socket(), "--listen", `127.0.0.1:${lunette.ports[2]}`);
    try {
      await script("create-by-rest.sh", { LUNETTE_KEY: key });
      const generation = async () => (JSON.parse(await cli("volume", "list", "--json")) as { generation: number }).generation;
      const first = await generation();
      await script("create-by-rest.sh", { LUNETTE_KEY: key });
      expect(await generation(), NOTHING).toBe(first);
    } finally {
      await api.terminate();
    }
    configured["rest"] = await expectToSurvive();
    expect(configured["rest"]).toEqual(configured["file"]);
  });

  it("the command line alone, from nothing", async () => {
    await serve(beginning());
    await script("create-by-cli.sh");
    configured["cli"] = await expectToSurvive();
    expect(configured["cli"]).toEqual(configured["file"]);
  });
});
