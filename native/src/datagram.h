// One datagram to a unix socket: what sd_notify(3) needs and Node.js does not have.
#ifndef LUNETTE_DATAGRAM_H_
#define LUNETTE_DATAGRAM_H_

#include <cstddef>
#include <cstdint>

namespace lunette {

// `path` is sun_path as the kernel takes it: an abstract name begins with a zero byte. 0 or a negative errno.
int send_datagram(const uint8_t* path, size_t path_bytes, const uint8_t* message, size_t message_bytes);

}  // namespace lunette

#endif  // LUNETTE_DATAGRAM_H_
