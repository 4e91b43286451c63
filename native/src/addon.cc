// What the addon exports. Arguments of the plain functions and of Slab are checked here, those of Ring in
// ring_object.cc; below them, nothing is checked again.
#include <napi.h>

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "crc32c.h"
#include "datagram.h"
#include "device.h"
#include "peer.h"
#include "request.h"
#include "ring_object.h"
#include "slab_object.h"

namespace lunette {

namespace {

constexpr double kMaxSlabBytes = 1099511627776.0;  // 1 TiB: catches nonsense; the kernel knows what it has
constexpr double kMaxOffset = 9007199254740991.0;  // Number.MAX_SAFE_INTEGER

int checked_fd(const Napi::CallbackInfo& info) {
  return static_cast<int>(checked_integer(info[0], 0, INT_MAX, "fd"));
}

bool checked_flag(Napi::Object options, const char* name) {
  Napi::Value value = options.Get(name);
  if (!value.IsBoolean()) throw Napi::TypeError::New(options.Env(), std::string("openDevice: ") + name + " must be a boolean");
  return value.As<Napi::Boolean>().Value();
}

Napi::Value open_device_js(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[0].IsString()) throw Napi::TypeError::New(env, "openDevice: path must be a string");
  if (!info[1].IsObject()) throw Napi::TypeError::New(env, "openDevice: options must be an object");
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Napi::TypeError::New(env, "openDevice: path is empty or holds a NUL");
  }
  Napi::Object options = info[1].As<Napi::Object>();
  const bool direct = checked_flag(options, "direct");
  const bool read_only = checked_flag(options, "readOnly");
  const bool create = checked_flag(options, "create");
  return Napi::Number::New(env, open_device(path.c_str(), direct, read_only, create));
}

void close_device_js(const Napi::CallbackInfo& info) { close(checked_fd(info)); }

Napi::Value device_facts_js(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  DeviceFacts facts;
  const int error = device_facts(checked_fd(info), &facts);
  if (error != 0) return Napi::Number::New(env, error);
  Napi::Object out = Napi::Object::New(env);
  out.Set("kind", facts.block_device ? "block-device" : "file");
  out.Set("sizeBytes", static_cast<double>(facts.size_bytes));
  out.Set("allocatedBytes", static_cast<double>(facts.allocated_bytes));
  out.Set("offsetAlignment", facts.offset_alignment);
  out.Set("memoryAlignment", facts.memory_alignment);
  out.Set("logicalBlockSize", facts.logical_block_size);
  out.Set("physicalBlockSize", facts.physical_block_size);
  out.Set("canDiscard", facts.can_discard);
  out.Set("discardGranularity", static_cast<double>(facts.discard_granularity));
  out.Set("canWriteZeroes", facts.can_write_zeroes);
  out.Set("discardZeroes", facts.discard_zeroes);
  out.Set("identity", facts.identity);
  return out;
}

Napi::Value device_size_js(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(device_size(checked_fd(info))));
}

Napi::Value truncate_device_js(const Napi::CallbackInfo& info) {
  const int fd = checked_fd(info);
  const double bytes = checked_integer(info[1], 0, kMaxOffset, "truncateDevice: bytes");
  int result;
  do {
    result = ftruncate(fd, static_cast<off_t>(bytes));
  } while (result < 0 && errno == EINTR);
  return Napi::Number::New(info.Env(), result < 0 ? -errno : 0);
}

Napi::Value send_datagram_js(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const auto is_bytes = [](Napi::Value value) {
    return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
  };
  if (!is_bytes(info[0]) || !is_bytes(info[1])) {
    throw Napi::TypeError::New(env, "sendDatagram: path and message must be Uint8Arrays");
  }
  const auto path = info[0].As<Napi::Uint8Array>();
  const auto message = info[1].As<Napi::Uint8Array>();
  return Napi::Number::New(env, send_datagram(path.Data(), path.ByteLength(), message.Data(), message.ByteLength()));
}

Napi::Value peer_credentials_js(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  PeerCredentials peer;
  const int error = peer_credentials(checked_fd(info), &peer);
  if (error != 0) return Napi::Number::New(env, error);
  Napi::Object out = Napi::Object::New(env);
  out.Set("pid", static_cast<double>(peer.pid));
  out.Set("uid", static_cast<double>(peer.uid));
  out.Set("gid", static_cast<double>(peer.gid));
  return out;
}

// Looking up extents can read metadata from disk, so it runs on libuv's pool.
class ExtentWorker : public Napi::AsyncWorker {
 public:
  ExtentWorker(Napi::Env env, int fd, double offset, double end, Napi::Float64Array out)
      : Napi::AsyncWorker(env, "lunette:extent"),
        fd_(fd),
        offset_(static_cast<int64_t>(offset)),
        end_(static_cast<int64_t>(end)),
        out_(Napi::Persistent(out.As<Napi::Object>())),
        deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }
  void Execute() override { result_ = extent_at(fd_, offset_, end_, &data_, &run_end_); }
  void OnOK() override {
    Napi::Object out = out_.Value();
    if (result_ == 0) {
      out.Set(0U, data_ ? 1 : 0);
      out.Set(1U, static_cast<double>(run_end_));
    }
    deferred_.Resolve(Napi::Number::New(Env(), result_));
  }

 private:
  const int fd_;
  const int64_t offset_;
  const int64_t end_;
  Napi::ObjectReference out_;
  Napi::Promise::Deferred deferred_;
  int result_ = 0;
  bool data_ = true;
  int64_t run_end_ = 0;
};

Napi::Value extent_at_js(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const int fd = checked_fd(info);
  const double offset = checked_integer(info[1], 0, kMaxOffset, "extentAt: offset");
  const double end = checked_integer(info[2], offset + 1, kMaxOffset, "extentAt: end");
  if (!info[3].IsTypedArray() || info[3].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array ||
      info[3].As<Napi::TypedArray>().ElementLength() < 2) {
    throw Napi::TypeError::New(env, "extentAt: out must be a Float64Array of at least 2");
  }
  auto* worker = new ExtentWorker(env, fd, offset, end, info[3].As<Napi::Float64Array>());
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

// Digests are computed for every header of 48 bytes, so these two use the plain C interface.
using Crc = uint32_t (*)(uint32_t seed, const uint8_t* data, size_t bytes);

template <Crc kCompute>
napi_value crc32c_js(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t count = 4;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_typedarray_type type = napi_int8_array;
  void* data = nullptr;
  size_t bytes = 0;
  double start = -1;
  double end = -1;
  double seed = -1;
  if (count < 4 || napi_get_typedarray_info(env, arguments[0], &type, &bytes, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array || napi_get_value_double(env, arguments[1], &start) != napi_ok ||
      napi_get_value_double(env, arguments[2], &end) != napi_ok ||
      napi_get_value_double(env, arguments[3], &seed) != napi_ok) {
    napi_throw_type_error(env, nullptr, "crc32c: expected (Uint8Array, start, end, seed)");
    return nullptr;
  }
  if (!(start >= 0 && start <= end && end <= static_cast<double>(bytes)) || start != std::floor(start) ||
      end != std::floor(end)) {
    napi_throw_range_error(env, nullptr, "crc32c: start and end are not inside the bytes");
    return nullptr;
  }
  if (!(seed >= 0 && seed <= 4294967295.0) || seed != std::floor(seed)) {
    napi_throw_range_error(env, nullptr, "crc32c: seed is not an unsigned 32-bit number");
    return nullptr;
  }
  const auto from = static_cast<size_t>(start);
  const uint32_t crc = kCompute(static_cast<uint32_t>(seed), static_cast<const uint8_t*>(data) + from,
                                static_cast<size_t>(end) - from);
  napi_value result = nullptr;
  napi_create_uint32(env, crc, &result);
  return result;
}

Napi::Value plain_function(Napi::Env env, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) != napi_ok) {
    throw Napi::Error::New(env);
  }
  return Napi::Value(env, function);
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  Napi::Function slab_class = SlabObject::define(env);
  auto* data = new AddonData();
  data->slab_class = Napi::Persistent(slab_class);
  env.SetInstanceData(data);
  exports.Set("Slab", slab_class);
  exports.Set("Ring", define_ring(env));
  const std::pair<const char*, int> numbers[] = {
      {"OP_READ", kRead},         {"OP_WRITE", kWrite},
      {"OP_FLUSH", kFlush},       {"OP_DISCARD", kDiscard},
      {"OP_WRITE_ZEROES", kWriteZeroes}, {"OP_ALLOCATE", kAllocate},
      {"FLAG_DSYNC", kDsync},     {"FLAG_BLOCK_DEVICE", kBlockDevice},
      {"FLAG_TRY_INLINE", kTryInline},   {"FLAG_DEALLOCATE", kDeallocate},
  };
  for (const auto& [name, value] : numbers) exports.Set(name, value);
  exports.Set("openDevice", Napi::Function::New(env, open_device_js, "openDevice"));
  exports.Set("closeDevice", Napi::Function::New(env, close_device_js, "closeDevice"));
  exports.Set("sendDatagram", Napi::Function::New(env, send_datagram_js, "sendDatagram"));
  exports.Set("peerCredentials", Napi::Function::New(env, peer_credentials_js, "peerCredentials"));
  exports.Set("deviceFacts", Napi::Function::New(env, device_facts_js, "deviceFacts"));
  exports.Set("deviceSize", Napi::Function::New(env, device_size_js, "deviceSize"));
  exports.Set("truncateDevice", Napi::Function::New(env, truncate_device_js, "truncateDevice"));
  exports.Set("extentAt", Napi::Function::New(env, extent_at_js, "extentAt"));
  exports.Set("crc32c", plain_function(env, "crc32c", &crc32c_js<&crc32c>));
  exports.Set("crc32cTable", plain_function(env, "crc32cTable", &crc32c_js<&crc32c_table>));
  exports.Set("crc32cKind", crc32c_kind());
  return exports;
}

}  // namespace

double checked_integer(Napi::Value value, double min, double max, const char* what) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string(what) + " must be a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= min && number <= max) || number != std::floor(number)) {
    throw Napi::RangeError::New(value.Env(), std::string(what) + " must be a whole number from " +
                                                 std::to_string(static_cast<int64_t>(min)) + " to " +
                                                 std::to_string(static_cast<int64_t>(max)));
  }
  return number;
}

Napi::Function SlabObject::define(Napi::Env env) {
  return DefineClass(env, "Slab",
                     {
                         InstanceAccessor<&SlabObject::get_memory>("memory"),
                         InstanceAccessor<&SlabObject::get_bytes>("bytes"),
                     });
}

SlabObject::SlabObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SlabObject>(info) {
  Napi::Env env = info.Env();
  const double bytes = checked_integer(info[0], 1, kMaxSlabBytes, "Slab: bytes");
  memory_ = SlabMemory::create(static_cast<size_t>(bytes));
  if (memory_ == nullptr) {
    const int error = errno;
    Napi::Error failure = Napi::Error::New(env, std::string("Slab: ") + std::strerror(error));
    failure.Set("errno", Napi::Number::New(env, -error));
    throw failure;
  }
  auto* keep = new std::shared_ptr<SlabMemory>(memory_);
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(
      env, memory_->data(), memory_->bytes(), [](Napi::Env, void*, std::shared_ptr<SlabMemory>* kept) { delete kept; },
      keep);
  array_buffer_ = Napi::Persistent(buffer);
}

Napi::Value SlabObject::get_memory(const Napi::CallbackInfo&) { return array_buffer_.Value(); }

Napi::Value SlabObject::get_bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(memory_->bytes()));
}

}  // namespace lunette

static Napi::Object Initialise(Napi::Env env, Napi::Object exports) { return lunette::initialise(env, exports); }

NODE_API_MODULE(lunette, Initialise)
