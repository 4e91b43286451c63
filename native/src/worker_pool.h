// A bounded pool of threads that perform requests with ordinary system calls: the fallback where
// io_uring is refused, and the home of operations io_uring has no opcode for (BLKDISCARD, BLKZEROOUT).
#ifndef LUNETTE_WORKER_POOL_H_
#define LUNETTE_WORKER_POOL_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "request.h"

namespace lunette {

class WorkerPool {
 public:
  // `capacity`: most requests inside the pool at once (queued, running or not yet collected). The caller
  // keeps that bound. Threads start when work comes, up to `max_threads`. `event_fd` is written when a
  // completion waits; it stays the caller's.
  WorkerPool(uint32_t capacity, uint32_t max_threads, int event_fd);
  // Finishes what is queued, then joins the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void push(const Request& request);
  // Appends completions from index `at` and returns the new count.
  uint32_t collect(const CompletionArrays& out, uint32_t at);

 private:
  struct Done {
    uint32_t tag;
    int32_t result;
  };

  void work();

  const uint32_t capacity_;
  const uint32_t max_threads_;
  const int event_fd_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Request> queue_;  // circular, `capacity_` long
  uint32_t queue_head_ = 0;
  uint32_t queue_size_ = 0;
  uint32_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
  std::mutex done_mutex_;
  std::vector<Done> done_;
  std::atomic<uint32_t> done_count_{0};  // lets collect() return without the lock when there is nothing
};

// Performs one request in the calling thread: bytes moved, 0, or a negative errno. EINTR is retried.
int32_t perform(const Request& request);
// The part of a read that needs no waiting (RWF_NOWAIT): bytes, or -EAGAIN when it would have to wait.
int32_t read_without_waiting(const Request& request);

}  // namespace lunette

#endif
