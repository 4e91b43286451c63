// CRC32C (Castagnoli), as iSCSI digests use it: RFC 7143 13.1, test vectors in RFC 3720 appendix B.4.
#ifndef LUNETTE_CRC32C_H_
#define LUNETTE_CRC32C_H_

#include <cstddef>
#include <cstdint>

namespace lunette {

// Continues `seed` (0 to start) over `bytes` bytes with the fastest way this processor has.
uint32_t crc32c(uint32_t seed, const uint8_t* data, size_t bytes);
// The portable way, for tests to compare with.
uint32_t crc32c_table(uint32_t seed, const uint8_t* data, size_t bytes);
// "sse4.2", "armv8" or "table".
const char* crc32c_kind();

}  // namespace lunette

#endif
