// One submission and completion queue over io_uring, worker threads, or both. Single-threaded towards its
// owner. No N-API types here.
#ifndef LUNETTE_RING_H_
#define LUNETTE_RING_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "request.h"
#include "uring.h"
#include "worker_pool.h"

namespace lunette {

enum class RingKind { kAuto, kUring, kThreads };

// A write made inside submit() that kept the thread waiting.
struct Stall {
  double us = 0;  // how long, microseconds; 0: there was none
  uint32_t tag = 0;
};

class Ring {
 public:
  // 0, or the errno (positive) that says why this kind of ring can't be had.
  // `inline_write_bound_ns`: from here on an inline write counts as a stall; 0 switches inline writes off.
  static int create(uint32_t entries, uint32_t threads, RingKind kind, uint64_t inline_write_bound_ns,
                    std::unique_ptr<Ring>* out);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // Becomes readable when completions may be there. The owner watches and drains it.
  int event_fd() const { return event_fd_; }
  void drain_event();

  bool uses_uring() const { return uring_ != nullptr; }
  int fallback_errno() const { return fallback_errno_; }
  uint32_t entries() const { return entries_; }
  uint32_t in_flight() const { return in_flight_; }

  // Hands over `count` requests (in flight + count <= entries: the caller's promise) and returns how many
  // completions it put into `out`, of these or earlier requests.
  uint32_t submit(const Request* requests, uint32_t count, const CompletionArrays& out);
  // The stall of the last submit(), at most one: the first one ends inline writing for that call.
  const Stall& stall() const { return stall_; }
  // Completions that are there now, without a system call.
  uint32_t reap(const CompletionArrays& out);
  // Waits until nothing is in flight, at most about `timeout_ms`; completions are dropped. True when idle.
  // For teardown: the kernel may still write to the slab as long as this is false.
  bool quiesce(unsigned timeout_ms, const CompletionArrays& scratch);

 private:
  Ring(uint32_t entries, int event_fd, uint64_t inline_write_bound_ns)
      : entries_(entries), event_fd_(event_fd), inline_write_bound_ns_(inline_write_bound_ns), on_uring_(entries) {}
  // What the inline writes of one submit() have used up.
  struct InlineTurn {
    uint64_t now_ns = 0;  // after the last inline write; 0: there was none
    uint64_t end_ns = 0;
    long waits = 0;  // voluntary context switches of this thread before the first inline write
  };

  bool perform_inline(const Request& request, InlineTurn* turn, int32_t* result);
  int32_t write_inline(const Request& request, InlineTurn* turn);
  uint32_t enter(const Request* requests, uint32_t prepared, const CompletionArrays& out, uint32_t done);
  uint32_t collect(const CompletionArrays& out, uint32_t at);
  void signal();

  const uint32_t entries_;
  const int event_fd_;
  const uint64_t inline_write_bound_ns_;
  int fallback_errno_ = 0;
  uint32_t in_flight_ = 0;
  // The last batch completed inside submit(): cached reads. See submit().
  bool quiet_ = true;
  Stall stall_;
  // Indexes of the requests of one submit() that went to io_uring, in order.
  std::vector<uint32_t> on_uring_;
  std::unique_ptr<Uring> uring_;
  std::unique_ptr<WorkerPool> workers_;
};

}  // namespace lunette

#endif
