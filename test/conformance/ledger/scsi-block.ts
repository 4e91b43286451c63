// Conditions of the commands of SBC-3 and SBC-4.

import type { Condition } from "./rule.ts";
import { commandTests, of, scsiTests } from "./scsi-rows.ts";

const block = commandTests("block-commands");
const block32 = commandTests("block-commands-32");
const verify = commandTests("verify");
const unmap = commandTests("unmap");
const atomic = commandTests("write-atomic");
const sanitize = commandTests("sanitize");
const management = commandTests("management");
const removable = commandTests("removable-medium");
const defects = commandTests("read-defect-data");
const locks = scsiTests("range-locks");
const limits = scsiTests("block-limits");

const READS = ["READ(6)", "READ(10)", "READ(12)", "READ(16)"];
const WRITES = ["WRITE(6)", "WRITE(10)", "WRITE(12)", "WRITE(16)"];
const VERIFIES = ["VERIFY(10)", "VERIFY(12)", "VERIFY(16)"];
const WRITES_AND_VERIFIES = ["WRITE AND VERIFY(10)", "WRITE AND VERIFY(12)", "WRITE AND VERIFY(16)"];
const BYTES_32 = ["READ(32)", "WRITE(32)", "VERIFY(32)", "WRITE AND VERIFY(32)", "WRITE SAME(32)"];

const READING: readonly Condition[] = [
  ...of(READS, [
    ["it delivers the blocks that it names", block("delivers the blocks that it names")],
    ["the last block is read, and one behind it is 21h/00h", block("reaches the last block and not the one behind it")],
    [
      "the medium fails: MEDIUM ERROR 11h/00h with the LBA of the first block that failed",
      block("reports the first block of the lowest piece that failed"),
    ],
    ["the backend is gone: NOT READY 04h/00h", block("is not ready when the backend is gone")],
  ]),
  ...of("READ(6)", [["TRANSFER LENGTH 0 is 256 blocks", block("zero in READ(6) and WRITE(6) means 256 blocks")]]),
  ...of("READ(10)", [
    [
      "TRANSFER LENGTH 0 up to the end of the medium: GOOD, nothing is read",
      block("%s of no blocks at LBA %i of 8192 moves nothing", '"READ(10)", cdb.read10, 8192'),
    ],
    [
      "TRANSFER LENGTH 0 behind the end: 21h/00h",
      block("%s of no blocks at LBA %i of 8192 moves nothing", '"READ(10)", cdb.read10, 8193'),
    ],
    [
      "more than MAXIMUM TRANSFER LENGTH: 24h/00h at TRANSFER LENGTH",
      block("a transfer above MAXIMUM TRANSFER LENGTH is refused with a pointer at its length"),
    ],
    ["RDPROTECT is not 0: 24h/00h at the bit", block("%s is refused with a pointer at the bit", "RDPROTECT")],
    ["FUA: what is in the write cache is flushed first", block("READ with FUA flushes the write cache before it reads")],
    ["FUA without a write cache: nothing is flushed", block("READ with FUA has nothing to flush without a write cache")],
    ["FUA, and the flush fails: HARDWARE ERROR 03h/00h", block("%s reports a flush that failed", "READ with FUA")],
    [
      "FUA after a flush that failed for another nexus: told once",
      block("a flush that failed for one nexus is told once to each other", "READ with FUA"),
    ],
    ["DPO and GROUP NUMBER change nothing", block("DPO and GROUP NUMBER change nothing that %s does", "READ(10)")],
    [
      "the initiator has less room: whole length reported, only what fits is read",
      block("a READ fetches only the blocks there is room for"),
    ],
    ["the initiator has no room: GOOD, nothing is read", block("a READ without room touches nothing and is GOOD")],
    ["a shortage in the kernel that passes: BUSY", block("%s, a shortage that passes, is BUSY for a read and a write")],
    ["the medium shrinks while it waits: 21h/00h", block("fails a READ that was admitted before")],
    ["the backend is shorter than the unit: MEDIUM ERROR", block("fails %s behind its end with a medium error")],
  ]),
  ...of("READ(16)", [
    ["an LBA of 32 to 64 bits beyond the end: 21h/00h", block("LBA %s is out of range, whatever arithmetic does to it")],
    [
      "more than MAXIMUM TRANSFER LENGTH: 24h/00h at byte 10, and the maximum itself is read",
      block("a transfer above MAXIMUM TRANSFER LENGTH is refused with a pointer at its length"),
    ],
    ["a reserved bit: 24h/00h at the bit", block("%s is refused with a pointer at the bit", '"a reserved bit"')],
  ]),
  ...of(
    ["PRE-FETCH(10)", "PRE-FETCH(16)"],
    [
      ["it reads the blocks, with IMMED too: CONDITION MET", block("%s reads the blocks and says CONDITION MET")],
      [
        "PREFETCH LENGTH 0 is all to the end; more than one transfer: GOOD, not all of it taken",
        block("says GOOD when it did not take all of the blocks"),
      ],
      ["a block can't be read: MEDIUM ERROR 11h/00h with its LBA", block("reports a block that can't be read")],
    ],
  ),
  ...of("READ CAPACITY(10)", [
    ["it gives the last LBA and the block length", block("(10) of %i bytes in blocks of %i")],
    ["2^32 blocks or more: FFFFFFFFh", block("(10) of %i blocks says %i, (16) the truth")],
    ["an empty volume: NOT READY 04h/00h", block("of an empty volume is not ready")],
  ]),
  ...of("READ CAPACITY(16)", [
    ["it gives the last LBA in 64 bits", block("(10) of %i blocks says %i, (16) the truth")],
    ["blocks per physical block, LBPME and LBPRZ are those of the volume", block("(16) of %j tells the exponent %i")],
    ["an empty volume: NOT READY 04h/00h", block("of an empty volume is not ready")],
  ]),
  ...of(
    ["READ DEFECT DATA(10)", "READ DEFECT DATA(12)"],
    [
      ["a header, the lists asked for, and no defect", defects("returns a header and no defect")],
      ["a format that nobody has described: 24h/00h at it", defects("refuses formats that nobody has described")],
      ["ALLOCATION LENGTH cuts the header, down to nothing", defects("cuts the header to the allocation length")],
    ],
  ),
  ...of("READ DEFECT DATA(12)", [
    ["an index behind the last entry: the header alone", defects("READ DEFECT DATA(12) with an index behind the last entry")],
  ]),
  ...of("GET LBA STATUS", [
    ["mapped and deallocated runs from the LBA on", unmap("tells mapped and deallocated runs from the LBA on")],
    ["whole descriptors only", unmap("with an allocation length of %i gives %i bytes")],
    ["a volume that is not thin: all is mapped", unmap("of a volume that is not thin says mapped")],
    ["the LBA is at the end: 21h/00h", unmap("beyond the end is out of range")],
  ]),
  ...of("REPORT REFERRALS", [
    [
      "one segment, the whole unit, with each group's state",
      commandTests("target-port-groups")("gives one segment, the whole unit, with each group's state"),
    ],
  ]),
  ...of("TEST UNIT READY", [
    ["the unit runs: GOOD; else NOT READY with the reason", block("is GOOD on a running unit, and NOT READY with the reason")],
  ]),
];

const VERIFYING: readonly Condition[] = [
  ...of(VERIFIES, [
    ["BYTCHK 00b: every block is read", verify("without BYTCHK reads every block of the range")],
    ["a block can't be read: MEDIUM ERROR 11h/00h with its LBA", verify("finds a block that can't be read")],
    [
      "BYTCHK 01b: MISCOMPARE 1Dh/00h with the offset of the first byte that differs",
      verify("with BYTCHK 1 tells that byte %i is the first to differ"),
    ],
    ["BYTCHK 11b: each block is compared with the one sent", verify("with BYTCHK 3 compares every block")],
    ["BYTCHK 10b: 24h/00h at the field", verify("refuses the reserved BYTCHK 2")],
    [
      "longer than any transfer is verified, beyond the end is 21h/00h",
      verify("verifies ranges longer than any transfer, but none beyond the end"),
    ],
  ]),
  ...of("VERIFY(10)", [
    [
      "VERIFICATION LENGTH 0 behind the end: 21h/00h",
      block("%s of no blocks at LBA %i of 8192 moves nothing", '"VERIFY(10)", cdb.verify10, 8193'),
    ],
    ["BYTCHK 01b and other data than the CDB says: refused", block("%s is refused", "VERIFY with bytes to compare")],
    ["memory to compare in is short: it waits, and an abort ends that", verify("that is short is waited for")],
  ]),
  ...of("VERIFY(32)", [["BYTCHK is in byte 10, and compares", block32("VERIFY(32) compares with BYTCHK of byte 10")]]),
  ...of(BYTES_32, [
    ["ADDITIONAL CDB LENGTH is not 18h: 24h/00h", block32("takes an additional CDB length of 18h and no other")],
    ["only 16 bytes of the CDB have come: refused", block32("fails cleanly when only the 16 bytes of the header have come")],
    ["protection information is asked for: 24h/00h at byte 10", block32("points at the flags in byte 10")],
    ["expected tags and GROUP NUMBER are ignored", block32("refuses reserved bytes, and ignores the fields")],
    ["64 bits of LBA, the last block and not one behind", block32("reaches the last block and not the one behind it")],
  ]),
  ...of(BYTES_32, [["the medium fails: its error with the LBA", block32("tells a medium that fails with its LBA")]]),
  ...of("READ(32)", [
    ["it delivers the blocks that it names", block32("write and read the blocks that they name")],
    ["more than MAXIMUM TRANSFER LENGTH: 24h/00h at byte 28", block32("a length beyond the limit is refused")],
  ]),
];

const WRITING: readonly Condition[] = [
  ...of(WRITES, [
    ["it changes the blocks that it names and no other byte", block("changes the blocks that it names and no other byte")],
    ["the medium fails: MEDIUM ERROR 0Ch/00h with the LBA", block("turns errno $errno into $code", "errno: EIO")],
    ["no space is left: DATA PROTECT 27h/07h", block("turns errno $errno into $code", "errno: ENOSPC")],
    ["a read-only mapping: 27h/00h before any data is asked for", block("is refused on a read-only mapping")],
  ]),
  ...of("WRITE(6)", [
    ["TRANSFER LENGTH 0 is 256 blocks", block("zero in READ(6) and WRITE(6) means 256 blocks")],
    ["bits of the LBA are no FUA", block("the LBA bits of WRITE(6) are no FUA bit")],
    [
      "WCE is 0: on stable storage before its status",
      block("%s without a write cache is on stable storage before its status", "WRITE(6)"),
    ],
  ]),
  ...of("WRITE(10)", [
    [
      "WCE is 0: on stable storage before its status",
      block("%s without a write cache is on stable storage before its status", "WRITE(10)"),
    ],
    ["FUA: on stable storage before its status", block("%s with FUA is on stable storage before its status", "WRITE(10)")],
    ["WCE is 1, no FUA: left to SYNCHRONIZE CACHE", block("WRITE with a write cache leaves that to SYNCHRONIZE CACHE")],
    [
      "FUA after a flush that failed for another nexus: told once",
      block("a flush that failed for one nexus is told once to each other", "WRITE with FUA"),
    ],
    [
      "TRANSFER LENGTH 0 behind the end: 21h/00h",
      block("%s of no blocks at LBA %i of 8192 moves nothing", "cdb.write10, 8193"),
    ],
    ["WRPROTECT is not 0: 24h/00h at the bit", block("%s is refused with a pointer at the bit", "WRPROTECT")],
    ["DPO and GROUP NUMBER change nothing", block("DPO and GROUP NUMBER change nothing that %s does", "WRITE(10)")],
    ["fewer whole blocks come than the CDB says: those are written", block("a WRITE writes the whole blocks it got")],
    ["part of a block comes: nothing is written", block("a WRITE never writes part of a block: it refuses all of it")],
    ["more comes than the CDB says: no more than that is written", block("a WRITE takes no more than its CDB says")],
    ["a shortage in the kernel that passes: BUSY", block("%s, a shortage that passes, is BUSY for a read and a write")],
  ]),
  ...of("WRITE(12)", [
    [
      "more than MAXIMUM TRANSFER LENGTH: 24h/00h at byte 6",
      block("a transfer above MAXIMUM TRANSFER LENGTH is refused with a pointer at its length"),
    ],
  ]),
  ...of("WRITE(16)", [
    ["the maximum of VPD B0h is written, one block more is 24h/00h", limits("the largest lengths promised are taken")],
    ["FUA and DPO: on stable storage before its status", block("%s with FUA is on stable storage", "WRITE(16)")],
    ["TRANSFER LENGTH 0: GOOD, nothing is written", block("%s of no blocks at LBA %i of 8192 moves nothing", "cdb.write16, 0")],
  ]),
  ...of("WRITE(32)", [
    ["it writes the blocks that it names", block32("write and read the blocks that they name")],
    ["no FUA: the data stay in the cache", block32("WRITE(32) without FUA leaves the data in the cache")],
  ]),
  ...of(WRITES_AND_VERIFIES, [
    ["the blocks are durable, and read back", verify("writes durably, then reads back (flags %i)")],
    ["BYTCHK 01b: MISCOMPARE where the medium kept something else", verify("finds what the medium did not keep")],
    ["the write or the reading fails: its error with the LBA", verify("reports an error of request $index")],
  ]),
  ...of("WRITE AND VERIFY(32)", [
    ["the blocks are durable, and read back", block32("WRITE AND VERIFY(32) writes durably and reads back")],
  ]),
  ...of("ORWRITE(16)", [
    ["bits are set and none cleared", verify("sets bits and clears none")],
    ["reading or writing fails: it stops there, with the LBA", verify("stops at an error of request %i, with the LBA")],
    ["no blocks behind the end: 21h/00h", block("%s of no blocks at LBA %i of 8192 moves nothing", "cdb.orwrite16, 8193")],
    ["ORPROTECT is not 0: 24h/00h at the bit", block("%s is refused with a pointer at the bit", "ORPROTECT")],
    ["FUA: on stable storage before its status", block("%s with FUA is on stable storage", "ORWRITE(16)")],
    ["WCE is 0: on stable storage before its status", block("%s without a write cache is on stable storage", "ORWRITE(16)")],
  ]),
  ...of("COMPARE AND WRITE", [
    ["all bytes compare: the blocks are written", verify("writes when every byte compares")],
    ["a byte differs: MISCOMPARE 1Dh/00h with its offset, nothing is written", verify("writes nothing when byte %i differs")],
    ["no blocks: GOOD; more than the limit: 24h/00h at byte 13", verify("of no blocks is GOOD, of more than the limit")],
    ["MAXIMUM COMPARE AND WRITE LENGTH itself is taken", limits("the largest lengths promised are taken")],
    ["255 blocks of 4 KiB lose no byte", verify("of 255 blocks of 4 KiB splits Data-Out")],
    [
      "reading or writing fails: its error with the LBA, the blocks are free",
      verify("reports an error of request $index and gives"),
    ],
    ["other data than twice the blocks: refused", block("%s is refused", "COMPARE AND WRITE, too little")],
    ["FUA: on stable storage before its status", block("%s with FUA is on stable storage", "COMPARE AND WRITE")],
    [
      "WCE is 0: on stable storage before its status",
      block("%s without a write cache is on stable storage", "COMPARE AND WRITE"),
    ],
    ["a WRITE of the same blocks runs: it waits", locks("waits for a WRITE on its blocks that was there before")],
    ["others on other blocks run beside it", locks("leaves other blocks alone")],
    ["several at once: as one by one", locks("whatever the interleaving, the outcome is that of the commands one by one")],
    ["aborted after comparing: the write is waited for or prevented", locks("of a COMPARE AND WRITE that has compared waits")],
  ]),
];

const PROVISIONING: readonly Condition[] = [
  ...of(
    ["WRITE SAME(10)", "WRITE SAME(16)"],
    [
      ["the block is repeated, with UNMAP too", unmap("repeats its block, with flags %i too")],
      ["UNMAP and a block that is not all zero: written, not unmapped", unmap("writes a block that is zero but for byte %i")],
      ["a zero block: unmapped with UNMAP, kept without", unmap("of zeroes keeps the storage without UNMAP")],
      ["NUMBER OF LOGICAL BLOCKS 0 is all to the end (WSNZ 0)", unmap("writes to the end of the medium for zero blocks")],
      [
        "more than MAXIMUM WRITE SAME LENGTH: 24h/00h; at the end: 21h/00h",
        unmap("refuses more than MAXIMUM WRITE SAME LENGTH"),
      ],
      ["the medium fails: it stops there, with the LBA", unmap("stops at an error of request %i with its LBA")],
    ],
  ),
  ...of("WRITE SAME(10)", [
    ["NDOB is reserved: 24h/00h at the bit", unmap("is a reserved bit in WRITE SAME(10)")],
    ["WCE is 0: on stable storage before its status", block("%s without a write cache is", "WRITE SAME of a pattern")],
    ["less than a block of data: refused", block("%s is refused", "WRITE SAME, less than a block")],
  ]),
  ...of("WRITE SAME(16)", [
    ["NDOB: no data, the blocks are zero", unmap("asks for no data and zeroes the blocks (flags %i)")],
    ["ANCHOR: 24h/00h at the bit", block("%s is refused with a pointer at the bit", "ANCHOR of WRITE SAME")],
    ["WCE is 0 with UNMAP: on stable storage before its status", block("%s without a write cache is", "WRITE SAME with UNMAP")],
    ["more than a block of data: refused", block("%s is refused", "WRITE SAME, more than a block")],
  ]),
  ...of("WRITE SAME(32)", [
    [
      "the block is repeated; NDOB; UNMAP, refused where the unit is not thin",
      block32("WRITE SAME(32) repeats a block, needs none"),
    ],
    ["more than MAXIMUM WRITE SAME LENGTH: 24h/00h at byte 28", block32("a length beyond the limit is refused")],
  ]),
  ...of("UNMAP", [
    [
      "the blocks read as zeroes, whole granules lose their storage, nothing else changes",
      unmap("discards whole granules and zeroes"),
    ],
    ["a granule that two descriptors share is given back", unmap("gives back a granule that two descriptors share")],
    ["storage that does not zero, or can't discard: zeroes all the same", unmap("reads as zeroes even on storage of %j")],
    ["PARAMETER LIST LENGTH 0: GOOD, nothing is done", unmap("takes %s for what it is", "a length of zero")],
    ["no descriptors: GOOD", unmap("takes %s for what it is", "a header without descriptors")],
    ["a descriptor of no blocks: GOOD", unmap("takes %s for what it is", "a descriptor of no blocks")],
    [
      "an incomplete last descriptor is ignored",
      unmap("takes %s for what it is", "an incomplete descriptor, which is ignored"),
    ],
    ["less than a header: 1Ah/00h", unmap("takes %s for what it is", "less than a header")],
    ["more than MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT: 26h/00h", unmap("takes %s for what it is", "too many descriptors")],
    ["more than MAXIMUM UNMAP LBA COUNT in all: 26h/00h", unmap("refuses more blocks than MAXIMUM UNMAP LBA COUNT")],
    ["a range beyond the end: 21h/00h", unmap("takes %s for what it is", "a range beyond the end")],
    ["the last descriptor is bad: nothing is unmapped", unmap("changes nothing when its last descriptor is bad")],
    ["the medium fails: MEDIUM ERROR with the LBA; no space: 27h/07h", unmap("reports errno $errno of request $index")],
    ["ANCHOR: 24h/00h at the bit", block("%s is refused with a pointer at the bit", "ANCHOR of UNMAP")],
    ["WCE is 0: on stable storage before its status", block("%s without a write cache is", '"UNMAP", cdb.unmap(24)')],
    ["the volume is not thin: 20h/00h", unmap("is no command of a volume that is not thin")],
  ]),
  ...of("WRITE ATOMIC(16)", [
    ["its blocks are written, durably, and no other byte", atomic("writes its blocks, durably even without FUA")],
    ["no blocks: GOOD up to the end, 21h/00h behind it", atomic("no blocks are no error up to the end of the medium")],
    ["out of range and too long: 21h/00h", atomic("out of range is told before a length that is too large")],
    ["ATOMIC BOUNDARY, protection, reserved bits: 24h/00h at them", atomic("an atomic boundary, protection and reserved bits")],
    ["less data than its blocks: nothing is written", atomic("with less data than its blocks nothing is written")],
    ["a reader at the same time: all of it or nothing", atomic("a reader finds all of it or nothing, whenever it comes")],
    ["power is lost in the middle: old or new after recovery", atomic("killed at any request to the volume it leaves")],
    ["no space in the middle: the old blocks, 27h/07h", atomic("a disk that is full in the middle leaves the old blocks")],
    ["neither new nor old blocks can be written: HARDWARE ERROR", atomic("a medium that takes neither the new blocks nor")],
    ["the journal can't be written: HARDWARE ERROR, volume untouched", atomic("a journal that can't be written")],
    [
      "aborted behind its record: all of it is written first",
      atomic("an abort behind the record waits until all of it is written"),
    ],
    ["no journal: 20h/00h, and VPD B0h says so", atomic("a unit without a journal does not have it")],
  ]),
];

const MAINTAINING: readonly Condition[] = [
  ...of(
    ["SYNCHRONIZE CACHE(10)", "SYNCHRONIZE CACHE(16)"],
    [
      [
        "all writes before it are on stable storage, with IMMED and SYNC_NV too",
        block("%s flushes whatever its flags, range and blocks are"),
      ],
    ],
  ),
  ...of("SYNCHRONIZE CACHE(10)", [
    [
      "no blocks behind the end: 21h/00h",
      block("%s of no blocks at LBA %i of 8192 moves nothing", "cdb.synchronizeCache10, 8193"),
    ],
  ]),
  ...of("SYNCHRONIZE CACHE(16)", [
    ["the flush fails: HARDWARE ERROR 03h/00h", block("%s reports a flush that failed", "SYNCHRONIZE CACHE")],
    [
      "a flush failed for another nexus: told once",
      block("a flush that failed for one nexus is told once", '"SYNCHRONIZE CACHE"'),
    ],
  ]),
  ...of("START STOP UNIT", [
    [
      "START 0: flushed, and all nexuses meet 04h/02h; START 1: ready again",
      management("stops after a flush, keeps the medium"),
    ],
    ["NO_FLUSH: no flush; a flush that fails: HARDWARE ERROR 03h/00h", management("does not flush for NO_FLUSH")],
    ["a read-only mapping: 27h/00h", management("is not for a nexus that may only read to stop")],
    ["POWER CONDITION is not 0: START and LOEJ are ignored", management("ignores START and LOEJ beside a power condition")],
    ["LOEJ on a fixed unit: 24h/00h at the bit", management("has nothing to eject on a fixed unit")],
    ["IMMED: the same, and its end is waited for", management("does with IMMED what it does without, and waits for it")],
    [
      "LOEJ on a removable unit: ejected, 3Ah/00h for all, data are kept",
      removable("has no medium for anybody once it is ejected"),
    ],
    ["removal is prevented: 53h/02h", removable("keeps its medium while any host prevents removal")],
    [
      "removal is prevented while it waits for its turn: the medium stays",
      removable("keeps its medium when removal is prevented"),
    ],
    [
      "a reserved value of POWER CONDITION",
      { uncovered: "taken like every other condition, while SPC-4 wants reserved code values reported as errors" },
    ],
    ["stopped without LOEJ: flushed, the medium stays", removable("stays ready when it is stopped without being ejected")],
    ["a logical unit reset: a stopped unit is started", management("is undone by a logical unit reset")],
  ]),
  ...of("PREVENT ALLOW MEDIUM REMOVAL", [
    ["PREVENT 1 and 0 per nexus; another value: 24h/00h", management("is kept per nexus until allowed or reset")],
    ["the nexus is lost: it prevents no more", removable("keeps its medium while any host prevents removal")],
    ["a logical unit reset: nobody prevents any more", removable("forgets about prevention with a logical unit reset")],
  ]),
  ...of("SANITIZE / OVERWRITE", [
    [
      "the pattern is begun anew in each block, all of the medium",
      sanitize("writes a pattern of %i bytes, begun anew in each block"),
    ],
    ["a pattern of zeroes is written, not unmapped", sanitize("a pattern of zeroes is written like any other")],
    ["OVERWRITE COUNT passes, INVERT turns every second one", sanitize("each pass is on stable storage before the next")],
    ["PARAMETER LIST LENGTH out of range: 24h/00h at it", sanitize("a parameter list length of %i is refused")],
    ["TEST, no count, a pattern length that lies: 26h/00h, untouched", sanitize("%s is refused, and nothing is touched")],
    ["IMMED: GOOD at once, progress in sense data", sanitize("with IMMED ends at once and goes on")],
    [
      "tasks that execute are waited for, those that come are refused",
      sanitize("waits for what executes, and refuses what comes then"),
    ],
    ["write protected or reserved by another: refused", sanitize("is refused where writing is")],
    ["in progress: only the commands of 4.11.2 run", sanitize("in progress lets through what SBC-4 4.11.2 lists")],
    ["ABORT TASK, reset, nexus loss: the operation goes on", sanitize("goes on after ABORT TASK, a reset of the unit")],
    ["it fails: MEDIUM ERROR 31h/03h until it is left", sanitize("keeps the unit closed but for what is allowed")],
    [
      "AUSE was 0 and it failed: only a restricted operation leads out",
      sanitize("in restricted mode is left by one that succeeds"),
    ],
    [
      "power is lost: remembered, and it covers everything",
      sanitize("goes on after a kill in the middle, and covers everything"),
    ],
    ["power is lost after it failed: it stays failed", sanitize("that has failed stays failed")],
    ["it can't be remembered: not begun", sanitize("that can't be remembered is not begun")],
  ]),
  ...of("SANITIZE / BLOCK ERASE", [
    ["overwritten, given back, and all reads as zeroes", sanitize("overwrites what has storage, gives all of it back")],
    ["storage that will not give back: overwritten", sanitize("storage that will not give back after all")],
    ["blocks still hold something afterwards: it has failed", sanitize("blocks that still hold something afterwards")],
    ["what WRITE ATOMIC keeps beside the volume is erased too, or it fails", sanitize("erases what WRITE ATOMIC has left")],
    ["PARAMETER LIST LENGTH is not 0: 24h/00h at it", sanitize("takes no parameter list")],
    ["the unit is not thin: no such command", sanitize("is there where blocks can be given back")],
  ]),
  ...of("SANITIZE / EXIT FAILURE MODE", [
    ["it failed with AUSE 1: the unit is usable again", sanitize("in unrestricted mode is left by EXIT FAILURE MODE")],
    ["it failed with AUSE 0: 24h/00h", sanitize("in restricted mode is left by one that succeeds")],
    ["nothing has failed: GOOD", sanitize("EXIT FAILURE MODE is no error without one")],
  ]),
];

export const BLOCK_CONDITIONS: readonly Condition[] = [...READING, ...VERIFYING, ...WRITING, ...PROVISIONING, ...MAINTAINING];
