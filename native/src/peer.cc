#include "peer.h"

#include <sys/socket.h>

#include <cerrno>

namespace lunette {

int peer_credentials(int fd, PeerCredentials* out) {
  ucred credentials{};
  socklen_t length = sizeof(credentials);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -errno;
  // Sockets of other families, and unix sockets that nobody has connected, answer with no process at all.
  if (credentials.pid == 0 && credentials.uid == static_cast<uid_t>(-1)) return -ENODATA;
  *out = {credentials.pid, credentials.uid, credentials.gid};
  return 0;
}

}  // namespace lunette
