import Messaging

/// The header that carries a message's planned time through the broker, so that its consumer can
/// tell how long it took: `x-load-planned`, an int64 of microseconds since 1970.
package enum PlannedHeader {
    /// The header's name.
    package static let name = "x-load-planned"

    /// The header as it lies in encoded properties: length octet, name, type, before the value.
    private static let head: [UInt8] = [UInt8(name.utf8.count)] + Array(name.utf8) + [0x6C]
    /// What stands in encoded properties once the broker has dead-lettered a message.
    private static let deathHead: [UInt8] = [7] + Array("x-death".utf8)

    /// Where the value lies in encoded properties; nil when the header is not there.
    static func offset(in properties: UnsafeRawBufferPointer) -> Int? {
        self.find(self.head, in: properties).flatMap { found in
            let offset = found + self.head.count
            return offset + 8 <= properties.count ? offset : nil
        }
    }

    /// The planned time of a message on its first way; nil for one of another publisher, and for
    /// one that died before, whose latency would be that of its repair.
    package static func read(_ properties: UnsafeRawBufferPointer) -> Timestamp? {
        guard let offset = self.offset(in: properties),
            self.find(self.deathHead, in: properties) == nil
        else { return nil }
        let value = properties.loadUnaligned(fromByteOffset: offset, as: Int64.self)
        return Timestamp(microseconds: Int64(bigEndian: value))
    }

    private static func find(
        _ needle: [UInt8], in bytes: UnsafeRawBufferPointer
    ) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        for start in 0...(bytes.count - needle.count) where bytes[start] == needle[0] {
            if bytes[start..<start + needle.count].elementsEqual(needle) { return start }
        }
        return nil
    }
}
