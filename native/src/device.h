// Opening, locking and asking files and block devices. No N-API types here; errors are negative errno numbers.
#ifndef LUNETTE_DEVICE_H_
#define LUNETTE_DEVICE_H_

#include <cstdint>
#include <string>

namespace lunette {

struct DeviceFacts {
  bool block_device = false;
  int64_t size_bytes = 0;
  int64_t allocated_bytes = 0;
  uint32_t offset_alignment = 1;
  uint32_t memory_alignment = 1;
  uint32_t logical_block_size = 512;
  uint32_t physical_block_size = 512;
  bool can_discard = false;
  int64_t discard_granularity = 0;
  bool can_write_zeroes = false;
  bool discard_zeroes = false;
  std::string identity;
};

// A descriptor, exclusively locked, or a negative errno. -EWOULDBLOCK: locked elsewhere. -EBUSY: a block
// device in use by the kernel. -ENOTBLK: neither a regular file nor a block device. -EOPNOTSUPP: the
// filesystem has no direct I/O for this file.
int open_device(const char* path, bool direct, bool read_only, bool create);
int device_facts(int fd, DeviceFacts* facts);
int64_t device_size(int fd);
// The run of equal allocation state at `offset`; 0 or a negative errno.
int extent_at(int fd, int64_t offset, int64_t end, bool* data, int64_t* run_end);

}  // namespace lunette

#endif
