// io_uring through the kernel's own interface (<linux/io_uring.h>), no library. Single-threaded: one
// thread creates, submits and reaps. No N-API types here.
#ifndef LUNETTE_URING_H_
#define LUNETTE_URING_H_

#include <linux/io_uring.h>

#include <cstddef>
#include <cstdint>

#include "request.h"

namespace lunette {

class Uring {
 public:
  // 0, or the errno (positive) that says why io_uring can't be used here.
  static int create(uint32_t entries, int event_fd, Uring** out);
  ~Uring();
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  // Whether the ring has an opcode for this request.
  static bool can_do(const Request& request);
  // Adds one request to those that the next enter() hands over. At most `entries` between two enters.
  void prepare(const Request& request);
  // Hands over what was prepared with one system call; returns how many the kernel did NOT take (the last
  // ones prepared). They are forgotten here; the caller does them another way.
  uint32_t enter();
  // Appends completions from index `at`, at most up to index `limit`, and returns the new count.
  uint32_t reap(const CompletionArrays& out, uint32_t at, uint32_t limit);

  // Switches the eventfd off and on; false when the kernel (before 5.8) has no such switch.
  bool mute_events();
  void unmute_events();

  uint32_t in_flight() const { return in_flight_; }

 private:
  Uring() = default;
  int set_up(uint32_t entries, int event_fd);

  int fd_ = -1;
  void* rings_ = nullptr;
  size_t rings_bytes_ = 0;
  io_uring_sqe* sqes_ = nullptr;
  size_t sqes_bytes_ = 0;
  uint32_t* sq_head_ = nullptr;
  uint32_t* sq_tail_ = nullptr;
  uint32_t sq_mask_ = 0;
  uint32_t* cq_head_ = nullptr;
  uint32_t* cq_tail_ = nullptr;
  uint32_t* cq_flags_ = nullptr;
  uint32_t cq_mask_ = 0;
  io_uring_cqe* cqes_ = nullptr;
  uint32_t prepared_ = 0;
  uint32_t in_flight_ = 0;
};

}  // namespace lunette

#endif
