#include "ring_object.h"

#include <uv.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "ring.h"
#include "slab_object.h"

namespace lunette {

namespace {

constexpr double kMaxEntries = 4096;
constexpr double kMaxThreads = 64;
constexpr double kMaxInlineWriteBoundUs = 1e9;
constexpr double kMaxOffset = 9007199254740991.0;  // Number.MAX_SAFE_INTEGER
// At the end of the process or worker: how long to wait for I/O that is in flight.
constexpr unsigned kTeardownMs = 2000;

// The arrays shared with JavaScript, in one allocation. It outlives the ring as long as JavaScript holds a view.
struct Arena {
  explicit Arena(uint32_t entries) : bytes(kStallBytes + entries * kPerEntry), memory(new double[bytes / sizeof(double)]()) {
    stall = memory.get();
    uint8_t* at = reinterpret_cast<uint8_t*>(memory.get()) + kStallBytes;
    const auto take = [&](size_t size) {
      uint8_t* here = at;
      at += size * entries;
      return here;
    };
    // Widest first, so that every array is aligned for its type.
    buffer = reinterpret_cast<double*>(take(8));
    length = reinterpret_cast<double*>(take(8));
    offset = reinterpret_cast<double*>(take(8));
    fd = reinterpret_cast<int32_t*>(take(4));
    tag = reinterpret_cast<uint32_t*>(take(4));
    completions.tag = reinterpret_cast<uint32_t*>(take(4));
    completions.result = reinterpret_cast<int32_t*>(take(4));
    op = take(1);
    flags = take(1);
  }

  static constexpr size_t kPerEntry = 48;  // 42 used, rounded up to a multiple of 8
  static constexpr size_t kStallBytes = 2 * sizeof(double);

  const size_t bytes;
  const std::unique_ptr<double[]> memory;
  double* stall;
  double* buffer;
  double* length;
  double* offset;
  int32_t* fd;
  uint32_t* tag;
  CompletionArrays completions;
  uint8_t* op;
  uint8_t* flags;
};

// Everything that must outlive the JavaScript object while I/O is in flight. Deletes itself when the ring is
// idle, closed, and libuv has let go of the poll handle.
class RingState {
 public:
  RingState(Napi::Env env, std::unique_ptr<Ring> ring, std::shared_ptr<SlabMemory> slab, std::shared_ptr<Arena> arena,
            Napi::Object self, Napi::Function on_completions)
      : env_(env),
        ring_(std::move(ring)),
        slab_(std::move(slab)),
        arena_(std::move(arena)),
        requests_(ring_->entries()),
        self_(Napi::Persistent(self)),
        on_completions_(Napi::Persistent(on_completions)),
        context_(env, "lunette:ring") {
    uv_loop_t* loop = nullptr;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok || uv_poll_init(loop, &poll_, ring_->event_fd()) != 0) {
      throw Napi::Error::New(env, "the event loop does not watch the ring's eventfd");
    }
    poll_.data = this;
    uv_poll_start(&poll_, UV_READABLE, &RingState::on_event);
    // An idle ring does not keep the process alive; see update_reference().
    uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
    napi_add_async_cleanup_hook(env, &RingState::on_teardown, this, &cleanup_);
  }

  bool closing() const { return closing_; }
  const Ring& ring() const { return *ring_; }

  // Returns the number of completions, or -1 with a JavaScript exception pending.
  int64_t submit(uint32_t count) {
    if (closing_) return fail("ring is closed");
    if (count > ring_->entries() - ring_->in_flight()) {
      napi_throw_range_error(env_, nullptr, "submit: more operations in flight than the ring has entries");
      return -1;
    }
    for (uint32_t i = 0; i < count; ++i) {
      if (const char* wrong = take(i)) {
        napi_throw_range_error(env_, nullptr, wrong);
        return -1;
      }
    }
    const uint32_t done = ring_->submit(requests_.data(), count, arena_->completions);
    arena_->stall[0] = ring_->stall().us;
    arena_->stall[1] = ring_->stall().tag;
    update_reference();
    return done;
  }

  int64_t reap() {
    if (closing_) return fail("ring is closed");
    const uint32_t done = ring_->reap(arena_->completions);
    update_reference();
    return done;
  }

  void close() {
    closing_ = true;
    if (!dispatching_) release_when_idle();
  }

  // Told by the JavaScript object's slot for us, so that it stops pointing here.
  RingState** owner_slot = nullptr;

 private:
  ~RingState() = default;

  int64_t fail(const char* message) {
    napi_throw_error(env_, nullptr, message);
    return -1;
  }

  // Checks entry `i` and copies it; what is wrong with it, or null. The one place where numbers that
  // JavaScript wrote become addresses and lengths.
  const char* take(uint32_t i) {
    Request& request = requests_[i];
    const double buffer = arena_->buffer[i];
    const double length = arena_->length[i];
    const double offset = arena_->offset[i];
    request.op = arena_->op[i];
    request.flags = arena_->flags[i];
    request.fd = arena_->fd[i];
    request.tag = arena_->tag[i];
    request.data = nullptr;
    request.length = 0;
    request.offset = 0;
    if (request.op >= kOpCount) return "submit: unknown operation";
    if ((request.flags & ~kAllFlags) != 0) return "submit: unknown flag";
    if (request.fd < 0) return "submit: negative file descriptor";
    if (request.op == kFlush) return nullptr;
    // Written so that NaN fails.
    if (!(offset >= 0 && offset <= kMaxOffset) || offset != std::floor(offset)) return "submit: offset is not a whole number of bytes";
    if (!(length >= 1 && length <= kMaxOffset - offset) || length != std::floor(length)) {
      return "submit: length is not a whole number of bytes, at least 1";
    }
    request.offset = static_cast<uint64_t>(offset);
    request.length = static_cast<uint64_t>(length);
    if (!request.moves_data()) return nullptr;
    const double slab_bytes = static_cast<double>(slab_->bytes());
    if (length > kMaxTransferBytes || length > slab_bytes) return "submit: length is larger than the slab or one transfer";
    if (!(buffer >= 0 && buffer <= slab_bytes - length) || buffer != std::floor(buffer)) return "submit: buffer is outside the slab";
    request.data = slab_->data() + static_cast<size_t>(buffer);
    return nullptr;
  }

  // The loop stays alive for I/O in flight, not for an idle ring.
  void update_reference() {
    auto* handle = reinterpret_cast<uv_handle_t*>(&poll_);
    if (ring_->in_flight() > 0) {
      uv_ref(handle);
    } else {
      uv_unref(handle);
    }
  }

  static void on_event(uv_poll_t* poll, int, int) { static_cast<RingState*>(poll->data)->dispatch(); }

  void dispatch() {
    ring_->drain_event();
    dispatching_ = true;
    while (ring_->in_flight() > 0) {
      const uint32_t count = ring_->reap(arena_->completions);
      if (count == 0) break;
      report(count);
    }
    dispatching_ = false;
    if (closing_) release_when_idle();
    else update_reference();
  }

  void report(uint32_t count) {
    Napi::HandleScope scope(env_);
    napi_value argument;
    napi_value result;
    napi_create_uint32(env_, count, &argument);
    const napi_status status =
        napi_make_callback(env_, context_, self_.Value(), on_completions_.Value(), 1, &argument, &result);
    if (status == napi_pending_exception) {
      // The same as a throw from any other event-loop callback: 'uncaughtException'.
      napi_value error;
      napi_get_and_clear_last_exception(env_, &error);
      napi_fatal_exception(env_, error);
    }
  }

  void release_when_idle() {
    if (released_) return;
    if (ring_->in_flight() > 0) {
      update_reference();
      return;
    }
    released_ = true;
    if (owner_slot != nullptr) *owner_slot = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
      auto* state = static_cast<RingState*>(handle->data);
      if (state->cleanup_ != nullptr) napi_remove_async_cleanup_hook(state->cleanup_);
      delete state;
    });
    // Not needed any more, and the JavaScript object may go at the next collection.
    Napi::HandleScope scope(env_);
    self_.Reset();
    on_completions_.Reset();
  }

  // The process or worker ends with the ring open.
  static void on_teardown(napi_async_cleanup_hook_handle, void* data) {
    auto* state = static_cast<RingState*>(data);
    if (state->released_) return;
    state->closing_ = true;
    if (!state->ring_->quiesce(kTeardownMs, state->arena_->completions)) {
      // Storage hangs. The kernel may still write into the slab, so ring, slab and arrays are given up rather
      // than freed; the process ends anyway.
      new std::shared_ptr<SlabMemory>(state->slab_);
      new std::shared_ptr<Arena>(state->arena_);
      new std::unique_ptr<Ring>(std::move(state->ring_));
    }
    state->released_ = true;
    if (state->owner_slot != nullptr) *state->owner_slot = nullptr;
    state->self_.SuppressDestruct();
    state->on_completions_.SuppressDestruct();
    uv_close(reinterpret_cast<uv_handle_t*>(&state->poll_), [](uv_handle_t* handle) {
      auto* closed = static_cast<RingState*>(handle->data);
      napi_remove_async_cleanup_hook(closed->cleanup_);
      delete closed;
    });
  }

  Napi::Env env_;
  std::unique_ptr<Ring> ring_;
  std::shared_ptr<SlabMemory> slab_;
  std::shared_ptr<Arena> arena_;
  std::vector<Request> requests_;
  Napi::ObjectReference self_;  // keeps the object, and with it its callback, until the ring is released
  Napi::FunctionReference on_completions_;
  Napi::AsyncContext context_;
  uv_poll_t poll_;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
  bool closing_ = false;
  bool dispatching_ = false;
  bool released_ = false;
};

class RingObject : public Napi::ObjectWrap<RingObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Ring",
                       {
                           method("submit", &RingObject::submit),
                           method("reap", &RingObject::reap),
                           InstanceMethod<&RingObject::close>("close"),
                           InstanceAccessor<&RingObject::in_flight>("inFlight"),
                       });
  }

  explicit RingObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RingObject>(info) {
    Napi::Env env = info.Env();
    if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "Ring: options must be an object");
    Napi::Object options = info[0].As<Napi::Object>();
    const auto entries = static_cast<uint32_t>(checked_integer(options.Get("entries"), 1, kMaxEntries, "Ring: entries"));
    const auto threads = static_cast<uint32_t>(checked_integer(options.Get("threads"), 1, kMaxThreads, "Ring: threads"));
    Napi::Value slab = options.Get("slab");
    const auto* addon = env.GetInstanceData<AddonData>();
    if (!slab.IsObject() || !slab.As<Napi::Object>().InstanceOf(addon->slab_class.Value())) {
      throw Napi::TypeError::New(env, "Ring: slab must be a Slab");
    }
    SlabObject* slab_object = SlabObject::Unwrap(slab.As<Napi::Object>());
    if (slab_object == nullptr) throw Napi::TypeError::New(env, "Ring: slab must be a Slab");
    Napi::Value callback = options.Get("onCompletions");
    if (!callback.IsFunction()) throw Napi::TypeError::New(env, "Ring: onCompletions must be a function");
    Napi::Value kind_value = options.Get("kind");
    const std::string kind_name = kind_value.IsString() ? kind_value.As<Napi::String>().Utf8Value() : "";
    RingKind kind;
    if (kind_name == "auto") kind = RingKind::kAuto;
    else if (kind_name == "io_uring") kind = RingKind::kUring;
    else if (kind_name == "threads") kind = RingKind::kThreads;
    else throw Napi::TypeError::New(env, "Ring: kind must be \"auto\", \"io_uring\" or \"threads\"");

    Napi::Value bound_value = options.Get("inlineWriteBoundUs");
    double bound_us = 0;
    if (!bound_value.IsUndefined()) {
      if (!bound_value.IsNumber()) throw Napi::TypeError::New(env, "Ring: inlineWriteBoundUs must be a number");
      bound_us = bound_value.As<Napi::Number>().DoubleValue();
      // Written so that NaN fails.
      if (!(bound_us >= 0 && bound_us <= kMaxInlineWriteBoundUs)) {
        throw Napi::RangeError::New(env, "Ring: inlineWriteBoundUs must be a number of microseconds up to 1e9");
      }
    }

    std::unique_ptr<Ring> ring;
    const int error = Ring::create(entries, threads, kind, static_cast<uint64_t>(std::ceil(bound_us * 1000)), &ring);
    if (error != 0) {
      Napi::Error failure = Napi::Error::New(env, std::string("Ring: ") + std::strerror(error));
      failure.Set("errno", Napi::Number::New(env, -error));
      throw failure;
    }
    auto arena = std::make_shared<Arena>(entries);
    Napi::Object self = info.This().As<Napi::Object>();
    expose(env, self, *ring, arena);
    state_ = new RingState(env, std::move(ring), slab_object->memory(), std::move(arena), self,
                           callback.As<Napi::Function>());
    state_->owner_slot = &state_;
  }

  ~RingObject() override {
    if (state_ != nullptr) state_->owner_slot = nullptr;
  }

 private:
  // submit and reap are called for every turn, so they go through the plain C interface: no C++ exceptions, no
  // wrappers. The receiver is right by construction: V8 checks it against the class (signature).
  static Napi::ClassPropertyDescriptor<RingObject> method(const char* name, napi_callback callback) {
    napi_property_descriptor descriptor{};
    descriptor.utf8name = name;
    descriptor.method = callback;
    descriptor.attributes = napi_default_method;
    return Napi::ClassPropertyDescriptor<RingObject>(descriptor);
  }

  static RingState* state_of(napi_env env, napi_value receiver) {
    void* object = nullptr;
    if (napi_unwrap(env, receiver, &object) != napi_ok || object == nullptr) {
      napi_throw_type_error(env, nullptr, "not a Ring");
      return nullptr;
    }
    RingState* state = static_cast<RingObject*>(object)->state_;
    if (state == nullptr) napi_throw_error(env, nullptr, "ring is closed");
    return state;
  }

  static napi_value submit(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    napi_value receiver;
    size_t count = 1;
    napi_get_cb_info(env, info, &count, arguments, &receiver, nullptr);
    double wanted = 0;
    if (count < 1 || napi_get_value_double(env, arguments[0], &wanted) != napi_ok) {
      napi_throw_type_error(env, nullptr, "submit: count must be a number");
      return nullptr;
    }
    if (!(wanted >= 0 && wanted <= kMaxEntries) || wanted != std::floor(wanted)) {
      napi_throw_range_error(env, nullptr, "submit: count must be a whole number up to the ring's entries");
      return nullptr;
    }
    RingState* state = state_of(env, receiver);
    return state == nullptr ? nullptr : number(env, state->submit(static_cast<uint32_t>(wanted)));
  }

  static napi_value reap(napi_env env, napi_callback_info info) {
    napi_value receiver;
    size_t count = 0;
    napi_get_cb_info(env, info, &count, nullptr, &receiver, nullptr);
    RingState* state = state_of(env, receiver);
    return state == nullptr ? nullptr : number(env, state->reap());
  }

  static napi_value number(napi_env env, int64_t count) {
    napi_value value = nullptr;
    if (count >= 0) napi_create_uint32(env, static_cast<uint32_t>(count), &value);
    return value;
  }

  Napi::Value in_flight(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), state_ == nullptr ? 0 : state_->ring().in_flight());
  }

  void close(const Napi::CallbackInfo&) {
    if (state_ != nullptr && !state_->closing()) state_->close();
  }

  static void expose(Napi::Env env, Napi::Object self, const Ring& ring, const std::shared_ptr<Arena>& arena) {
    auto* keep = new std::shared_ptr<Arena>(arena);
    Napi::ArrayBuffer memory = Napi::ArrayBuffer::New(
        env, arena->memory.get(), arena->bytes,
        [](Napi::Env, void*, std::shared_ptr<Arena>* kept) { delete kept; }, keep);
    const size_t entries = ring.entries();
    const uint8_t* base = reinterpret_cast<uint8_t*>(arena->memory.get());
    const auto at = [&](const void* array) { return static_cast<size_t>(static_cast<const uint8_t*>(array) - base); };
    const auto set = [&](const char* name, Napi::Value value) {
      self.DefineProperty(Napi::PropertyDescriptor::Value(name, value, napi_enumerable));
    };
    set("kind", Napi::String::New(env, ring.uses_uring() ? "io_uring" : "threads"));
    set("fallbackErrno", Napi::Number::New(env, ring.fallback_errno()));
    set("entries", Napi::Number::New(env, ring.entries()));
    set("sqOp", Napi::Uint8Array::New(env, entries, memory, at(arena->op)));
    set("sqFlags", Napi::Uint8Array::New(env, entries, memory, at(arena->flags)));
    set("sqFd", Napi::Int32Array::New(env, entries, memory, at(arena->fd)));
    set("sqBuffer", Napi::Float64Array::New(env, entries, memory, at(arena->buffer)));
    set("sqLength", Napi::Float64Array::New(env, entries, memory, at(arena->length)));
    set("sqOffset", Napi::Float64Array::New(env, entries, memory, at(arena->offset)));
    set("sqTag", Napi::Uint32Array::New(env, entries, memory, at(arena->tag)));
    set("cqTag", Napi::Uint32Array::New(env, entries, memory, at(arena->completions.tag)));
    set("stall", Napi::Float64Array::New(env, 2, memory, at(arena->stall)));
    set("cqResult", Napi::Int32Array::New(env, entries, memory, at(arena->completions.result)));
  }

  RingState* state_ = nullptr;
};

}  // namespace

Napi::Function define_ring(Napi::Env env) { return RingObject::define(env); }

}  // namespace lunette
