#include "datagram.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace lunette {

int send_datagram(const uint8_t* path, size_t path_bytes, const uint8_t* message, size_t message_bytes) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_bytes == 0 || path_bytes > sizeof(address.sun_path)) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, path_bytes);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_bytes);
  ssize_t sent;
  do {
    sent = sendto(fd, message, message_bytes, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
  } while (sent < 0 && errno == EINTR);
  const int result = sent < 0 ? -errno : 0;
  close(fd);
  return result;
}

}  // namespace lunette
