/// Names that were read lately: one text for all members that have the same name.
///
/// A list of ten thousand objects has each name ten thousand times, and most are too long to be
/// stored without an allocation.
struct NameCache {
    private static let slots = 256
    /// Longer names are seldom; comparing them would cost more than it saves.
    private static let bytesMax = 64

    private var names = [String?](repeating: nil, count: Self.slots)

    /// The text of these bytes; nil when they are no UTF-8.
    mutating func name(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let first = bytes.first, let last = bytes.last, bytes.count <= Self.bytesMax else {
            return String(validating: bytes, as: UTF8.self)
        }
        let middle = bytes[bytes.startIndex + bytes.count / 2]
        // Few of the names in one list are alike in length and in these three.
        let hash =
            bytes.count &* 31 &+ Int(first) &* 7 &+ Int(middle) &* 13 &+ Int(last) &* 3
        let slot = hash & (Self.slots - 1)
        if let known = self.names[slot], Self.isEqual(known, bytes) { return known }
        let name = String(validating: bytes, as: UTF8.self)
        self.names[slot] = name
        return name
    }

    private static func isEqual(_ name: String, _ bytes: ArraySlice<UInt8>) -> Bool {
        name.utf8.count == bytes.count
            && name.utf8.withContiguousStorageIfAvailable { $0.elementsEqual(bytes) } ?? false
    }
}
