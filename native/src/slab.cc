#include "slab.h"

#include <sys/mman.h>
#include <unistd.h>

namespace lunette {

std::shared_ptr<SlabMemory> SlabMemory::create(size_t bytes) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t mapped = (bytes + page - 1) / page * page;
  void* data = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return nullptr;
#ifdef MADV_HUGEPAGE
  // A wish: fewer TLB misses and cheaper page pinning for direct I/O. Refusal costs nothing.
  madvise(data, mapped, MADV_HUGEPAGE);
#endif
  return std::shared_ptr<SlabMemory>(new SlabMemory(static_cast<uint8_t*>(data), bytes, mapped));
}

SlabMemory::~SlabMemory() { munmap(data_, mapped_); }

}  // namespace lunette
