#include "crc32c.h"

#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define LUNETTE_CRC_TARGET __attribute__((target("sse4.2")))
#elif defined(__aarch64__)
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#define LUNETTE_CRC_TARGET
#endif

namespace lunette {

namespace {

// 1EDC6F41h with its bits reversed: the digest is computed least significant bit first.
constexpr uint32_t kPolynomial = 0x82f63b78;

// The instruction has a latency of 3 cycles and a throughput of 1, so three independent streams keep it busy.
// Streams of 4 KiB serve large payloads; 256 bytes serve what remains and short segments.
constexpr size_t kLongStream = 4096;
constexpr size_t kShortStream = 256;

struct Tables {
  // step[k][b]: the effect of byte b followed by k zero bytes ("slicing by 8").
  uint32_t step[8][256];
  // shift[k][b]: the effect of a stream's worth of zero bytes on byte k of a CRC; joins parallel streams.
  uint32_t long_shift[4][256];
  uint32_t short_shift[4][256];

  Tables() {
    for (uint32_t b = 0; b < 256; ++b) {
      uint32_t crc = b;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
      step[0][b] = crc;
    }
    for (uint32_t b = 0; b < 256; ++b) {
      for (int k = 1; k < 8; ++k) step[k][b] = (step[k - 1][b] >> 8) ^ step[0][step[k - 1][b] & 0xff];
    }
    fill_shift(long_shift, kLongStream);
    fill_shift(short_shift, kShortStream);
  }

  // Appending zero bytes is linear over the bits of the CRC: the images of the 32 single bits give everything.
  void fill_shift(uint32_t (&shift)[4][256], size_t zero_bytes) {
    for (int k = 0; k < 4; ++k) {
      uint32_t image[8];
      for (int bit = 0; bit < 8; ++bit) {
        uint32_t crc = 1U << (8 * k + bit);
        for (size_t i = 0; i < zero_bytes; ++i) crc = (crc >> 8) ^ step[0][crc & 0xff];
        image[bit] = crc;
      }
      for (uint32_t b = 0; b < 256; ++b) {
        uint32_t sum = 0;
        for (int bit = 0; bit < 8; ++bit) {
          if ((b >> bit & 1) != 0) sum ^= image[bit];
        }
        shift[k][b] = sum;
      }
    }
  }
};

const Tables& tables() {
  static const Tables instance;
  return instance;
}

uint64_t load64(const uint8_t* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

#ifdef LUNETTE_CRC_TARGET

LUNETTE_CRC_TARGET inline uint32_t crc_byte(uint32_t crc, uint8_t value) {
#if defined(__x86_64__)
  return _mm_crc32_u8(crc, value);
#else
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(static_cast<uint32_t>(value)));
  return crc;
#endif
}

LUNETTE_CRC_TARGET inline uint32_t crc_word(uint32_t crc, uint64_t value) {
#if defined(__x86_64__)
  return static_cast<uint32_t>(_mm_crc32_u64(crc, value));
#else
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(value));
  return crc;
#endif
}

inline uint32_t shifted(const uint32_t (&shift)[4][256], uint32_t crc) {
  return shift[0][crc & 0xff] ^ shift[1][crc >> 8 & 0xff] ^ shift[2][crc >> 16 & 0xff] ^ shift[3][crc >> 24];
}

template <size_t kStream>
LUNETTE_CRC_TARGET inline uint32_t three_streams(uint32_t crc, const uint8_t* data, const uint32_t (&shift)[4][256]) {
  uint32_t second = 0;
  uint32_t third = 0;
  for (size_t i = 0; i < kStream; i += 8) {
    crc = crc_word(crc, load64(data + i));
    second = crc_word(second, load64(data + kStream + i));
    third = crc_word(third, load64(data + 2 * kStream + i));
  }
  return shifted(shift, shifted(shift, crc) ^ second) ^ third;
}

LUNETTE_CRC_TARGET uint32_t crc32c_hardware(uint32_t seed, const uint8_t* data, size_t bytes) {
  uint32_t crc = ~seed;
  if (bytes >= 3 * kShortStream) {
    const Tables& table = tables();
    for (; bytes >= 3 * kLongStream; bytes -= 3 * kLongStream, data += 3 * kLongStream) {
      crc = three_streams<kLongStream>(crc, data, table.long_shift);
    }
    for (; bytes >= 3 * kShortStream; bytes -= 3 * kShortStream, data += 3 * kShortStream) {
      crc = three_streams<kShortStream>(crc, data, table.short_shift);
    }
  }
  for (; bytes >= 8; bytes -= 8, data += 8) crc = crc_word(crc, load64(data));
  for (; bytes > 0; --bytes, ++data) crc = crc_byte(crc, *data);
  return ~crc;
}

bool has_hardware() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#endif
}

#endif  // LUNETTE_CRC_TARGET

}  // namespace

uint32_t crc32c_table(uint32_t seed, const uint8_t* data, size_t bytes) {
  const Tables& table = tables();
  uint32_t crc = ~seed;
  for (; bytes >= 8; bytes -= 8, data += 8) {
    // Bytes are taken one by one, so that the order of bytes in a word of this processor does not matter.
    crc ^= static_cast<uint32_t>(data[0]) | static_cast<uint32_t>(data[1]) << 8 | static_cast<uint32_t>(data[2]) << 16 |
           static_cast<uint32_t>(data[3]) << 24;
    crc = table.step[7][crc & 0xff] ^ table.step[6][crc >> 8 & 0xff] ^ table.step[5][crc >> 16 & 0xff] ^
          table.step[4][crc >> 24] ^ table.step[3][data[4]] ^ table.step[2][data[5]] ^ table.step[1][data[6]] ^
          table.step[0][data[7]];
  }
  for (; bytes > 0; --bytes, ++data) crc = (crc >> 8) ^ table.step[0][(crc ^ *data) & 0xff];
  return ~crc;
}

#ifdef LUNETTE_CRC_TARGET

uint32_t crc32c(uint32_t seed, const uint8_t* data, size_t bytes) {
  static const bool hardware = has_hardware();
  return hardware ? crc32c_hardware(seed, data, bytes) : crc32c_table(seed, data, bytes);
}

const char* crc32c_kind() {
#if defined(__x86_64__)
  return has_hardware() ? "sse4.2" : "table";
#else
  return has_hardware() ? "armv8" : "table";
#endif
}

#else

uint32_t crc32c(uint32_t seed, const uint8_t* data, size_t bytes) { return crc32c_table(seed, data, bytes); }
const char* crc32c_kind() { return "table"; }

#endif

}  // namespace lunette
