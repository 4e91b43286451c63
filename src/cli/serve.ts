/** `lunette serve`: the daemon of the data path. */
import { createLogger, defaultLogFormat, LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../common/logger.ts";
import { ConfigError, formatPlace } from "../config/config-error.ts";
import { realFiles } from "../config/file-facts.ts";
import { DEFAULT_CONFIG_FILE, type LoadedConfiguration, loadConfiguration } from "../config/load.ts";
import { RememberedFiles } from "../config/remembered-files.ts";
import { printConfigError } from "./check.ts";
import type { Verb } from "./verb.ts";

/** EX_CONFIG of sysexits.h: a service manager need not try again before somebody has edited the file (RestartPreventExitStatus=). */
const WRONG_CONFIGURATION = 78;

export const serveCommand: Verb = {
  name: "serve",
  command: "serve",
  describe: "Export the volumes of a configuration file",
  builder: (parser) =>
    parser
      .option("config", { type: "string", default: DEFAULT_CONFIG_FILE, describe: "the configuration file", requiresArg: true })
      .option("log-format", { choices: LOG_FORMATS, describe: "default: pretty on a terminal, json elsewhere" })
      .option("log-level", { choices: LOG_LEVELS, describe: "default: log_level of the configuration" })
      .option("demo", { type: "boolean", default: false, hidden: true, describe: "print the commands that use the targets" })
      .example("$0 serve", `serve ${DEFAULT_CONFIG_FILE}`)
      .example("$0 serve --config lunette.toml --log-level debug", "serve another file and say more"),
  run: async (argv, terminal) => {
    const configFile = String(argv["config"]);
    const remembered = new RememberedFiles(realFiles);
    let loaded: LoadedConfiguration;
    try {
      loaded = loadConfiguration(configFile, remembered);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      printConfigError(error, configFile, terminal);
      return WRONG_CONFIGURATION;
    }
    const { configuration, warnings } = loaded;
    const logger = createLogger({
      level: (argv["logLevel"] as LogLevel | undefined) ?? configuration.node.logLevel,
      format: (argv["logFormat"] as LogFormat | undefined) ?? defaultLogFormat(),
    });
    for (const warning of warnings) logger.warn({ place: formatPlace(warning.place) }, warning.message);
    // Loaded late: `check` and `--help` need neither the addon nor anything else of the data path.
    const { runDaemon } = await import("../daemon.ts");
    try {
      return await runDaemon(loaded, remembered, logger, {
        configFile,
        demo: argv["demo"] === true,
        levelGiven: argv["logLevel"] !== undefined,
      });
    } finally {
      logger.flush();
    }
  },
};
