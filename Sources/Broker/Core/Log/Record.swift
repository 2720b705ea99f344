import Messaging

/// One message as it lies in a chunk, read in place.
///
///     offset  0        8        12          16     18        19    20
///            ┌────────┬────────┬───────────┬──────┬─────────┬─────┬────────────────────────
///            │enqueued│ body   │properties │flags │exchange │ key │ expiry?   8 µs
///            │at, µs  │ bytes  │ bytes     │      │ bytes   │bytes│ origin?   8 queue id
///            │ 8      │ 4      │ 4         │ 2    │ 1       │ 1   │ offset?   8 in its stream
///            └────────┴────────┴───────────┴──────┴─────────┴─────┤ blind?    4 + that many
///                                                                 │ exchange, key,
///                                                                 │ properties, body,
///                                                                 │ 0…7 bytes of padding
///
/// In the machine's byte order; the flags say which optional field is there. A record never
/// changes after it was appended, so an evicted chunk needs no writing back. Valid as long as
/// its chunk's memory.
package struct Record {
    static let headerBytes = 20
    private static let alignment = 8

    struct Flags: OptionSet {
        let rawValue: UInt16
        /// The message is persistent: in a durable queue it takes part in commits.
        static let persistent = Flags(rawValue: 1)
        static let expires = Flags(rawValue: 2)
        /// It died in another queue, whose id the record carries.
        static let dead = Flags(rawValue: 4)
        /// Its publisher named further keys that nobody is to see; see ``CarbonCopies``.
        static let blind = Flags(rawValue: 8)
        /// It was in its queue before, was rejected and came back; see ``RetryPolicy``.
        static let retry = Flags(rawValue: 16)
        /// No message: it fills the place of settled ones that were not kept.
        static let filler = Flags(rawValue: 0x8000)
        /// It lies in a stream, and carries its offset there.
        static let numbered = Flags(rawValue: 256)
    }

    package let base: UnsafeRawPointer

    @inline(__always)
    private func load<Value: BitwiseCopyable>(_ offset: Int, as _: Value.Type) -> Value {
        self.base.loadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    package var enqueuedAt: Timestamp { Timestamp(microseconds: self.load(0, as: Int64.self)) }
    package var bodyBytes: UInt32 { self.load(8, as: UInt32.self) }
    private var propertiesBytes: Int { Int(self.load(12, as: UInt32.self)) }
    var flags: Flags { Flags(rawValue: self.load(16, as: UInt16.self)) }
    private var exchangeBytes: Int { Int(self.load(18, as: UInt8.self)) }
    private var keyBytes: Int { Int(self.load(19, as: UInt8.self)) }

    package var expiresAt: Timestamp? {
        guard self.flags.contains(.expires) else { return nil }
        return Timestamp(microseconds: self.load(Self.headerBytes, as: Int64.self))
    }

    /// The queue in which the message died last.
    package var origin: QueueID? {
        let flags = self.flags
        guard flags.contains(.dead) else { return nil }
        let offset = Self.headerBytes + (flags.contains(.expires) ? 8 : 0)
        return QueueID(
            slot: self.load(offset, as: UInt32.self),
            incarnation: self.load(offset + 4, as: UInt32.self))
    }

    /// Its number in its stream, from 0.
    var streamOffset: UInt64? {
        let flags = self.flags
        guard flags.contains(.numbered) else { return nil }
        return self.load(
            Self.headerBytes + (flags.contains(.expires) ? 8 : 0)
                + (flags.contains(.dead) ? 8 : 0), as: UInt64.self)
    }

    /// Where the optional fields of known size end.
    private var blindOffset: Int {
        let flags = self.flags
        return Self.headerBytes + (flags.contains(.expires) ? 8 : 0)
            + (flags.contains(.dead) ? 8 : 0) + (flags.contains(.numbered) ? 8 : 0)
    }

    /// The publisher's blind keys, as ``CarbonCopies`` encodes them.
    var blindKeys: UnsafeRawBufferPointer {
        guard self.flags.contains(.blind) else { return .init(start: nil, count: 0) }
        let offset = self.blindOffset
        return UnsafeRawBufferPointer(
            start: self.base + offset + 4, count: Int(self.load(offset, as: UInt32.self)))
    }

    /// Where the names begin.
    private var namesOffset: Int {
        let flags = self.flags
        guard !flags.isDisjoint(with: [.expires, .dead, .blind, .numbered]) else {
            return Self.headerBytes
        }
        let offset = self.blindOffset
        guard flags.contains(.blind) else { return offset }
        return offset + 4 + Int(self.load(offset, as: UInt32.self))
    }

    /// All its bytes, the padding too.
    package var size: Int {
        Self.padded(
            self.namesOffset + self.exchangeBytes + self.keyBytes + self.propertiesBytes
                + Int(self.bodyBytes))
    }

    var isFiller: Bool { self.flags.contains(.filler) }

    /// Writes a record there that stands for none and takes so many bytes.
    ///
    /// - Parameter bytes: A multiple of 8, and at least those of the smallest record.
    package static func writeFiller(to base: UnsafeMutableRawPointer, bytes: Int) {
        precondition(bytes % Self.alignment == 0 && bytes >= Self.headerBytes, "a record's place")
        base.initializeMemory(as: UInt8.self, repeating: 0, count: Self.headerBytes)
        base.storeBytes(
            of: UInt32(bytes - Self.headerBytes), toByteOffset: 8, as: UInt32.self)
        base.storeBytes(of: Flags.filler.rawValue, toByteOffset: 16, as: UInt16.self)
    }

    /// Visits records that lie one behind the other.
    ///
    /// - Parameter position: Of the first.
    package static func forEach(
        in bytes: UnsafeRawBufferPointer, from position: UInt64,
        _ visit: (UInt64, Record) -> Void
    ) {
        var offset = 0
        while offset + Self.headerBytes <= bytes.count, let base = bytes.baseAddress {
            let record = Record(base: base + offset)
            let size = record.size
            guard offset + size <= bytes.count else { return }
            visit(position + UInt64(offset), record)
            offset += size
        }
    }

    var view: RecordView {
        let exchange = self.base + self.namesOffset
        let key = exchange + self.exchangeBytes
        let properties = key + self.keyBytes
        return RecordView(
            exchange: UnsafeRawBufferPointer(start: exchange, count: self.exchangeBytes),
            routingKey: UnsafeRawBufferPointer(start: key, count: self.keyBytes),
            properties: UnsafeRawBufferPointer(start: properties, count: self.propertiesBytes),
            body: UnsafeRawBufferPointer(
                start: properties + self.propertiesBytes, count: Int(self.bodyBytes)),
            enqueuedAt: self.enqueuedAt, blindKeys: self.blindKeys)
    }

    static func padded(_ bytes: Int) -> Int {
        (bytes + Self.alignment - 1) & ~(Self.alignment - 1)
    }
}

/// A message on its way into a queue's log; the pointers are valid for the call only.
struct NewRecord {
    var exchange: UnsafeRawBufferPointer
    var routingKey: UnsafeRawBufferPointer
    var properties: UnsafeRawBufferPointer
    var body: UnsafeRawBufferPointer
    var enqueuedAt: Timestamp
    var expiresAt: Timestamp?
    /// The queue in which it died just now.
    var origin: QueueID?
    var isPersistent: Bool
    /// It was in its queue before, was rejected and comes back: it is not published again.
    var isRetry = false
    /// Its number in its stream, from 0.
    var streamOffset: UInt64?
    /// As its publisher wrote it; not kept in the record, because its level tells.
    var priority: UInt8 = 0
    /// Its publisher's blind keys, as ``CarbonCopies`` encodes them.
    var blindKeys = UnsafeRawBufferPointer(start: nil, count: 0)

    private var blindBytes: Int { self.blindKeys.isEmpty ? 0 : 4 + self.blindKeys.count }

    var size: Int {
        Record.padded(
            Record.headerBytes + (self.expiresAt == nil ? 0 : 8) + (self.origin == nil ? 0 : 8)
                + (self.streamOffset == nil ? 0 : 8) + self.blindBytes + self.exchange.count
                + self.routingKey.count + self.properties.count + self.body.count)
    }

    /// Writes the record there, where ``size`` bytes are free.
    func write(to base: UnsafeMutableRawPointer) {
        var flags: Record.Flags = self.isPersistent ? .persistent : []
        if self.isRetry { flags.insert(.retry) }
        var next = base + Record.headerBytes
        if let expiresAt = self.expiresAt {
            flags.insert(.expires)
            next.storeBytes(of: expiresAt.microseconds, as: Int64.self)
            next += 8
        }
        if let origin = self.origin {
            flags.insert(.dead)
            next.storeBytes(of: origin.slot, as: UInt32.self)
            next.storeBytes(of: origin.incarnation, toByteOffset: 4, as: UInt32.self)
            next += 8
        }
        if let offset = self.streamOffset {
            flags.insert(.numbered)
            next.storeBytes(of: offset, as: UInt64.self)
            next += 8
        }
        if !self.blindKeys.isEmpty {
            flags.insert(.blind)
            next.storeBytes(of: UInt32(self.blindKeys.count), as: UInt32.self)
            next = Self.copy(self.blindKeys, to: next + 4)
        }
        base.storeBytes(of: self.enqueuedAt.microseconds, as: Int64.self)
        base.storeBytes(of: UInt32(self.body.count), toByteOffset: 8, as: UInt32.self)
        base.storeBytes(of: UInt32(self.properties.count), toByteOffset: 12, as: UInt32.self)
        base.storeBytes(of: flags.rawValue, toByteOffset: 16, as: UInt16.self)
        base.storeBytes(of: UInt8(self.exchange.count), toByteOffset: 18, as: UInt8.self)
        base.storeBytes(of: UInt8(self.routingKey.count), toByteOffset: 19, as: UInt8.self)
        next = Self.copy(self.exchange, to: next)
        next = Self.copy(self.routingKey, to: next)
        next = Self.copy(self.properties, to: next)
        _ = Self.copy(self.body, to: next)
    }

    @inline(__always)
    private static func copy(
        _ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        guard let start = bytes.baseAddress else { return target }
        target.copyMemory(from: start, byteCount: bytes.count)
        return target + bytes.count
    }
}
