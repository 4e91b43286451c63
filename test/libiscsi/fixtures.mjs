/**
 * The disks that libiscsi's suite runs against, as data: some of its tests apply to a removable medium only, others to a
 * read-only one, and so on, and together the fixtures make each test run.
 *
 *   volume     keys of Lunette's [[volume]], beside name, path and size
 *   limits     keys of its [limits]
 *   lun        keys of its [[target.lun]], beside lun and volume
 *   tgt        the same disk of tgt: options of `new logicalunit`, and params of `update logicalunit`; without it, tgt
 *              is not asked: its direct I/O fails for want of alignment
 *   groups     portal groups, each with one portal and so one path; one by default
 *   chap       the initiator has to prove itself
 *   options    of iscsi-test-cu
 *   tests      patterns of tests, SUITE or SUITE.TEST with wildcards; all of them by default
 */
const MIB = 2 ** 20;

/** What of Sanitize waits until it has ended. */
const SANITIZE_TO_ITS_END = [
  "BlockErase*",
  "CryptoErase*",
  "ExitFailureMode",
  "InvalidServiceAction",
  "Overwrite*",
  "Readonly",
  "Reservations",
].map((name) => `Sanitize.${name}`);

export const FIXTURES = [
  {
    name: "slow-sanitize",
    what: "a disk to lose, which takes 16 seconds to overwrite",
    bytes: 64 * MIB,
    volume: { create: "thin" },
    // It sleeps for a minute, and again, without a look at its connection: a ping would go unanswered.
    limits: { sanitize_bytes_per_second: 4 * MIB, nop_idle_ms: 120_000 },
    tgt: { params: { thin_provisioning: 1 } },
    options: ["--allow-sanitize"],
    // It looks whether resets end the overwriting, which the others wait for.
    tests: ["Sanitize.Reset"],
  },
  {
    name: "thin",
    what: "thin, 512-byte blocks, logical and physical",
    bytes: 1024 * MIB,
    volume: { create: "thin", physical_block_size: 512 },
    tgt: { params: { thin_provisioning: 1, lbppbe: 0 } },
  },
  {
    name: "4k-physical",
    what: "thin, 512-byte logical blocks on physical ones of 4 KiB",
    bytes: 1024 * MIB,
    volume: { create: "thin", physical_block_size: 4096 },
    tgt: { params: { thin_provisioning: 1, lbppbe: 3 } },
  },
  {
    name: "4k-logical",
    what: "thin, 4 KiB blocks, logical and physical",
    bytes: 1024 * MIB,
    volume: { create: "thin", block_size: 4096 },
    tgt: { options: { blocksize: 4096 }, params: { thin_provisioning: 1 } },
  },
  {
    name: "thick",
    what: "fully provisioned, every write durable before its status",
    bytes: 256 * MIB,
    volume: { create: "thick", write_cache: false },
    tgt: { params: {} },
  },
  {
    name: "direct",
    what: "thin, past the page cache (O_DIRECT)",
    bytes: 1024 * MIB,
    volume: { create: "thin", io: "direct" },
  },
  {
    name: "chap",
    what: "thin, behind CHAP",
    bytes: 1024 * MIB,
    volume: { create: "thin" },
    tgt: { params: { thin_provisioning: 1 } },
    chap: { user: "suite", secret: "fourteen-bytes" },
  },
  {
    name: "two-paths",
    what: "thin, through two portals",
    bytes: 1024 * MIB,
    volume: { create: "thin" },
    tgt: { params: { thin_provisioning: 1 } },
    groups: 2,
  },
  {
    name: "removable",
    what: "thin, removable medium",
    bytes: 1024 * MIB,
    volume: { create: "thin", removable: true },
    tgt: { params: { thin_provisioning: 1, removable: 1 } },
  },
  {
    name: "read-only",
    what: "read-only, for the suites that write nothing",
    bytes: 1024 * MIB,
    volume: { create: "thin" },
    lun: { read_only: true },
    tgt: { params: { thin_provisioning: 1, readonly: 1 } },
    tests: [
      ...[
        "Inquiry",
        "Mandatory",
        "Prefetch*",
        "Prin*",
        "ProutReserve.Ownership*",
        "Read6",
        "Read1*",
        "ReadCapacity*",
        "ReadOnly",
      ],
      ...["ReportSupportedOpcodes", "Reserve6", "StartStopUnit", "TestUnitReady"],
    ],
  },
  {
    name: "sanitize",
    what: "a disk to lose: SANITIZE",
    bytes: 64 * MIB,
    volume: { create: "thin" },
    tgt: { params: { thin_provisioning: 1 } },
    options: ["--allow-sanitize"],
    tests: SANITIZE_TO_ITS_END,
  },
];

/** Reasons of the suite that say no more than: this is not the disk for that test. */
export const NOT_THIS_DISK = [
  /--allow-sanitize flag is not set/,
  /not removable/,
  /not write-protected/,
  /Multipath unavailable/,
  /fully provisioned/,
  /LBPPB < 2/,
];

const CRYPTO_ERASE_IS_REFUSED = /^SANITIZE CRYPTO_ERASE is not implemented according to REPORT_SUPPORTED_OPCODES\.$/;

/**
 * Failures, of tests given as patterns, that are the suite's own, whoever the target is: on some `fixtures`, and then the test
 * has to pass on another; or some `failures`, and when no other assertion failed the test counts as skipped. And `skips`, which are
 * right for what Lunette is.
 */
export const EXCUSES = [
  {
    test: "GetLBAStatus.UnmapSingle",
    fixtures: ["4k-physical", "direct", "chap", "two-paths", "removable"],
    reason:
      "with several logical blocks to a physical one it asks for the status of the logical block behind an unmapped one, and expects a descriptor that starts at the next physical block",
  },
  {
    test: "ProutReserve.Access*",
    fixtures: ["4k-logical"],
    reason: "it writes one block with 512 bytes of data, whatever the length of a block is",
  },
  {
    test: "ReportSupportedOpcodes.OneCommand",
    failures: [
      /^CDB\[0\] Usage Data was 0x00, expected 0x7f for opcode 0x7f$/,
      /^test_report_supported_opcodes_one_command\.c:126 CU_ASSERT_EQUAL\(rsoc_one->cdb_usage_data\[0\],rsoc->descriptors\[i\]\.opcode\)/,
    ],
    reason: "libiscsi has room for 16 bytes of CDB usage data and reads none of a longer CDB's",
  },
  {
    test: "WriteSame10.UnmapUntilEnd",
    failures: [/^Blocks did not read back as zero$/, /^test_writesame10_unmap_until_end\.c:71 /],
    reason:
      "it writes a block of FFh with UNMAP and expects zeroes: blocks that would not read as what is written must not be unmapped (SBC-3 5.42). WriteSame16.UnmapUntilEnd writes zeroes",
  },
  {
    test: "Sanitize.CryptoErase",
    skips: [CRYPTO_ERASE_IS_REFUSED],
    reason: "nothing is encrypted, so there is no key to change, and CRYPTO ERASE is refused",
  },
  {
    test: "Sanitize.Re*",
    skips: [CRYPTO_ERASE_IS_REFUSED],
    reason: "in part: CRYPTO ERASE is refused, because nothing is encrypted; overwrite and block erase are tested",
  },
  {
    test: "WriteAtomic16.VPD",
    skips: [/^No (alignment|granularity) restrictions on this LUN$/],
    reason: "an atomic write may begin anywhere and be of any length up to the maximum, so there is nothing to violate",
  },
];
