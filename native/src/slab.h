// Page-aligned anonymous memory that lives as long as anyone (JavaScript, a ring) refers to it.
#ifndef LUNETTE_SLAB_H_
#define LUNETTE_SLAB_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace lunette {

class SlabMemory {
 public:
  // Null with errno set when the memory can't be had.
  static std::shared_ptr<SlabMemory> create(size_t bytes);
  ~SlabMemory();
  SlabMemory(const SlabMemory&) = delete;
  SlabMemory& operator=(const SlabMemory&) = delete;

  uint8_t* data() const { return data_; }
  size_t bytes() const { return bytes_; }

 private:
  SlabMemory(uint8_t* data, size_t bytes, size_t mapped) : data_(data), bytes_(bytes), mapped_(mapped) {}
  uint8_t* const data_;
  const size_t bytes_;
  const size_t mapped_;
};

}  // namespace lunette

#endif
