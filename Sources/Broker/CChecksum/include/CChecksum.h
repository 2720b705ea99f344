#ifndef CCHECKSUM_H
#define CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes, going on from `crc`, which is 0
/// at the start. By the processor's own instruction where it has one.
uint32_t queuetop_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without that instruction, for machines that lack it and for tests.
uint32_t queuetop_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#endif
