/** `lunette api`: the REST service, a process beside the daemon that needs nothing but its control socket. */
import { fileURLToPath } from "node:url";
import { createLogger, defaultLogFormat, LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../common/logger.ts";
import { DEFAULT_CONFIG_FILE } from "../config/load.ts";
import { ControlFailure } from "./control-client.ts";
import { socketOf } from "./control-verb.ts";
import type { Verb } from "./verb.ts";

/** EX_CONFIG of sysexits.h: starting again would only say it again (RestartPreventExitStatus=). */
const WRONG_CONFIGURATION = 78;

export const apiCommand: Verb = {
  name: "api",
  command: "api",
  describe: "Serve the REST API and the console",
  builder: (parser) =>
    parser
      .option("listen", {
        type: "string",
        requiresArg: true,
        describe: "address and port; default: api.listen of the configuration",
      })
      .option("socket", { type: "string", requiresArg: true, describe: "the daemon's control socket" })
      .option("config", {
        type: "string",
        default: DEFAULT_CONFIG_FILE,
        requiresArg: true,
        describe: "the configuration file that names the socket",
      })
      .option("log-format", { choices: LOG_FORMATS, describe: "default: pretty on a terminal, json elsewhere" })
      .option("log-level", { choices: LOG_LEVELS, default: "info" as const, describe: "least level that is logged" })
      .example("$0 api", "serve the API on the address of the configuration")
      .example("$0 api --listen 127.0.0.1:8080", "serve it elsewhere"),
  run: async (argv, terminal) => {
    let socket: string;
    try {
      socket = socketOf(argv);
    } catch (error) {
      if (!(error instanceof ControlFailure)) throw error;
      terminal.err(`lunette api: ${error.message}`);
      return WRONG_CONFIGURATION;
    }
    const log = createLogger({
      level: argv["logLevel"] as LogLevel,
      format: (argv["logFormat"] as LogFormat | undefined) ?? defaultLogFormat(),
    });
    // Loaded late: no other verb needs a web server.
    const { runSidecar } = await import("../api/sidecar.ts");
    const { SettingsError } = await import("../api/settings.ts");
    const { serviceManager } = await import("../control/sd-notify.ts");
    const manager = serviceManager(process.env, process.pid, await datagramSender(), (error) =>
      log.limited("sd_notify").warn({ err: error }, "the service manager can't be told"),
    );
    try {
      return await runSidecar({
        ...{ socket, log, manager },
        // Given twice: the last counts.
        listen: [argv["listen"] as string | readonly string[] | undefined].flat().at(-1),
        // Beside dist/cli; from the sources there is no console.
        consoleFolder: fileURLToPath(new URL("../console/", import.meta.url)),
      });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      log.fatal(error.message);
      return WRONG_CONFIGURATION;
    } finally {
      log.flush();
    }
  },
};

/** The addon is loaded for the service manager alone: Node.js has no unix datagram sockets. */
async function datagramSender(): Promise<(path: Uint8Array, message: Uint8Array) => void> {
  if (process.env["NOTIFY_SOCKET"] === undefined) return () => {};
  const { sendDatagram } = await import("../backend/native-io.ts");
  return (path, message) => {
    const result = sendDatagram(path, message);
    if (result < 0) throw new Error(`sendto failed with errno ${-result}`);
  };
}
