// The JavaScript class Ring: checks what comes in, owns the arrays both sides read, and brings completions
// to the event loop.
#ifndef LUNETTE_RING_OBJECT_H_
#define LUNETTE_RING_OBJECT_H_

#include <napi.h>

namespace lunette {

Napi::Function define_ring(Napi::Env env);

}  // namespace lunette

#endif
