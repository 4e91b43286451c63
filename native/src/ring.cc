#include "ring.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace lunette {

namespace {

// Inline writes cover whole pages. On machines with larger pages a file system block of this size does as well.
constexpr uint64_t kPageBytes = 4096;
// The longest inline write: copying more takes long enough for a thread of its own to be worth it.
constexpr uint64_t kInlineWriteBytes = 256 * 1024;
// No inline write begins later than this after the first one of the same submit().
constexpr uint64_t kInlineTurnNs = 1'000'000;
// On a busy machine the scheduler takes the processor away for milliseconds, which says nothing about the storage. So a
// write longer than the bound is a stall when the thread waited by itself, or when it took this many times the bound.
constexpr uint64_t kPreemptionFactor = 10;

uint64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

long waits_of_this_thread() {
  rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nvcsw : 0;
}

}  // namespace

int Ring::create(uint32_t entries, uint32_t threads, RingKind kind, uint64_t inline_write_bound_ns,
                 std::unique_ptr<Ring>* out) {
  const int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_fd < 0) return errno;
  std::unique_ptr<Ring> ring(new Ring(entries, event_fd, inline_write_bound_ns));
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

// Writes with kTryInline are made here, in the caller's thread. io_uring would send a buffered write to a kernel
// worker, since ext4 and tmpfs can't promise not to wait: two thread switches and a wake-up, several times what
// copying a page costs. But such a write can wait for the disk (too many dirty pages, a journal that commits, an inode that
// somebody has locked), and nobody is served meanwhile. So each is measured, and what it may cost is bounded.
bool Ring::perform_inline(const Request& request, InlineTurn* turn, int32_t* result) {
  if ((request.flags & kTryInline) == 0) return false;
  if (request.op == kRead && uring_ == nullptr) {
    *result = read_without_waiting(request);
    return *result != -EAGAIN;
  }
  if (request.op != kWrite || (request.flags & kDsync) != 0 || inline_write_bound_ns_ == 0) return false;
  // A part of a page may have to be read from the disk before it is written.
  if (((request.offset | request.length) & (kPageBytes - 1)) != 0 || request.length > kInlineWriteBytes) return false;
  if (turn->now_ns > 0 && (turn->now_ns >= turn->end_ns || stall_.us > 0)) return false;
  *result = write_inline(request, turn);
  return true;
}

int32_t Ring::write_inline(const Request& request, InlineTurn* turn) {
  if (turn->now_ns == 0) {
    turn->waits = waits_of_this_thread();
    turn->now_ns = now_ns();
    turn->end_ns = turn->now_ns + kInlineTurnNs;
  }
  const int32_t result = perform(request);
  const uint64_t after = now_ns();
  const uint64_t took = after - turn->now_ns;
  turn->now_ns = after;
  if (took >= inline_write_bound_ns_ &&
      (took >= inline_write_bound_ns_ * kPreemptionFactor || waits_of_this_thread() != turn->waits)) {
    stall_ = {static_cast<double>(took) / 1000, request.tag};
  }
  return result;
}

uint32_t Ring::submit(const Request* requests, uint32_t count, const CompletionArrays& out) {
  in_flight_ += count;
  stall_ = {};
  InlineTurn turn;
  uint32_t done = 0;
  uint32_t prepared = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const Request& request = requests[i];
    int32_t result;
    if (perform_inline(request, &turn, &result)) {
      out.tag[done] = request.tag;
      out.result[done] = result;
      ++done;
    } else if (uring_ != nullptr && Uring::can_do(request)) {
      uring_->prepare(request);
      on_uring_[prepared++] = i;
    } else {
      workers_->push(request);
    }
  }
  in_flight_ -= done;
  return prepared > 0 ? enter(requests, prepared, out, done) : collect(out, done);
}

// Hands over what was prepared, and collects.
uint32_t Ring::enter(const Request* requests, uint32_t prepared, const CompletionArrays& out, uint32_t done) {
  // While every batch completes inside the call (reads from the page cache), the eventfd would be written for
  // each batch only to wake the loop for nothing: 1 µs per turn. So it is muted for the call. That is sound
  // when nothing is left in flight afterwards, since then nobody can post. If something is left, a completion
  // may have been posted by a kernel worker that saw the mute flag, with no barrier between its store and that
  // look on some kernels; then the event is written here, so that the loop looks once more on its next round,
  // and later batches are not muted until one completes inside the call again.
  const bool muted = quiet_ && uring_->in_flight() == 0 && uring_->mute_events();
  // The kernel may be short of memory or of completion room: it refuses the last ones, and they go to the threads.
  const uint32_t refused = uring_->enter();
  for (uint32_t i = prepared - refused; i < prepared; ++i) workers_->push(requests[on_uring_[i]]);
  done = collect(out, done);
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
