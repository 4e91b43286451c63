// One submission and completion queue over io_uring, worker threads, or both. Single-threaded towards its
// owner. No N-API types here.
#ifndef LUNETTE_RING_H_
#define LUNETTE_RING_H_

#include <cstdint>
#include <memory>

#include "request.h"
#include "uring.h"
#include "worker_pool.h"

namespace lunette {

enum class RingKind { kAuto, kUring, kThreads };

class Ring {
 public:
  // 0, or the errno (positive) that says why this kind of ring can't be had.
  static int create(uint32_t entries, uint32_t threads, RingKind kind, std::unique_ptr<Ring>* out);
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
  // Completions that are there now, without a system call.
  uint32_t reap(const CompletionArrays& out);
  // Waits until nothing is in flight, at most about `timeout_ms`; completions are dropped. True when idle.
  // For teardown: the kernel may still write to the slab as long as this is false.
  bool quiesce(unsigned timeout_ms, const CompletionArrays& scratch);

 private:
  Ring(uint32_t entries, int event_fd) : entries_(entries), event_fd_(event_fd) {}
  uint32_t collect(const CompletionArrays& out, uint32_t at);
  void signal();

  const uint32_t entries_;
  const int event_fd_;
  int fallback_errno_ = 0;
  uint32_t in_flight_ = 0;
  // The last batch completed inside submit(): cached reads. See submit().
  bool quiet_ = true;
  std::unique_ptr<Uring> uring_;
  std::unique_ptr<WorkerPool> workers_;
};

}  // namespace lunette

#endif
