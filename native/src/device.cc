#include "device.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace lunette {

namespace {

constexpr uint32_t kSector = 512;
constexpr uint32_t kPage = 4096;

// Reads a number from /sys/dev/block/MAJOR:MINOR/…/queue/NAME; -1 when there is none. A partition has no
// queue of its own; its disk, one directory up, has.
int64_t queue_limit(dev_t device, const char* name) {
  for (const char* up : {"", "../"}) {
    char path[128];
    std::snprintf(path, sizeof path, "/sys/dev/block/%u:%u/%squeue/%s", major(device), minor(device), up, name);
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "re"), std::fclose);
    if (file == nullptr) continue;
    long long value;
    if (std::fscanf(file.get(), "%lld", &value) == 1) return value;
  }
  return -1;
}

// Whether a direct read of `length` bytes into memory aligned to `memory` bytes is accepted.
bool direct_read_accepted(int fd, uint8_t* page_aligned, uint32_t memory, uint32_t length) {
  uint8_t* target = memory == kPage ? page_aligned : page_aligned + memory;
  return pread(fd, target, length, 0) >= 0;
}

// Alignment that direct I/O wants. The kernel tells since 6.1 (and only for some filesystems); before, it is
// found by trying to read, the way QEMU and others do. A kernel that accepts 512 is taken at its word.
int direct_alignment(int fd, uint32_t* offset_alignment, uint32_t* memory_alignment) {
#ifdef STATX_DIOALIGN
  struct statx facts;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &facts) == 0 && (facts.stx_mask & STATX_DIOALIGN) != 0) {
    // Zero: opened with O_DIRECT, yet reads and writes would silently go through the page cache.
    if (facts.stx_dio_offset_align == 0) return -EOPNOTSUPP;
    *offset_alignment = facts.stx_dio_offset_align;
    *memory_alignment = facts.stx_dio_mem_align;
    return 0;
  }
#endif
  *offset_alignment = kPage;
  *memory_alignment = kPage;
  void* memory = nullptr;
  if (posix_memalign(&memory, kPage, 2 * kPage) != 0) return -ENOMEM;
  std::unique_ptr<void, void (*)(void*)> owner(memory, std::free);
  auto* bytes = static_cast<uint8_t*>(memory);
  if (direct_read_accepted(fd, bytes, kSector, kPage)) *memory_alignment = kSector;
  if (direct_read_accepted(fd, bytes, *memory_alignment, kSector)) *offset_alignment = kSector;
  return 0;
}

// Whether the filesystem punches holes: asked with a hole behind the end of the file, which changes nothing.
bool punches_holes(int fd, int64_t size) {
  const off_t behind = static_cast<off_t>((size + 2 * kPage - 1) / kPage * kPage);
  return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, behind, kPage) == 0;
}

int block_facts(int fd, const struct stat& st, DeviceFacts* facts) {
  int logical = 0;
  unsigned physical = 0;
  if (ioctl(fd, BLKSSZGET, &logical) < 0 || ioctl(fd, BLKPBSZGET, &physical) < 0) return -errno;
  const int64_t size = device_size(fd);
  if (size < 0) return static_cast<int>(size);
  facts->block_device = true;
  facts->size_bytes = size;
  facts->allocated_bytes = size;
  facts->logical_block_size = static_cast<uint32_t>(logical);
  facts->physical_block_size = physical;
  const bool writable = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR;
  facts->can_discard = writable && queue_limit(st.st_rdev, "discard_max_bytes") > 0;
  if (facts->can_discard) {
    const int64_t granularity = queue_limit(st.st_rdev, "discard_granularity");
    facts->discard_granularity = granularity > 0 ? granularity : logical;
  }
  // BLKZEROOUT writes zeroes itself where the device has no command for it.
  facts->can_write_zeroes = writable;
  // The kernel has promised nothing about the contents after BLKDISCARD since 4.12 (discard_zeroes_data is 0).
  facts->discard_zeroes = queue_limit(st.st_rdev, "discard_zeroes_data") > 0;
  facts->identity = "block " + std::to_string(major(st.st_rdev)) + ":" + std::to_string(minor(st.st_rdev));
  return 0;
}

void file_facts(int fd, const struct stat& st, DeviceFacts* facts) {
  facts->size_bytes = st.st_size;
  facts->allocated_bytes = static_cast<int64_t>(st.st_blocks) * kSector;
  facts->logical_block_size = kSector;
  facts->physical_block_size = static_cast<uint32_t>(st.st_blksize);
  const bool writable = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR;
  facts->can_discard = writable && punches_holes(fd, st.st_size);
  facts->discard_granularity = facts->can_discard ? st.st_blksize : 0;
  facts->can_write_zeroes = writable;
  facts->discard_zeroes = true;
  facts->identity = "file " + std::to_string(major(st.st_dev)) + ":" + std::to_string(minor(st.st_dev)) + ":" +
                    std::to_string(static_cast<unsigned long long>(st.st_ino));
}

}  // namespace

int open_device(const char* path, bool direct, bool read_only, bool create) {
  // O_NONBLOCK so that a FIFO can't hold us up; taken away again below, since io_uring would answer EAGAIN.
  int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (read_only ? O_RDONLY : O_RDWR) | (direct ? O_DIRECT : 0);
  struct stat before;
  bool block = false;
  if (create) {
    flags |= O_CREAT | O_EXCL;
  } else {
    if (stat(path, &before) < 0) return -errno;
    block = S_ISBLK(before.st_mode);
    if (S_ISDIR(before.st_mode)) return -EISDIR;
    if (!block && !S_ISREG(before.st_mode)) return -ENOTBLK;
    // On a block device O_EXCL (without O_CREAT) claims it against mounts, swap, md and the like.
    if (block) flags |= O_EXCL;
  }
  // 0600: a volume's bytes are for the daemon's own user.
  const int fd = open(path, flags, 0600);
  if (fd < 0) return -errno;
  const auto fail = [&](int error) {
    close(fd);
    if (create) unlink(path);
    return -error;
  };
  struct stat now;
  if (fstat(fd, &now) < 0) return fail(errno);
  // The path was swapped between stat and open.
  if (block ? !S_ISBLK(now.st_mode) : !S_ISREG(now.st_mode)) return fail(ENOTBLK);
  const int status = fcntl(fd, F_GETFL);
  if (status < 0 || fcntl(fd, F_SETFL, status & ~O_NONBLOCK) < 0) return fail(errno);
  if (flock(fd, LOCK_EX | LOCK_NB) < 0) return fail(errno);
  if (direct) {
    uint32_t offset_alignment;
    uint32_t memory_alignment;
    const int error = direct_alignment(fd, &offset_alignment, &memory_alignment);
    if (error != 0) return fail(-error);
  }
  return fd;
}

int device_facts(int fd, DeviceFacts* facts) {
  struct stat st;
  if (fstat(fd, &st) < 0) return -errno;
  if (S_ISBLK(st.st_mode)) {
    const int error = block_facts(fd, st, facts);
    if (error != 0) return error;
  } else {
    file_facts(fd, st, facts);
  }
  const int status = fcntl(fd, F_GETFL);
  if (status < 0) return -errno;
  if ((status & O_DIRECT) == 0) return 0;
  return direct_alignment(fd, &facts->offset_alignment, &facts->memory_alignment);
}

int64_t device_size(int fd) {
  struct stat st;
  if (fstat(fd, &st) < 0) return -errno;
  if (!S_ISBLK(st.st_mode)) return st.st_size;
  uint64_t bytes = 0;
  if (ioctl(fd, BLKGETSIZE64, &bytes) < 0) return -errno;
  return static_cast<int64_t>(bytes);
}

int extent_at(int fd, int64_t offset, int64_t end, bool* data, int64_t* run_end) {
  // lseek moves the descriptor's position, which nobody uses: all I/O names its offset. The loop is for a
  // hole that is punched between the two look-ups.
  for (int attempt = 0; attempt < 16; ++attempt) {
    const off_t next_data = lseek(fd, static_cast<off_t>(offset), SEEK_DATA);
    if (next_data < 0) {
      // ENXIO: no data up to the end of the file. EINVAL: no such look-up here (block devices): all is data.
      if (errno != ENXIO && errno != EINVAL && errno != EOPNOTSUPP) return -errno;
      *data = errno != ENXIO;
      *run_end = end;
      return 0;
    }
    *data = next_data == offset;
    const off_t stop = *data ? lseek(fd, static_cast<off_t>(offset), SEEK_HOLE) : next_data;
    if (stop < 0 && errno != ENXIO) return -errno;
    if (stop <= offset) continue;
    *run_end = stop < end ? stop : end;
    return 0;
  }
  return -EAGAIN;
}

}  // namespace lunette
