import Core
import Messaging

/// Puts entries one behind the other; see ``LogFormat``.
struct EntryWriter: Sendable {
    var bytes: [UInt8]
    /// Where the header of the last entry lies, and what it would take to go on with it.
    private var last: (header: Int, kind: LogFormat.Kind, queue: QueueID, next: UInt64)?

    /// - Parameters:
    ///   - headerBytes: Zeros that the entries lie behind.
    ///   - memory: To be used for the bytes.
    init(behind headerBytes: Int, reusing memory: consuming [UInt8] = []) {
        self.bytes = memory
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(contentsOf: repeatElement(0, count: headerBytes))
    }

    /// A record; it joins the entry before it when it comes right behind it in the same queue.
    mutating func append(
        _ record: UnsafeRawBufferPointer, to queue: QueueID, at position: UInt64
    ) {
        if let last = self.last, last.kind == .append, last.queue == queue, last.next == position {
            self.grow(last.header, by: record.count)
        } else {
            self.begin(.append, queue, number: position, bodyBytes: record.count, count: 1)
        }
        self.last?.next = position + UInt64(record.count)
        self.bytes.append(contentsOf: record)
    }

    /// Has the next record begin an entry of its own.
    mutating func breakRun() { self.last = nil }

    mutating func settle(_ position: UInt64, of queue: QueueID) {
        if let last = self.last, last.kind == .settle, last.queue == queue {
            self.grow(last.header, by: 8)
        } else {
            self.begin(.settle, queue, bodyBytes: 8, count: 1)
        }
        self.add(position)
    }

    mutating func begin(
        _ kind: LogFormat.Kind, _ queue: QueueID, number: UInt64 = 0, bodyBytes: Int = 0,
        count: UInt32 = 0
    ) {
        let header = self.bytes.count
        self.add(kind.rawValue)
        self.add(UInt32(bodyBytes))
        self.add(queue.slot)
        self.add(queue.incarnation)
        self.add(number)
        self.add(UInt32(0))
        self.add(count)
        self.last = (header, kind, queue, 0)
    }

    /// Counts one more into an entry whose body grows.
    private mutating func grow(_ header: Int, by bytes: Int) {
        self.bytes.withUnsafeMutableBytes { all in
            let read = UnsafeRawBufferPointer(all)
            all.set(read.number(header + 4, as: UInt32.self) + UInt32(bytes), at: header + 4)
            all.set(read.number(header + 28, as: UInt32.self) + 1, at: header + 28)
        }
    }

    mutating func add<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { self.bytes.append(contentsOf: $0) }
    }

    /// Writes the sum of each entry's body into its header.
    ///
    /// - Parameter sum: Of what stands before the first entry.
    /// - Returns: That sum, gone on with over all headers.
    @discardableResult
    mutating func seal(from start: Int, sum: UInt32 = 0) -> UInt32 {
        self.bytes.withUnsafeMutableBytes { all in
            let read = UnsafeRawBufferPointer(all)
            var sum = sum
            var offset = start
            while offset < all.count {
                let body = Int(read.number(offset + 4, as: UInt32.self))
                let bodyStart = offset + LogFormat.entryHeaderBytes
                all.set(checksum(read.part(bodyStart, body)), at: offset + 24)
                sum = checksum(read.part(offset, LogFormat.entryHeaderBytes), from: sum)
                offset = bodyStart + body
            }
            return sum
        }
    }
}
