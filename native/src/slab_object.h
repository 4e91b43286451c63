// The JavaScript class Slab.
#ifndef LUNETTE_SLAB_OBJECT_H_
#define LUNETTE_SLAB_OBJECT_H_

#include <napi.h>

#include <memory>

#include "slab.h"

namespace lunette {

class SlabObject : public Napi::ObjectWrap<SlabObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit SlabObject(const Napi::CallbackInfo& info);
  const std::shared_ptr<SlabMemory>& memory() const { return memory_; }

 private:
  Napi::Value get_memory(const Napi::CallbackInfo& info);
  Napi::Value get_bytes(const Napi::CallbackInfo& info);

  std::shared_ptr<SlabMemory> memory_;
  Napi::Reference<Napi::ArrayBuffer> array_buffer_;
};

// What one environment (the main thread or a worker) keeps about the addon.
struct AddonData {
  Napi::FunctionReference slab_class;
};

// A whole number in [min, max], or TypeError/RangeError that names `what`.
double checked_integer(Napi::Value value, double min, double max, const char* what);

}  // namespace lunette

#endif
