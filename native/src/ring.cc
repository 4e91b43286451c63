#include "ring.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

namespace lunette {

int Ring::create(uint32_t entries, uint32_t threads, RingKind kind, std::unique_ptr<Ring>* out) {
  const int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_fd < 0) return errno;
  std::unique_ptr<Ring> ring(new Ring(entries, event_fd));
  if (kind != RingKind::kThreads) {
    Uring* uring = nullptr;
    const int error = Uring::create(entries, event_fd, &uring);
    if (error != 0 && kind == RingKind::kUring) return error;
    ring->fallback_errno_ = error;
    ring->uring_.reset(uring);
  }
  ring->workers_.reset(new WorkerPool(entries, threads, event_fd));
  *out = std::move(ring);
  return 0;
}

Ring::~Ring() {
  workers_.reset();
  uring_.reset();
  close(event_fd_);
}

void Ring::drain_event() {
  uint64_t count;
  while (read(event_fd_, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

void Ring::signal() {
  const uint64_t one = 1;
  while (write(event_fd_, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

uint32_t Ring::submit(const Request* requests, uint32_t count, const CompletionArrays& out) {
  in_flight_ += count;
  uint32_t done = 0;
  if (uring_ == nullptr) {
    for (uint32_t i = 0; i < count; ++i) {
      const Request& request = requests[i];
      if (request.op == kRead && (request.flags & kTryInline) != 0) {
        const int32_t moved = read_without_waiting(request);
        if (moved != -EAGAIN) {
          out.tag[done] = request.tag;
          out.result[done] = moved;
          ++done;
          continue;
        }
      }
      workers_->push(request);
    }
    in_flight_ -= done;
    return collect(out, done);
  }

  // While every batch completes inside the call (reads from the page cache), the eventfd would be written for
  // each batch only to wake the loop for nothing: 1 µs per turn. So it is muted for the call. That is sound
  // when nothing is left in flight afterwards, since then nobody can post. If something is left, a completion
  // may have been posted by a kernel worker that saw the mute flag, with no barrier between its store and that
  // look on some kernels; then the event is written here, so that the loop looks once more on its next round,
  // and later batches are not muted until one completes inside the call again.
  const bool muted = quiet_ && uring_->in_flight() == 0 && uring_->mute_events();
  uint32_t prepared = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (Uring::can_do(requests[i])) {
      uring_->prepare(requests[i]);
      ++prepared;
    } else {
      workers_->push(requests[i]);
    }
  }
  if (uint32_t refused = uring_->enter(); refused > 0) {
    // The kernel was short of memory or of completion room. The last `refused` ring requests go to the threads.
    uint32_t skip = prepared - refused;
    for (uint32_t i = 0; i < count; ++i) {
      if (!Uring::can_do(requests[i])) continue;
      if (skip > 0) {
        --skip;
      } else {
        workers_->push(requests[i]);
      }
    }
  }
  done = collect(out, 0);
  if (muted) {
    uring_->unmute_events();
    done = collect(out, done);
    if (uring_->in_flight() > 0) signal();
  }
  quiet_ = uring_->in_flight() == 0;
  return done;
}

uint32_t Ring::reap(const CompletionArrays& out) { return collect(out, 0); }

// Never overflows: at most `entries` are in flight, so at most that many completions exist.
uint32_t Ring::collect(const CompletionArrays& out, uint32_t at) {
  uint32_t done = at;
  if (uring_ != nullptr) done = uring_->reap(out, done, entries_);
  done = workers_->collect(out, done);
  in_flight_ -= done - at;
  return done;
}

bool Ring::quiesce(unsigned timeout_ms, const CompletionArrays& scratch) {
  constexpr unsigned kStepMs = 10;
  for (unsigned waited = 0;; waited += kStepMs) {
    collect(scratch, 0);
    if (in_flight_ == 0) return true;
    if (waited >= timeout_ms) return false;
    pollfd ready{event_fd_, POLLIN, 0};
    poll(&ready, 1, kStepMs);
    drain_event();
  }
}

}  // namespace lunette
