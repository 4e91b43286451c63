// One storage request as the ring, the kernel queue and the worker threads see it. No N-API types here.
#ifndef LUNETTE_REQUEST_H_
#define LUNETTE_REQUEST_H_

#include <cstdint>

namespace lunette {

// Values of Ring.sqOp; index.d.ts documents them.
enum Op : uint8_t {
  kRead = 0,
  kWrite = 1,
  kFlush = 2,
  kDiscard = 3,
  kWriteZeroes = 4,
  kAllocate = 5,
  kOpCount = 6,
};

// Bits of Ring.sqFlags.
enum Flag : uint8_t {
  kDsync = 1,
  kBlockDevice = 2,
  kTryInline = 4,
  kDeallocate = 8,
  kAllFlags = 15,
};

// Most bytes the kernel moves in one read or write (MAX_RW_COUNT: INT_MAX rounded down to a page).
constexpr double kMaxTransferBytes = 0x7ffff000;

struct Request {
  uint8_t* data;  // inside the slab; null for operations without data
  uint64_t length;
  uint64_t offset;
  uint32_t tag;
  int32_t fd;
  uint8_t op;
  uint8_t flags;

  bool moves_data() const { return op == kRead || op == kWrite; }
};

// Where completions are put, in the memory that JavaScript reads: parallel arrays of `entries` items.
struct CompletionArrays {
  uint32_t* tag;
  int32_t* result;
};

}  // namespace lunette

#endif
