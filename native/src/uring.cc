#include "uring.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>

// Kernel headers older than these flags still build the addon; the kernel that runs decides at set-up.
#ifndef IORING_SETUP_SUBMIT_ALL
#define IORING_SETUP_SUBMIT_ALL (1U << 7)
#endif
#ifndef IORING_SETUP_COOP_TASKRUN
#define IORING_SETUP_COOP_TASKRUN (1U << 8)
#endif
#ifndef IORING_SETUP_SINGLE_ISSUER
#define IORING_SETUP_SINGLE_ISSUER (1U << 12)
#endif

namespace lunette {

namespace {

int sys_setup(uint32_t entries, io_uring_params* params) {
  return static_cast<int>(syscall(__NR_io_uring_setup, entries, params));
}

int sys_enter(int fd, uint32_t to_submit, uint32_t min_complete, uint32_t flags) {
  return static_cast<int>(syscall(__NR_io_uring_enter, fd, to_submit, min_complete, flags, nullptr, 0));
}

int sys_register(int fd, uint32_t what, void* argument, uint32_t count) {
  return static_cast<int>(syscall(__NR_io_uring_register, fd, what, argument, count));
}

uint32_t load_acquire(const uint32_t* from) { return __atomic_load_n(from, __ATOMIC_ACQUIRE); }
void store_release(uint32_t* to, uint32_t value) { __atomic_store_n(to, value, __ATOMIC_RELEASE); }

bool has_opcodes(int fd) {
  constexpr unsigned kRows = 64;
  const size_t bytes = sizeof(io_uring_probe) + kRows * sizeof(io_uring_probe_op);
  std::unique_ptr<uint64_t[]> memory(new uint64_t[bytes / sizeof(uint64_t) + 1]());
  auto* probe = reinterpret_cast<io_uring_probe*>(memory.get());
  if (sys_register(fd, IORING_REGISTER_PROBE, probe, kRows) < 0) return false;
  for (const unsigned op : {IORING_OP_READ, IORING_OP_WRITE, IORING_OP_FSYNC, IORING_OP_FALLOCATE}) {
    if (op >= probe->ops_len || (probe->ops[op].flags & IO_URING_OP_SUPPORTED) == 0) return false;
  }
  return true;
}

}  // namespace

int Uring::create(uint32_t entries, int event_fd, Uring** out) {
  std::unique_ptr<Uring> ring(new Uring());
  const int error = ring->set_up(entries, event_fd);
  *out = error == 0 ? ring.release() : nullptr;
  return error;
}

int Uring::set_up(uint32_t entries, int event_fd) {
  io_uring_params params;
  // COOP_TASKRUN: completions don't interrupt JavaScript; they are posted when the thread next enters the
  // kernel, and epoll_wait, where an idle loop sits, counts. SUBMIT_ALL: one bad request doesn't hold up the
  // batch. SINGLE_ISSUER: one thread submits. Older kernels answer EINVAL, so less is asked step by step.
  const uint32_t wishes[] = {
      IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER,
      IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL,
      IORING_SETUP_SUBMIT_ALL,
      0,
  };
  for (const uint32_t flags : wishes) {
    std::memset(&params, 0, sizeof params);
    params.flags = flags | IORING_SETUP_CLAMP;
    fd_ = sys_setup(entries, &params);
    if (fd_ >= 0 || errno != EINVAL) break;
  }
  if (fd_ < 0) return errno;
  if ((params.features & IORING_FEAT_SINGLE_MMAP) == 0 || params.sq_entries < entries || !has_opcodes(fd_)) return ENOSYS;

  const size_t sq_bytes = params.sq_off.array + params.sq_entries * sizeof(uint32_t);
  const size_t cq_bytes = params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe);
  rings_bytes_ = sq_bytes > cq_bytes ? sq_bytes : cq_bytes;
  void* rings = mmap(nullptr, rings_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, IORING_OFF_SQ_RING);
  if (rings == MAP_FAILED) return errno;
  rings_ = rings;
  sqes_bytes_ = params.sq_entries * sizeof(io_uring_sqe);
  void* sqes = mmap(nullptr, sqes_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, IORING_OFF_SQES);
  if (sqes == MAP_FAILED) return errno;
  sqes_ = static_cast<io_uring_sqe*>(sqes);

  auto* base = static_cast<uint8_t*>(rings_);
  sq_head_ = reinterpret_cast<uint32_t*>(base + params.sq_off.head);
  sq_tail_ = reinterpret_cast<uint32_t*>(base + params.sq_off.tail);
  sq_mask_ = params.sq_entries - 1;
  cq_head_ = reinterpret_cast<uint32_t*>(base + params.cq_off.head);
  cq_tail_ = reinterpret_cast<uint32_t*>(base + params.cq_off.tail);
  cq_flags_ = params.cq_off.flags == 0 ? nullptr : reinterpret_cast<uint32_t*>(base + params.cq_off.flags);
  cq_mask_ = params.cq_entries - 1;
  cqes_ = reinterpret_cast<io_uring_cqe*>(base + params.cq_off.cqes);
  // The indirection array is the identity for ever: entry i of the queue is request slot i.
  auto* order = reinterpret_cast<uint32_t*>(base + params.sq_off.array);
  for (uint32_t i = 0; i < params.sq_entries; ++i) order[i] = i;

  if (sys_register(fd_, IORING_REGISTER_EVENTFD, &event_fd, 1) < 0) return errno;
  return 0;
}

Uring::~Uring() {
  if (sqes_ != nullptr) munmap(sqes_, sqes_bytes_);
  if (rings_ != nullptr) munmap(rings_, rings_bytes_);
  if (fd_ >= 0) close(fd_);
}

bool Uring::can_do(const Request& request) {
  if ((request.flags & kBlockDevice) == 0) return true;
  return request.op == kRead || request.op == kWrite || request.op == kFlush;
}

void Uring::prepare(const Request& request) {
  const uint32_t tail = *sq_tail_;
  io_uring_sqe* sqe = &sqes_[tail & sq_mask_];
  std::memset(sqe, 0, sizeof *sqe);
  sqe->fd = request.fd;
  sqe->user_data = request.tag;
  sqe->off = request.offset;
  switch (request.op) {
    case kRead:
      sqe->opcode = IORING_OP_READ;
      break;
    case kWrite:
      sqe->opcode = IORING_OP_WRITE;
      sqe->rw_flags = (request.flags & kDsync) != 0 ? RWF_DSYNC : 0;
      break;
    case kFlush:
      sqe->opcode = IORING_OP_FSYNC;
      sqe->off = 0;
      sqe->fsync_flags = IORING_FSYNC_DATASYNC;
      break;
    default: {
      // fallocate(2) as an opcode: the length travels in `addr`, the mode in `len`.
      const bool punch = request.op == kDiscard || (request.op == kWriteZeroes && (request.flags & kDeallocate) != 0);
      const int how = punch ? FALLOC_FL_PUNCH_HOLE : request.op == kWriteZeroes ? FALLOC_FL_ZERO_RANGE : 0;
      sqe->opcode = IORING_OP_FALLOCATE;
      sqe->addr = request.length;
      sqe->len = static_cast<uint32_t>(how | FALLOC_FL_KEEP_SIZE);
      break;
    }
  }
  if (request.moves_data()) {
    sqe->addr = reinterpret_cast<uintptr_t>(request.data);
    sqe->len = static_cast<uint32_t>(request.length);
  }
  store_release(sq_tail_, tail + 1);
  ++prepared_;
}

uint32_t Uring::enter() {
  while (prepared_ > 0) {
    const int taken = sys_enter(fd_, prepared_, 0, 0);
    if (taken > 0) {
      prepared_ -= static_cast<uint32_t>(taken);
      in_flight_ += static_cast<uint32_t>(taken);
    } else if (taken == 0 || errno != EINTR) {
      break;
    }
  }
  // Without SQPOLL the kernel reads the queue only inside the call, so what it left can be taken back.
  const uint32_t left = prepared_;
  if (left > 0) store_release(sq_tail_, load_acquire(sq_head_));
  prepared_ = 0;
  return left;
}

uint32_t Uring::reap(const CompletionArrays& out, uint32_t at, uint32_t limit) {
  uint32_t head = *cq_head_;
  const uint32_t tail = load_acquire(cq_tail_);
  if (head == tail) return at;
  while (head != tail && at < limit) {
    const io_uring_cqe& cqe = cqes_[head & cq_mask_];
    out.tag[at] = static_cast<uint32_t>(cqe.user_data);
    out.result[at] = cqe.res;
    ++at;
    ++head;
    --in_flight_;
  }
  store_release(cq_head_, head);
  return at;
}

bool Uring::mute_events() {
  if (cq_flags_ == nullptr) return false;
  __atomic_store_n(cq_flags_, IORING_CQ_EVENTFD_DISABLED, __ATOMIC_SEQ_CST);
  return true;
}

void Uring::unmute_events() {
  __atomic_store_n(cq_flags_, 0U, __ATOMIC_SEQ_CST);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

}  // namespace lunette
