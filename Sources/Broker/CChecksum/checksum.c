#include "CChecksum.h"

#include <string.h>

// Eight tables, so that eight bytes are taken at a time (Kounavis and Berry, "A Systematic
// Approach to Building High Performance Software-Based CRC Generators", 2005).
static uint32_t tables[8][256];

__attribute__((constructor)) static void make_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        tables[0][byte] = crc;
    }
    for (int table = 1; table < 8; table++)
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t crc = tables[table - 1][byte];
            tables[table][byte] = (crc >> 8) ^ tables[0][crc & 0xFF];
        }
}

uint32_t queuetop_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    crc = ~crc;
    while (count >= 8) {
        uint32_t low = crc ^ ((uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 |
                              (uint32_t)next[3] << 24);
        crc = tables[7][low & 0xFF] ^ tables[6][(low >> 8) & 0xFF] ^ tables[5][(low >> 16) & 0xFF] ^
              tables[4][low >> 24] ^ tables[3][next[4]] ^ tables[2][next[5]] ^ tables[1][next[6]] ^
              tables[0][next[7]];
        next += 8;
        count -= 8;
    }
    while (count--) crc = (crc >> 8) ^ tables[0][(crc ^ *next++) & 0xFF];
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc32c_native(uint32_t crc, const uint8_t *next,
                                                                size_t count) {
    uint64_t state = (uint32_t)~crc;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        state = _mm_crc32_u64(state, word);
        next += 8;
        count -= 8;
    }
    while (count--) state = _mm_crc32_u8((uint32_t)state, *next++);
    return ~(uint32_t)state;
}

static int has_native(void) { return __builtin_cpu_supports("sse4.2"); }

#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>

__attribute__((target("+crc"))) static uint32_t crc32c_native(uint32_t crc, const uint8_t *next,
                                                              size_t count) {
    crc = ~crc;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = __crc32cd(crc, word);
        next += 8;
        count -= 8;
    }
    while (count--) crc = __crc32cb(crc, *next++);
    return ~crc;
}

static int has_native(void) { return (getauxval(AT_HWCAP) & (1UL << 7)) != 0; }

#else

static uint32_t crc32c_native(uint32_t crc, const uint8_t *next, size_t count) {
    return queuetop_crc32c_portable(crc, next, count);
}

static int has_native(void) { return 0; }

#endif

static int is_native;

__attribute__((constructor)) static void choose(void) { is_native = has_native(); }

uint32_t queuetop_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return is_native ? crc32c_native(crc, bytes, count)
                     : queuetop_crc32c_portable(crc, bytes, count);
}
