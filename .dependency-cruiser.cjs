/** The arrows of the layers: every arrow points down. See src/README.md. */
const layers = ["wire", "iscsi", "scsi", "backend"];
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: `^src/${from}/` },
  to: { path: "^src/", pathNot: `^src/(${[from, ...allowed].join("|")})/` },
});
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    only("common-stands-alone", "common", []),
    only("wire-is-pure", "wire", ["common"]),
    only("backend-knows-no-scsi", "backend", ["common"]),
    only("scsi-never-sees-a-pdu", "scsi", ["common", "backend"]),
    only("iscsi-looks-down-only", "iscsi", ["common", "wire", "scsi", "backend"]),
    only("config-is-data", "config", ["common"]),
    only("access-is-pure", "access", ["common", "config"]),
    only("managed-edits-the-configuration", "managed", ["common", "config", "control"]),
    only("metrics-reads-counters", "metrics", ["common", "scsi", "iscsi", "backend"]),
    {
      name: "a-browser-gets-only-what-is-built-for-it",
      severity: "error",
      from: { path: "^src/console/" },
      to: {
        dependencyTypesNot: ["type-only"],
        pathNot:
          "^(src/console/|src/cli/(human|top-rates)\\.ts$|src/common/(events|units)\\.ts$|node_modules/(preact|htm|uplot)/)",
      },
    },
    only("api-asks-the-daemon-through-its-socket", "api", ["common", "config", "access", "control"]),
    {
      name: "only-native-io-loads-the-addon",
      severity: "error",
      from: { pathNot: "^src/backend/native-io\\.ts$" },
      to: { path: "^native/" },
    },
    {
      name: "pure-layers-use-no-sockets-or-files",
      severity: "error",
      from: { path: "^src/(wire|scsi|access)/" },
      to: {
        dependencyTypes: ["core"],
        pathNot: "^(node:)?(buffer|crypto)$",
        path: "^(node:)?(net|fs|fs/promises|http|tls|dgram|child_process|cluster)$",
      },
    },
    {
      name: "daemon-alone-knows-everybody",
      severity: "error",
      from: { path: `^src/(${[...layers, "common", "access", "config", "metrics", "control", "managed", "api"].join("|")})/` },
      to: { path: "^src/(daemon|reactor|main)\\.ts$" },
    },
  ],
  options: { tsConfig: { fileName: "tsconfig.json" }, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
};
