#include "worker_pool.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

namespace lunette {

namespace {

int32_t transfer(const Request& request, int rw_flags) {
  iovec piece{request.data, static_cast<size_t>(request.length)};
  const off_t offset = static_cast<off_t>(request.offset);
  for (;;) {
    const ssize_t moved = request.op == kRead ? preadv2(request.fd, &piece, 1, offset, rw_flags)
                                              : pwritev2(request.fd, &piece, 1, offset, rw_flags);
    if (moved >= 0) return static_cast<int32_t>(moved);
    if (errno != EINTR) return -errno;
  }
}

int32_t allocate(const Request& request, int mode) {
  while (fallocate(request.fd, mode, static_cast<off_t>(request.offset), static_cast<off_t>(request.length)) < 0) {
    if (errno != EINTR) return -errno;
  }
  return 0;
}

int32_t block_ioctl(const Request& request, unsigned long what) {
  uint64_t range[2] = {request.offset, request.length};
  while (ioctl(request.fd, what, range) < 0) {
    if (errno != EINTR) return -errno;
  }
  return 0;
}

void signal_event(int event_fd) {
  const uint64_t one = 1;
  // EAGAIN means that the counter is full, so the reader is about to be woken anyway.
  while (write(event_fd, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

}  // namespace

int32_t perform(const Request& request) {
  const bool block = (request.flags & kBlockDevice) != 0;
  switch (request.op) {
    case kRead:
      return transfer(request, 0);
    case kWrite:
      return transfer(request, (request.flags & kDsync) != 0 ? RWF_DSYNC : 0);
    case kFlush:
      while (fdatasync(request.fd) < 0) {
        if (errno != EINTR) return -errno;
      }
      return 0;
    case kDiscard:
      return block ? block_ioctl(request, BLKDISCARD) : allocate(request, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
    case kWriteZeroes:
      if ((request.flags & kDeallocate) != 0) return allocate(request, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
      return block ? block_ioctl(request, BLKZEROOUT) : allocate(request, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE);
    case kAllocate:
      return allocate(request, FALLOC_FL_KEEP_SIZE);
    default:
      return -EINVAL;
  }
}

int32_t read_without_waiting(const Request& request) {
  const int32_t moved = transfer(request, RWF_NOWAIT);
  return moved == -EOPNOTSUPP || moved == -EINVAL ? -EAGAIN : moved;
}

WorkerPool::WorkerPool(uint32_t capacity, uint32_t max_threads, int event_fd)
    : capacity_(capacity), max_threads_(max_threads), event_fd_(event_fd), queue_(capacity) {
  done_.reserve(capacity);
  threads_.reserve(max_threads);
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::push(const Request& request) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_[(queue_head_ + queue_size_) % capacity_] = request;
    ++queue_size_;
    if (queue_size_ > idle_ && threads_.size() < max_threads_) {
      // Signals belong to the main thread: a worker that took SIGTERM would hide it from libuv.
      sigset_t all;
      sigset_t before;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before);
      try {
        threads_.emplace_back(&WorkerPool::work, this);
      } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        if (threads_.empty()) {
          --queue_size_;
          std::lock_guard<std::mutex> done_lock(done_mutex_);
          done_.push_back({request.tag, -EAGAIN});
          done_count_.store(static_cast<uint32_t>(done_.size()), std::memory_order_release);
          signal_event(event_fd_);
        }
        return;
      }
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
  }
  wake_.notify_one();
}

uint32_t WorkerPool::collect(const CompletionArrays& out, uint32_t at) {
  if (done_count_.load(std::memory_order_acquire) == 0) return at;
  std::lock_guard<std::mutex> lock(done_mutex_);
  for (const Done& done : done_) {
    out.tag[at] = done.tag;
    out.result[at] = done.result;
    ++at;
  }
  done_.clear();
  done_count_.store(0, std::memory_order_release);
  return at;
}

void WorkerPool::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    if (queue_size_ == 0) {
      if (stopping_) return;
      ++idle_;
      wake_.wait(lock, [this] { return queue_size_ > 0 || stopping_; });
      --idle_;
      continue;
    }
    const Request request = queue_[queue_head_];
    queue_head_ = (queue_head_ + 1) % capacity_;
    --queue_size_;
    lock.unlock();
    const int32_t result = perform(request);
    bool first;
    {
      std::lock_guard<std::mutex> done_lock(done_mutex_);
      first = done_.empty();
      done_.push_back({request.tag, result});
      done_count_.store(static_cast<uint32_t>(done_.size()), std::memory_order_release);
      // Written under the lock: the collector that empties the list sees the event already there, and the
      // descriptor is still open, because the owner can't have collected this completion yet.
      if (first) signal_event(event_fd_);
    }
    lock.lock();
  }
}

}  // namespace lunette
