// Who is at the other end of a unix socket, as the kernel knows it: unix(7), SO_PEERCRED.
#ifndef LUNETTE_PEER_H_
#define LUNETTE_PEER_H_

#include <sys/types.h>

namespace lunette {

struct PeerCredentials {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

// 0 or a negative errno; -ENODATA for a socket that has no peer.
int peer_credentials(int fd, PeerCredentials* out);

}  // namespace lunette

#endif  // LUNETTE_PEER_H_
